//go:build !unix

package harness

import "time"

// cpuTime stands in for the time processors have given to this process, which
// is known on Unix only.
func cpuTime() time.Duration { return time.Since(processStart) }
