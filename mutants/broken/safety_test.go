package broken

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Facts are written with times, replicas, terms and command numbers left open.
const (
	at      = `\d+\.\d+s  replica \d `
	command = `#\d+ put\(k\d, "v\d+"\)`
)

func TestSafety(t *testing.T) { convict(t, safety) }

var safety = []conviction{
	{
		name: "every replica says it leads", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{state: func(r *Raft) (int, bool) {
				term, _ := r.Raft.GetState()
				return term, term > 0
			}}
		},
		property: checker.ElectionSafety,
		says: []string{
			at + `said it is the leader of term 1\n` + at + `said it is the leader of term 1`,
		},
	},
	{
		name: "votes for everyone", unread: true, in: elections,
		broken: func(raftiface.Env) breakage {
			return breakage{vote: func(r *Raft, args *raft.RequestVoteArgs, reply *raft.RequestVoteReply) {
				r.Raft.RequestVote(args, reply)
				reply.VoteGranted = reply.Term == args.Term
			}}
		},
		property: checker.ElectionSafety,
		says: []string{
			at + `said it is the leader of term (\d+)\n` + at + `said it is the leader of term`,
		},
	},
	{
		name: "forgets its term in a crash", in: restarts,
		broken: func(raftiface.Env) breakage {
			return breakage{env: func(env *raftiface.Env) { env.Persister = emptyDisk{env.Persister} }}
		},
		property: checker.TermMonotonicity,
		says: []string{
			at + `said it is in term \d\n` + at + `said it is in term 0, after a restart`,
		},
	},
	{
		name: "its term goes back", in: commits,
		broken: func(env raftiface.Env) breakage {
			begin := time.Now()
			return breakage{state: func(r *Raft) (int, bool) {
				term, leads := r.Raft.GetState()
				if env.Me == 1 && time.Since(begin) > 500*time.Millisecond {
					term--
				}
				return term, leads
			}}
		},
		property: checker.TermMonotonicity,
		says: []string{
			at + `said it is (in|the leader of) term 1\n` + at + `said it is (in|the leader of) term 0`,
		},
	},
	{
		name: "applies a value of its own", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			if cmd, ok := msg.Command.(world.Command); ok && r.me == 1 && msg.CommandIndex == 3 {
				cmd.Input.Value = "other"
				msg.Command = cmd
			}
			return []raftiface.ApplyMsg{msg}
		}),
		property: checker.StartIndex,
		says: []string{
			`replica 1 applied #\d+ put\(k\d, "other"\) at index 3, which nobody ever gave to Start`,
		},
	},
	{
		name: "applies before a quorum has it", in: leaderAlone,
		broken:   func(raftiface.Env) breakage { return eager() },
		property: checker.LeaderCompleteness,
		says: []string{
			at + `applied ` + command + ` at index 2, and was in term \d`,
			at + `placed ` + command + ` at index 2 as the leader of term \d`,
		},
	},
	{
		name: "skips an index", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			if r.me == 1 && msg.CommandIndex == 3 {
				return nil
			}
			return []raftiface.ApplyMsg{msg}
		}),
		property: checker.StateMachineSafety,
		says: []string{
			at + `applied ` + command + ` at index 3\n`,
			`replica 1 applied ` + command + ` at index 4, the next after index 2`,
		},
	},
	{
		name: "applies out of order", in: commits,
		broken:   swap,
		property: checker.ApplyOrder,
		says: []string{
			at + `applied ` + command + ` at index 3\n` + at + `applied ` + command + ` at index 2`,
		},
	},
	{
		name: "applies twice", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			return []raftiface.ApplyMsg{msg, msg}
		}),
		property: checker.ApplyOrder,
		says: []string{
			at + `applied ` + command + ` at index 1\n` + at + `applied ` + command + ` at index 1`,
		},
	},
	{
		name: "applies a command at two indexes", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			again := msg
			again.CommandIndex++
			return []raftiface.ApplyMsg{msg, again}
		}),
		property: checker.StartIndex,
		says: []string{
			at + `placed ` + command + ` at index 1 as the leader of term 1\n` + at + `applied ` + command + ` at index 2`,
		},
	},
	{
		name: "loses its log in a crash", unread: true, in: restarts,
		broken: func(raftiface.Env) breakage {
			return breakage{env: func(env *raftiface.Env) { env.Persister = &termOnlyDisk{Persister: env.Persister} }}
		},
		property: checker.LeaderCompleteness,
		says: []string{
			at + `applied ` + command + ` at index 1, and was in term 1`,
			at + `placed ` + command + ` at index 1 as the leader of term 2`,
		},
	},
	{
		name: "acknowledges before it saves", unread: true, in: restarts,
		broken: func(raftiface.Env) breakage {
			return breakage{env: func(env *raftiface.Env) { env.Persister = &lateDisk{Persister: env.Persister} }}
		},
		property: checker.LeaderCompleteness,
		says: []string{
			at + `applied ` + command + ` at index 1, and was in term 1`,
			at + `placed ` + command + ` at index 1 as the leader of term 2`,
		},
	},
	{
		name: "Start returns the index behind", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{start: func(r *Raft, command any) (int, int, bool) {
				index, term, leads := r.Raft.Start(command)
				return index + 1, term, leads
			}}
		},
		property: checker.StartIndex,
		says: []string{
			at + `placed ` + command + ` at index 2 as the leader of term 1\n` + at + `applied ` + command + ` at index 1`,
		},
	},
	{
		name: "Start returns a negative index", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{start: func(r *Raft, command any) (int, int, bool) {
				_, term, leads := r.Raft.Start(command)
				return -1, term, leads
			}}
		},
		property: checker.StartIndex,
		says: []string{
			`Start\(` + command + `\) on replica \d returned index -1, term 1 and true; indexes start at 1`,
		},
	},
	{
		name: "Start returns one index twice", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{start: func(r *Raft, command any) (int, int, bool) {
				index, term, leads := r.Raft.Start(command)
				return (index + 1) / 2, term, leads
			}}
		},
		property: checker.LeaderAppendOnly,
		says: []string{
			at + `placed ` + command + ` at index 1 as the leader of term 1\n` + at + `placed ` + command + ` at index 1 as the leader of term 1`,
		},
	},
	{
		name: "both valid", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			msg.SnapshotValid = true
			return []raftiface.ApplyMsg{msg}
		}),
		property: world.ContractMessages,
		says: []string{
			`replica \d delivered a message with CommandValid true, SnapshotValid true and MembershipValid false`,
		},
	},
	{
		name: "neither valid", in: commits,
		broken: filter(func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg {
			msg.CommandValid = false
			return []raftiface.ApplyMsg{msg}
		}),
		property: world.ContractMessages,
		says: []string{
			`replica \d delivered a message with CommandValid false, SnapshotValid false and MembershipValid false`,
		},
	},
	{
		name: "a snapshot moves it back", in: snapshots,
		broken:   func(raftiface.Env) breakage { return replaySnapshot() },
		property: checker.SnapshotMonotonicity,
		says: []string{
			at + `applied ` + command + ` at index 12\n` + at + `delivered a snapshot at index \d`,
		},
	},
	{
		name: "a snapshot is garbled", in: snapshots,
		broken: func(raftiface.Env) breakage {
			b := replaySnapshot()
			snapshot := b.snapshot
			b.snapshot = func(r *Raft, index int, content []byte) { snapshot(r, index, content[1:]) }
			return b
		},
		property: checker.SnapshotContent,
		says: []string{
			at + `was given a snapshot for index \d, of (\d+) bytes\n`,
			at + `delivered a snapshot at index \d of \d+ bytes, which no service gave for that index`,
		},
	},
	{
		name: "answers a stale read", in: staleReads,
		broken:   func(raftiface.Env) breakage { return staleReader() },
		property: world.Linearizability,
		says: []string{
			`key x is not linearizable`, `put\(x, "new"\) by client 1 on replica 2, \[.*\], returned`, `get\(x\) by client 1 on replica 1, \[.*\], answered "old"`,
		},
	},
}

