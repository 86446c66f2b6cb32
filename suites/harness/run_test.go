package harness

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// childEnv makes TestChild run.
const childEnv = "HARNESS_TEST_CHILD"

// TestChild is what the tests of Run look at from outside: scenarios that fail
// are among it.
func TestChild(t *testing.T) {
	if os.Getenv(childEnv) == "" {
		t.Skip("for other tests only: some of its scenarios fail")
	}
	impl := raft.Implementation()
	makeRaft := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		if *panicsFlag {
			panic("whatever it is asked")
		}
		env.Logf("term %d begins", 1)
		return makeRaft(env)
	}
	impl.Sizes = []int{3, 5}
	impl.Known = []raftiface.KnownIssue{
		{Scenario: "child/KnownFails", Property: "Claim", Facts: "^two is", Reason: "it counts wrong", Address: "https://example.com/1"},
		{Scenario: "child/KnownPasses", Property: "Claim", Reason: "it counted wrong once"},
		{Scenario: "child/KnownRare", Property: "Claim", Reason: "it counts wrong at times", Rare: true},
		{Scenario: "child/KnownOther", Property: "Claim", Facts: "^three is", Reason: "it counts three wrong", Rare: true},
		{Scenario: "child/KnownMostly", Property: "Claim", Facts: "^seed [1-9] ", Reason: "it counts to ten only"},
	}
	named := func(name string, needs raftiface.Features, story func(c *world.Cluster)) Scenario {
		return Scenario{Name: name, Claim: "Two is two.", Paper: "§0", Replicas: 3, Needs: needs, Story: story}
	}
	passes := func(c *world.Cluster) { c.Commit(3) }
	fails := func(c *world.Cluster) {
		c.Commit(3)
		c.Crash(2)
		c.Check(false, "two is %d", 3)
	}
	Run(t, impl, Suite{Name: "child", Scenarios: []Scenario{
		named("Passes", raftiface.Features{}, passes),
		named("Fails", raftiface.Features{}, fails),
		named("Needs", raftiface.Features{Snapshots: true, PreVote: true, ReadIndex: true}, passes),
		named("KnownFails", raftiface.Features{}, fails),
		named("KnownPasses", raftiface.Features{}, passes),
		named("KnownRare", raftiface.Features{}, passes),
		named("KnownOther", raftiface.Features{}, fails),
		named("KnownMostly", raftiface.Features{}, func(c *world.Cluster) { c.Check(false, "seed %d is wrong", c.Seed()) }),
		{Name: "Four", Claim: "Two is two.", Paper: "§0", Replicas: 4, Story: passes},
		named("FailsAnyhow", raftiface.Features{}, failsAnyhow()),
		reducible(named("Reducible", raftiface.Features{}, failsIn(12))),
		named("LeavesSignals", raftiface.Features{}, func(c *world.Cluster) {
			for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
				c.Check(signal.Ignored(s), "%v would end this process", s)
			}
		}),
		named("EndsInReplay", raftiface.Features{}, endsInReplay()),
		named("Prints", raftiface.Features{}, func(c *world.Cluster) { fmt.Println("printed with seed", c.Seed()) }),
		named("WaitsLater", raftiface.Features{}, func(c *world.Cluster) {
			if c.Seed() == 3 || c.Seed() == 5 {
				waits(t, c.Seed() == 5)
			}
		}),
		named("Waits", raftiface.Features{}, func(c *world.Cluster) { waits(t, true) }),
		named("Costs", raftiface.Features{}, func(c *world.Cluster) { c.CheckCost("pounds", 3, 2) }),
		named("FailsOften", raftiface.Features{}, func(c *world.Cluster) { c.Check(c.Seed()%2 == 0, "seed %d is odd", c.Seed()) }),
	}})
}

// panicsFlag makes all Rafts of TestChild panic.
var panicsFlag = flag.Bool("child.panics", false, "")

// lifeEnv names the pipe that scenarios hold while they wait.
const lifeEnv = "HARNESS_TEST_LIFE"

