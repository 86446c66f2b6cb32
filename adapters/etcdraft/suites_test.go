package etcdraft_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/adapters/etcdraft"
	"github.com/raftcheck/raftcheck/suites"
)

func TestRaft(t *testing.T) { suites.Run(t, etcdraft.Implementation()) }

func TestRaftWithPreVote(t *testing.T) { suites.Run(t, etcdraft.WithPreVote()) }
