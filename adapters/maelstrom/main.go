package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/internal/process"
)

// Those of Jepsen.
const (
	exitValid   = 0
	exitInvalid = 1
	exitUnknown = 2
	exitUsage   = 254
	exitFailed  = 255
)

var exits = map[trial.Verdict]int{trial.Valid: exitValid, trial.Invalid: exitInvalid, trial.Unknown: exitUnknown}

func main() { os.Exit(run(process.UntilAskedBySignal(os.Stderr), os.Args[1:], os.Stdout, os.Stderr)) }

// errUsage is for arguments that are wrong; what is wrong was said.
var errUsage = errors.New("usage")

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (exit int) {
	o, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitValid
	case err != nil:
		return exitUsage
	}
	verdict, err := judge(ctx, o, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "maelstrom:", err)
		return exitFailed
	}
	return exits[verdict]
}