// waits holds that pipe until the process is ended, and may say that it does.
func waits(t *testing.T, says bool) {
	life, err := os.OpenFile(os.Getenv(lifeEnv), os.O_WRONLY, 0)
	require.NoError(t, err)
	if says {
		fmt.Fprintln(life, os.Getpid())
	}
	<-outside
}

// outside is a channel of no bubble.
var outside = make(chan int)

// endsInReplay returns a story that fails, and ends its process the second time.
func endsInReplay() func(c *world.Cluster) {
	runs := 0
	return func(c *world.Cluster) {
		if runs++; runs == 2 {
			os.Exit(3)
		}
		c.Check(false, "seed %d is no good", c.Seed())
	}
}

// failsAnyhow returns a story that takes another course each time.
func failsAnyhow() func(c *world.Cluster) {
	runs := 0
	return func(c *world.Cluster) {
		runs++
		c.Commit(3)
		c.Crash(runs % 3)
		c.Check(false, "nobody knows why")
	}
}

// failsIn returns a story that fails after a number of commits.
func failsIn(commits int) func(c *world.Cluster) {
	return func(c *world.Cluster) {
		for range commits {
			c.Commit(3)
		}
		c.Check(commits < 5, "%d is too many", commits)
	}
}

// reducible is the scenario that is failsIn, with fewer commits if need be.
func reducible(sc Scenario) Scenario {
	sc.Reduce = func(r Reduction) Reduced {
		seed, smallest, runs := uint64(11), sc, 0
		for commits := 11; !r.Spent(); commits-- {
			candidate := sc
			candidate.Story, candidate.Seed = failsIn(commits), &seed
			runs++
			if r.Fails(candidate) == nil {
				break
			}
			smallest = candidate
		}
		return Reduced{Scenario: smallest, Content: []byte("{}"), Test: "Schedule", Flag: "-child.schedule", Summary: fmt.Sprintf("in %d runs", runs)}
	}
	return sc
}

