package raft

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
)

// solo is one server whose peers are the test: it takes the server's requests
// and answers them, or not.
type solo struct {
	*Raft
	t       *testing.T
	store   *storage
	applied chan raftiface.ApplyMsg // buffered: what the service was given

	mu      sync.Mutex
	pending []*request
}

// request is a Call that waits for the test's answer.
type request struct {
	peer   int
	args   any
	reply  any
	answer chan bool
}

// stub is the raftiface.Peer of a solo server.
type stub struct {
	*solo
	peer int
}

// Call checks that what the request tells is on stable storage, and waits.
func (s stub) Call(method string, args, reply any) bool {
	if method != "Raft.RequestPreVote" { // which promises nothing
		s.requireDurable(args)
	}
	q := &request{peer: s.peer, args: args, reply: reply, answer: make(chan bool)}
	s.mu.Lock()
	s.pending = append(s.pending, q)
	s.mu.Unlock()
	select {
	case ok := <-q.answer:
		return ok
	case <-s.killed:
		return false
	}
}

func (s stub) Send(string, any) { panic("not used") }

func (s *solo) requireDurable(args any) {
	h, log, err := decodeState(s.store.ReadRaftState(), len(s.peers))
	require.NoError(s.t, err)
	last := log.lastIndex()
	switch a := args.(type) {
	case *RequestVoteArgs:
		require.EqualValues(s.t, a.Term, h.Term, "asks for votes in a term that is not stored")
		require.EqualValues(s.t, a.CandidateID, h.VotedFor, "its own vote is not stored")
	case *AppendEntriesArgs:
		require.EqualValues(s.t, a.Term, h.Term, "leads in a term that is not stored")
		require.LessOrEqual(s.t, a.lastNew(), last, "sends an entry that is not stored")
	case *InstallSnapshotArgs:
		require.EqualValues(s.t, a.Term, h.Term, "leads in a term that is not stored")
		require.GreaterOrEqual(s.t, int(h.Base), a.LastIncludedIndex, "sends a snapshot that is not stored")
	}
}

// past is what a server has on stable storage when it starts.
type past struct {
	term     int
	vote     int   // 0 stands for nobody: server 0 is the one under test
	base     int   // last index in the snapshot
	baseTerm int   // its term
	log      []int // terms of the entries after it
}

// entries returns entries of the given terms that follow index prev. Entries of
// the same index and term are equal, as in any Raft.
func entries(prev int, terms ...int) []LogEntry {
	var all []LogEntry
	for i, term := range terms {
		all = append(all, LogEntry{Term: term, Command: fmt.Sprintf("%d of term %d", prev+1+i, term)})
	}
	return all
}

// snapshotOf is the service's state as of an index.
func snapshotOf(index int) []byte { return fmt.Appendf(nil, "state as of %d", index) }

func (p past) storage() *storage {
	r := &Raft{persister: &storage{}, currentTerm: p.term, votedFor: p.vote}
	if p.vote == 0 {
		r.votedFor = nobody
	}
	r.log.base, r.log.baseTerm = p.base, p.baseTerm
	if p.base > 0 {
		r.snapshot = snapshotOf(p.base)
	}
	r.log.append(entries(p.base, p.log...)...)
	r.persist()
	return r.persister.(*storage)
}

// inSolo runs a test in a bubble with server 0 of a cluster of the given size.
func inSolo(t *testing.T, servers int, p past, test func(t *testing.T, s *solo)) {
	t.Helper()
	inSoloOf(t, raftiface.Features{}, raftiface.Everybody(servers), servers, p, test)
}

// inSoloOf is inSolo with a server that does more than the paper's, in a cluster that
// began with some of the servers.
func inSoloOf(t *testing.T, does raftiface.Features, members raftiface.Membership, servers int, p past, test func(t *testing.T, s *solo)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &solo{t: t, store: p.storage(), applied: make(chan raftiface.ApplyMsg, 1000)}
		peers := make([]raftiface.Peer, servers)
		for i := range peers {
			peers[i] = stub{s, i}
		}
		var err error
		s.Raft, err = start(raftiface.Env{
			Peers:     peers,
			Members:   members,
			Persister: s.store,
			ApplyCh:   s.applied,
			Rand:      rand.New(rand.NewPCG(1, 2)),
			Logf:      t.Logf,
		}, beyond{does: does})
		require.NoError(t, err)
		defer s.Kill()
		test(t, s)
	})
}

