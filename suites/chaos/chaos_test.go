package chaos_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/harness"
)

func TestChaos(t *testing.T) { harness.Run(t, raft.Implementation(), chaos.Suite) }
