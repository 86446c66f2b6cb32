package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

const (
	// patience is how long virtual time may stand still for a mutant.
	patience = 3 * time.Second
	// enoughHangs is after how many scenarios in which it did, or filled the
	// memory, the others are left out: they would tell the same.
	enoughHangs = 2
	// runLimit is how long one run of the judge may take, for each seed.
	runLimit = 10 * time.Minute
)

// alone is an environment in which a judge costs less: a scenario is all but
// sequential, and other mutants use the other processors.
const alone = "GOMAXPROCS=1"

// A judge runs scenarios on one mutant's test binary.
type judge struct {
	ctx          context.Context
	root, binary string
	procs        int      // over how many processes the seeds of a scenario are spread
	suite        string   // or some, with commas between; "" for all
	quick        bool     // stop at the first scenario that fails
	flags        []string // further ones
}

// newJudge builds a mutant's test binary. done removes it.
func (c config) newJudge(root string, m Mutant) (j judge, done func(), err error) {
	dir, err := os.MkdirTemp("", "raftcheck-mutant-")
	if err != nil {
		return judge{}, nil, err
	}
	done = func() { os.RemoveAll(dir) }
	binary, err := build(c.ctx, root, m, dir)
	if err != nil {
		done()
		return judge{}, nil, err
	}
	j = judge{ctx: c.ctx, root: root, binary: binary, procs: c.procs}
	switch {
	case m.Features:
		j.flags = []string{"-full"}
	case m.Leases:
		j.flags = []string{"-leased"}
	}
	return j, done, nil
}

// stallSuites are those with scenarios in which locks stall.
const stallSuites = "stalls,chaos"

// judgeMutant builds a mutant and runs the suites on it: all scenarios with seed
// 1, then with as many seeds as the budget has, until one fails. Of later seeds
// only the first that kills is of interest; a mutant that needs stalls is given them
// where locks stall. For an equivalent mutant seed 1 has
// to do: it is there to be proved wrong, and survives as a rule.
func judgeMutant(root string, m Mutant, c config) (Verdict, error) {
	v := Verdict{Mutant: m.Name}
	j, done, err := c.newJudge(root, m)
	if err != nil {
		return v, err
	}
	defer done()
	j.suite = c.suite
	budget := c.budget
	if m.Equivalent != "" {
		budget = 1
	}
	for first, n := 1, 1; first <= budget && len(v.Kills) == 0; first, n = first+n, 3*n {
		j.quick = c.quick || first > 1
		if m.Stalls && first > 1 && c.suite == "" {
			j.suite = stallSuites
		}
		results, err := j.run("", first, min(n, budget-first+1))
		if err != nil {
			return v, fmt.Errorf("%s: %w", m.Name, err)
		}
		v.add(results)
	}
	return v, nil
}

// replay builds a mutant and runs only the scenario and seed that killed it.
func replay(root string, m Mutant, last Kill, c config) (Verdict, error) {
	v := Verdict{Mutant: m.Name}
	j, done, err := c.newJudge(root, m)
	if err != nil {
		return v, err
	}
	defer done()
	results, err := j.run(last.Scenario, last.Seed, 1)
	if err != nil {
		return v, fmt.Errorf("%s: %w", m.Name, err)
	}
	v.add(results)
	return v, nil
}

// run runs one scenario, or all if it is empty, with seeds from first on, and
// returns what each run came to.
func (j judge) run(scenario string, first, seeds int) ([]harness.Result, error) {
	limit := runLimit * time.Duration(seeds)
	ctx, cancel := context.WithTimeout(j.ctx, limit)
	defer cancel()
	command := exec.CommandContext(ctx, j.binary, "-judge", "-test.v", "-test.run="+j.pattern(scenario), "-test.timeout=0",
		fmt.Sprint("-test.failfast=", j.quick), "-raft.isolate", fmt.Sprint("-raft.procs=", j.procs), fmt.Sprint("-raft.patience=", patience), "-raft.prove=false", "-raft.shrink=0", "-raft.alike=0",
		fmt.Sprint("-raft.seed=", first), fmt.Sprint("-raft.seeds=", seeds),
		"-raft.artifacts="+filepath.Join(filepath.Dir(j.binary), "artifacts"))
	command.Args = append(command.Args, j.flags...)
	command.Dir = filepath.Join(j.root, "mutants", "judge")
	command.Env = append(os.Environ(), alone)
	process.EndWithAll(command)
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var said strings.Builder
	command.Stderr = &said
	if err := command.Start(); err != nil {
		return nil, err
	}
	results, err := readResults(io.TeeReader(out, &said))
	if errors.Is(err, errHangs) {
		cancel()
	} else if err != nil {
		return nil, err
	}
	var exit *exec.ExitError
	switch err := command.Wait(); {
	case j.ctx.Err() != nil:
		return nil, context.Cause(j.ctx)
	case ctx.Err() == context.DeadlineExceeded:
		return nil, fmt.Errorf("the judge did not end within %v", limit)
	case err != nil && !errors.As(err, &exit) && ctx.Err() == nil:
		return nil, err
	case len(results) == 0:
		return nil, fmt.Errorf("the judge ran no scenario:\n%s", said.String())
	}
	return results, nil
}

// pattern chooses the tests to run.
func (j judge) pattern(scenario string) string {
	suite, name, one := strings.Cut(scenario, "/")
	switch {
	case one:
		return "^TestMutant$/^" + suite + "$/^" + name + "$"
	case j.suite != "":
		return "^TestMutant$/^(" + strings.ReplaceAll(j.suite, ",", "|") + ")$"
	}
	return "^TestMutant$"
}

// errHangs says that there were enough hangs.
var errHangs = errors.New("the mutant hangs")

// isHang reports whether a run ended because its replicas held it up.
func isHang(r harness.Result) bool {
	if r.Failure == nil || r.Wall < time.Second {
		return false
	}
	return r.Failure.Property == world.ContractWaiting || r.Failure.Property == world.Efficiency
}

// readResults finds the results in the output of a verbose test. It reads to
// the end, or until the mutant has hung often enough.
func readResults(output io.Reader) (results []harness.Result, err error) {
	hangs := 0
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		text, found := strings.CutPrefix(strings.TrimSpace(lines.Text()), "=== ATTR")
		_, text, isResult := strings.Cut(text, " "+harness.ResultAttr+" ")
		if !found || !isResult {
			continue
		}
		var r harness.Result
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			return results, fmt.Errorf("a result is not JSON: %w: %s", err, text)
		}
		results = append(results, r)
		if isHang(r) {
			hangs++
		}
		if hangs == enoughHangs {
			return results, errHangs
		}
	}
	return results, lines.Err()
}
