package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/process"
)

const (
	exitPassed    = 0
	exitFailed    = 1
	exitNotJudged = 2
)

// partA is the part of the labs that is about elections alone.
const partA = "A"

type options struct {
	choice.Flags
	dir    string
	dirs   []string // a class: all that -dir and -list name, if they are several
	part   string
	race   bool
	strict bool
	out    string // where a class's table and reports go
	bounds bounds // of each checkout of a class
}

func main() {
	if err := keepWithinBounds(); err != nil {
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(exitNotJudged)
	}
	ctx := process.UntilAsked(os.Stderr)
	exit := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	endTree(os.Getpid()) // what students' programs left
	os.Exit(exit)
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (exit int) {
	o, err := parseFlags(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitPassed
	case err != nil:
		return exitNotJudged
	}
	if o.dirs != nil {
		return judgeClass(ctx, o, stdout, stderr)
	}
	v, err := judge(ctx, o, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitNotJudged
	}
	if err := v.tell(o.JSON, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "lab:", err)
		return exitNotJudged
	}
	switch {
	case v.interrupted:
		return exitNotJudged
	case v.failed():
		return exitFailed
	}
	return exitPassed
}

// errUsage is for arguments that are wrong; what is wrong was said.
var errUsage = errors.New("usage")
