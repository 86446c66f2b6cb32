package suites

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

var update = flag.Bool("update", false, "write the golden files anew")

// records are of every verdict.
func records() []*harness.Record {
	scenario := func(name string, needs raftiface.Features) harness.Scenario {
		return harness.Scenario{Name: name, Needs: needs}
	}
	run := func(seed uint64, property string) harness.Result {
		r := harness.Result{Seed: seed, Virtual: 1500 * time.Millisecond, Wall: time.Duration(seed), Messages: 80, Bytes: 3084, Commits: 17, Operations: 16}
		if property != "" {
			r.Failure = &world.Failure{Property: checker.Property(property)}
		}
		return r
	}
	known := []raftiface.KnownIssue{{Scenario: "persistence/Figure8", Property: "Claim", Facts: "by count", Reason: "commits by count", Address: "https://example.com/1"}}
	expected := run(1, "Claim")
	expected.Known = true
	none := raftiface.Features{}
	return []*harness.Record{
		{Suite: "election", Scenario: scenario("ReElection", none), Results: []harness.Result{run(1, ""), run(2, "")}},
		{Suite: "election", Scenario: scenario("Bridge", none), Results: []harness.Result{run(1, ""), run(2, "Claim")}, Failed: true},
		{Suite: "election", Scenario: scenario("Quiet", raftiface.Features{PreVote: true, CheckQuorum: true}), Lacking: []string{"PreVote"}, Skipped: "it needs PreVote"},
		{Suite: "persistence", Scenario: scenario("Figure8", none), Known: known, Results: []harness.Result{expected}},
		{Suite: "persistence", Scenario: scenario("Figure8Again", none), Known: known, Results: []harness.Result{expected, run(2, "Panic")}, Failed: true},
		{Suite: "persistence", Scenario: scenario("Persist1", none), Known: known, Results: []harness.Result{run(1, "")}, Failed: true},
		{Suite: "persistence", Scenario: scenario("Persist2", none), Known: []raftiface.KnownIssue{{Property: "Claim", Reason: "now and then", Rare: true}}, Results: []harness.Result{run(1, "")}},
		{Suite: "snapshot", Scenario: scenario("Basic", raftiface.Features{Snapshots: true}), Results: []harness.Result{run(1, "")}},
		{Suite: "snapshot", Scenario: scenario("NoVerdict", none), Failed: true},
	}
}

func TestReportHasTheFormThatItsSchemaNames(t *testing.T) {
	impl := raftiface.Implementation{Name: "some raft", Version: "1.2", Features: raftiface.Features{Snapshots: true, CheckQuorum: true}}
	golden := filepath.Join("testdata", "conformance.json")
	path := filepath.Join(t.TempDir(), "reports", "conformance.json")
	require.NoError(t, writeReport(path, NewReport(impl, records())))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile(golden, got, 0o666))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "a field that changes its meaning needs another Schema; then: go test ./suites -update")
}

func TestReportsAddUp(t *testing.T) {
	impl := raftiface.Implementation{Name: "some raft"}
	all := records()
	sum := NewReport(impl, all[:3])
	sum.Add(NewReport(impl, all[3:]))
	require.Equal(t, NewReport(impl, all), sum)
}

// TestJudged is run by TestRunWritesReport in processes of its own.
func TestJudged(t *testing.T) {
	impl := raft.Implementation()
	switch os.Getenv("RAFTCHECK_TEST_JUDGED") {
	case "good":
		Run(t, impl, Only("election"))
	case "bad":
		impl.Make = func(raftiface.Env) (raftiface.Raft, error) { os.Exit(3); return nil, nil }
		Run(t, impl, Only("election"), Conformance(filepath.Join(os.Getenv("RAFTCHECK_TEST_DIR"), "option.json")))
	default:
		t.Skip("for TestRunWritesReport")
	}
}

// judged runs TestJudged, with one scenario.
func judged(t *testing.T, what, dir string, flags ...string) error {
	command := exec.Command(os.Args[0], append([]string{"-test.run=^TestJudged$/^election$/^InitialElection$"}, flags...)...)
	command.Env = append(os.Environ(), "RAFTCHECK_TEST_JUDGED="+what, "RAFTCHECK_TEST_DIR="+dir)
	return command.Run()
}

func readReport(t *testing.T, path string) (r Report) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &r))
	return r
}

func TestRunWritesReport(t *testing.T) {
	dir := t.TempDir()

	t.Run("of what passes, by the flag", func(t *testing.T) {
		path := filepath.Join(dir, "good.json")
		require.NoError(t, judged(t, "good", dir, "-raft.conformance="+path, "-raft.seeds=2", "-raft.seed=7"))
		r := readReport(t, path)
		require.Equal(t, Summary{Passed: 1}, r.Summary)
		require.Equal(t, Seeds{7, 2}, r.Scenarios[0].Seeds)
		require.Positive(t, r.Scenarios[0].Numbers.Messages)

		isolated := filepath.Join(dir, "isolated.json")
		require.NoError(t, judged(t, "good", dir, "-raft.conformance="+isolated, "-raft.seeds=2", "-raft.seed=7", "-raft.isolate"))
		require.Equal(t, r, readReport(t, isolated), "isolation changes nothing")
	})
	t.Run("of what dies, by the option", func(t *testing.T) {
		path := filepath.Join(dir, "option.json")
		require.Error(t, judged(t, "bad", dir, "-raft.isolate"))
		r := readReport(t, path)
		require.Equal(t, Summary{Failed: 1}, r.Summary)
		require.Equal(t, []SeedFailure{{Seed: 1, Property: "Exit", Class: world.Contract}}, r.Scenarios[0].Failures)
	})
	t.Run("but leaves no old one", func(t *testing.T) {
		require.Error(t, judged(t, "bad", dir))
		require.NoFileExists(t, filepath.Join(dir, "option.json"))
	})
}
