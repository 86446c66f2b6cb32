package stalls_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/stalls"
)

func TestStalls(t *testing.T) { harness.Run(t, raft.Implementation(), stalls.Suite) }
