//go:build !unix

package bubble

import "time"

var processStart = time.Now()

// cpuTime takes it that the process has a processor all the time.
func cpuTime() time.Duration { return time.Since(processStart) }
