package browsertest

import (
	"flag"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/runfile"
	"github.com/raftcheck/raftcheck/suites/steps"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Raft is the reference with something broken about it. RPCs call replicas by
// the name of their type.
type Raft struct {
	*raft.Raft
	disk         raftiface.Persister
	forgetsVotes bool
	applied      *atomic.Int64 // ReadIndex answers with it, and asks nobody
}

// RequestVote votes for everyone if the replica forgets its votes.
func (r *Raft) RequestVote(args *raft.RequestVoteArgs, reply *raft.RequestVoteReply) {
	r.Raft.RequestVote(args, reply)
	if r.forgetsVotes && reply.Term == args.Term {
		r.disk.Save(r.disk.ReadRaftState(), r.disk.ReadSnapshot()) // it does save, but no vote
		reply.VoteGranted = true
	}
}

func (r *Raft) ReadIndex() (index int, ok bool) {
	_, leads := r.GetState()
	return int(r.applied.Load()), leads
}

// implementation returns the reference, broken in one way: it forgets its
// votes, or reads are answered by deposed leaders.
func implementation(forgetsVotes, readsStale bool) raftiface.Implementation {
	impl := raft.Implementation()
	impl.Name, impl.Version = "broken", "1"
	impl.Features.ReadIndex = readsStale
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		r := &Raft{disk: env.Persister, forgetsVotes: forgetsVotes, applied: &atomic.Int64{}}
		service := env.ApplyCh
		env.ApplyCh = make(chan raftiface.ApplyMsg)
		var err error
		if r.Raft, err = raft.New(env); err != nil {
			return nil, err
		}
		go r.forward(env.ApplyCh, service)
		return r, nil
	}
	return impl
}

// forward passes deliveries on and notes how far they are.
func (r *Raft) forward(from, to chan raftiface.ApplyMsg) {
	for msg := range from {
		r.applied.Store(int64(msg.CommandIndex))
		to <- msg
	}
}

// live runs a story and returns its run file, with the contents of messages.
func live(t *testing.T, impl raftiface.Implementation, name string, replicas int, story func(c *world.Cluster)) *runfile.File {
	t.Helper()
	return liveAs(t, 1, impl, name, replicas, story)
}

// liveAs is live with a seed.
func liveAs(t *testing.T, seed uint64, impl raftiface.Implementation, name string, replicas int, story func(c *world.Cluster)) *runfile.File {
	t.Helper()
	require.NoError(t, flag.Set("raft.keep", "true"))
	require.NoError(t, flag.Set("raft.leaks", "false")) // forward never ends
	sc := harness.Scenario{Name: name, Claim: "What must hold holds.", Paper: "§5", Replicas: replicas, Story: story}
	result, evidence := harness.RunSeed(t, impl, "demo", sc, seed)
	return evidence.RunFile(result, harness.ReplayCommand(t.Name(), seed))
}

// secondVote is a run in which replicas vote twice in a term.
func secondVote(t *testing.T) *runfile.File {
	return rivals(t, "SecondVote", implementation(true, false), string(steps.OneVote))
}

// twoLeaders is the same in messages that nobody understands: it is seen when two
// replicas lead one term.
func twoLeaders(t *testing.T) *runfile.File {
	impl := implementation(true, false)
	impl.Translate = func(string, any, bool) (m raftiface.Message, ok bool) { return m, false }
	f := rivals(t, "TwoLeaders", impl, "Election Safety")
	require.Len(t, f.Moment.Facts, 2)
	return f
}

// rivals is a run in which leaders are cut off with others, again and again, with the first
// seed that shows what is to be shown, late enough for there to be something before it.
func rivals(t *testing.T, name string, impl raftiface.Implementation, property string) *runfile.File {
	for seed := range uint64(50) {
		f := liveAs(t, seed+1, impl, name, 5, func(c *world.Cluster) {
			c.SetNetwork(labrpc.Unreliable)
			c.StartClients(3, 2)
			c.Sleep(time.Second)
			for range 20 {
				leader := c.CheckOneLeader()
				c.Crash(c.NextAfter(leader, 1))
				c.Partition([]int{leader, c.NextAfter(leader, 1)}, c.Others(leader, c.NextAfter(leader, 1)))
				c.Sleep(400 * time.Millisecond)
				c.Heal()
				c.Restart(c.NextAfter(leader, 1))
				c.Sleep(300 * time.Millisecond)
			}
		})
		if f.Failure != nil && string(f.Failure.Property) == property && f.Numbers.Virtual > 2*time.Second {
			return f
		}
	}
	require.Fail(t, "no seed violates "+property)
	return nil
}

// What a command may contain that a page must not run.
const (
	hostileKey   = `</script><script>window.pwned=1</script>`
	hostileValue = `<img src=x onerror="window.pwned=2"><!--` + "\u2028"
)

// staleRead is a run whose clients saw what cannot be, in hostile words.
func staleRead(t *testing.T) *runfile.File {
	f := live(t, implementation(false, true), "StaleRead", 3, func(c *world.Cluster) {
		client := c.NewClient()
		client.Put(hostileKey, hostileValue)
		old := c.CheckOneLeader()
		c.Disconnect(old)
		client.PutTo(c.CheckOneLeader(c.Others(old)...), hostileKey, "new")
		client.GetFrom(old, hostileKey)
	})
	require.NotNil(t, f.Failure)
	require.Equal(t, string(world.Linearizability), f.Failure.Property)
	return f
}

// busy is a run that passes, of 10,000 events or more.
func busy(t *testing.T) *runfile.File {
	f := live(t, raft.Implementation(), "Busy", 5, func(c *world.Cluster) {
		c.SetNetwork(labrpc.Unreliable)
		c.StartClients(6, 3)
		c.Sleep(14 * time.Second)
		c.StopClients()
	})
	require.Nil(t, f.Failure)
	require.GreaterOrEqual(t, len(f.Events), 10_000)
	return f
}