// filter breaks deliveries.
func filter(f func(r *Raft, msg raftiface.ApplyMsg) []raftiface.ApplyMsg) func(raftiface.Env) breakage {
	return func(raftiface.Env) breakage {
		return breakage{deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
			for _, msg := range f(r, msg) {
				send(msg)
			}
		}}
	}
}

// swap delivers the second and the third command in the wrong order.
func swap(raftiface.Env) breakage {
	var second raftiface.ApplyMsg
	return breakage{deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
		switch msg.CommandIndex {
		case 2:
			second = msg
		case 3:
			send(msg)
			send(second)
		default:
			send(msg)
		}
	}}
}

// eager delivers what a leader is given at once, and not again when it is
// committed.
func eager() breakage {
	var mu sync.Mutex
	var last int
	queue := make(chan raftiface.ApplyMsg, 100)
	next := func(msg raftiface.ApplyMsg) {
		mu.Lock()
		defer mu.Unlock()
		if msg.CommandIndex == last+1 {
			last++
			queue <- msg
		}
	}
	return breakage{
		start: func(r *Raft, command any) (int, int, bool) {
			index, term, leads := r.Raft.Start(command)
			if leads {
				next(raftiface.ApplyMsg{CommandValid: true, Command: command, CommandIndex: index})
			}
			return index, term, leads
		},
		deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) { next(msg) },
		run: func(r *Raft) {
			for {
				select {
				case msg := <-queue:
					r.send(msg)
				case <-r.killed:
					return
				}
			}
		},
	}
}

// replaySnapshot delivers the first snapshot again at the twelfth command.
func replaySnapshot() breakage {
	var mu sync.Mutex
	var first raftiface.ApplyMsg
	return breakage{
		snapshot: func(r *Raft, index int, content []byte) {
			mu.Lock()
			defer mu.Unlock()
			if !first.SnapshotValid {
				first = raftiface.ApplyMsg{SnapshotValid: true, Snapshot: content, SnapshotIndex: index, SnapshotTerm: 1}
			}
		},
		deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
			send(msg)
			mu.Lock()
			defer mu.Unlock()
			if msg.CommandIndex == 12 && first.SnapshotValid {
				send(first)
			}
		},
	}
}

// staleReader answers reads as of what it has applied, whoever leads meanwhile.
func staleReader() breakage {
	var applied atomic.Int64
	return breakage{
		deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
			applied.Store(int64(msg.CommandIndex))
			send(msg)
		},
		readIndex: func(r *Raft) (int, bool) {
			_, leads := r.Raft.GetState()
			return int(applied.Load()), leads
		},
	}
}

// emptyDisk never has anything on it.
type emptyDisk struct{ raftiface.Persister }

func (emptyDisk) ReadRaftState() []byte { return nil }

// termOnlyDisk keeps the state as long as there is no log in it.
type termOnlyDisk struct {
	raftiface.Persister
	size int // of a state without log entries
}

func (d *termOnlyDisk) Save(state, snapshot []byte) {
	if d.size == 0 {
		d.size = len(state)
	}
	if len(state) == d.size {
		d.Persister.Save(state, snapshot)
	}
}

// lateDisk writes a moment after it has said so.
type lateDisk struct{ raftiface.Persister }

func (d *lateDisk) Save(state, snapshot []byte) {
	state = append([]byte(nil), state...)
	time.AfterFunc(500*time.Millisecond, func() { d.Persister.Save(state, snapshot) })
}
