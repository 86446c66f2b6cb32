package chaos

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
)

var scheduleFlag = flag.String("raft.schedule", "", "file with a schedule that suite chaos runs, as scenario Schedule")

// common is what all random worlds have in common.
var common = harness.Scenario{
	Name:  "Swarm",
	Claim: "Whatever happens to network, disks and replicas, clients see one copy of the data, and once the trouble ends the cluster commits again.",
	Paper: "§3, Figure 3",
}

// Suite is the table of the scenarios.
var Suite = harness.Suite{
	Name:      "chaos",
	About:     "Random worlds: from each seed a cluster, clients, and faults of a random subset of all kinds.",
	Scenarios: []harness.Scenario{swarm(), stalls()},
	Pinned:    pinned,
}

// swarm returns the scenario that is another world with every seed.
func swarm() harness.Scenario {
	sc := common
	sc.Replicas = 7
	sc.Seeds = 50
	sc.Vary = func(seed uint64, impl raftiface.Implementation) harness.Scenario {
		return Generate(seed, impl).Scenario()
	}
	return sc
}

// stalls returns the scenario in which the swarm's worlds have locks stall.
func stalls() harness.Scenario {
	sc := swarm()
	sc.Name = "Stalls"
	sc.Claim = "The same in worlds where goroutines stand still before they lock."
	sc.Seeds = 20
	sc.Stalls = true
	sc.Vary = func(seed uint64, impl raftiface.Implementation) harness.Scenario {
		sc := Generate(seed, impl).stalling().Scenario()
		sc.Name = "Stalls"
		return sc
	}
	return sc
}

// Scenario returns the schedule as a scenario.
func (s Schedule) Scenario() harness.Scenario {
	sc := common
	sc.Seed = &s.Seed
	sc.Replicas, sc.Members = s.Replicas, s.Members
	sc.SnapshotEvery = s.SnapshotEvery
	sc.Fates = s.fates()
	sc.Needs = s.needs()
	sc.Stalls = s.does(Stall)
	sc.Story = s.Story()
	sc.Reduce = s.reduce
	return sc
}

// needs are the features without which the schedule cannot be run.
func (s Schedule) needs() raftiface.Features {
	return raftiface.Features{
		Snapshots:      s.SnapshotEvery > 0,
		LeaderTransfer: s.does(Transfer),
		Membership:     s.Members > 0 || s.does(Join, Learn, Remove, Change),
		JointConsensus: s.does(Change),
		Learners:       s.does(Learn),
	}
}

// does reports whether the schedule has an action of one of the kinds.
func (s Schedule) does(kinds ...Kind) bool {
	return slices.ContainsFunc(s.Actions, func(a Action) bool { return slices.Contains(kinds, a.Do) })
}

// pinned returns the schedules that are run before all else: those in dir, and
// [Scheduled].
func pinned(dir string) (scenarios []harness.Scenario, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("chaos: %w", err)
	}
	for _, path := range paths {
		sc, err := fromFile(path, "regression "+strings.TrimSuffix(filepath.Base(path), ".json"))
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, sc)
	}
	scheduled, err := Scheduled("")
	return append(scenarios, scheduled...), err
}

// Scheduled returns the schedule that -raft.schedule names, if any. It is what a suite
// has pinned whose failures are schedules: see [harness.Suite].
func Scheduled(string) ([]harness.Scenario, error) {
	if *scheduleFlag == "" {
		return nil, nil
	}
	sc, err := fromFile(*scheduleFlag, FileScenario)
	if err != nil {
		return nil, err
	}
	return []harness.Scenario{sc}, nil
}

// FileScenario is the name of the scenario that -raft.schedule adds.
const FileScenario = "Schedule"

func fromFile(path, name string) (harness.Scenario, error) {
	s, err := ReadFile(path)
	if err != nil {
		return harness.Scenario{}, err
	}
	sc := s.Scenario()
	sc.Name = strings.ReplaceAll(name, " ", "-")
	return sc, nil
}
