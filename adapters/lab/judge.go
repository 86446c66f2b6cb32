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
	"strings"
	"sync"

	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites"
)

// judge builds the checkout's judge and runs it.
func judge(ctx context.Context, o options, stderr io.Writer) (*verdict, error) {
	choices, err := choose(o.suite, o.run)
	if err != nil {
		return nil, err
	}
	c, err := detect(o.dir)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "raftcheck-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := assemble(c, dir); err != nil {
		return nil, err
	}
	binary, err := buildJudge(ctx, dir, o.race)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(stderr, "judging %s\n", c.raftDir())
	return runSuites(ctx, o, choices, dir, binary)
}

// buildJudge compiles the generated module's test.
func buildJudge(ctx context.Context, dir string, race bool) (binary string, err error) {
	binary = filepath.Join(dir, "judge.test")
	args := []string{"test", "-c", "-mod=mod", "-o", binary}
	if race {
		args = append(args, "-race")
	}
	command := exec.CommandContext(ctx, "go", append(args, "./judge")...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=on", "GOFLAGS=")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the checkout does not build: %v\n%s", err, absolute(bytes.TrimSpace(out), dir))
	}
	return binary, nil
}

// position begins a line of the compiler's.
var position = regexp.MustCompile(`(?m)^[^\s#:][^:\n]*\.go:\d+`)

// absolute undoes what the go command does to positions: it gives them from the
// directory that it runs in, which nobody else knows.
func absolute(output []byte, dir string) []byte {
	return position.ReplaceAllFunc(output, func(p []byte) []byte {
		if filepath.IsAbs(string(p)) {
			return p
		}
		return []byte(filepath.Join(dir, string(p)))
	})
}

// runSuites runs the suites, each in a process of its own, as many at a time as
// there are processors.
func runSuites(ctx context.Context, o options, choices []choice, dir, binary string) (*verdict, error) {
	verdicts := make([]*verdict, len(choices))
	errs := make([]error, len(choices))
	free := make(chan struct{}, runtime.NumCPU())
	var wait sync.WaitGroup
	for i, c := range choices {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			verdicts[i], errs[i] = runSuite(ctx, o, c, dir, binary)
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	all := verdicts[0]
	for _, v := range verdicts[1:] {
		all.outcome.Add(v.outcome)
		all.report.Add(v.report)
	}
	if s := all.report.Summary; s.Passed+s.Failed == 0 {
		return nil, fmt.Errorf("nothing to judge: every scenario that -suite and -run select needs what the checkout lacks (%s)", join(all.report.Features.Skipped))
	}
	return all, nil
}

// runSuite runs scenarios of one suite, each in a process of its own.
func runSuite(ctx context.Context, o options, c choice, dir, binary string) (*verdict, error) {
	report := filepath.Join(dir, c.suite+".json")
	command := exec.CommandContext(ctx, "go", "tool", "test2json", "-p", "lab", binary,
		"-test.v=test2json", "-test.timeout=0", "-test.run="+c.pattern(),
		"-raft.isolate", fmt.Sprint("-raft.leaks=", o.strictLeaks), fmt.Sprint("-raft.seed=", o.seed), fmt.Sprint("-raft.seeds=", o.seeds),
		"-raft.artifacts="+o.artifacts, "-raft.replay="+o.replay(), "-raft.conformance="+report)
	command.Dir = filepath.Join(dir, "judge")
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	var failed *exec.ExitError
	if ctx.Err() != nil {
		return nil, errors.New("interrupted")
	}
	if err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	v := &verdict{report: new(suites.Report)}
	if v.outcome, err = outcome.Read(bytes.NewReader(out)); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, fmt.Errorf("the judge of suite %s died: %w\n%s%s", c.suite, err, out, said.Bytes())
	}
	return v, json.Unmarshal(data, v.report)
}

// replay is the command that replay lines begin with.
func (o options) replay() string {
	command := []string{"go", "run", raftcheck + "/adapters/lab"}
	if root := sourceRoot(); root != "" {
		command = []string{"go", "-C", root, "run", "./adapters/lab"}
	}
	command = append(command, "-dir", o.dir)
	if o.race {
		command = append(command, "-race")
	}
	if o.strictLeaks {
		command = append(command, "-strict")
	}
	for i, word := range command {
		command[i] = quoted(word)
	}
	return strings.Join(command, " ")
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// quoted returns a word as a shell takes it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// sourceRoot returns the root of the checkout of raftcheck that this program was
// built from, "" if it was built from a released version.
func sourceRoot() string {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Dir(filepath.Dir(filepath.Dir(file)))
	if !filepath.IsAbs(root) {
		return ""
	}
	if _, err := os.Stat(filepath.Join(root, "go.mod")); err != nil {
		return ""
	}
	return root
}