// child runs scenarios of TestChild, "" for all, and returns the output.
func child(t *testing.T, scenario string, flags ...string) (output string, passed bool) {
	exe, err := os.Executable()
	require.NoError(t, err)
	pattern := ""
	if scenario != "" {
		pattern = "^" + scenario + "$"
	}
	cmd := exec.Command(exe, append([]string{"-test.run=^TestChild$/" + pattern, "-test.v"}, flags...)...)
	cmd.Env = append(os.Environ(), childEnv+"=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	return string(out), err == nil
}

func TestRunPasses(t *testing.T) {
	out, passed := child(t, "Passes", "-raft.seed=7")
	require.True(t, passed)
	require.Regexp(t, `\.\.\. Passed -- +\d+\.\d  3 +\d+ +\d+ +\d+   seed 7, \d+ operations judged, trace [0-9a-f]{16}\n`, out)

	m := regexp.MustCompile(`=== ATTR  TestChild/Passes raftcheck.result (.*)`).FindStringSubmatch(out)
	require.NotNil(t, m, "the result is attached to the test")
	var r Result
	require.NoError(t, json.Unmarshal([]byte(m[1]), &r))
	require.Equal(t, "child", r.Suite)
	require.Equal(t, uint64(7), r.Seed)
	require.Nil(t, r.Failure)
}

func TestRunSkipsWhatItCannotAsk(t *testing.T) {
	out, passed := child(t, "Needs")
	require.True(t, passed)
	require.Contains(t, out, "child/Needs needs the feature PreVote, ReadIndex, which raftcheck/raft does not declare")
	require.Contains(t, out, "--- SKIP: TestChild/Needs")
}

func TestRunReportsKnownIssues(t *testing.T) {
	dir := t.TempDir()
	out, passed := child(t, "KnownFails", "-raft.artifacts="+dir)
	require.True(t, passed, "a failure that is expected")
	require.Contains(t, out, "  replay:    go test ")
	require.FileExists(t, filepath.Join(dir, "child-KnownFails-seed1", "run.json"))
	require.Contains(t, out, "known issue: it counts wrong https://example.com/1")
	require.Contains(t, out, "Claim violated at ")
	require.Contains(t, out, "two is 3")
}

// A failure that nobody expects comes after many that are expected.
func TestKnownIssuesHideNoOther(t *testing.T) {
	for _, how := range []string{"-raft.procs=1", "-raft.procs=3"} {
		dir := t.TempDir()
		out, passed := child(t, "KnownMostly", "-raft.seeds=11", how, "-raft.artifacts="+dir)
		require.False(t, passed)
		require.FileExists(t, filepath.Join(dir, "child-KnownMostly-seed1", "run.json"))
		require.FileExists(t, filepath.Join(dir, "child-KnownMostly-seed10", "run.json"))
		require.FileExists(t, filepath.Join(dir, "child-KnownMostly-seed11", "run.json"))
		require.Equal(t, maxKnownReports+2, strings.Count(out, "  replay: "), "full reports")
		require.Equal(t, 9, strings.Count(out, "known issue: "))
	}
}

func TestRunFailsForKnownIssuesThatAreNone(t *testing.T) {
	out, passed := child(t, "KnownPasses")
	require.False(t, passed)
	require.Contains(t, out, "child/KnownPasses did not fail in the way that is declared as a known issue (Claim: it counted wrong once): if some seeds show it, declare it as rare, and otherwise no more")
}

// A known issue does not hide another one of the same scenario.
func TestRunReportsWhatIsNotTheKnownIssue(t *testing.T) {
	out, passed := child(t, "KnownOther", "-raft.artifacts="+t.TempDir())
	require.False(t, passed)
	require.NotContains(t, out, "known issue")
	require.Contains(t, out, "two is 3")
}

func TestRunFailsForTheClassesThatItIsTold(t *testing.T) {
	for _, isolate := range []bool{false, true} {
		flags := []string{fmt.Sprint("-raft.isolate=", isolate), "-raft.artifacts=" + t.TempDir()}
		out, passed := child(t, "Costs", flags...)
		require.False(t, passed)
		require.Contains(t, out, "  class:     cost\n")

		out, passed = child(t, "Costs", append(flags, "-raft.fail=safety,contract")...)
		require.True(t, passed)
		require.Contains(t, out, "not counted: a verdict of class cost, which is none of those that fail a test (-raft.fail=safety,contract)")
		require.Contains(t, out, "pounds: 3, want at most 2")

		_, passed = child(t, "Fails", append(flags, "-raft.fail=safety,contract")...)
		require.False(t, passed)
	}
	out, passed := child(t, "Costs", "-raft.fail=safety,speed")
	require.False(t, passed)
	require.Contains(t, out, `"speed" is none of safety,liveness,contract,cost`)
}

func TestRunSkipsClustersOfOtherSizes(t *testing.T) {
	out, passed := child(t, "Four")
	require.True(t, passed)
	require.Contains(t, out, "child/Four has a cluster of 4; raftcheck/raft is made for clusters of [3 5]")
}

func TestRunSkipsWhatIsAboutMoreThanElections(t *testing.T) {
	impl := raftiface.Implementation{Name: "young", ElectionsOnly: true}
	require.Equal(t, "s/Log is about more than elections, and young does no more than elect",
		newRecord(impl, Suite{Name: "s"}, Scenario{Name: "Log", Replicas: 3}).Skipped)
	require.Empty(t, newRecord(impl, Suite{Name: "s"}, Scenario{Name: "Vote", Replicas: 3, ElectionsOnly: true}).Skipped)
}

func TestRunSkipsStallsWithoutTheStandIn(t *testing.T) {
	impl := raftiface.Implementation{Name: "plain"}
	require.Equal(t, "s/Late has locks stall, and those of plain cannot: it is built without the stand-in for package sync (go doc github.com/raftcheck/raftcheck/standin)",
		newRecord(impl, Suite{Name: "s"}, Scenario{Name: "Late", Replicas: 3, Stalls: true}).Skipped)
}

func TestRunTakesAPassForARareIssue(t *testing.T) {
	_, passed := child(t, "KnownRare")
	require.True(t, passed)
}

func TestRunCountsFailures(t *testing.T) {
	dir := t.TempDir()
	out, passed := child(t, "FailsOften", "-raft.seeds=10", "-raft.artifacts="+dir)
	require.False(t, passed)
	require.Contains(t, out, "5 of 10 seeds failed")
	require.Equal(t, maxReports, strings.Count(out, "  replay: "), "full reports")
	require.Contains(t, out, "seed 9: Claim")
	kept, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, kept, maxReports)
}

