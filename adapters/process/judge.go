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
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/chaos"
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

// judge runs the suites, each in a process of its own. The processors are for the
// seeds of each, as far as these pay for processes, and for as many suites at a time as
// that leaves some for.
func judge(ctx context.Context, o options) (*verdict, error) {
	temp, err := process.NewTemp("raftcheck-process-")
	if err != nil {
		return nil, err
	}
	all := &verdict{outcome: &outcome.Outcome{}, report: new(suites.Report)}
	defer func() { temp.Remove(len(all.outcome.Failed) > 0) }()
	chosen := slices.DeleteFunc(suiteNames(), func(name string) bool { return !o.chooses(name) })
	processors := runtime.GOMAXPROCS(0)
	procs := harness.Processes(uint64(o.seeds), processors)
	verdicts, errs := make([]*verdict, len(chosen)), make([]error, len(chosen))
	free := make(chan struct{}, processors/procs)
	var wait sync.WaitGroup
	for i, suite := range chosen {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			verdicts[i], errs[i] = o.judgeBy(ctx, suite, procs, temp)
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	for i, v := range verdicts {
		if all.outcome.Add(v.outcome); i == 0 {
			all.report = v.report
		} else {
			all.report.Add(v.report)
		}
		all.interrupted = all.interrupted || v.interrupted
	}
	if len(all.outcome.Results) == 0 && len(all.outcome.Failed) == 0 && !all.interrupted {
		return nil, fmt.Errorf("nothing to judge: -suite and -run match no scenario, or only such as need what the program does not declare; docs/scenarios.md lists them")
	}
	return all, nil
}

// chooses reports whether scenarios of a suite may be chosen.
func (o options) chooses(suite string) bool {
	return (o.suite == "" || suite == o.suite) && (o.schedule == "" || suite == chaos.Suite.Name)
}

// pattern is for go test -run: scenarios of a suite that -run matches, which has one
// pattern for the scenario, or one for the suite and one for the scenario. The name of
// the test may come first, as in the lines that replay a failure.
func (o options) pattern(suite string) string {
	parts := strings.Split(o.run, "/")
	if strings.Trim(parts[0], "^$") == testName {
		parts = parts[1:]
	}
	scenario := ""
	switch {
	case o.schedule != "":
		scenario = "^" + chaos.FileScenario + "$"
	case len(parts) == 1:
		scenario = parts[0]
	case len(parts) > 1:
		scenario = parts[1]
		if ok, err := regexp.MatchString(parts[0], suite); err == nil && !ok {
			scenario = "^$"
		}
	}
	return fmt.Sprintf("^%s$/^%s$/(?:%s)", testName, suite, scenario) // a bare | parts the whole pattern
}

// judgeBy runs scenarios of one suite.
func (o options) judgeBy(ctx context.Context, suite string, procs int, temp process.Temp) (*verdict, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	words, err := json.Marshal(o.command)
	if err != nil {
		return nil, err
	}
	report := filepath.Join(temp.Dir, suite+".json")
	command := exec.CommandContext(ctx, "go", "tool", "test2json", "-p", judgePackage, exe,
		"-test.v=test2json", "-test.timeout=0", "-test.run="+o.pattern(suite), fmt.Sprint("-raft.patience=", hangPatience),
		fmt.Sprint("-raft.procs=", procs), fmt.Sprint("-raft.seed=", o.seed), fmt.Sprint("-raft.seeds=", o.seeds),
		"-raft.schedule="+o.schedule, "-raft.artifacts="+o.artifacts, "-raft.replay="+o.replay(), "-raft.conformance="+report)
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
		return nil, fmt.Errorf("the judge of suite %s died: %w\n%s%s", suite, errors.Join(err, unread, missing), out, said.Bytes())
	}
	return v, json.Unmarshal(data, v.report)
}

// replay is the command that replay lines begin with. What is chosen follows.
func (o options) replay() string {
	words := []string{"go", "run", "github.com/raftcheck/raftcheck/adapters/process"}
	if o.schedule != "" {
		words = append(words, "-raft.schedule", o.schedule)
	}
	words = slices.Concat(words, []string{"--", o.command.Path}, o.command.Args, []string{"--"})
	for i, word := range words {
		words[i] = quoted(word)
	}
	return strings.Join(words, " ")
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// quoted returns a word as a shell takes it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
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
		fmt.Fprintf(&text, "score: %d of %d scenarios passed, %d skipped for what is not declared\n", s.Passed, s.Passed+s.Failed, s.Skipped)
	}
	_, err := w.Write(testNames.ReplaceAll(text.Bytes(), nil))
	return err
}
