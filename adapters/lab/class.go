package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites"
)

// A mark is what came of judging one checkout of a class.
type mark struct {
	Checkout string
	Verdict  string // passed, failed or not judged
	Why      string // why it was not judged
	Summary  suites.Summary
	Broke    []string // properties, with the number of scenarios
	First    string   // the scenario whose report is to be read first
	Seconds  float64
	Report   string // the path of its report, from that of the table
}

// The verdicts on a checkout of a class.
const (
	passed    = "passed"
	failed    = "failed"
	notJudged = "not judged"
)

// judgeClass judges many checkouts, each in a process of its own and within
// bounds, as many at a time as there are processors. It returns the exit status.
func judgeClass(ctx context.Context, o options, stdout, stderr io.Writer) (exit int) {
	marks, out, err := markAll(ctx, o, stderr)
	if err == nil {
		err = writeClass(out, marks, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitNotJudged
	}
	for _, m := range marks {
		switch m.Verdict {
		case notJudged:
			return exitNotJudged
		case failed:
			exit = exitFailed
		}
	}
	return exit
}

func markAll(ctx context.Context, o options, stderr io.Writer) (marks []mark, out string, err error) {
	if out = o.out; out == "" {
		if out, err = os.MkdirTemp("", "raftcheck-class-"); err != nil {
			return nil, "", err
		}
	} else if err := choice.MakeWritable(out); err != nil {
		return nil, "", fmt.Errorf("-out: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	marks = make([]mark, len(o.dirs))
	errs := make([]error, len(o.dirs))
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for i, dir := range o.dirs {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			name := fmt.Sprintf("%03d-%s", i+1, plainName(dir))
			marks[i], errs[i] = markOne(ctx, o, self, dir, filepath.Join(out, name))
			marks[i].Report = name + "/report.txt"
			fmt.Fprintf(stderr, "%s: %s\n", dir, marks[i].Verdict)
		})
	}
	wait.Wait()
	return marks, out, errors.Join(errs...)
}

// plainName returns the last parts of a path as a name for a directory.
func plainName(dir string) string {
	parts := strings.FieldsFunc(dir, func(r rune) bool { return r == '/' || r == filepath.Separator })
	name := strings.Join(parts[max(0, len(parts)-2):], "-")
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_@+=:,.-", r)) {
			return r
		}
		return '_'
	}, name)
}

// markOne has another process of this program judge a checkout.
func markOne(ctx context.Context, o options, self, dir, out string) (m mark, err error) {
	begin := time.Now()
	m.Checkout = dir
	artifacts := filepath.Join(out, "artifacts")
	if err := os.MkdirAll(artifacts, 0o777); err != nil {
		return m, err
	}
	report, err := os.Create(filepath.Join(out, "report.json"))
	if err != nil {
		return m, err
	}
	defer report.Close()
	text, err := os.Create(filepath.Join(out, "report.txt"))
	if err != nil {
		return m, err
	}
	defer text.Close()
	temp, err := process.NewTemp("raftcheck-class-")
	if err != nil {
		return m, err
	}
	defer temp.Remove(false)

	command := exec.Command(self, o.each(dir, artifacts)...)
	temp.Use(command)
	command.Env = append(command.Env, "GOMAXPROCS=1")
	command.Stdout, command.Stderr = report, text
	broke, ended := o.bounds.run(ctx, command, []string{temp.Dir, out})
	m.Seconds = time.Since(begin).Seconds()
	var exit *exec.ExitError
	switch {
	case broke != nil:
		m.Verdict, m.Why = notJudged, broke.Error()
		fmt.Fprintf(text, "not judged to the end: %v\n", broke)
	case ended != nil && !errors.As(ended, &exit):
		return m, ended
	default:
		m.read(report.Name(), text.Name())
	}
	return m, nil
}

// each returns the arguments by which a checkout of a class is judged.
func (o options) each(dir, artifacts string) []string {
	args := []string{"-dir", dir, "-json", "-artifacts", artifacts, "-seed", fmt.Sprint(o.Seed), "-seeds", fmt.Sprint(o.Seeds),
		"-suite", o.Suite, "-run", o.Run, "-part", o.part, "-raft.schedule", o.Schedule}
	if o.race {
		args = append(args, "-race")
	}
	if o.strict {
		args = append(args, "-strict")
	}
	return args
}

// read takes the mark from the report, or from what was said if there is none.
func (m *mark) read(report, text string) {
	var r suites.Report
	data, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		said, _ := os.ReadFile(text)
		m.Verdict, m.Why = notJudged, reason(string(said))
		return
	}
	m.Summary, m.Verdict = r.Summary, passed
	m.Summary.Passed += r.Summary.KnownIssues // what only -strict counts
	if r.Summary.Failed > 0 {
		m.Verdict = failed
	}
	var runs []failedRun
	for _, s := range r.Scenarios {
		for _, f := range s.Failures {
			if !f.Known {
				runs = append(runs, failedRun{s.Suite, s.Scenario, checker.Property(f.Property)})
			}
		}
	}
	for i, b := range breachesOf(runs) {
		m.Broke = append(m.Broke, fmt.Sprintf("%s (%d)", b.property, len(b.scenarios)))
		if i == 0 {
			m.First = b.first()
		}
	}
}

// reason returns why there is no verdict, in a line, from what was said.
func reason(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "lab: ") })
	if i < 0 {
		return "the judge died: " + cmp.Or(lines[len(lines)-1], "it said nothing")
	}
	why := strings.TrimPrefix(lines[i], "lab: ")
	for _, line := range lines[i+1:] {
		if !strings.HasPrefix(line, "#") {
			return why + ": " + line
		}
	}
	return why
}
