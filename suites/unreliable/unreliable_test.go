package unreliable_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/unreliable"
)

func TestUnreliable(t *testing.T) { harness.Run(t, raft.Implementation(), unreliable.Suite) }
