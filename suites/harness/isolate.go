package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/world"
)

// resultsEnv is the environment variable by which a child process of
// -raft.isolate knows that it is one: the file for its results.
const resultsEnv = "RAFTCHECK_RESULTS"

// IsChild reports whether this process is one that -raft.isolate started for a
// single scenario. What it sees is for its parent to report.
func IsChild() bool { return os.Getenv(resultsEnv) != "" }

// asked ends when this process is asked to end: it is a parent then, whose
// children end with it.
var asked = sync.OnceValue(func() context.Context { return process.UntilAsked(os.Stderr) })

// interruption says who asked this process to end, nil if nobody did or if it is
// no parent.
func interruption() error {
	if !*isolateFlag || IsChild() {
		return nil
	}
	return context.Cause(asked())
}

// endWithParent ends a child process when its parent is gone. Until then it
// leaves it to the parent what a closed terminal and Ctrl-C mean.
var endWithParent = sync.OnceFunc(func() {
	signal.Ignore(os.Interrupt, syscall.SIGHUP)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
})

// A run is one run of a scenario, and how to report it.
type run struct {
	result Result
	report func(Result) string // given the result, once it is known whether it is an issue
}

// sentRun is a run as a child process sends it, a line of JSON each.
type sentRun struct {
	Result Result
	Report string // empty if it is not worth one
}

// runs runs a scenario with the seeds that the flags ask for.
func runs(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario) iter.Seq[run] {
	if *isolateFlag {
		return isolated(t, impl, suite, sc)
	}
	return inProcess(t, impl, suite, sc)
}

func inProcess(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario) iter.Seq[run] {
	return func(yield func(run) bool) {
		first, n := sc.seeds()
		for i := range n {
			r, evidence := RunSeed(t, impl, suite, sc, first+i)
			if !yield(run{r, func(r Result) string { return evidence.report(t, impl, suite, sc, r) }}) {
				return
			}
		}
	}
}

// isolated runs a scenario in a child process. If the child dies the seed it was
// at has its verdict, and another child takes the seeds after it.
func isolated(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario) iter.Seq[run] {
	return func(yield func(run) bool) {
		first, n := sc.seeds()
		end := first + n
		for seed := first; seed < end; {
			began := time.Now()
			sent, death := runChild(t, seed, end-seed)
			interrupted := interruption() // before the runs are told of
			for _, s := range sent {
				seed++
				if !yield(run{s.Result, func(Result) string { return s.Report }}) {
					return
				}
			}
			if interrupted != nil && seed < end {
				t.Fatalf("interrupted (%v): seeds %d to %d were not judged", interrupted, seed, end-1)
			}
			if seed == end {
				if death != nil {
					t.Errorf("the child process failed after its last run: %v\n%s", death.err, death.output)
				}
				return
			}
			if death == nil {
				t.Fatalf("the child process ended without an error, but ran %d of %d seeds", len(sent), end-seed)
			}
			r := Result{Suite: suite, Scenario: sc.Name, Seed: seed, Pinned: sc.Seed != nil, Replicas: sc.Replicas, Failure: death.verdict(), Wall: time.Since(began)}
			evidence := &Evidence{impl, sc, &world.Account{Failure: r.Failure}}
			if !yield(run{r, func(r Result) string { text, _ := evidence.describe(t, r, ""); return text }}) {
				return
			}
			seed++
		}
	}
}

// sendRuns is what a child process does: it writes its runs to a file, for its
// parent to judge.
func sendRuns(t *testing.T, path string, record *Record, all iter.Seq[run]) {
	endWithParent()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatalf("harness: %v", err)
	}
	defer f.Close()
	reports := 0
	for r := range all {
		r.result.Known = record.explained(r.result.Failure) != nil
		s := sentRun{Result: r.result}
		if *keepFlag || r.result.Failure != nil && reports < maxReports {
			s.Report = r.report(r.result)
			reports++
		}
		if err := json.NewEncoder(f).Encode(s); err != nil {
			t.Fatalf("harness: send result: %v", err)
		}
		if r.result.Failure != nil && !r.result.Known && failFast() {
			return
		}
	}
}

