// Package child runs a node's program: a process that reads lines and writes lines, each
// when it likes. What it says is heard as it comes, within bounds: a process that does
// not read, one that writes without end, or one that does not end costs no more than
// those, and none outlives this process.
package child
