package hashicorpraft_test

import (
	"os"
	"runtime"
	"testing"

	"github.com/raftcheck/raftcheck/adapters/hashicorpraft"
	"github.com/raftcheck/raftcheck/suites"
)

// TestMain runs the goroutines one at a time. The library draws its timeouts
// from a source that all of them share, so that a seed gives the same trace
// again and again only in this way, and not always even so.
func TestMain(m *testing.M) {
	runtime.GOMAXPROCS(1)
	os.Exit(m.Run())
}

func TestRaft(t *testing.T) { suites.Run(t, hashicorpraft.Implementation()) }

// What pre-votes change is who stands for election, and when.
func TestRaftWithoutPreVote(t *testing.T) {
	suites.Run(t, hashicorpraft.WithoutPreVote(), suites.Only("election", "leadership", "persistence", "membership", "transfer", "chaos"))
}

func TestRaftWithTrailingLogs(t *testing.T) {
	suites.Run(t, hashicorpraft.WithTrailingLogs(), suites.Only("snapshot"))
}
