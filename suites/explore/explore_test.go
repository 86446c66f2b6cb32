package explore_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/explore"
	"github.com/raftcheck/raftcheck/suites/harness"
)

func TestExplore(t *testing.T) { harness.Run(t, raft.Implementation(), explore.Suite) }
