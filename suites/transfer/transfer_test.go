package transfer_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/transfer"
)

func TestTransfer(t *testing.T) { harness.Run(t, raft.Full(), transfer.Suite) }
