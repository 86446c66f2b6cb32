package broken

import (
	"errors"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestLiveness(t *testing.T) { convict(t, liveness) }

var liveness = []conviction{
	{
		name: "never elects", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{vote: func(*Raft, *raft.RequestVoteArgs, *raft.RequestVoteReply) {}}
		},
		property: world.ElectionLiveness,
		says: []string{
			`none of the replicas \[0 1 2\], which can all reach each other, said it leads within 10s`,
			`replica 0 term \d+ leader false`,
		},
	},
	{
		name: "never commits", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{entries: func(r *Raft, args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
				r.Raft.AppendEntries(&raft.AppendEntriesArgs{Term: args.Term, LeaderID: args.LeaderID}, reply)
				reply.Success = len(args.Entries) == 0
			}}
		},
		property: world.CommitLiveness,
		says: []string{
			`a command was not applied by 3 of 3 replicas within 15s`,
			`took it at index \d+ in term \d+, and 0 replicas have applied that far`,
			`replica 0 index 0; replica 1 index 0; replica 2 index 0`,
		},
	},
	{
		name: "one replica never applies", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			if r.me == 2 {
				return nil
			}
			return []raftiface.ApplyMsg{msg}
		}),
		property: world.CatchUpLiveness,
		says:     []string{`and 2 replicas have applied that far`, `replica 2 index 0`},
	},
}

func TestContract(t *testing.T) { convict(t, contract) }

var contract = []conviction{
	{
		name: "Make returns an error", in: commits,
		make: func(env raftiface.Env) (raftiface.Raft, error) {
			return nil, errors.New("no room for a log")
		},
		property: world.ContractMake,
		says:     []string{`Make of replica 0 \(start 1\) returned the error: no room for a log`},
	},
	{
		name: "Make fails after a restart", in: restarts,
		make: func(env raftiface.Env) (raftiface.Raft, error) {
			if env.Persister.RaftStateSize() > 0 {
				return nil, errors.New("what is this?")
			}
			return newRaft(env, breakage{})
		},
		property: world.ContractMake,
		says:     []string{`Make of replica 0 \(start 2\) returned the error: what is this\?`},
	},
	{
		name: "Make returns nil", in: commits,
		make:     func(env raftiface.Env) (raftiface.Raft, error) { return nil, nil },
		property: world.ContractMake,
		says:     []string{`Make of replica 0 \(start 1\) returned a nil Raft and no error`},
	},
	{
		name: "Make returns a nil pointer", in: commits,
		make: func(env raftiface.Env) (raftiface.Raft, error) {
			var r *Raft
			return r, nil
		},
		property: world.ContractMake,
		says:     []string{`returned a nil Raft and no error`},
	},
	{
		name: "Make panics", in: commits,
		make: func(env raftiface.Env) (raftiface.Raft, error) {
			panic("no way")
		},
		property: world.NoPanic,
		says:     []string{`replica 0 panicked in Make: no way`},
	},
	{
		name: "declares snapshots and has none", in: commits,
		make: func(env raftiface.Env) (raftiface.Raft, error) {
			r, err := newRaft(env, breakage{})
			return withoutSnapshots{r}, err
		},
		property: world.ContractMake,
		says:     []string{`declares Snapshots, but broken\.withoutSnapshots has no method Snapshot\(index int, snapshot \[\]byte\)`},
	},
	{
		name: "declares transfers and has none", in: transfers,
		make: func(env raftiface.Env) (raftiface.Raft, error) {
			r, err := newRaft(env, breakage{})
			return withoutTransfers{r, r}, err
		},
		property: world.ContractMake,
		says:     []string{`declares LeaderTransfer, but broken\.withoutTransfers has no method TransferLeadership\(to int\) bool`},
	},
	{
		name: "panics in TransferLeadership", in: transfers,
		broken: func(raftiface.Env) breakage {
			return breakage{transfer: func(r *Raft, to int) bool { panic("indispensable") }}
		},
		property: world.NoPanic,
		says:     []string{`replica \d panicked in TransferLeadership: indispensable`},
	},
	{
		name: "waits in TransferLeadership", in: transfers,
		broken: func(raftiface.Env) breakage {
			return breakage{transfer: func(r *Raft, to int) bool { <-r.killed; return false }}
		},
		property: world.ContractWaiting,
		says:     []string{`TransferLeadership of replica \d was called at \d+\.\d+s and has not returned 5s later; it must return at once`},
	},
	{
		name: "panics in a handler", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{entries: func(r *Raft, args *raft.AppendEntriesArgs, reply *raft.AppendEntriesReply) {
				if len(args.Entries) > 0 {
					panic("no entries today")
				}
				r.Raft.AppendEntries(args, reply)
			}}
		},
		property: world.NoPanic,
		says:     []string{`replica \d panicked in Raft\.AppendEntries: no entries today`},
	},
	{
		name: "panics in Start", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{start: func(r *Raft, command any) (int, int, bool) {
				var log []int
				return log[0], 0, true
			}}
		},
		property: world.NoPanic,
		says:     []string{`replica \d panicked in Start: runtime error: index out of range \[0\] with length 0`},
	},
	{
		name: "panics in ReadIndex", in: staleReads,
		broken: func(raftiface.Env) breakage {
			return breakage{readIndex: func(r *Raft) (int, bool) { panic("unread") }}
		},
		property: world.NoPanic,
		says:     []string{`replica \d panicked in ReadIndex: unread`},
	},
	{
		name: "panics in Kill", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{kill: func(r *Raft) { r.Raft.Kill(); panic("undead") }}
		},
		property: world.NoPanic,
		says:     []string{`replica \d panicked in Kill: undead`},
	},
	{
		name: "sends what cannot be encoded", in: commits,
		broken: func(env raftiface.Env) breakage {
			return breakage{run: func(*Raft) { env.Peers[1].Call("Raft.RequestVote", make(chan int), &raft.RequestVoteReply{}) }}
		},
		property: world.ContractRPC,
		says:     []string{`replica 0: labrpc: .*chan int.*`},
	},
	{
		name: "calls a method that is not there", in: commits,
		broken: func(env raftiface.Env) breakage {
			return breakage{run: func(*Raft) {
				time.Sleep(time.Second)
				env.Peers[1].Call("Raft.RequestVotes", &raft.RequestVoteArgs{}, &raft.RequestVoteReply{})
			}}
		},
		property: world.ContractRPC,
		says:     []string{`replica \d: labrpc: .*Raft\.RequestVotes.*Raft\.AppendEntries.*`},
	},
	{
		name: "calls with the wrong arguments", in: commits,
		broken: func(env raftiface.Env) breakage {
			return breakage{run: func(*Raft) {
				time.Sleep(time.Second)
				env.Peers[1].Call("Raft.RequestVote", &raft.AppendEntriesArgs{}, &raft.RequestVoteReply{})
			}}
		},
		property: world.ContractRPC,
		says:     []string{`replica \d: labrpc: Raft.RequestVote takes a \*raft.RequestVoteArgs, but was sent a \*raft.AppendEntriesArgs`},
	},
}

// withoutSnapshots has the methods of a Raft and no more.
type withoutSnapshots struct{ raftiface.Raft }

// withoutTransfers has the methods of a Raft that takes snapshots.
type withoutTransfers struct {
	raftiface.Raft
	raftiface.Snapshotter
}
