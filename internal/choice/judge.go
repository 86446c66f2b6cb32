package choice

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// Spread judges by several suites, each in a process of its own. The processors are for
// the seeds of each, as far as these pay for processes, and for as many suites at a time
// as that leaves some for.
func Spread[V any](ctx context.Context, chosen []Suite, seeds int, judge func(ctx context.Context, s Suite, procs int) (V, error)) ([]V, error) {
	processors := runtime.GOMAXPROCS(0)
	procs := harness.Processes(uint64(seeds), processors)
	verdicts, errs := make([]V, len(chosen)), make([]error, len(chosen))
	free := make(chan struct{}, processors/procs)
	var wait sync.WaitGroup
	for i, s := range chosen {
		wait.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			verdicts[i], errs[i] = judge(ctx, s, procs)
		})
	}
	wait.Wait()
	return verdicts, errors.Join(errs...)
}

// TestFlags are for the process that judges by a suite: by the command's test, with so
// many processes for the seeds. It writes a conformance report to a file, and begins
// replay lines as is given.
func (f *Flags) TestFlags(test string, s Suite, procs int, replay, report string) []string {
	return []string{
		"-test.v=test2json", "-test.timeout=0", "-test.run=" + s.Pattern(test),
		fmt.Sprint("-raft.procs=", procs), fmt.Sprint("-raft.seed=", f.Seed), fmt.Sprint("-raft.seeds=", f.Seeds),
		fmt.Sprint("-raft.deviations=", f.Deviations),
		"-raft.schedule=" + f.Schedule, "-raft.artifacts=" + f.Artifacts, "-raft.replay=" + replay, "-raft.conformance=" + report,
	}
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./-]+$`)

// Shell returns a command as a shell takes it.
func Shell(words ...string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		if quoted[i] = word; !plainWord.MatchString(word) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}