func TestFailFastStopsAtTheFirstSeedThatFails(t *testing.T) {
	for _, how := range []string{"-raft.procs=1", "-raft.isolate", "-raft.procs=4"} {
		dir := t.TempDir()
		out, passed := child(t, "FailsOften", "-raft.seed=2", "-raft.seeds=10", "-test.failfast", how, "-raft.artifacts="+dir)
		require.False(t, passed)
		require.Contains(t, out, "1 of 2 seeds failed")
		require.NotContains(t, out, "seed 4", "seed 3 failed")
		kept, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Len(t, kept, 1, "those after it leave nothing")

		out, passed = child(t, "KnownFails", "-raft.seeds=3", "-test.failfast", how, "-raft.artifacts="+t.TempDir())
		require.True(t, passed)
		require.Equal(t, 3, strings.Count(out, "known issue: "), "failures that are expected stop nothing")
	}
}

func TestRunKeepsArtifactsOfPassesOnDemand(t *testing.T) {
	dir := t.TempDir()
	_, passed := child(t, "Passes", "-raft.keep", "-raft.artifacts="+dir)
	require.True(t, passed)
	require.FileExists(t, filepath.Join(dir, "child-Passes-seed1", "trace.txt"))
}

// TestReport compares the whole report of a failure, and looks at what it left.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	out, passed := child(t, "Fails", "-raft.seed=3", "-raft.artifacts="+dir)
	require.False(t, passed)

	kept := filepath.Join(dir, "child-Fails-seed3")
	want := `    child/Fails, seed 3: Claim violated at T: what the scenario claims holds
            two is 3
          last faults:
               T  crash [2]
          messages:  16 of 16 understood, no wrong step among them
          class:     safety
          claim:     Two is two. (§0)
          replay:    go test github.com/raftcheck/raftcheck/suites/harness -run '^TestChild$/^Fails$' -count=1 -v -raft.seed=3
          replayed:  same trace (46 events)
          artifacts: ` + kept + ` (around.txt, history.html, history.jsonl, issue.md, replicas.log, report.txt, run.json, trace.txt)
`
	got := regexp.MustCompile(` +\d+\.\d{6}s`).ReplaceAllString(out, " T")
	require.Contains(t, collapse(got), collapse(want))

	report := read(t, kept, "report.txt")
	require.Contains(t, report, "two is 3")
	require.Contains(t, report, "replay:    go test ")
	trace := read(t, kept, "trace.txt")
	require.Contains(t, trace, "crash [2]")
	require.Contains(t, trace, `put(k1, "v1") at index 1`)
	history, err := checker.ReadHistory(strings.NewReader(read(t, kept, "history.jsonl")))
	require.NoError(t, err)
	require.Equal(t, checker.Done, history[0].Outcome)
	require.Contains(t, read(t, kept, "history.html"), "crash [2]", "the faults are in the picture")
	require.Regexp(t, `(?m)^ +0\.\d{6}s  0  term 1 begins$`, read(t, kept, "replicas.log"))
}

func TestReportSaysWhatDoesNotReplay(t *testing.T) {
	out, passed := child(t, "FailsAnyhow", "-raft.artifacts="+t.TempDir())
	require.False(t, passed)
	require.Regexp(t, `replayed:  not replayed: first difference at event \d+\n\s+first run:   0\.\d{6}s  halt     1\n\s+second run:  0\.\d{6}s  halt     2\n`, out)

	out, _ = child(t, "FailsAnyhow", "-raft.prove=false", "-raft.artifacts="+t.TempDir())
	require.NotContains(t, out, "replayed")
}

