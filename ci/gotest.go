package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/suites/harness"
)

// goTest returns the command that runs a batch of seeds. It and all that it
// starts end with the context.
func goTest(ctx context.Context, o options, seeds results.Seeds) (*exec.Cmd, error) {
	args := []string{"test", "-json", "-count=1", "-timeout=" + o.timeout.String()}
	if o.race {
		args = append(args, "-race")
	}
	if o.run != "" {
		args = append(args, "-run="+o.run)
	}
	packages, procs := spread(seeds.Count, runtime.GOMAXPROCS(0))
	args = append(args, fmt.Sprint("-p=", packages), "-cpu=1")
	args = append(args, o.packages...)
	args = append(args, fmt.Sprint("-raft.procs=", procs), "-raft.seed="+strconv.FormatUint(seeds.First, 10), "-raft.seeds="+strconv.FormatUint(seeds.Count, 10))
	if o.isolate {
		args = append(args, "-raft.isolate")
	}
	if o.dir != "" {
		dir, err := filepath.Abs(filepath.Join(o.dir, artifactsName))
		if err != nil {
			return nil, fmt.Errorf("-o: %w", err)
		}
		args = append(args, "-raft.artifacts="+dir)
	}
	command := exec.CommandContext(ctx, "go", append(args, o.flags...)...)
	process.EndWithAll(command)
	command.WaitDelay = time.Second
	return command, nil
}

// spread divides the processors: so many packages at a time, and so many
// processes for the seeds of each of their scenarios, with one processor each.
func spread(seeds uint64, processors int) (packages, procs int) {
	procs = harness.Processes(seeds, processors)
	return processors / procs, procs
}

// artifactsName is the folder for what failing runs leave.
const artifactsName = "artifacts"
