package harness

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// trouble is what every run so far came to, if that was the same. A Raft that
// hangs or panics whatever is asked of it does so a hundred times, and takes a
// hundred times the patience, to tell what a few runs have told.
type trouble struct {
	mu    sync.Mutex
	runs  int
	first *world.Failure
	mixed bool // a run came to something else
}

// troubles are those of this process, by the implementation's name and version.
var troubles sync.Map // to *trouble

// troubleOf returns what runs of an implementation came to so far.
func troubleOf(impl raftiface.Implementation) *trouble {
	key := [2]string{impl.Name, impl.Version}
	t, _ := troubles.LoadOrStore(key, new(trouble))
	return t.(*trouble)
}

// early are the properties of which it is likely that nothing works.
var early = []checker.Property{world.ContractWaiting, world.NoPanic, world.NoExit, world.ContractMake, world.ContractMessages, world.ContractRPC}

// saw takes in a run.
func (t *trouble) saw(r Result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.runs++
	switch {
	case r.Failure == nil || r.Known || !slices.Contains(early, r.Failure.Property):
		t.mixed = true
	case t.first == nil:
		t.first = r.Failure
	case t.first.Property != r.Failure.Property || shape(t.first) != shape(r.Failure):
		t.mixed = true
	}
}

// enough reports whether more runs would tell nothing new.
func (t *trouble) enough() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return *alikeFlag > 0 && t.runs >= *alikeFlag && !t.mixed && !IsChild()
}

// text says what the runs came to, if they are enough.
func (t *trouble) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprintf("the first %d runs all failed alike (%s: %s); -raft.alike=0 goes on all the same", t.runs, t.first.Property, t.first.Facts[len(t.first.Facts)-1])
}

var number = regexp.MustCompile(`\d+`)

// shape is what facts have in common that differ in times, replicas and indexes.
func shape(f *world.Failure) string { return number.ReplaceAllString(fmt.Sprint(f.Facts), "#") }
