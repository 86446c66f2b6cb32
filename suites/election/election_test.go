package election_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/election"
	"github.com/raftcheck/raftcheck/suites/harness"
)

func TestElection(t *testing.T) { harness.Run(t, raft.Implementation(), election.Suite) }
