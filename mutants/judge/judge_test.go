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
	judge  = flag.Bool("judge", false, "run the suites; go test ./suites/... does so anyway")
	full   = flag.Bool("full", false, "judge the reference with what the thesis adds")
	leased = flag.Bool("leased", false, "judge it with that, and reads by lease")
)

func TestMutant(t *testing.T) {
	if !*judge {
		t.Skip("the suites run in ./suites/...; this is for go run ./mutants")
	}
	impl := raft.Implementation()
	switch {
	case *full:
		impl = raft.Full()
	case *leased:
		impl = raft.Leased()
	}
	suites.Run(t, impl)
}
