package membership_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/membership"
)

func TestMembership(t *testing.T) { harness.Run(t, raft.Full(), membership.Suite) }
