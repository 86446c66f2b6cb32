// Package judge runs all suites on the reference Raft in one test binary, which
// the mutants command builds anew for every mutant.
package judge

import (
	"flag"
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites"
)

var (
	judge = flag.Bool("judge", false, "run the suites; go test ./suites/... does so anyway")
	full  = flag.Bool("full", false, "judge the reference with what the thesis adds")
)

func TestMutant(t *testing.T) {
	if !*judge {
		t.Skip("the suites run in ./suites/...; this is for go run ./mutants")
	}
	impl := raft.Implementation()
	if *full {
		impl = raft.Full()
	}
	suites.Run(t, impl)
}
