package harness

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// failing are the classes of verdicts that fail a test.
var failing = classList(world.Classes())

func init() {
	flag.Var(&failing, "raft.fail", "classes of verdicts that fail a test, of `"+failing.String()+"`; others are told of only")
}

// A classList is a flag's value.
type classList []world.Class

// String implements [flag.Value].
func (l classList) String() string {
	names := make([]string, len(l))
	for i, class := range l {
		names[i] = string(class)
	}
	return strings.Join(names, ",")
}

// Set implements [flag.Value].
func (l *classList) Set(text string) error {
	var list classList
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(world.Classes(), world.Class(name)) {
			return fmt.Errorf("%q is none of %s", name, classList(world.Classes()))
		}
		list = append(list, world.Class(name))
	}
	*l = list
	return nil
}

// whyNotCounted names what explains a failure: an issue that was declared, or what
// stands for one.
func whyNotCounted(k *raftiface.KnownIssue) string {
	if k.Scenario == "" {
		return "not counted"
	}
	return "known issue"
}

// excused returns why a failure does not fail the test, nil if it does: its class
// is none of those that are to.
func excused(f *world.Failure) *raftiface.KnownIssue {
	class := world.ClassOf(f.Property)
	if class == world.NoVerdict || slices.Contains(failing, class) {
		return nil
	}
	return &raftiface.KnownIssue{Reason: fmt.Sprintf("a verdict of class %s, which is none of those that fail a test (-raft.fail=%s)", class, failing)}
}
