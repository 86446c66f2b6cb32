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
	"time"

	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// judgePackage is what go test calls the generated package, and testName its
// test that runs the suites.
const (
	judgePackage = "lab"
	testName     = "TestLab"
)

// choose returns what is to be judged.
func (o options) choose() ([]choice.Suite, error) {
	what := "scenarios; docs/scenarios.md lists them"
	if o.part == partA {
		what = "scenarios of -part A, which are in suite election"
	}
	return o.Choose(testName, what, func(sc harness.Scenario) bool { return sc.ElectionsOnly || o.part != partA })
}

// judge builds the checkout's judge and runs it. If that is interrupted, the
// verdict is on what was judged until then.
func judge(ctx context.Context, o options, stderr io.Writer) (v *verdict, err error) {
	chosen, err := o.choose()
	if err != nil {
		return nil, err
	}
	c, err := detect(o.dir)
	if err != nil {
		return nil, err
	}
	temp, err := process.NewTemp("raftcheck-lab-")
	if err != nil {
		return nil, err
	}
	defer func() { temp.Remove(ctx.Err() == nil || v != nil && v.failed()) }()
	b := &bench{options: o, temp: temp, dir: filepath.Join(temp.Dir, "module")}
	if err := assemble(c, b.dir, o.part == partA); err != nil {
		return nil, err
	}
	notes, err := b.examine(ctx, c)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(stderr, "judging %s\n", c.raftDir())
	v, err = b.runSuites(ctx, chosen)
	if err != nil {
		return nil, err
	}
	v.checkout, v.notes, v.electionsOnly = c.raftDir(), notes, o.part == partA
	return v, nil
}

// A bench is the generated module, where it is built and run.
type bench struct {
	options
	temp process.Temp
	dir  string // the module's; the go command wants none in temp itself
}

// command returns a command that runs in a directory of the module. All that it
// starts ends with the context.
func (b *bench) command(ctx context.Context, dir, name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, name, args...)
	command.Dir = filepath.Join(b.dir, dir)
	b.temp.Use(command)
	process.EndWithAll(command)
	command.WaitDelay = time.Second
	return command
}

// binary is the compiled test.
func (b *bench) binary() string { return filepath.Join(b.dir, "judge.test") }

// build compiles the tests of a package of the module.
func (b *bench) build(ctx context.Context, pkg, binary string) (said []byte, err error) {
	args := []string{"test", "-c", "-mod=mod", "-o", binary}
	if b.race {
		args = append(args, "-race")
	}
	command := b.command(ctx, ".", "go", append(args, "./"+pkg)...)
	command.Env = append(command.Env, "GOWORK=off", "GO111MODULE=on", "GOFLAGS=")
	out, err := command.CombinedOutput()
	return absolute(bytes.TrimSpace(out), b.dir), err
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

// runSuites runs the suites.
func (b *bench) runSuites(ctx context.Context, chosen []choice.Suite) (*verdict, error) {
	verdicts, err := choice.Spread(ctx, chosen, b.Seeds, b.runSuite)
	if err != nil {
		return nil, err
	}
	all := verdicts[0]
	for _, v := range verdicts[1:] {
		all.add(v)
	}
	if all.judged() == all.ended.Skipped && !all.interrupted {
		return nil, fmt.Errorf("nothing to judge: every scenario that -suite and -run select needs what the checkout lacks (%s)", join(all.report.Features.Skipped))
	}
	return all, nil
}

// runSuite runs scenarios of one suite, each in processes of its own, which have
// one processor unless the environment says otherwise.
func (b *bench) runSuite(ctx context.Context, s choice.Suite, procs int) (*verdict, error) {
	report := filepath.Join(b.dir, s.Name+".json")
	command := b.command(ctx, "judge", "go", slices.Concat([]string{"tool", "test2json", "-p", judgePackage, b.binary(),
		"-raft.isolate", fmt.Sprint("-raft.leaks=", b.strict), "-raft.fail=" + b.failing()}, b.TestFlags(testName, s, procs, b.replay(), report))...)
	if os.Getenv("GOMAXPROCS") == "" {
		command.Env = append(command.Env, "GOMAXPROCS=1")
	}
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.Output()
	var failed *exec.ExitError
	if ctx.Err() != nil {
		return newVerdict(s).cutOff(out), nil
	}
	if err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	v := newVerdict(s)
	if err := v.read(out); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(report)
	if err != nil {
		return nil, fmt.Errorf("the judge of suite %s died: %w\n%s%s", s.Name, err, out, said.Bytes())
	}
	return v, json.Unmarshal(data, v.report)
}

// failing are the classes of verdicts that fail a scenario, as -raft.fail takes
// them. What a lab's Raft costs is for the lab's own tests to bound.
func (o options) failing() string {
	var failing []string
	for _, class := range world.Classes() {
		if class != world.Cost || o.strict {
			failing = append(failing, string(class))
		}
	}
	return strings.Join(failing, ",")
}

// replay is the command that replay lines begin with.
func (o options) replay() string {
	command := []string{"go", "run", raftcheck + "/adapters/lab"}
	if root := sourceRoot(); root != "" {
		command = []string{"go", "-C", root, "run", "./adapters/lab"}
	}
	command = append(command, "-dir", o.dir)
	if o.part != "" {
		command = append(command, "-part", o.part)
	}
	if o.race {
		command = append(command, "-race")
	}
	if o.strict {
		command = append(command, "-strict")
	}
	if o.Deviations != defaultDeviations {
		command = append(command, "-deviations", fmt.Sprint(o.Deviations))
	}
	if o.Schedule != "" {
		command = append(command, "-raft.schedule", o.Schedule)
	}
	return choice.Shell(command...)
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
