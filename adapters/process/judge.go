package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// judgePackage is what go test calls the judge, and testName its test that runs the
// suites.
const (
	judgePackage = "process"
	testName     = "TestProcess"
)

// beJudge is a test of the program that the arguments name, as go test would run it.
func beJudge() {
	testing.Main(regexp.MatchString, []testing.InternalTest{{Name: testName, F: func(t *testing.T) {
		var command node.Command
		if err := json.Unmarshal([]byte(os.Getenv(judgeEnv)), &command); err != nil {
			t.Fatal(err)
		}
		impl, err := node.Implementation(command)
		if err != nil {
			t.Fatal(err)
		}
		suites.Run(t, impl)
	}}}, nil, nil)
}

// A verdict is what came of judging a program.
type verdict struct {
	outcome     *outcome.Outcome
	report      *suites.Report
	interrupted bool
}

// judge runs the suites.
func judge(ctx context.Context, o options) (*verdict, error) {
	chosen, err := o.Choose(testName, "scenarios; docs/scenarios.md lists them", func(harness.Scenario) bool { return true })
	if err != nil {
		return nil, err
	}
	temp, err := process.NewTemp("raftcheck-process-")
	if err != nil {
		return nil, err
	}
	all := &verdict{outcome: &outcome.Outcome{}}
	defer func() { temp.Remove(len(all.outcome.Failed) > 0) }()
	verdicts, err := choice.Spread(ctx, chosen, o.Seeds, func(ctx context.Context, s choice.Suite, procs int) (*verdict, error) {
		return o.judgeBy(ctx, s, procs, temp)
	})
	if err != nil {
		return nil, err
	}
	for _, v := range verdicts {
		if all.outcome.Add(v.outcome); all.report == nil {
			all.report = v.report
		} else {
			all.report.Add(v.report)
		}
		all.interrupted = all.interrupted || v.interrupted
	}
	if len(all.outcome.Results) == 0 && len(all.outcome.Failed) == 0 && !all.interrupted {
		return nil, fmt.Errorf("nothing to judge: every scenario that -suite and -run select needs what the program does not declare (%s)", strings.Join(all.report.Features.Skipped, ", "))
	}
	return all, nil
}

// judgeBy runs scenarios of one suite.
func (o options) judgeBy(ctx context.Context, s choice.Suite, procs int, temp process.Temp) (*verdict, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	words, err := json.Marshal(o.command)
	if err != nil {
		return nil, err
	}
	report := filepath.Join(temp.Dir, s.Name+".json")
	command := exec.CommandContext(ctx, "go", slices.Concat([]string{"tool", "test2json", "-p", judgePackage, exe, fmt.Sprint("-raft.patience=", hangPatience)},
		o.TestFlags(testName, s, procs, o.replay(), report))...)
	temp.Use(command)
	command.Env = append(command.Env, judgeEnv+"="+string(words))
	process.EndWithAll(command)
	command.WaitDelay = time.Second
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	v := &verdict{report: new(suites.Report), interrupted: ctx.Err() != nil}
	var unread error
	v.outcome, unread = outcome.Read(bytes.NewReader(out))
	v.outcome.Failed = slices.DeleteFunc(v.outcome.Failed, func(name string) bool { return name == judgePackage })
	if v.interrupted {
		v.outcome.CutOff()
		return v, nil
	}
	data, missing := os.ReadFile(report)
	if unread != nil || missing != nil {
		return nil, fmt.Errorf("the judge of suite %s died: %w\n%s%s", s.Name, errors.Join(err, unread, missing), out, said.Bytes())
	}
	return v, json.Unmarshal(data, v.report)
}

// replay is the command that replay lines begin with. What is chosen follows.
func (o options) replay() string {
	words := []string{"go", "run", "github.com/raftcheck/raftcheck/adapters/process"}
	if o.Deviations != defaultDeviations {
		words = append(words, "-deviations", fmt.Sprint(o.Deviations))
	}
	if o.Schedule != "" {
		words = append(words, "-raft.schedule", o.Schedule)
	}
	return choice.Shell(slices.Concat(words, []string{"--", o.command.Path}, o.command.Args, []string{"--"})...)
}

// tell writes the verdict: for people, or for a program on standard output and for
// people on standard error. A part of a conformance report is none.
func (v *verdict) tell(program bool, stdout, stderr io.Writer) error {
	if !program {
		return v.print(stdout)
	}
	v.print(stderr)
	if v.interrupted {
		return nil
	}
	encoder := json.NewEncoder(stdout)
	encoder.SetIndent("", "\t")
	return encoder.Encode(v.report)
}

// testNames are what nobody who judges a program has asked for.
var testNames = regexp.MustCompile(`(?m)\b` + judgePackage + ` ` + testName + `/`)

// print writes a table, what failed, which failures look like one bug, and the score.
func (v *verdict) print(w io.Writer) error {
	var text bytes.Buffer
	v.outcome.PrintTable(&text)
	v.outcome.PrintFailures(&text)
	for _, alike := range outcome.AlikeOf(v.outcome.Clues) {
		fmt.Fprintln(&text, alike)
	}
	switch s := v.report.Summary; {
	case v.interrupted:
		fmt.Fprintln(&text, "interrupted: not all was judged, so there is no score")
	default:
		known := ""
		if s.KnownIssues > 0 {
			known = fmt.Sprintf("%d failed as is known, ", s.KnownIssues)
		}
		fmt.Fprintf(&text, "score: %d of %d scenarios passed, %s%d skipped for what is not declared\n",
			s.Passed, s.Passed+s.Failed+s.KnownIssues+s.UnexpectedPass, known, s.Skipped)
	}
	_, err := w.Write(testNames.ReplaceAll(text.Bytes(), nil))
	return err
}
