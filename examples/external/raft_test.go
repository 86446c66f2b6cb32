package tinyraft

import (
	"testing"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites"
)

func TestRaft(t *testing.T) {
	suites.Run(t, raftiface.Implementation{Name: "tinyraft", Version: "1", Make: Make})
}
