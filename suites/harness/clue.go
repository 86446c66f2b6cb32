package harness

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/runfile"
	"github.com/raftcheck/raftcheck/suites/world"
)

// ClueAttr is the key of the test attribute with the [Clue] of a failure that is
// reported in full, as JSON.
const ClueAttr = "raftcheck.clue"

// A Clue is what a failed run shows of the bug. Runs that show the same most
// likely have one bug.
type Clue struct {
	Suite, Scenario string
	Seed            uint64
	// Shows is the rule that the first wrong step breaks, or else where the
	// implementation panicked, or hung.
	Shows string
	// At is when that was, Events how many events the trace has up to there; 0 if
	// nobody knows.
	At     time.Duration
	Events int
}

// ClueOf returns the clue that a run leaves, nil if there is none.
func ClueOf(f *runfile.File) *Clue {
	if f.Failure == nil {
		return nil
	}
	c := &Clue{Suite: f.Suite, Scenario: f.Scenario, Seed: f.Seed, At: f.Failure.At, Events: f.Numbers.Events}
	if s := f.FirstStep(); s != nil {
		c.Shows, c.At, c.Events = s.Rule, s.Event.At, s.Place
		return c
	}
	property, facts := checker.Property(f.Failure.Property), strings.Join(f.Failure.Facts, "\n")
	if property == world.NoPanic {
		facts = bubble.Foreign(f.Failure.Detail)
	}
	frames := placesIn(facts)
	if len(frames) == 0 {
		return nil
	}
	c.Shows = fmt.Sprintf("%s in %s", kindOf(property), strings.Join(frames, ", called by "))
	return c
}

// clueFrames is how many frames a clue has: what is called from many places is not
// wrong at all of them.
const clueFrames = 2

// kindOf says what happened at a place that a verdict names. A lock that nobody
// gets breaks one promise or another of liveness.
func kindOf(p checker.Property) string {
	if world.ClassOf(p) == world.Liveness {
		p = world.ContractWaiting
	}
	return strings.ToLower(string(p))
}

// A place is a function and a line, as facts of verdicts name them.
var place = regexp.MustCompile(`(called by )?(\S+) \(([^()\n]+\.go:\d+)\)`)

// placesIn returns the place that facts name first, and its caller: of a mutex
// where its holder is, if they say so.
func placesIn(facts string) (frames []string) {
	if _, holder, known := strings.Cut(facts, "the holder is likely"); known {
		facts = holder
	}
	for _, m := range place.FindAllStringSubmatch(facts, clueFrames) {
		if len(frames) > 0 && m[1] == "" {
			break
		}
		frames = append(frames, fmt.Sprintf("%s (%s)", path.Base(m[2]), path.Base(m[3])))
	}
	return frames
}
