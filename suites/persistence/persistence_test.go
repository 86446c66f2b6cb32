package persistence_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/persistence"
)

func TestPersistence(t *testing.T) { harness.Run(t, raft.Implementation(), persistence.Suite) }
