package reads_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/reads"
)

func TestReads(t *testing.T) { harness.Run(t, raft.Full(), reads.Suite) }
