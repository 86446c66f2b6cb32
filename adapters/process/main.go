package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/internal/process"
)

const (
	exitPassed    = 0
	exitFailed    = 1
	exitNotJudged = 2
)

// patience is how long, on the wall clock, a node may take for an answer, and
// hangPatience is -raft.patience. That is much longer, as a node that waits for a
// processor is waited for.
const (
	patience     = 10 * time.Second
	hangPatience = time.Minute
)

// judgeEnv makes the command the test that it runs.
const judgeEnv = "RAFTCHECK_PROCESS_JUDGE"

func main() {
	if os.Getenv(judgeEnv) != "" {
		beJudge()
	}
	os.Exit(run(process.UntilAsked(os.Stderr), os.Args[1:], os.Stdout, os.Stderr))
}

// errUsage is for arguments that are wrong; what is wrong was said.
var errUsage = errors.New("usage")

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (exit int) {
	o, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitPassed
	case err != nil:
		return exitNotJudged
	case o.check:
		return check(o, stdout, stderr)
	}
	impl, err := node.Implementation(o.command)
	if err != nil {
		fmt.Fprintln(stderr, "process:", err)
		return exitNotJudged
	}
	fmt.Fprintf(stderr, "judging %s %s\n", impl.Name, impl.Version)
	v, err := judge(ctx, o)
	if err != nil {
		fmt.Fprintln(stderr, "process:", err)
		return exitNotJudged
	}
	if err := v.tell(o.JSON, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "process:", err)
		return exitNotJudged
	}
	switch {
	case v.interrupted:
		return exitNotJudged
	case len(v.outcome.Failed) > 0:
		return exitFailed
	}
	return exitPassed
}

func check(o options, stdout, stderr io.Writer) (exit int) {
	transcript := io.Discard
	if o.verbose {
		transcript = stdout
	}
	said, err := node.Check(o.command, transcript)
	if err != nil {
		fmt.Fprintln(stderr, "process:", err)
		return exitFailed
	}
	fmt.Fprintln(stdout, said)
	return exitPassed
}
