package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/internal/process"
)

const exitNotRun = 2

func main() {
	ctx := process.UntilAsked(os.Stderr)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (exit int) {
	flags := flag.NewFlagSet("standin", flag.ContinueOnError)
	flags.SetOutput(stderr)
	rewritten := flags.String("rewrite", "./...", "the packages to build with the stand-ins, as package patterns with commas between them")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return exitNotRun
	case flags.NArg() == 0:
		fmt.Fprintln(stderr, "standin: which command shall run with the stand-ins? For example: standin -- go test ./...")
		return exitNotRun
	}
	exit, err := runWith(ctx, *rewritten, flags.Args(), stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "standin:", err)
		return exitNotRun
	}
	return exit
}

// runWith runs a command with the stand-ins in chosen packages.
func runWith(ctx context.Context, rewritten string, args []string, stdout, stderr io.Writer) (exit int, err error) {
	temp, err := os.MkdirTemp("", "raftcheck-standin-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(temp)
	overlay, err := prepare(ctx, strings.Split(rewritten, ","), temp)
	if err != nil {
		return 0, err
	}
	command := exec.CommandContext(ctx, args[0], args[1:]...)
	command.Stdout, command.Stderr = stdout, stderr
	command.Env = append(os.Environ(),
		"GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" '-overlay="+overlay+"'"),
		replayEnv+"="+fmt.Sprintf("go run %s/standin -rewrite '%s' -- ", raftcheck, rewritten))
	process.AskAllToEnd(command)
	command.WaitDelay = 10 * time.Second
	err = command.Run()
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		return max(1, failed.ExitCode()), nil
	}
	return 0, err
}

// replayEnv is the environment variable by which package harness learns how the
// lines begin that replay a failure.
const replayEnv = "RAFTCHECK_REPLAY_WITH"
