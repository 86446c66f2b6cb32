// Package runfile is what a run leaves for programs that show it: run.json, a
// [File], with the verdict and what happened in order.
package runfile
