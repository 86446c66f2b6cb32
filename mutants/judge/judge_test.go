// Package judge runs all suites on the reference Raft in one test binary, which
// the mutants command builds anew for every mutant.
package judge

import (
	"flag"
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites"
)

var judge = flag.Bool("judge", false, "run the suites; go test ./suites/... does so anyway")

func TestMutant(t *testing.T) {
	if !*judge {
		t.Skip("the suites run in ./suites/...; this is for go run ./mutants")
	}
	suites.Run(t, raft.Implementation())
}
