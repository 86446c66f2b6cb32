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

// classes are what kind of promise a property is.
var classes = map[checker.Property]world.Class{
	Protocol: world.Contract, world.NoExit: world.Contract, world.Progress: world.Liveness,
	world.Linearizability: world.Safety, world.Undecided: world.NoVerdict, world.Harness: world.NoVerdict,
}

// Finding is something that was found out about the nodes, or why nothing was.
type Finding struct {
	Property checker.Property
	Node     string        // empty if it is of all
	At       time.Duration // since the nodes were started
	Text     string
}

// isVerdict reports whether the nodes are wrong by it.
func (f Finding) isVerdict() bool { return classes[f.Property] != world.NoVerdict }

// String returns the finding as in other reports of the project.
func (f Finding) String() string {
	what, where := string(f.Property), ""
	if f.isVerdict() {
		what += " violated"
	}
	if f.Node != "" {
		where = f.Node + ": "
	}
	return fmt.Sprintf("%s at %s (%s): %s%s", what, seconds(f.At), classes[f.Property], where, f.Text)
}

// seconds writes a time for people.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3fs", d.Seconds()) }
