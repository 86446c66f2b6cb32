package choice

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/explore"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// parsed returns the flags that arguments set.
func parsed(t *testing.T, args ...string) *Flags {
	f, flags := new(Flags), flag.NewFlagSet("command", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	f.Define(flags, 1)
	require.NoError(t, flags.Parse(args))
	return f
}

func all(harness.Scenario) bool { return true }

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		args   []string
		chosen []Suite
	}{
		{[]string{"-run", "InitialElection"}, []Suite{{"election", []string{"InitialElection"}}}},
		{[]string{"-run", "^(BasicAgree|Count)$"}, []Suite{{"agreement", []string{"BasicAgree", "Count"}}}},
		{[]string{"-run", "BasicAgree|^Count$"}, []Suite{{"agreement", []string{"BasicAgree", "Count"}}}},
		{[]string{"-suite", "transfer", "-run", "Storm"}, []Suite{{"transfer", []string{"Storm"}}}},
		{[]string{"-run", "leader/DeafLeader"}, []Suite{{"leadership", []string{"DeafLeader"}}}},
		{[]string{"-run", "^TestCommand$/^election$/^DeafLeader$"}, []Suite{{"election", []string{"DeafLeader"}}}},
		{[]string{"-raft.schedule", "schedule.json"}, []Suite{{chaos.Suite.Name, []string{chaos.FileScenario}}}},
		{[]string{"-raft.schedule", "schedule.json", "-suite", "explore"}, []Suite{{explore.Suite.Name, []string{chaos.FileScenario}}}},
	} {
		chosen, err := parsed(t, c.args...).Choose("TestCommand", "scenarios", all)
		require.NoError(t, err)
		require.Equal(t, c.chosen, chosen, "%v", c.args)
	}
	everything, err := parsed(t).Choose("TestCommand", "scenarios", all)
	require.NoError(t, err)
	require.Len(t, everything, len(SuiteNames()))
	elections, err := parsed(t).Choose("TestCommand", "scenarios", func(sc harness.Scenario) bool { return sc.ElectionsOnly })
	require.NoError(t, err)
	require.Less(t, len(elections), len(everything))
	require.Equal(t, "^TestCommand$/^agreement$/^(BasicAgree|Count)$", Suite{"agreement", []string{"BasicAgree", "Count"}}.Pattern("TestCommand"))
}

func TestWhatCannotBeChosen(t *testing.T) {
	schedule := filepath.Join(t.TempDir(), "schedule.json")
	require.NoError(t, os.WriteFile(schedule, []byte("{"), 0o666))
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-seeds", "0"}, "-seeds must be at least 1, got 0"},
		{[]string{"-deviations", "-1"}, "-deviations must be at least 0, got -1"},
		{[]string{"-suite", "elections"}, `there is no suite "elections"; there are election, `},
		{[]string{"-raft.schedule", schedule}, "-raft.schedule: "},
		{[]string{"-artifacts", filepath.Join(schedule, "below")}, "-artifacts: "},
		{[]string{"-run", "("}, "-run (: error parsing regexp"},
		{[]string{"-run", "a/b/c"}, "-run a/b/c: expected a scenario's name, or a suite's and a scenario's with a slash between"},
		{[]string{"-suite", "reads", "-run", "Nonesuch"}, `-suite "reads" and -run "Nonesuch" leave out all scenarios`},
	} {
		f := parsed(t, c.args...)
		err := f.Examine()
		if err == nil {
			_, err = f.Choose("TestCommand", "scenarios", all)
		}
		require.ErrorContains(t, err, c.says)
	}
	_, err := parsed(t, "-raft.schedule", schedule, "-run", "ReElection").Choose("TestCommand", "scenarios", all)
	require.ErrorContains(t, err, "leave out the scenario of -raft.schedule, which is chaos/Schedule")
}

func TestExamineMakesPathsAbsolute(t *testing.T) {
	t.Chdir(t.TempDir())
	f := parsed(t, "-artifacts", "left")
	require.NoError(t, f.Examine())
	require.True(t, filepath.IsAbs(f.Artifacts))
	require.DirExists(t, f.Artifacts)
	require.Empty(t, f.Schedule)
}

func TestSpread(t *testing.T) {
	chosen := []Suite{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	var mu sync.Mutex
	judged := map[string]int{}
	verdicts, err := Spread(t.Context(), chosen, 1, func(_ context.Context, s Suite, procs int) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		judged[s.Name]++
		require.Positive(t, procs)
		return "verdict on " + s.Name, nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{"verdict on a", "verdict on b", "verdict on c"}, verdicts)
	require.Equal(t, map[string]int{"a": 1, "b": 1, "c": 1}, judged)

	_, err = Spread(t.Context(), chosen, 1, func(_ context.Context, s Suite, _ int) (int, error) { return 0, errors.New("no " + s.Name) })
	require.EqualError(t, err, "no a\nno b\nno c")
}

func TestShellTakesWordsAsTheyAre(t *testing.T) {
	words := []string{"go", "-raft.seed=1", "a b", "it's", "", "$HOME", "^Test$/^a$", "ü"}
	out, err := exec.Command("sh", "-c", `printf '%s\n' `+Shell(words...)).Output()
	require.NoError(t, err)
	require.Equal(t, words, strings.Split(strings.TrimSuffix(string(out), "\n"), "\n"))
	require.Equal(t, "go run ./x -- python3", Shell("go", "run", "./x", "--", "python3"))
}
