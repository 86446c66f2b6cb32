package lock

import (
	"maps"
	"sync"
	"sync/atomic"
)

// inUse says that the stand-in for package sync is part of the program.
var inUse bool

// Use tells that the stand-in for package sync is part of the program. It calls
// this as the program starts, and nobody else does.
func Use() { inUse = true }

// InUse reports whether the stand-in for package sync is part of the program.
// Without it nobody asks for a [Lock].
func InUse() bool { return inUse }

// A Staller says of one who asks for a lock whether he stalls first: it returns nil,
// or what lets him stand still. It gets the function where he asks for it, and the line
// within that, so that a place stays the same when other functions change, and wherever
// the program is built (with the same compiler: what is inlined twice is two places). It may be asked for goroutines that are not meant, and must change nothing.
type Staller func(place string) (standStill func())

// stallers are those of all bubbles that have one; nil if none has. What it points
// to does not change.
var stallers atomic.Pointer[map[int]Staller]

// changing is held by whoever puts others in their place.
var changing sync.Mutex

// Stall has the goroutines of the caller's bubble stall as f says, whenever they ask
// for a lock, but for those that only try. It takes the place of an earlier one; nil
// ends it.
func Stall(f Staller) {
	changing.Lock()
	defer changing.Unlock()
	changed := map[int]Staller{}
	if all := stallers.Load(); all != nil {
		maps.Copy(changed, *all)
	}
	if f == nil {
		delete(changed, currentBubble())
	} else {
		changed[currentBubble()] = f
	}
	if len(changed) == 0 {
		stallers.Store(nil)
		return
	}
	stallers.Store(&changed)
}

// stall has the caller stall if the staller of its bubble says so. Which bubble that
// is takes more time to find out than what the staller says.
func stall(at place) {
	all := stallers.Load()
	if all == nil {
		return // it was the last one's end
	}
	steady := at.steady()
	for bubble, f := range *all {
		if standStill := f(steady); standStill != nil && bubble == currentBubble() {
			standStill()
		}
	}
}
