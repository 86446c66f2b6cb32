package raft

// A small Raft in the shape of the 2023 and 2024 labs.

import (
	"bytes"
	"math/rand"
	"sync"
	"time"

	"6.5840/labgob"
	"6.5840/labrpc"
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

// ApplyMsg is what the service receives.
type ApplyMsg struct {
	CommandValid bool
	Command      interface{}
	CommandIndex int

	SnapshotValid bool
	Snapshot      []byte
	SnapshotTerm  int
	SnapshotIndex int
}

// Entry is a command and the term in which a leader took it.
type Entry struct {
	Term    int
	Command interface{}
}

// durable is what is saved. Log[0] stands for the last entry in the snapshot, at
// index Base. Vote is one more than the candidate's number, 0 for none.
type durable struct {
	Term, Vote, Base int
	Log              []Entry
}

// Raft is one replica.
type Raft struct {
	peers     []*labrpc.ClientEnd
	me        int
	persister *Persister
	applyCh   chan ApplyMsg

	mu       sync.Mutex
	changed  *sync.Cond // commit moved, or killed
	disk     durable
	snapshot []byte
	role     role
	votes    int
	commit   int
	applied  int
	next     []int
	match    []int
	busy     []bool // a message to the peer is under way
	timer    *time.Timer
	killed   bool
}

// Make starts a server.
func Make(peers []*labrpc.ClientEnd, me int, persister *Persister, applyCh chan ApplyMsg) *Raft {
	n := len(peers)
	r := &Raft{peers: peers, me: me, persister: persister, applyCh: applyCh, next: make([]int, n), match: make([]int, n), busy: make([]bool, n)}
	r.changed = sync.NewCond(&r.mu)
	r.disk = durable{Log: make([]Entry, 1)}
	if state := persister.ReadRaftState(); len(state) > 0 {
		if err := labgob.NewDecoder(bytes.NewReader(state)).Decode(&r.disk); err != nil {
			panic(err)
		}
	}
	r.snapshot = persister.ReadSnapshot()
	r.commit, r.applied = r.disk.Base, r.disk.Base
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(r.electionTimeout(), r.tick)
	go r.applyLoop()
	return r
}

// Start is the lab's.
func (r *Raft) Start(command interface{}) (index, term int, isLeader bool) {
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

// GetState is the lab's.
func (r *Raft) GetState() (term int, isLeader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.disk.Term, r.role == leader
}

// Kill is the lab's.
func (r *Raft) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.killed = true
	r.timer.Stop()
	r.changed.Broadcast()
}

// Snapshot is the lab's.
func (r *Raft) Snapshot(index int, snapshot []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if index <= r.disk.Base {
		return
	}
	r.cut(index, r.at(index).Term)
	r.snapshot = snapshot
	r.save()
}

// cut lets the log begin at index.
func (r *Raft) cut(index, term int) {
	log := []Entry{{Term: term}}
	if index < r.last() && r.at(index).Term == term {
		log = append(log, r.disk.Log[index-r.disk.Base+1:]...)
	}
	r.disk.Base, r.disk.Log = index, log
}

func (r *Raft) tick() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.killed {
		return
	}
	if r.role == leader {
		r.busy = make([]bool, len(r.peers)) // what was lost is sent again
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
	r.disk.Vote = r.me + 1
	r.votes = 0
	r.save()
	r.countVote()
	args := VoteArgs{r.disk.Term, r.me, r.last(), r.at(r.last()).Term}
	for i := range r.peers {
		if i != r.me {
			go r.askVote(i, args)
		}
	}
}

func (r *Raft) askVote(peer int, args VoteArgs) {
	var reply VoteReply
	ok := r.peers[peer].Call("Raft.Vote", &args, &reply)
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
	if r.votes++; r.votes <= len(r.peers)/2 {
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
	r.match[r.me] = r.last()
	r.advanceCommit()
	for i := range r.peers {
		if i == r.me || r.busy[i] {
			continue
		}
		r.busy[i] = true
		prev := r.next[i] - 1
		if prev < r.disk.Base {
			go r.sendSnapshot(i, InstallArgs{r.disk.Term, r.disk.Base, r.disk.Log[0].Term, r.snapshot})
			continue
		}
		entries := append([]Entry(nil), r.disk.Log[prev+1-r.disk.Base:]...)
		go r.send(i, AppendArgs{r.disk.Term, prev, r.at(prev).Term, entries, r.commit})
	}
}

func (r *Raft) sendSnapshot(peer int, args InstallArgs) {
	var reply InstallReply
	ok := r.peers[peer].Call("Raft.Install", &args, &reply)
	r.mu.Lock()
	defer r.mu.Unlock()
	if ok && r.current(args.Term, reply.Term) {
		r.stored(peer, args.Index)
	}
}

func (r *Raft) send(peer int, args AppendArgs) {
	var reply AppendReply
	ok := r.peers[peer].Call("Raft.Append", &args, &reply)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !ok || !r.current(args.Term, reply.Term) {
		return
	}
	if reply.Success {
		r.stored(peer, args.Prev+len(args.Entries))
		return
	}
	r.busy[peer] = false
	r.next[peer] = maxInt(r.match[peer]+1, minInt(r.next[peer], reply.Hint))
	r.replicate()
}

// current reports whether an answer still counts.
func (r *Raft) current(asked, answered int) bool {
	if r.killed {
		return false
	}
	r.seeTerm(answered)
	return r.role == leader && r.disk.Term == asked
}

func (r *Raft) stored(peer, index int) {
	r.busy[peer] = false
	r.match[peer] = maxInt(r.match[peer], index)
	r.next[peer] = r.match[peer] + 1
	r.advanceCommit()
	if r.next[peer] <= r.last() {
		r.replicate()
	}
}

// advanceCommit commits what a quorum has, if it is of this term.
func (r *Raft) advanceCommit() {
	for n := r.last(); n > r.commit && r.at(n).Term == r.disk.Term; n-- {
		count := 0
		for _, m := range r.match {
			if m >= n {
				count++
			}
		}
		if count > len(r.peers)/2 {
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
		var msg ApplyMsg
		switch {
		case r.applied < r.disk.Base:
			r.applied = r.disk.Base
			msg = ApplyMsg{SnapshotValid: true, Snapshot: r.snapshot, SnapshotTerm: r.disk.Log[0].Term, SnapshotIndex: r.disk.Base}
		case r.applied < r.commit:
			r.applied++
			msg = ApplyMsg{CommandValid: true, Command: r.at(r.applied).Command, CommandIndex: r.applied}
		default:
			r.changed.Wait()
			continue
		}
		r.mu.Unlock()
		r.applyCh <- msg
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
	if r.killed {
		return
	}
	r.seeTerm(args.Term)
	lastTerm := r.at(r.last()).Term
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
	if r.killed || !r.follow(args.Term, &reply.Term) {
		return
	}
	if args.Prev > r.last() || args.Prev >= r.disk.Base && r.at(args.Prev).Term != args.PrevTerm {
		reply.Hint = maxInt(r.commit, minInt(args.Prev, r.last()+1))
		for reply.Hint > r.commit+1 && r.at(reply.Hint-1).Term == r.at(minInt(args.Prev, r.last())).Term {
			reply.Hint--
		}
		reply.Hint = maxInt(reply.Hint, 1)
		return
	}
	for i, e := range args.Entries {
		at := args.Prev + 1 + i
		if at <= r.disk.Base || at <= r.last() && r.at(at).Term == e.Term {
			continue
		}
		keep := at - r.disk.Base
		r.disk.Log = append(r.disk.Log[:keep:keep], args.Entries[i:]...)
		r.save()
		break
	}
	if n := minInt(args.Commit, args.Prev+len(args.Entries)); n > r.commit {
		r.commit = n
		r.changed.Broadcast()
	}
	reply.Success = true
}

// InstallArgs are the arguments of Install.
type InstallArgs struct {
	Term, Index, IndexTerm int
	Data                   []byte
}

// InstallReply is the answer to Install.
type InstallReply struct{ Term int }

// Install takes a leader's snapshot.
func (r *Raft) Install(args *InstallArgs, reply *InstallReply) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.killed || !r.follow(args.Term, &reply.Term) || args.Index <= r.commit {
		return
	}
	r.cut(args.Index, args.IndexTerm)
	r.snapshot = args.Data
	r.save()
	r.commit = args.Index
	r.changed.Broadcast()
}

// follow takes note of a leader of the given term, unless the term is over.
func (r *Raft) follow(term int, answer *int) bool {
	r.seeTerm(term)
	*answer = r.disk.Term
	if term < r.disk.Term {
		return false
	}
	r.role = follower
	r.timer.Reset(r.electionTimeout())
	return true
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

func (r *Raft) last() int { return r.disk.Base + len(r.disk.Log) - 1 }

func (r *Raft) at(index int) Entry { return r.disk.Log[index-r.disk.Base] }

func (r *Raft) electionTimeout() time.Duration {
	return minElection + time.Duration(rand.Int63n(int64(minElection)))
}

func (r *Raft) save() {
	var b bytes.Buffer
	if err := labgob.NewEncoder(&b).Encode(r.disk); err != nil {
		panic(err)
	}
	r.persister.Save(b.Bytes(), r.snapshot)
}

func minInt(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func maxInt(a, b int) int {
	if a > b {
		return a
	}
	return b
}
