package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	votes = Mutant{Name: "election/votes", Breaks: checker.ElectionSafety}
	slow  = Mutant{Name: "liveness/slow", Breaks: world.CommitLiveness}
	deep  = Mutant{Name: "snapshot/deep", Breaks: checker.LeaderCompleteness}
	same  = Mutant{Name: "commit/same", Breaks: checker.LeaderCompleteness, Equivalent: "It is."}
)

// result is a run of a scenario, killed by p unless that is empty.
func result(scenario string, p checker.Property, seed int, wall time.Duration) harness.Result {
	suite, name, _ := strings.Cut(scenario, "/")
	r := harness.Result{Suite: suite, Scenario: name, Seed: uint64(seed), Wall: wall}
	if p != "" {
		r.Failure = &world.Failure{Property: p}
	}
	return r
}

// judged are verdicts on the mutants above.
func judged() []Verdict {
	v := []Verdict{{Mutant: votes.Name}, {Mutant: slow.Name}, {Mutant: deep.Name}, {Mutant: same.Name}}
	v[0].add([]harness.Result{
		result("election/A", "", 1, 100*time.Millisecond),
		result("election/B", world.ElectionLiveness, 1, 200*time.Millisecond),
		result("agreement/C", checker.ElectionSafety, 1, 400*time.Millisecond),
	})
	v[1].add([]harness.Result{result("election/A", "", 1, time.Second), result("election/B", world.CommitLiveness, 1, time.Second)})
	v[2].add([]harness.Result{result("election/A", "", 1, time.Second), result("election/B", "", 1, time.Second)})
	v[2].add([]harness.Result{
		result("election/A", "", 2, time.Second),
		result("election/A", world.Undecided, 3, time.Second),
		result("election/A", world.Undecided, 4, time.Second),
	})
	return v
}

func TestVerdict(t *testing.T) {
	v := judged()
	require.Equal(t, Verdict{Mutant: votes.Name, Runs: 2, Kills: []Kill{
		{"election/B", world.ElectionLiveness, 1}, {"agreement/C", checker.ElectionSafety, 1},
	}}, v[0])
	require.Equal(t, []Kill{{"election/A", world.Undecided, 3}}, v[2].Kills, "a scenario counts with its first seed")

	k, killed := v[0].best(votes)
	require.True(t, killed)
	require.Equal(t, "agreement/C", k.Scenario, "proof of what is broken says more than a consequence")
	require.False(t, poor(votes, k))
	require.True(t, poor(votes, v[0].Kills[0]))
	require.False(t, poor(slow, v[1].Kills[0]), "no agreement is what a liveness bug is")

	_, killed = v[3].best(same)
	require.False(t, killed)
}

// TestFirstStepOfKills counts mutants that were killed by the message that is wrong
// first, and finds those that sent another one before.
func TestFirstStepOfKills(t *testing.T) {
	first := firstStep{Rules: []checker.Property{steps.OneVote}, Text: "One Vote"}
	mutants := []Mutant{
		{Name: "election/named", Breaks: checker.ElectionSafety, First: first},
		{Name: "election/hidden", Breaks: checker.ElectionSafety, First: first},
		{Name: "election/misnamed", Breaks: checker.ElectionSafety, First: first},
		{Name: "election/silent", Breaks: checker.ElectionSafety, First: firstStep{Text: "none: it is silent"}},
	}
	verdicts := make([]Verdict, len(mutants))
	for i, seen := range [][]checker.Property{{checker.ElectionSafety, steps.OneVote}, {checker.ElectionSafety}, {steps.OneLeader, steps.OneVote}, {checker.ElectionSafety}} {
		verdicts[i].Mutant = mutants[i].Name
		for n, p := range seen {
			verdicts[i].add([]harness.Result{result(fmt.Sprintf("election/%d", n), p, 1, time.Second)})
		}
	}
	r := newReport(mutants, verdicts, 0)
	s := r.score()
	require.Equal(t, []int{3, 2}, []int{s.stepped, s.named})
	require.Equal(t, []string{"election/misnamed (One Leader in election/0)"}, s.misnamed)
	require.ErrorContains(t, r.err(), "showed a first wrong step that their headers do not name: election/misnamed (One Leader in election/0)")
	k, _ := verdicts[0].best(mutants[0])
	require.Equal(t, steps.OneVote, k.Property, "it says more than what comes of it")
}

func TestHarnessFailureIsNoVerdict(t *testing.T) {
	var v Verdict
	v.add([]harness.Result{result("election/A", world.Harness, 1, time.Second)})
	require.Empty(t, v.Kills)
}

