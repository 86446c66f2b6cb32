//go:build unix

package bubble

import (
	"fmt"
	"syscall"
	"time"
)

// cpuTime returns how much time processors have given to this process.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(fmt.Sprintf("bubble: read the process's own processor time: %v", err))
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
