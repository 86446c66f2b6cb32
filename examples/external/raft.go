// Package tinyraft is a Raft in one small file: no snapshots, one AppendEntries
// at a time to each follower, the whole log saved with every change. It shows
// how little it takes to be judged, not how to build a fast Raft.
package tinyraft

import (
	"bytes"
	"encoding/gob"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

const (
	heartbeat   = 80 * time.Millisecond
	minElection = 300 * time.Millisecond
)

type role int

const (
	follower role = iota
	candidate
	leader
)

// Entry is a command and the term in which a leader took it.
type Entry struct {
	Term    int
	Command any
}

// durable is what Figure 2 of the Raft paper keeps on stable storage. Vote is one
// more than the candidate's number, 0 for none: gob leaves out zeros, so a default
// that is not zero would come back in their place. Log[0] is a placeholder, so that
// indexes start at 1.
type durable struct {
	Term, Vote int
	Log        []Entry
}

// Raft is one replica.
type Raft struct {
	env raftiface.Env

	mu      sync.Mutex
	changed *sync.Cond // commit moved, or killed
	disk    durable
	role    role
	votes   int
	commit  int
	applied int
	next    []int
	match   []int
	busy    []bool // an AppendEntries to the peer is under way
	timer   *time.Timer
	killed  bool
}

// Make starts a replica. It has the type of raftiface.Implementation.Make.
func Make(env raftiface.Env) (raftiface.Raft, error) {
	n := len(env.Peers)
	r := &Raft{env: env, next: make([]int, n), match: make([]int, n), busy: make([]bool, n)}
	r.changed = sync.NewCond(&r.mu)
	r.disk = durable{Log: make([]Entry, 1)}
	if state := env.Persister.ReadRaftState(); len(state) > 0 {
		if err := gob.NewDecoder(bytes.NewReader(state)).Decode(&r.disk); err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(r.electionTimeout(), r.tick)
	go r.applyLoop()
	return r, nil
}

// Start implements raftiface.Raft.
func (r *Raft) Start(command any) (index, term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role != leader || r.killed {
		return 0, r.disk.Term, false
	}
	r.disk.Log = append(r.disk.Log, Entry{r.disk.Term, command})
	r.save()
	r.replicate()
	return r.last(), r.disk.Term, true
}

// GetState implements raftiface.Raft.
func (r *Raft) GetState() (term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.disk.Term, r.role == leader
}

// Kill implements raftiface.Raft.
func (r *Raft) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.killed = true
	r.timer.Stop()
	r.changed.Broadcast()
}

// tick is where time passes: a leader sends heartbeats, anybody else begins an
// election.
func (r *Raft) tick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.killed {
		return
	}
	if r.role == leader {
		clear(r.busy) // what was lost is sent again
		r.replicate()
		r.timer.Reset(heartbeat)
		return
	}
	r.campaign()
	r.timer.Reset(r.electionTimeout())
}

func (r *Raft) campaign() {
	r.role = candidate
	r.disk.Term++
	r.disk.Vote = r.env.Me + 1
	r.votes = 0
	r.save()
	r.countVote()
	args := VoteArgs{r.disk.Term, r.env.Me, r.last(), r.disk.Log[r.last()].Term}
	for i := range r.env.Peers {
		if i != r.env.Me {
			go r.askVote(i, args)
		}
	}
}

func (r *Raft) askVote(peer int, args VoteArgs) {
	var reply VoteReply
	ok := r.env.Peers[peer].Call("Raft.Vote", &args, &reply)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok || r.killed {
		return
	}
	r.seeTerm(reply.Term)
	if r.role == candidate && r.disk.Term == args.Term && reply.Granted {
		r.countVote()
	}
}

func (r *Raft) countVote() {
	if r.votes++; r.votes <= len(r.env.Peers)/2 {
		return
	}
	r.role = leader
	for i := range r.next {
		r.next[i], r.match[i], r.busy[i] = r.last()+1, 0, false
	}
	r.replicate()
	r.timer.Reset(heartbeat)
}

// replicate sends every peer that is not busy what it lacks.
func (r *Raft) replicate() {
	r.match[r.env.Me] = r.last()
	r.advanceCommit()
	for i := range r.env.Peers {
		if i == r.env.Me || r.busy[i] {
			continue
		}
		r.busy[i] = true
		prev := r.next[i] - 1
		entries := append([]Entry(nil), r.disk.Log[prev+1:]...)
		go r.send(i, AppendArgs{r.disk.Term, prev, r.disk.Log[prev].Term, entries, r.commit})
	}
}

