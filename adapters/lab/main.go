package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites"
)

const (
	exitPassed    = 0
	exitFailed    = 1
	exitNotJudged = 2
)

type options struct {
	dir         string
	suite, run  string
	seed        uint64
	seeds       int
	race        bool
	json        bool
	strictLeaks bool
	artifacts   string
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with its surroundings as arguments.
func run(args []string, stdout, stderr io.Writer) (exit int) {
	o, err := parseFlags(args, stderr)
	if err != nil {
		return exitNotJudged
	}
	result, err := judge(o, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitNotJudged
	}
	if o.json {
		encoder := json.NewEncoder(stdout)
		encoder.SetIndent("", "\t")
		if err := encoder.Encode(result.Results); err != nil {
			fmt.Fprintln(stderr, "lab:", err)
			return exitNotJudged
		}
	} else {
		result.PrintTable(stdout)
		fmt.Fprintln(stdout)
		result.PrintFailures(stdout)
		fmt.Fprintln(stdout, score(result))
	}
	if !result.Passed() {
		return exitFailed
	}
	return exitPassed
}

func parseFlags(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("lab", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.dir, "dir", "", "the checkout: its src directory, the one above, or the Raft's own (required)")
	flags.StringVar(&o.suite, "suite", "", "only this suite")
	flags.StringVar(&o.run, "run", "", "only scenarios that match, as go test -run does: TestLab/election/ReElection")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first run of each scenario")
	flags.IntVar(&o.seeds, "seeds", 1, "how many seeds to run each scenario with")
	flags.BoolVar(&o.race, "race", false, "build with the race detector")
	flags.BoolVar(&o.json, "json", false, "print the results as JSON")
	flags.BoolVar(&o.strictLeaks, "strict", false, "fail scenarios whose killed replicas leave goroutines")
	flags.StringVar(&o.artifacts, "artifacts", "", "where failing scenarios leave what they have (default: a new temporary directory)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	complain := func(format string, args ...any) error {
		fmt.Fprintf(stderr, "lab: "+format+"\n", args...)
		return flag.ErrHelp
	}
	switch {
	case o.dir == "":
		return o, complain("-dir is missing: the path of a 6.824 or 6.5840 checkout")
	case flags.NArg() > 0:
		return o, complain("unexpected arguments: %s", strings.Join(flags.Args(), " "))
	case o.seeds < 1:
		return o, complain("-seeds must be at least 1, got %d", o.seeds)
	case o.suite != "" && !slices.Contains(suiteNames(), o.suite):
		return o, complain("there is no suite %q; there are %s", o.suite, strings.Join(suiteNames(), ", "))
	}
	return o, nil
}

func suiteNames() (names []string) {
	for _, s := range suites.All() {
		names = append(names, s.Name)
	}
	return names
}

// judge builds the checkout's judge and runs it.
func judge(o options, stderr io.Writer) (*outcome.Outcome, error) {
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
	binary, err := build(dir, o.race)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(stderr, "judging %s\n", c.raftDir())
	return runSuites(o, dir, binary)
}

// build compiles the generated module's test.
func build(dir string, race bool) (binary string, err error) {
	binary = filepath.Join(dir, "judge.test")
	args := []string{"test", "-c", "-mod=mod", "-o", binary}
	if race {
		args = append(args, "-race")
	}
	command := exec.Command("go", append(args, "./judge")...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GOWORK=off", "GO111MODULE=on", "GOFLAGS=")
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the checkout does not build: %v\n%s", err, out)
	}
	return binary, nil
}

// runSuites runs the suites, each in a process of its own, as many at a time as
// there are processors.
func runSuites(o options, dir, binary string) (*outcome.Outcome, error) {
	names := suiteNames()
	if o.suite != "" {
		names = []string{o.suite}
	}
	results := make([]*outcome.Outcome, len(names))
	errs := make([]error, len(names))
	free := make(chan struct{}, runtime.NumCPU())
	var wait sync.WaitGroup
	for i, name := range names {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			results[i], errs[i] = runSuite(o, dir, binary, name)
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	all := results[0]
	for _, r := range results[1:] {
		all.Add(r)
	}
	if len(all.Results) == 0 && len(all.Skipped) == 0 {
		return nil, fmt.Errorf("no scenario matches -run %q", o.run)
	}
	return all, nil
}

func runSuite(o options, dir, binary, suite string) (*outcome.Outcome, error) {
	pattern := "^TestLab$/^" + suite + "$"
	if scenario, ok := o.scenarioOf(suite); !ok {
		return outcome.Read(strings.NewReader(""))
	} else if scenario != "" {
		pattern += "/" + scenario
	}
	command := exec.Command("go", "tool", "test2json", "-p", "lab", binary, "-test.v=test2json", "-test.timeout=0", "-test.run="+pattern,
		"-raft.isolate", fmt.Sprint("-raft.leaks=", o.strictLeaks), fmt.Sprint("-raft.seed=", o.seed), fmt.Sprint("-raft.seeds=", o.seeds),
		"-raft.artifacts="+o.artifacts, "-raft.replay="+o.replay())
	command.Dir = filepath.Join(dir, "judge")
	out, err := command.Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return nil, err
	}
	return outcome.Read(strings.NewReader(string(out)))
}

// scenarioOf splits -run, which has the form of go test's: the test, the suite,
// the scenario. It reports false if the suite does not match.
func (o options) scenarioOf(suite string) (scenario string, ok bool) {
	parts := strings.Split(o.run, "/")
	if len(parts) > 1 && strings.Trim(parts[1], "^$") != suite && parts[1] != "" {
		return "", false
	}
	if len(parts) > 2 {
		return parts[2], true
	}
	return "", true
}

// replay is the command that replay lines begin with.
func (o options) replay() string {
	command := "go run " + raftcheck + "/adapters/lab"
	if root := sourceRoot(); root != "" {
		command = "go -C " + root + " run ./adapters/lab"
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		dir = o.dir
	}
	return command + " -dir " + dir
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

// score sums up in a line.
func score(o *outcome.Outcome) string {
	failed := map[string]bool{}
	all := map[string]bool{}
	leaked := 0
	for _, r := range o.Results {
		name := r.Suite + "/" + r.Scenario
		all[name] = true
		failed[name] = failed[name] || r.Failure != nil
		leaked += r.Leaked
	}
	passed := 0
	for name := range all {
		if !failed[name] {
			passed++
		}
	}
	text := fmt.Sprintf("score: %d of %d scenarios passed, %d skipped", passed, len(all), len(o.Skipped))
	if leaked > 0 {
		text += "; goroutines were left after Kill (-strict makes that a failure)"
	}
	return text
}
