package agreement_test

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/suites/agreement"
	"github.com/raftcheck/raftcheck/suites/harness"
)

func TestAgreement(t *testing.T) { harness.Run(t, raft.Implementation(), agreement.Suite) }
