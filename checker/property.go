package checker

import (
	"fmt"
	"strings"
	"time"
)

// Property is a safety property that a [Safety] watches over.
type Property string

// The properties, in the Raft paper's words where it has them. The claims they
// make are in [Property.Claim].
const (
	ElectionSafety       Property = "Election Safety"
	TermMonotonicity     Property = "Term Monotonicity"
	TermUpdate           Property = "Term Update"
	LeaderAppendOnly     Property = "Leader Append-Only"
	LogMatching          Property = "Log Matching"
	LeaderCompleteness   Property = "Leader Completeness"
	StateMachineSafety   Property = "State Machine Safety"
	ApplyOrder           Property = "Apply Order"
	SnapshotMonotonicity Property = "Snapshot Monotonicity"
	SnapshotContent      Property = "Snapshot Content"
	StartIndex           Property = "Start Index"
)

// claims are what the properties promise; sections of the extended Raft paper
// where there is one, else the contract in package raftiface.
var claims = map[Property]string{
	ElectionSafety:       "at most one leader is elected in a term (§5.2)",
	TermMonotonicity:     "a replica's term never goes back, not across a restart either (§5.1)",
	TermUpdate:           "a replica that hears from a later term takes it over (§5.1)",
	LeaderAppendOnly:     "a leader only appends to its log (§5.3)",
	LogMatching:          "index and term identify an entry (§5.3)",
	LeaderCompleteness:   "a committed entry is in the log of every leader of a later term (§5.4)",
	StateMachineSafety:   "no two replicas apply different commands at one index (§5.4.3)",
	ApplyOrder:           "a replica delivers commands at strictly rising indexes (raftiface, apply order)",
	SnapshotMonotonicity: "a snapshot never moves a replica back (raftiface, messages)",
	SnapshotContent:      "a delivered snapshot is one that a service gave for that index (§7)",
	StartIndex:           "a command is applied only if Start took it, at the index Start returned (raftiface, apply order)",
}

// Claim says in one sentence what the property promises, and where that is
// written.
func (p Property) Claim() string { return claims[p] }

// Fact is something that was seen, for people to read.
type Fact struct {
	At      time.Duration // since the start of the run
	Replica int
	Text    string
}

// String returns the fact as a line: when, who, what.
func (f Fact) String() string {
	return fmt.Sprintf("%s  replica %d %s", seconds(f.At), f.Replica, f.Text)
}

// Violation is a property broken, and the facts that contradict each other.
type Violation struct {
	Property Property
	At       time.Duration // when it came to light
	Facts    []Fact        // in order of time; usually two
}

// String returns the property, its claim and the facts, a line each.
func (v Violation) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s violated: %s", v.Property, v.Property.Claim())
	for _, f := range v.Facts {
		fmt.Fprintf(&b, "\n  %s", f)
	}
	return b.String()
}
