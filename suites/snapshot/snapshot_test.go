package snapshot_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/snapshot"
)

func TestSnapshot(t *testing.T) { harness.Run(t, raft.Implementation(), snapshot.Suite) }