func (r *Raft) send(peer int, args AppendArgs) {
	var reply AppendReply
	ok := r.env.Peers[peer].Call("Raft.Append", &args, &reply)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok || r.killed {
		return
	}
	r.seeTerm(reply.Term)
	if r.role != leader || r.disk.Term != args.Term {
		return
	}
	r.busy[peer] = false
	if reply.Success {
		r.match[peer] = max(r.match[peer], args.Prev+len(args.Entries))
		r.next[peer] = r.match[peer] + 1
		r.advanceCommit()
	} else {
		r.next[peer] = max(r.match[peer]+1, min(r.next[peer], reply.Hint))
	}
	if r.next[peer] <= r.last() {
		r.replicate()
	}
}

// advanceCommit commits what a quorum has, if it is of this term (section
// 5.4.2).
func (r *Raft) advanceCommit() {
	for n := r.last(); n > r.commit && r.disk.Log[n].Term == r.disk.Term; n-- {
		count := 0
		for _, m := range r.match {
			if m >= n {
				count++
			}
		}
		if count > len(r.env.Peers)/2 {
			r.commit = n
			r.changed.Broadcast()
			return
		}
	}
}

// applyLoop delivers what is committed, without the lock.
func (r *Raft) applyLoop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.killed {
		if r.applied >= r.commit {
			r.changed.Wait()
			continue
		}
		r.applied++
		msg := raftiface.ApplyMsg{CommandValid: true, Command: r.disk.Log[r.applied].Command, CommandIndex: r.applied}
		r.mu.Unlock()
		r.env.ApplyCh <- msg
		r.mu.Lock()
	}
}

// VoteArgs are the arguments of Vote.
type VoteArgs struct{ Term, Candidate, LastIndex, LastTerm int }

// VoteReply is the answer to Vote.
type VoteReply struct {
	Term    int
	Granted bool
}

// Vote answers a candidate.
func (r *Raft) Vote(args *VoteArgs, reply *VoteReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seeTerm(args.Term)
	lastTerm := r.disk.Log[r.last()].Term
	upToDate := args.LastTerm > lastTerm || args.LastTerm == lastTerm && args.LastIndex >= r.last()
	if args.Term == r.disk.Term && (r.disk.Vote == 0 || r.disk.Vote == args.Candidate+1) && upToDate {
		r.disk.Vote = args.Candidate + 1
		r.save()
		r.timer.Reset(r.electionTimeout())
		reply.Granted = true
	}
	reply.Term = r.disk.Term
}

// AppendArgs are the arguments of Append.
type AppendArgs struct {
	Term, Prev, PrevTerm int
	Entries              []Entry
	Commit               int
}

// AppendReply is the answer to Append. Hint is where the leader should go on
// after a failure.
type AppendReply struct {
	Term    int
	Success bool
	Hint    int
}

// Append answers a leader.
func (r *Raft) Append(args *AppendArgs, reply *AppendReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seeTerm(args.Term)
	reply.Term = r.disk.Term
	if args.Term < r.disk.Term {
		return
	}
	r.role = follower
	r.timer.Reset(r.electionTimeout())
	if args.Prev > r.last() || r.disk.Log[args.Prev].Term != args.PrevTerm {
		reply.Hint = max(1, min(args.Prev, r.last()+1))
		for reply.Hint > r.commit+1 && r.disk.Log[reply.Hint-1].Term == r.disk.Log[min(args.Prev, r.last())].Term {
			reply.Hint--
		}
		return
	}
	for i, e := range args.Entries {
		if at := args.Prev + 1 + i; at > r.last() || r.disk.Log[at].Term != e.Term {
			r.disk.Log = append(r.disk.Log[:at:at], args.Entries[i:]...)
			r.save()
			break
		}
	}
	if n := min(args.Commit, args.Prev+len(args.Entries)); n > r.commit {
		r.commit = n
		r.changed.Broadcast()
	}
	reply.Success = true
}

// seeTerm steps down for a newer term.
func (r *Raft) seeTerm(term int) {
	if term <= r.disk.Term {
		return
	}
	if r.role == leader {
		r.timer.Reset(r.electionTimeout())
	}
	r.role = follower
	r.disk.Term, r.disk.Vote = term, 0
	r.save()
}

func (r *Raft) last() int { return len(r.disk.Log) - 1 }

func (r *Raft) electionTimeout() time.Duration {
	return minElection + time.Duration(r.env.Rand.Int64N(int64(minElection)))
}

func (r *Raft) save() {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(r.disk); err != nil {
		panic(err)
	}
	r.env.Persister.Save(b.Bytes(), nil)
}
