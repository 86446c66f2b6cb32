// Command ci runs the suites as a gate: it judges every scenario and prints
// them as a table.
//
// Usage:
//
//	go run ./ci [-seed N] [-seeds N] [-race] [package ...]
//
// Packages are those of go test; the default is ./suites/.... From another
// module it is
//
//	go run github.com/raftcheck/raftcheck/ci ./...
//
// with the packages whose tests run the suites.
//
// It exits with 0 if every scenario passed and no test failed, with 1 if one
// did, and with 2 if it was called wrongly or could not run go test.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"

	"github.com/raftcheck/raftcheck/internal/outcome"
)

const (
	exitPassed = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with its surroundings as arguments.
func run(args []string, stdout, stderr io.Writer) (exit int) {
	command, err := goTest(args, stderr)
	if err != nil {
		return exitUsage
	}
	command.Stderr = stderr
	output, err := command.StdoutPipe()
	if err != nil {
		fmt.Fprintln(stderr, "ci:", err)
		return exitUsage
	}
	if err := command.Start(); err != nil {
		fmt.Fprintln(stderr, "ci: run go test:", err)
		return exitUsage
	}
	result, readErr := outcome.Read(output)
	testErr := command.Wait()
	if readErr != nil {
		fmt.Fprintln(stderr, "ci:", readErr)
		return exitFailed
	}
	result.PrintFailures(stdout)
	result.PrintTable(stdout)
	if testErr != nil || !result.Passed() {
		return exitFailed
	}
	return exitPassed
}

// goTest returns the go test command that the arguments ask for.
func goTest(args []string, stderr io.Writer) (*exec.Cmd, error) {
	flags := flag.NewFlagSet("ci", flag.ContinueOnError)
	flags.SetOutput(stderr)
	seed := flags.Uint64("seed", 1, "seed of the first run of each scenario")
	seeds := flags.Int("seeds", 1, "how many seeds to run each scenario with")
	race := flags.Bool("race", false, "run with the race detector")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if *seeds < 1 {
		fmt.Fprintf(stderr, "ci: -seeds must be at least 1, got %d\n", *seeds)
		return nil, flag.ErrHelp
	}
	packages := flags.Args()
	if len(packages) == 0 {
		packages = []string{"./suites/..."}
	}
	test := []string{"test", "-json", "-count=1"}
	if *race {
		test = append(test, "-race")
	}
	test = append(test, packages...)
	test = append(test, "-raft.seed="+strconv.FormatUint(*seed, 10), "-raft.seeds="+strconv.Itoa(*seeds))
	return exec.Command("go", test...), nil
}
