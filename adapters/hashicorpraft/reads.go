package hashicorpraft

import (
	"time"

	"github.com/hashicorp/raft"
)

// readPatience is how long a read waits for the library to confirm that it leads:
// longer than it leads without hearing from a quorum.
const readPatience = time.Second

// ReadIndex implements [raftiface.ReadIndexer], as the library means it to be done:
// by its commit index, if that is one of its own term, and VerifyLeader. Whether that
// asks a quorum since the call is the library's affair.
func (r *Raft) ReadIndex() (index int, ok bool) {
	if r.raft.State() != raft.Leader {
		return 0, false
	}
	term, commit := r.raft.CurrentTerm(), r.raft.CommitIndex()
	delivered, of := r.disk.read().deliveredUpTo(commit)
	if of != term || !r.verify() || r.raft.CurrentTerm() != term {
		return 0, false
	}
	return int(delivered), true
}

// verify has the library confirm that it leads. It may never say so: a future is
// lost if the library is shut down before it takes it, or if it waits for replicas
// that have been removed meanwhile.
func (r *Raft) verify() bool {
	r.verifying.Add(1)
	if isClosed(r.stop) {
		r.verifying.Add(-1)
		return false
	}
	answer := make(chan error, 1)
	go func() {
		defer r.verifying.Add(-1)
		answer <- r.raft.VerifyLeader().Error()
	}()
	select {
	case err := <-answer:
		return err == nil
	case <-time.After(readPatience):
	case <-r.stop:
	}
	return false
}

// deliveredUpTo returns the index of the last entry up to a commit index that the
// service comes to, 0 for none, and the term of the entry at the commit index.
func (s state) deliveredUpTo(commit uint64) (index, term uint64) {
	if s.meta != nil && commit <= s.meta.Index {
		return s.snapshot.last(), s.meta.Term
	}
	for i := commit; i > bootstrapIndex; i-- {
		if s.meta != nil && i == s.meta.Index {
			return s.snapshot.last(), term
		}
		var log raft.Log
		if err := s.log.get(i, &log); err != nil {
			return 0, 0
		}
		if i == commit {
			term = log.Term
		}
		if log.Type == raft.LogCommand || log.Type == raft.LogConfiguration {
			return i, term
		}
	}
	return 0, term
}
