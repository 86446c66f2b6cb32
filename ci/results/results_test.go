package results

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// runOf returns a run of a scenario; facts are those of a violation, none for a
// pass.
func runOf(scenario string, seed uint64, facts ...string) Entry {
	r := harness.Result{Suite: "s", Scenario: scenario, Seed: seed, Replicas: 3, Virtual: time.Second, Wall: time.Duration(seed), Messages: 10, Bytes: 100, Commits: 5, Trace: "t"}
	if len(facts) > 0 {
		r.Failure = &world.Failure{Property: checker.ElectionSafety, At: time.Second, Facts: facts}
	}
	return Entry{Run: &RunOf{Scenario{Package: "p", Test: "T/" + scenario, Suite: "s", Scenario: scenario, Replicas: 3}, NewRun(r)}}
}

func seeds(first, count uint64) *Seeds { return &Seeds{first, count} }

// batch returns the entries for a batch that came to its end.
func batch(first, count uint64, runs ...Entry) []Entry {
	all := append([]Entry{{Begin: seeds(first, count)}}, runs...)
	return append(all, Entry{End: seeds(first, count)})
}

func built(entries ...Entry) *Results {
	var b Builder
	for _, e := range entries {
		b.Add(e)
	}
	return b.Results()
}

func bytesOf(t *testing.T, r *Results) string {
	var b bytes.Buffer
	require.NoError(t, r.Write(&b))
	return b.String()
}

func TestVerdict(t *testing.T) {
	pass, fail := runOf("A", 1), runOf("A", 1, "two leaders")
	known, undecided := runOf("A", 1, "as ever"), runOf("A", 1, "who knows")
	known.Run.Run.Known = true
	undecided.Run.Run.Failure.Property = world.Undecided
	problem := Entry{Problem: &Problem{Kind: "build failed", Package: "p"}}
	worse := Entry{Regression: &Regression{Suite: "s", Scenario: "A", Cost: "bytes a commit"}}
	for name, c := range map[string]struct {
		want    Verdict
		entries []Entry
	}{
		"passed":                          {Passed, batch(1, 1, pass)},
		"nothing asked":                   {Passed, nil},
		"a known issue":                   {Passed, batch(1, 1, known)},
		"violated":                        {Violated, batch(1, 1, fail)},
		"a cost regression":               {Violated, batch(1, 1, pass, worse)},
		"undecided":                       {NotJudged, batch(1, 1, undecided)},
		"a problem":                       {NotJudged, batch(1, 1, pass, problem)},
		"no scenario":                     {NotJudged, batch(1, 1)},
		"the batch did not end":           {NotJudged, []Entry{{Begin: seeds(1, 1)}, pass}},
		"a seed is missing":               {NotJudged, batch(1, 2, pass)},
		"a seed was asked for only":       {NotJudged, append([]Entry{{Ask: &Ask{Schema, []Seeds{{1, 2}}}}}, batch(1, 1, pass)...)},
		"violation beats what is missing": {Violated, append(batch(1, 5, fail), problem)},
	} {
		require.Equal(t, c.want, built(c.entries...).Verdict, name)
	}
}

func TestEndFromOutsideIsNoVerdict(t *testing.T) {
	for fact, property := range map[string]checker.Property{
		"the implementation ended the process (signal: killed), as os.Exit and log.Fatal do": world.NoExit,
		"the process died of a fatal error: runtime: out of memory":                          world.NoPanic,
		"the time for all tests (go test -timeout) was up":                                   world.ContractWaiting,
	} {
		e := runOf("A", 1, fact)
		e.Run.Run.Failure.Property = property
		require.Equal(t, NotJudged, built(batch(1, 1, e)...).Verdict, fact)
		e.Run.Run.Failure.Facts = []string{"of its own"}
		require.Equal(t, Violated, built(batch(1, 1, e)...).Verdict)
	}
}

func TestUnjudgedSeeds(t *testing.T) {
	r := built(append([]Entry{{Ask: &Ask{Schema, []Seeds{{1, 10}}}}},
		append(batch(1, 3, runOf("A", 1), runOf("A", 2), runOf("A", 3), runOf("B", 1), runOf("B", 3)), Entry{Begin: seeds(4, 3)}, runOf("A", 4))...)...)
	require.Equal(t, []Gap{{"", "", Seeds{4, 7}}, {"s", "B", Seeds{2, 1}}}, r.Unjudged)
	require.Equal(t, []Seeds{{1, 10}}, r.Asked)
}