// TestReplayOfAnotherVerdict has a run that passed be one that is said to have failed.
func TestReplayOfAnotherVerdict(t *testing.T) {
	sc := Scenario{Name: "Passes", Replicas: 3, Story: func(c *world.Cluster) { c.Commit(3) }}
	r, evidence := RunSeed(t, raft.Implementation(), "test", sc, 1)
	require.Nil(t, r.Failure)
	r.Failure = &world.Failure{Property: world.Claim}
	proof, again := evidence.replayed(t, raft.Implementation(), "test", r)
	require.Regexp(t, `^not replayed: same trace \(\d+ events\), but the second run passed: `, proof)
	require.Same(t, evidence, again)
}

func TestReportOfWhatCanBeReduced(t *testing.T) {
	dir := t.TempDir()
	out, passed := child(t, "Reducible", "-raft.artifacts="+dir)
	require.False(t, passed)
	require.Contains(t, out, "12 is too many")
	schedule := filepath.Join(dir, "child-Reducible-seed1", "shrunk", "schedule.json")
	require.Regexp(t, `shrunk:    in 8 runs, in \d+\.\d s\n\s+replay:    go test .* -run '\^TestChild\$/\^Schedule\$' -count=1 -v -raft.seed=11 -child.schedule=`+schedule+`\n\s+story:\n`, out)
	require.Regexp(t, `story:\n(.*\n)+.*put\(k1, "v1"\).*\n(.*\n)+.*5 is too many`, out)
	require.Equal(t, "{}", read(t, filepath.Dir(schedule), "schedule.json"))
	require.Contains(t, read(t, filepath.Dir(schedule), "report.txt"), "5 is too many")

	out, _ = child(t, "Reducible", "-raft.shrink=0", "-raft.artifacts="+t.TempDir())
	require.NotContains(t, out, "shrunk")
}

// TestReplayCommandWorks runs the command of a report as it is printed.
func TestReplayCommandWorks(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
	first, _ := child(t, "Fails", "-raft.seed=5", "-raft.artifacts="+t.TempDir())
	command := regexp.MustCompile(`replay: +(.*)`).FindStringSubmatch(first)
	require.NotNil(t, command)
	cmd := exec.Command("sh", "-c", command[1])
	cmd.Env = append(os.Environ(), childEnv+"=1", "TMPDIR="+t.TempDir())
	again, err := cmd.CombinedOutput()
	require.Error(t, err)
	line := regexp.MustCompile(`FAILED --.*`)
	require.NotEmpty(t, line.FindString(first))
	require.Equal(t, line.FindString(first), line.FindString(string(again)), "the same run, to the hash of its trace")
}

func TestReplayCommandQuotes(t *testing.T) {
	require.Contains(t, ReplayCommand("TestRaft/a+b/It_(works)", 3), ` -run '^TestRaft$/^a\+b$/^It_\(works\)$' -count=1 -v -raft.seed=3`)
}

func read(t *testing.T, dir, name string) string {
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(data)
}

// collapse makes every run of blanks one.
func collapse(text string) string { return regexp.MustCompile(`[ \t]+`).ReplaceAllString(text, " ") }

func TestAnnouncedResultFitsALine(t *testing.T) {
	announced := func(facts ...string) Result {
		r := Result{Suite: "test", Failure: &world.Failure{Property: world.Claim, Facts: facts, Detail: "left out"}}
		data := attribute(t, r)
		require.LessOrEqual(t, len(data), maxAttr)
		var back Result
		require.NoError(t, json.Unmarshal(data, &back))
		require.Empty(t, back.Failure.Detail)
		require.Equal(t, world.Claim, back.Failure.Property)
		return back
	}
	require.Equal(t, []string{"a", "b"}, announced("a", "b").Failure.Facts)
	long := announced(strings.Repeat("→", 5000), "b").Failure.Facts
	require.Len(t, long, 1)
	require.Regexp(t, `^→+…$`, long[0])
	require.NotEmpty(t, announced(strings.Repeat("<", 5000)).Failure.Facts[0], "encoded, each is six bytes")
}

func scenario(story func(c *world.Cluster)) Scenario {
	return Scenario{Name: "Scenario", Claim: "It works.", Paper: "§5", Replicas: 3, Story: story}
}