// runChild runs the test in a child process, with n seeds from the given one
// on, and returns the runs that came to an end. death is nil if all went well.
func runChild(t *testing.T, seed, n uint64) (sent []sentRun, death *death) {
	results := filepath.Join(t.TempDir(), "results.jsonl")
	exe, err := os.Executable()
	if err != nil {
		t.Fatalf("harness: -raft.isolate: %v", err)
	}
	ctx, cancel := context.WithCancelCause(asked())
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, exe, childArgs(t, seed, n)...)
	cmd.Env = append(os.Environ(), resultsEnv+"="+results, fmt.Sprint("GOMAXPROCS=", runtime.GOMAXPROCS(0)),
		"GORACE=halt_on_error=1 "+os.Getenv("GORACE")) // so that a data race is the verdict of the seed it is seen with
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGQUIT) } // for its goroutines
	cmd.WaitDelay = time.Second
	var output tail
	cmd.Stdout, cmd.Stderr = &output, &output
	life, err := cmd.StdinPipe() // which ends with this process, however that ends
	if err != nil {
		t.Fatalf("harness: -raft.isolate: %v", err)
	}
	defer life.Close()
	go cancelWhenStuck(ctx, cancel, results)
	err = cmd.Run()
	sent = readRuns(results)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return sent, newDeath(err, output.String())
	}
	return sent, nil
}

// childArgs returns the arguments for a child process: the flags of this one,
// but for those of package testing that are not for scenarios, and exactly one
// test.
func childArgs(t *testing.T, seed, n uint64) []string {
	timeout := time.Duration(0)
	if deadline, ok := t.Deadline(); ok {
		timeout = max(time.Second, time.Until(deadline))
	}
	args := []string{
		"-test.run=" + exactly(t.Name()), "-test.count=1", "-test.paniconexit0", fmt.Sprint("-test.timeout=", timeout),
		fmt.Sprint("-raft.seed=", seed), fmt.Sprint("-raft.seeds=", n),
	}
	flag.Visit(func(f *flag.Flag) {
		switch {
		case f.Name == "raft.isolate" || f.Name == "raft.seed" || f.Name == "raft.seeds":
		case f.Name != "test.short" && f.Name != "test.failfast" && strings.HasPrefix(f.Name, "test."):
		default:
			args = append(args, fmt.Sprintf("-%s=%v", f.Name, f.Value))
		}
	})
	return append(args, flag.Args()...)
}

// cancelWhenStuck ends a child process that brings no result for too long. Its
// own watchdog is much faster, if it works.
func cancelWhenStuck(ctx context.Context, cancel func(error), results string) {
	patience := 15 * *patienceFlag
	if *realtimeFlag {
		patience *= 5
	}
	var size int64
	var silent bubble.Stopwatch
	for ; ctx.Err() == nil; time.Sleep(pollResults) {
		now := time.Now()
		if info, err := os.Stat(results); err == nil && info.Size() > size {
			size = info.Size()
			silent.Restart(now)
		}
		if silent.Look(now) > patience {
			cancel(fmt.Errorf("%w within %v", errStuck, patience))
		}
	}
}

// pollResults is how often a parent looks for its child's results.
const pollResults = 100 * time.Millisecond

// readRuns returns the runs that a child process sent. The last line may be cut
// short.
func readRuns(path string) (sent []sentRun) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var s sentRun
		if dec.Decode(&s) != nil {
			return sent
		}
		sent = append(sent, s)
	}
}

// tail keeps the end of what is written to it.
type tail struct{ buf []byte }

const tailSize = 4 << 20

func (t *tail) Write(p []byte) (int, error) {
	t.buf = append(t.buf, p...)
	if len(t.buf) > 2*tailSize {
		t.buf = append([]byte(nil), t.buf[len(t.buf)-tailSize:]...)
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.buf) }

var _ io.Writer = (*tail)(nil)
