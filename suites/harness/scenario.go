package harness

import (
	"fmt"

	"github.com/raftcheck/raftcheck/raftiface"
)

// A Suite is a table of scenarios about one concern.
type Suite struct {
	// Name is the suite's package name, such as "election".
	Name string
	// About says in a sentence what the suite is about.
	About string
	// Scenarios are run in order, each in a world of its own.
	Scenarios []Scenario
}

// A Scenario is one story that a cluster lives through, and what must hold in
// it. Beyond what the story itself checks, every scenario is watched by the
// safety oracles, ends with a healed cluster that must commit again, and has
// its client history judged by Porcupine.
type Scenario struct {
	// Name is unique in the suite; with the suite's name before it
	// ("election/ReElection") it is unique altogether.
	Name string
	// Claim says in a sentence what must hold.
	Claim string
	// Paper is the section of the extended Raft paper it is about, or another
	// source.
	Paper string
	// Replicas is the size of the cluster.
	Replicas int
	// Needs are the features without which the scenario makes no sense. An
	// implementation that does not declare them all skips it.
	Needs raftiface.Features
	// SnapshotEvery is how far apart, in indexes, each replica's service takes
	// snapshots; 0 takes none. The replicas do not take them at the same
	// indexes.
	SnapshotEvery int
	// Story drives the cluster. It runs on one goroutine; its verbs end it at
	// the first failure.
	Story func(c *Cluster)
}

// Validate reports what is missing in the table, nil if it can be run.
func (s Suite) Validate() error {
	seen := map[string]bool{}
	for _, sc := range s.Scenarios {
		switch {
		case sc.Name == "" || sc.Claim == "" || sc.Paper == "" || sc.Story == nil:
			return fmt.Errorf("harness: suite %s: scenario %q needs a name, a claim, a paper section and a story", s.Name, sc.Name)
		case sc.Replicas < 1:
			return fmt.Errorf("harness: suite %s: scenario %s has %d replicas, want at least 1", s.Name, sc.Name, sc.Replicas)
		case seen[sc.Name]:
			return fmt.Errorf("harness: suite %s has two scenarios called %s", s.Name, sc.Name)
		case sc.SnapshotEvery > 0 && !sc.Needs.Snapshots:
			return fmt.Errorf("harness: suite %s: scenario %s takes snapshots but does not need the feature", s.Name, sc.Name)
		}
		seen[sc.Name] = true
	}
	return nil
}
