// Package tester is the lab's; whoever judges the checkout replaces it.
package tester
