package trial

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Protocol is the property that what a node says is Maelstrom's protocol. The others are
// those of package world.
const Protocol checker.Property = "Protocol"

// Those of package world.
const (
	Exit            = world.NoExit
	Progress        = world.Progress
	Linearizability = world.Linearizability
	Undecided       = world.Undecided
	Harness         = world.Harness
)

// classes are what kind of promise a property is.
var classes = map[checker.Property]world.Class{
	Protocol: world.Contract, Exit: world.Contract, Progress: world.Liveness,
	Linearizability: world.Safety, Undecided: world.NoVerdict, Harness: world.NoVerdict,
}

// Finding is something that was found out about the nodes, or why nothing was.
type Finding struct {
	Property checker.Property
	Class    world.Class
	Node     string        // empty if it is of all
	At       time.Duration // since the nodes were started
	Text     string
}

func newFinding(p checker.Property, node, text string) Finding {
	return Finding{Property: p, Class: classes[p], Node: node, Text: text}
}

// String returns the finding as in other reports of the project.
func (f Finding) String() string {
	what := fmt.Sprintf("%s violated", f.Property)
	if f.Class == world.NoVerdict {
		what = string(f.Property)
	}
	where := ""
	if f.Node != "" {
		where = f.Node + ": "
	}
	return fmt.Sprintf("%s at %s (%s): %s%s", what, seconds(f.At), f.Class, where, f.Text)
}

// seconds writes a time for people.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }
