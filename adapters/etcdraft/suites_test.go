package etcdraft_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/adapters/etcdraft"
	"github.com/raftcheck/raftcheck/suites"
)

func TestRaft(t *testing.T) { suites.Run(t, etcdraft.Implementation()) }

func TestRaftWithPreVote(t *testing.T) { suites.Run(t, etcdraft.WithPreVote()) }

// What differs from TestRaftWithPreVote is how reads are answered.
func TestRaftWithLeaseReads(t *testing.T) {
	suites.Run(t, etcdraft.WithLeaseReads(), suites.Only("reads"))
}
