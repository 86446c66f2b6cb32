//go:build race

package lock

import (
	"runtime"
	"unsafe"
)

// raceIgnore has the detector take no notice of what orders goroutines, until
// raceHeed.
func raceIgnore() { runtime.RaceDisable() }

func raceHeed() { runtime.RaceEnable() }

// raceAcquired tells the detector that what writers did has happened before, and,
// for a writer, what readers did. Readers are not ordered among themselves.
//
//go:norace
func raceAcquired(l *Lock, m Mode) {
	runtime.RaceAcquire(unsafe.Pointer(&l.writer))
	if m == Writing {
		runtime.RaceAcquire(unsafe.Pointer(&l.readers))
	}
}

// raceReleased tells the detector that what the holder did happens before others
// acquire the lock.
//
//go:norace
func raceReleased(l *Lock, m Mode) {
	if m == Writing {
		runtime.RaceRelease(unsafe.Pointer(&l.writer))
	} else {
		runtime.RaceReleaseMerge(unsafe.Pointer(&l.readers))
	}
}
