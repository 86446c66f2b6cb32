package leadership_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/leadership"
)

func TestLeadership(t *testing.T) { harness.Run(t, raft.Full(), leadership.Suite) }
