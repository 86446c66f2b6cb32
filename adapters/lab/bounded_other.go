//go:build !linux

package main

import "os"

// Elsewhere than on Linux a checkout of a class is bounded in time and output
// alone.

func keepWithinBounds() error { return os.Unsetenv(boundedEnv) }

func ask(p *os.Process) { p.Signal(os.Interrupt) }

func usage(int) (processes, memory int) { return 0, 0 }

func endTree(int) {}