// sleep lets time pass, and what is due then happen.
func sleep(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// requests returns the requests to a peer that came since the last call.
func (s *solo) requests(peer int) []*request {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var to, others []*request
	for _, q := range s.pending {
		if q.peer == peer {
			to = append(to, q)
		} else {
			others = append(others, q)
		}
	}
	s.pending = others
	return to
}

// request returns the only request to a peer since the last call.
func (s *solo) request(peer int) *request {
	s.t.Helper()
	all := s.requests(peer)
	require.Len(s.t, all, 1, "requests to server %d", peer)
	return all[0]
}

// appendEntriesTo is request for an AppendEntries.
func (s *solo) appendEntriesTo(peer int) (*request, *AppendEntriesArgs) {
	s.t.Helper()
	q := s.request(peer)
	require.IsType(s.t, &AppendEntriesArgs{}, q.args)
	return q, q.args.(*AppendEntriesArgs)
}

func (q *request) vote(reply RequestVoteReply) { *q.reply.(*RequestVoteReply) = reply; q.done() }

func (q *request) appended(reply AppendEntriesReply) {
	*q.reply.(*AppendEntriesReply) = reply
	q.done()
}

func (q *request) installed(reply InstallSnapshotReply) {
	*q.reply.(*InstallSnapshotReply) = reply
	q.done()
}

// accept answers an AppendEntries as a follower does that takes it.
func (q *request) accept() {
	q.appended(AppendEntriesReply{Term: q.args.(*AppendEntriesArgs).Term, Success: true})
}

func (q *request) done() {
	q.answer <- true
	synctest.Wait()
}

// campaigns waits for the server to become candidate and returns its term.
func (s *solo) campaigns() int {
	s.t.Helper()
	for range int(maxElectionTimeout / time.Millisecond) {
		if s.state().role == candidate {
			return s.state().term
		}
		sleep(time.Millisecond)
	}
	s.t.Fatal("no election within an election timeout")
	return 0
}

// leads makes the server leader and returns its term. Its first heartbeats are
// left for the test to take.
func (s *solo) leads() int {
	s.t.Helper()
	term := s.campaigns()
	for peer := 1; peer < s.quorum(); peer++ {
		s.request(peer).vote(RequestVoteReply{Term: term, VoteGranted: true})
	}
	for peer := s.quorum(); peer < len(s.peers); peer++ {
		for _, q := range s.requests(peer) {
			if _, vote := q.args.(*RequestVoteArgs); !vote {
				s.mu.Lock()
				s.pending = append(s.pending, q)
				s.mu.Unlock()
			}
		}
	}
	require.Equal(s.t, leader, s.state().role)
	return term
}

// state is a server's state at a moment.
type state struct {
	role        role
	term, vote  int
	base        int
	log         []int // terms of the entries behind base
	commit      int
	electionDue time.Time
	next, match []int
}

func (s *solo) state() state {
	r := s.Raft
	r.mu.Lock()
	defer r.mu.Unlock()
	st := state{role: r.role, term: r.currentTerm, vote: r.votedFor, base: r.log.base, commit: r.commitIndex, electionDue: r.electionAlarm.due}
	for _, e := range r.log.entries {
		st.log = append(st.log, e.Term)
	}
	for _, p := range r.progress {
		st.next = append(st.next, p.nextIndex)
		st.match = append(st.match, p.matchIndex)
	}
	return st
}

// requireStored checks that stable storage holds the server's state.
func (s *solo) requireStored() {
	s.t.Helper()
	h, log, err := decodeState(s.store.ReadRaftState(), len(s.peers))
	require.NoError(s.t, err)
	r := s.Raft
	r.mu.Lock()
	defer r.mu.Unlock()
	require.EqualValues(s.t, r.currentTerm, h.Term)
	require.EqualValues(s.t, r.votedFor, h.VotedFor)
	require.EqualValues(s.t, r.log.base, h.Base)
	require.EqualValues(s.t, r.log.baseTerm, h.BaseTerm)
	require.ElementsMatch(s.t, r.log.entries, log.entries)
	require.Equal(s.t, string(r.snapshot), string(s.store.ReadSnapshot()))
}

// The handlers, with their replies as results; each leaves its effects stored.

func (s *solo) asked(args RequestVoteArgs) (reply RequestVoteReply) {
	s.t.Helper()
	s.RequestVote(&args, &reply)
	s.requireStored()
	return reply
}

func (s *solo) told(args AppendEntriesArgs) (reply AppendEntriesReply) {
	s.t.Helper()
	s.AppendEntries(&args, &reply)
	s.requireStored()
	return reply
}

func (s *solo) given(args InstallSnapshotArgs) (reply InstallSnapshotReply) {
	s.t.Helper()
	s.InstallSnapshot(&args, &reply)
	s.requireStored()
	return reply
}

// busy makes the service take nothing until free is called.
func (s *solo) busy() (free func()) {
	for len(s.applied) < cap(s.applied) {
		s.applied <- raftiface.ApplyMsg{}
	}
	return func() {
		for range cap(s.applied) {
			<-s.applied
		}
	}
}

// delivered returns what the service was given since the last call, in short:
// "5" is the command at index 5, "snapshot 5" a snapshot up to there, and a
// configuration is its index and members.
func (s *solo) delivered() []string {
	synctest.Wait()
	var got []string
	for {
		select {
		case m := <-s.applied:
			if m.SnapshotValid {
				require.Equal(s.t, string(snapshotOf(m.SnapshotIndex)), string(m.Snapshot))
				got = append(got, fmt.Sprint("snapshot ", m.SnapshotIndex))
			} else if m.MembershipValid {
				got = append(got, fmt.Sprintf("%d %v", m.MembershipIndex, m.Membership))
			} else {
				got = append(got, fmt.Sprint(m.CommandIndex))
			}
		default:
			return got
		}
	}
}
