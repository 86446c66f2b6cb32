//go:build !linux

package child

import "time"

// Work is not known here.
func (p *Process) Work() (ran, waited time.Duration, ok bool) { return 0, 0, false }