// TestPinnedRuns has a regression, which is run with each batch and with a seed
// of its own.
func TestPinnedRuns(t *testing.T) {
	pinned := runOf("Regression", 77)
	pinned.Run.Pinned = true
	r := built(append(batch(1, 1, runOf("A", 1), pinned), batch(2, 1, runOf("A", 2), pinned)...)...)
	require.Empty(t, r.Unjudged)
	require.Equal(t, Passed, r.Verdict)
	require.Equal(t, 3, r.Runs())
}

func TestMergeIsOneRun(t *testing.T) {
	var whole, odd, even []Entry
	for seed := uint64(1); seed <= 6; seed++ {
		var b []Entry
		larger := runOf("A", seed)
		larger.Run.Replicas = int(seed) // as of a world that is another one with every seed
		if seed == 3 || seed == 6 {
			b = batch(seed, 1, larger, runOf("B", seed, "two leaders"))
		} else {
			b = batch(seed, 1, runOf("B", seed), larger)
		}
		b = append(b, Entry{Skip: &Scenario{Package: "p", Test: "T/C", Skipped: "needs snapshots"}})
		whole = append(whole, b...)
		if seed%2 == 0 {
			even = append(even, b...)
		} else {
			odd = append(odd, b...)
		}
	}
	want := bytesOf(t, built(whole...))
	a, b := built(odd...), built(even...)
	require.Equal(t, want, bytesOf(t, Merge(a, b)))
	require.Equal(t, want, bytesOf(t, Merge(b, a, b, Merge(a, b))), "any order, any number of times")
	require.NotEqual(t, want, bytesOf(t, Merge(a)))
	require.Equal(t, 2, Merge(a, b).Fingerprints[0].Count)
	require.EqualValues(t, 3, Merge(a, b).Fingerprints[0].FirstSeed)
}

func TestMergeMendsAGap(t *testing.T) {
	killed := built(Entry{Ask: &Ask{Schema, []Seeds{{1, 2}}}}, Entry{Begin: seeds(1, 2)}, runOf("A", 1))
	again := built(append([]Entry{{Ask: &Ask{Schema, []Seeds{{1, 2}}}}}, batch(1, 2, runOf("A", 1), runOf("A", 2))...)...)
	require.Equal(t, NotJudged, killed.Verdict)
	require.Equal(t, bytesOf(t, again), bytesOf(t, Merge(killed, again)))
	other := built(batch(3, 1, runOf("A", 3))...)
	require.Equal(t, NotJudged, Merge(killed, other).Verdict)
	require.Equal(t, []Gap{{"", "", Seeds{1, 2}}}, Merge(other, killed).Unjudged)
}

func TestMergeKeepsTheWorseOfTwoRuns(t *testing.T) {
	good, bad := built(batch(1, 1, runOf("A", 1))...), built(batch(1, 1, runOf("A", 1, "two leaders"))...)
	require.Equal(t, Violated, Merge(good, bad).Verdict)
	require.Equal(t, bytesOf(t, Merge(bad, good)), bytesOf(t, Merge(good, bad)))
}

func TestJournalOutlivesAKill(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, FileName), []byte("an earlier run's"), 0o666))
	j, err := CreateJournal(dir, []Seeds{{1, 4}})
	require.NoError(t, err)
	entries := append(batch(1, 2, runOf("A", 1), runOf("A", 2, `"x" is <lost>`)), Entry{Begin: seeds(3, 2)}, runOf("A", 3))
	for _, e := range entries {
		require.NoError(t, j.Add(e))
	}
	// No Close: the process is gone, and its last line is cut short.
	path := filepath.Join(dir, JournalName)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, data[:len(data)-7], 0o666))

	r, err := Load(dir)
	require.NoError(t, err)
	require.Equal(t, 2, r.Runs())
	require.Equal(t, []Gap{{"", "", Seeds{3, 2}}}, r.Unjudged)
	require.Equal(t, []string{`"x" is <lost>`}, r.Fingerprints[0].Facts)
}

func TestLoadWhatWasWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	r := built(batch(1, 2, runOf("A", 1), runOf("A", 2, "x"))...)
	require.NoError(t, r.WriteFile(filepath.Join(dir, FileName)))
	back, err := Load(dir)
	require.NoError(t, err)
	require.Equal(t, bytesOf(t, r), bytesOf(t, back))
	require.Contains(t, bytesOf(t, r), `"wall_ns": 2`)
	require.NotContains(t, bytesOf(t, r.WithoutTimings()), "wall_ns")
	require.Contains(t, bytesOf(t, r), `"wall_ns": 2`, "the original is as it was")
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	for content, says := range map[string]string{
		"":                                "results.json is not what the gate writes",
		`{"schema":"other/1"}`:            `results.json has the schema "other/1", want "raftcheck/results/1"`,
		`{"schema":"raftcheck/results/1"`: "results.json is not what the gate writes",
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, FileName), []byte(content), 0o666))
		_, err := Load(dir)
		require.ErrorContains(t, err, says)
	}
	for content, says := range map[string]string{
		"":                 "has no line that says which seeds were to be judged",
		"{\"begin\":{}}\n": "does not begin with the schema",
		"nonsense\n":       "line 1: ",
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, JournalName), []byte(content), 0o666))
		_, err := Load(dir)
		require.ErrorContains(t, err, says)
	}
	_, err := Load(t.TempDir())
	require.ErrorContains(t, err, "holds neither results.json nor results.jsonl")
	_, err = Load(filepath.Join(t.TempDir(), "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestRangesOfSeeds(t *testing.T) {
	require.Equal(t, []Seeds{{1, 5}, {8, 1}}, joined([]Seeds{{8, 1}, {3, 3}, {1, 2}, {4, 1}, {20, 0}}))
	all := []Seeds{{1, 10}, {20, 5}}
	require.Equal(t, []Seeds{{1, 1}, {4, 4}, {10, 1}, {22, 3}}, without(all, []Seeds{{2, 2}, {8, 2}, {15, 7}}))
	require.Empty(t, without(all, []Seeds{{0, 100}}))
	require.Equal(t, all, without(all, nil))
	require.Equal(t, "1–10, 22", Text([]Seeds{{1, 10}, {22, 1}}))
}

func TestFingerprints(t *testing.T) {
	first := "11.757154s  replica 0 said it is the leader of term 5"
	r := built(batch(1, 4,
		runOf("A", 1, first, `replica 2 applied #12 put(k3, "v9") at index 4; connected: [0 1 2]`),
		runOf("A", 2, "1m3.5s  replica 3 said it is the leader of term 77", `replica 1 applied #9 put(k0, "a \"b\"") at index 123; connected: [4]`, "Porcupine: illegal"),
		runOf("A", 3, "another thing"), runOf("A", 4), runOf("B", 4, first))...)
	require.Len(t, r.Fingerprints, 3)
	f := r.Fingerprints[0]
	require.Equal(t, []string{"N replica N said it is the leader of term N", `replica N applied #N put(kN, "…") at index N; connected: [N]`}, f.Shape)
	require.Equal(t, 2, f.Count)
	require.EqualValues(t, 1, f.FirstSeed)
	require.Equal(t, "go test p -run '^T$/^A$' -count=1 -v -raft.seed=1", f.Replay)
	require.Equal(t, "s/A: Election Safety violated, first with seed 1", f.Title())
	require.Equal(t, first, f.Facts[0])
	ids := map[string]bool{}
	for _, f := range r.Fingerprints {
		ids[f.ID] = true
		require.Regexp(t, `^[0-9a-f]{8}$`, f.ID)
	}
	require.Len(t, ids, 3)
}

func TestShapeOfAnIllegalHistoryIsItsClaim(t *testing.T) {
	f := Failure{Property: world.Linearizability, Facts: []string{"key \"k3\": no order explains that get(\"k3\") returned \"v\"\nunder way:\n  #3 put\n  #4 put", "before that: Commit Liveness"}}
	require.Equal(t, []string{`key "…": no order explains that get("…") returned "…"`}, shape(f))
	lines := ""
	for i := range 5 {
		lines += fmt.Sprintf("goroutine %d waits\n", i)
	}
	require.Equal(t, []string{"goroutine N waits"}, shape(Failure{Property: world.ContractKill, Facts: []string{lines}}), "however many there are")
}

// States that several runs, or shards, came to count once.
func TestStatesAreCountedOverShards(t *testing.T) {
	run := func(seed uint64, states string) Entry {
		e := runOf("A", seed)
		require.NoError(t, e.Run.Run.States.UnmarshalText([]byte(states+strings.Repeat("0", 256-len(states)))))
		return e
	}
	one, other := run(1, "011"), run(2, "0011")
	require.Equal(t, map[string]int{"s": 2, "all": 2}, built(one).States)
	require.Equal(t, map[string]int{"s": 3, "all": 3}, built(one, other).States)
	require.Equal(t, built(one, other), Merge(built(other), built(one), built(other)))
	require.Empty(t, built(runOf("A", 1)).States, "messages that were not understood")
}
