package harness

import (
	"fmt"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A Suite is a table of scenarios about one concern.
type Suite struct {
	// Name is the suite's package name, such as "election".
	Name string
	// About says in a sentence what the suite is about.
	About string
	// Scenarios are run in order, each in a world of its own.
	Scenarios []Scenario
	// Pinned, if not nil, returns scenarios that are run before those. It is
	// given the directory of the regressions that the package under test keeps,
	// which need not exist.
	Pinned func(dir string) ([]Scenario, error)
}

// RegressionsDir is where a package keeps the regressions of its suites, below
// the directory that go test runs it in.
const RegressionsDir = "testdata/regressions"

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
	// Members is how many replicas, from the first on, vote at the begin; 0 is all.
	// The others may join, so the features that are needed are Membership at least.
	Members int
	// Needs are the features without which the scenario makes no sense. An
	// implementation that does not declare them all skips it.
	Needs raftiface.Features
	// ElectionsOnly says that the story is about elections alone: it gives no
	// commands but by Commit, and nobody crashes. Rafts that do no more than elect
	// are judged by it.
	ElectionsOnly bool
	// Stalls says that locks stall in the story. An implementation that is built
	// without the stand-in for package sync, whose locks cannot, skips it.
	Stalls bool
	// SnapshotEvery is how far apart, in indexes, each replica's service takes
	// snapshots; 0 takes none. The replicas do not take them at the same
	// indexes.
	SnapshotEvery int
	// Fates are what becomes of single messages, by [labrpc.Event.Datagram], whatever
	// the story has the network do.
	Fates map[uint64]labrpc.Fate
	// Story drives the cluster. It runs on one goroutine; its verbs end it at
	// the first failure.
	Story func(c *world.Cluster)

	// Vary, if not nil, returns the scenario as it is with a seed, with a story,
	// a size and snapshots of its own. Replicas is then the largest size.
	Vary func(seed uint64, impl raftiface.Implementation) Scenario
	// Search, if not nil, takes the place of the story: with each seed many worlds are
	// played, and one is reported. Replicas is then the size of them all.
	Search func(s Search) Searched
	// Seeds is how many seeds the scenario is run with if no flag chooses any;
	// 0 is 1.
	Seeds int
	// Seed, if not nil, is the only seed that the scenario is run with.
	Seed *uint64
	// Reduce, if not nil, looks for a smaller scenario that fails in the same
	// way. See -raft.shrink.
	Reduce func(r Reduction) Reduced
}

// A Reduction is the search for a smaller scenario that fails in the same way.
type Reduction struct {
	// Failure is that of the scenario as it is.
	Failure world.Failure
	// Fails runs a scenario that has a seed of its own, and returns what there is to tell
	// of it, nil if the same property is not violated.
	Fails func(Scenario) *world.Account
	// Spent reports whether the time for the search is up.
	Spent func() bool
}

// Reduced is what a search found.
type Reduced struct {
	// Scenario is the smallest one, with a seed of its own.
	Scenario Scenario
	// Content is that of a file that describes it. The test named Test, beside
	// the scenario's own, runs it if Flag names the file.
	Content    []byte
	Test, Flag string
	// Summary says what became smaller.
	Summary string
}

// A Search plays many worlds in place of one, to find one in which something is wrong.
type Search struct {
	// Seed is the one that the scenario is run with.
	Seed           uint64
	Implementation raftiface.Implementation
	// Play plays a scenario that has a seed of its own. With contents the trace keeps
	// what messages say.
	Play func(sc Scenario, contents bool) *world.Account
}

// Searched is what a search came to.
type Searched struct {
	// Scenario, with a seed of its own, is the first one in which something was wrong, and
	// any other one if there is none. It is run once more, to be reported.
	Scenario Scenario
	// Claim says in a sentence what was tried, and what came of it.
	Claim string
}

// as returns the scenario as it is with a seed.
func (sc Scenario) as(seed uint64, impl raftiface.Implementation) Scenario {
	if sc.Vary == nil {
		return sc
	}
	return sc.Vary(seed, impl)
}

// plan returns the world of a run, within the limits that the flags set.
func (sc Scenario) plan(impl raftiface.Implementation, seed uint64, contents bool) world.Plan {
	return world.Plan{
		Implementation: impl, Replicas: sc.Replicas, Members: sc.Members, Seed: seed, SnapshotEvery: sc.SnapshotEvery, Fates: sc.Fates,
		Contents: contents, Realtime: *realtimeFlag, TolerateLeaks: !*leaksFlag,
		Limits: bubble.Limits{Patience: *patienceFlag, Memory: *memoryFlag},
	}
}

// seeds returns the seeds to run the scenario with: n from the first on.
func (sc Scenario) seeds() (first, n uint64) {
	switch {
	case sc.Seed != nil:
		return *sc.Seed, 1
	case sc.Seeds > 0 && !seedsChosen():
		return *seedFlag, uint64(sc.Seeds)
	}
	return *seedFlag, uint64(*seedsFlag)
}

// Validate reports what is missing in the table, nil if it can be run.
func (s Suite) Validate() error {
	seen := map[string]bool{}
	for _, sc := range s.Scenarios {
		switch {
		case sc.Name == "" || sc.Claim == "" || sc.Paper == "" || sc.Story == nil && sc.Vary == nil && sc.Search == nil:
			return fmt.Errorf("harness: suite %s: scenario %q needs a name, a claim, a paper section and a story", s.Name, sc.Name)
		case sc.Replicas < 1:
			return fmt.Errorf("harness: suite %s: scenario %s has %d replicas, want at least 1", s.Name, sc.Name, sc.Replicas)
		case sc.Members < 0 || sc.Members > sc.Replicas || sc.Members > 0 && !sc.Needs.Membership:
			return fmt.Errorf("harness: suite %s: scenario %s begins with %d members of %d replicas, and needs the feature Membership: %t", s.Name, sc.Name, sc.Members, sc.Replicas, sc.Needs.Membership)
		case seen[sc.Name]:
			return fmt.Errorf("harness: suite %s has two scenarios called %s", s.Name, sc.Name)
		case sc.SnapshotEvery > 0 && !sc.Needs.Snapshots:
			return fmt.Errorf("harness: suite %s: scenario %s takes snapshots but does not need the feature", s.Name, sc.Name)
		}
		seen[sc.Name] = true
	}
	return nil
}
