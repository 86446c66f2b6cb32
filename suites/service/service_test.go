package service_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/service"
)

func TestService(t *testing.T) { harness.Run(t, raft.Implementation(), service.Suite) }
