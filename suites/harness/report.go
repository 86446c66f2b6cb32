package harness

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

// reportedFaults is how many of the latest faults a report lists.
const reportedFaults = 6

// Evidence is what a run leaves for a report.
type Evidence struct {
	cluster *Cluster
	history checker.History
	check   checker.Result
}

// report tells of a run in full: what it came to, whether it replays, where the
// artifacts are, and the smallest scenario that fails alike.
func (e *Evidence) report(t *testing.T, impl raftiface.Implementation, suite string, sc Scenario, r Result) string {
	if r.Failure == nil || !e.replayable() {
		text, _ := e.describe(t, r, "")
		return text
	}
	proof, e := e.replayed(t, impl, suite, sc, r)
	text, dir := e.describe(t, r, proof)
	return text + e.reduced(t, impl, suite, sc, r, dir)
}

// describe renders a run and writes the artifacts it points to. proof says
// whether it replays, "" if that was not tried.
func (e *Evidence) describe(t *testing.T, r Result, proof string) (text, dir string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%s, seed %d: ", r.Suite, r.Scenario, r.Seed)
	detail := ""
	if r.Failure == nil {
		b.WriteString("passed\n")
	} else {
		fmt.Fprintf(&b, "%v\n", r.Failure)
		detail = r.Failure.Detail
	}
	faults := e.cluster.latestFaults(reportedFaults)
	if len(faults) > 0 {
		fmt.Fprintf(&b, "  last faults:\n")
		for _, f := range faults {
			fmt.Fprintf(&b, "    %v\n", f)
		}
	}
	fmt.Fprintf(&b, "  claim:     %s (%s)\n", e.cluster.scenario.Claim, e.cluster.scenario.Paper)
	replay := ReplayCommand(t.Name(), r.Seed)
	fmt.Fprintf(&b, "  replay:    %s\n", replay)
	if proof != "" {
		fmt.Fprintf(&b, "  replayed:  %s\n", proof)
	}
	dir, err := artifactsDir(r)
	if err == nil {
		err = e.writeTo(dir, r, b.String(), detail, replay)
	}
	if err != nil {
		fmt.Fprintf(&b, "  artifacts: could not be written: %v\n", err)
		b.WriteString(detail)
		return b.String(), dir
	}
	fmt.Fprintf(&b, "  artifacts: %s (%s)", dir, strings.Join(artifactNames(dir), ", "))
	return b.String(), dir
}

func (c *Cluster) latestFaults(n int) []Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Fault(nil), c.faults[max(0, len(c.faults)-n):]...)
}

// ReplayCommand returns the command that runs a scenario's test again with a
// seed, from anywhere in the module.
func ReplayCommand(test string, seed uint64) string {
	pkg := "."
	if info, ok := debug.ReadBuildInfo(); ok {
		pkg = strings.TrimSuffix(info.Path, ".test")
	}
	return ReplayCommandOf(pkg, test, seed)
}

// ReplayCommandOf is [ReplayCommand] for a test of another package.
func ReplayCommandOf(pkg, test string, seed uint64) string {
	if *replayFlag != "" {
		return fmt.Sprintf("%s -run '%s' -seed=%d", *replayFlag, exactly(test), seed)
	}
	command := fmt.Sprintf("go test %s -run '%s' -count=1 -v -raft.seed=%d", pkg, exactly(test), seed)
	if *realtimeFlag {
		command += " -raft.realtime"
	}
	return command
}

// exactly returns the pattern for -run that matches one test and no other.
func exactly(test string) string {
	var pattern []string
	for part := range strings.SplitSeq(test, "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(part)+"$")
	}
	return strings.Join(pattern, "/")
}

// artifactsDir makes the directory for a run's artifacts.
func artifactsDir(r Result) (dir string, err error) {
	name := fmt.Sprintf("%s-%s-seed%d", r.Suite, r.Scenario, r.Seed)
	if *artifactsFlag == "" {
		return os.MkdirTemp("", "raftcheck-"+name+"-")
	}
	if dir, err = filepath.Abs(filepath.Join(*artifactsFlag, name)); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o777)
}

// writeTo writes a run's artifacts to a directory, which it makes if need be.
func (e *Evidence) writeTo(dir string, r Result, report, detail, replay string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files := map[string]func(*os.File) error{
		"report.txt": content([]byte(report)),
		RunFileName:  func(f *os.File) error { return e.writeRunFile(f, r, replay) },
	}
	if e.cluster.net != nil {
		files["trace.txt"] = e.writeTrace
	}
	if len(e.history) > 0 {
		files["history.jsonl"] = func(f *os.File) error { return e.history.Write(f) }
	}
	if v := e.check.Verdict; v != "" && v != checker.Malformed { // a run that hung is not checked
		files["history.html"] = func(f *os.File) error { return e.check.WriteHTML(f, e.annotations()) }
	}
	if detail != "" {
		files["goroutines.txt"] = content([]byte(detail))
	}
	if logs := e.cluster.logLines(); len(logs) > 0 {
		files["replicas.log"] = content([]byte(strings.Join(logs, "\n") + "\n"))
	}
	for name, write := range files {
		if err := writeFile(filepath.Join(dir, name), write); err != nil {
			return err
		}
	}
	return nil
}

// content writes what is known beforehand.
func content(data []byte) func(*os.File) error {
	return func(f *os.File) error { _, err := f.Write(data); return err }
}

func writeFile(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}

func (e *Evidence) writeTrace(f *os.File) error {
	for _, event := range e.cluster.net.Trace().Events() {
		if _, err := fmt.Fprintln(f, event); err != nil {
			return err
		}
	}
	return nil
}

// annotations are the faults, for Porcupine's picture of the history.
func (e *Evidence) annotations() []checker.Annotation {
	var notes []checker.Annotation
	for _, f := range e.cluster.latestFaults(math.MaxInt) {
		notes = append(notes, checker.Annotation{Tag: "faults", Start: f.At, Text: f.Text})
	}
	return notes
}

func artifactNames(dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// addLog keeps a line that a replica logged.
func (c *Cluster) addLog(replica int, line string) {
	text := fmt.Sprintf("%12.6fs  %d  %s", c.Now().Seconds(), replica, line)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.logs = append(c.logs, text)
}

func (c *Cluster) logLines() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.logs...)
}