func TestReportText(t *testing.T) {
	r := newReport([]Mutant{same, votes, slow, deep}, append(judged()[:2], judged()[3]), 61*time.Second)
	golden(t, filepath.Join("testdata", "report.txt"), r.text())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	wants, gots := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range min(len(wants), len(gots)) {
		require.Equal(t, wants[i], gots[i], "line %d of %s; go test ./mutants -run %s -update writes it anew", i+1, path, t.Name())
	}
	require.Equal(t, len(wants), len(gots), "lines of %s; go test ./mutants -run %s -update writes it anew", path, t.Name())
}

func TestScenarioLines(t *testing.T) {
	r := newReport([]Mutant{same, votes, slow, deep}, judged(), 0)
	require.Equal(t, []scenarioLine{
		{"election/B", 2, []string{"liveness/slow"}},
		{"agreement/C", 1, nil},
		{"election/A", 0, nil},
	}, r.scenarioLines([]string{"election/A", "election/B", "agreement/C"}))
}

func TestScenariosNeedAReason(t *testing.T) {
	r := newReport([]Mutant{same, votes, slow, deep}, judged(), 0)
	require.NoError(t, r.unexplained([]string{"election/B", "election/ReElection"}))
	require.EqualError(t, r.unexplained([]string{"election/A", "election/B", "agreement/C"}),
		"kept.go has no reason to keep scenarios that kill nothing which others do not kill: agreement/C, election/A")
}

func TestExit(t *testing.T) {
	v := judged()
	all := []Mutant{votes, slow, deep, same}
	require.NoError(t, newReport(all, v, 0).err())

	require.EqualError(t, newReport(all, v[:2], 0).err(), "1 of 3 mutants survived: snapshot/deep")

	v[3].Kills = v[1].Kills
	require.EqualError(t, newReport(all, v, 0).err(), "called equivalent, and yet killed: commit/same")
}

func TestJudgeAllReportsEveryError(t *testing.T) {
	_, err := config{ctx: t.Context(), jobs: 2}.judgeAll([]Mutant{votes, slow, deep}, func(m Mutant) (Verdict, error) {
		if m.Name == slow.Name {
			return Verdict{}, nil
		}
		return Verdict{}, errors.New(m.Name + " is bad")
	})
	require.ErrorContains(t, err, "election/votes is bad")
	require.ErrorContains(t, err, "snapshot/deep is bad")
}

func TestJudgeAllEndsWhenAsked(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	_, err := config{ctx: ctx, jobs: 1}.judgeAll([]Mutant{votes, slow, deep}, func(m Mutant) (Verdict, error) {
		cancel(errors.New("interrupt"))
		return Verdict{}, nil
	})
	require.EqualError(t, err, "interrupt: 2 of 3 were not judged")
}

func TestKillsAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "results.json")
	kills := newReport([]Mutant{votes, slow, deep, same}, judged(), 0).kills()
	require.Len(t, kills, 3)
	require.NoError(t, writeKills(path, kills))
	got, err := readKills(path)
	require.NoError(t, err)
	require.Equal(t, kills, got)
}

func TestReadResults(t *testing.T) {
	const attr = "=== ATTR  TestMutant/election/A " + harness.ResultAttr + " "
	results, err := readResults(strings.NewReader("=== RUN   TestMutant\nnoise\n    " + attr + `{"Suite":"election","Scenario":"A","Seed":1}` + "\nPASS\n" +
		attr + `{"Suite":"election","Scenario":"B","Seed":1,"Failure":{"Property":"Kill"}}` + "\n"))
	require.NoError(t, err)
	require.Len(t, results, 2)
	require.Nil(t, results[0].Failure)
	require.Equal(t, world.ContractKill, results[1].Failure.Property)

	_, err = readResults(strings.NewReader(attr + `{"Suite":`))
	require.ErrorContains(t, err, `a result is not JSON`)

	hang := attr + `{"Wall":6000000000,"Failure":{"Property":"Waiting"}}` + "\n"
	results, err = readResults(strings.NewReader(strings.Repeat(hang, enoughHangs+3)))
	require.ErrorIs(t, err, errHangs)
	require.Len(t, results, enoughHangs)
}

func TestParseFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-budget=0":                "-budget, -jobs and -seeds must be at least 1",
		"-run=(":                   "-run: error parsing regexp",
		"-update -variants -run=.": "-variants -update needs all variants",
		"-update -quick":           "-update needs all scenarios",
		"-update -suite=election":  "-update needs all scenarios",
	} {
		_, err := parseFlags(strings.Fields(args))
		require.ErrorContains(t, err, want)
	}
}
