package broken

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// TestWaiting is about replicas that hold up time or do not end. The judge
// must get away from each of them, say what they are at, and go on with the
// next scenario in the same process.
func TestWaiting(t *testing.T) {
	for _, c := range waiting {
		enough.Store(false)
		convict(t, []conviction{c})
		enough.Store(true)
		r, _ := harness.RunSeed(t, raft.Implementation(), "broken", commits, 1)
		require.Nil(t, r.Failure, "the reference, after %s", c.name)
	}
}

// outside is a channel that belongs to no scenario's world.
var outside = make(chan int)

// enough ends the goroutines that spin, so that the tests after them have the
// machine for themselves.
var enough atomic.Bool

var waiting = []conviction{
	{
		name: "spins", in: commits, hangs: true,
		broken:   func(raftiface.Env) breakage { return breakage{run: spin} },
		property: world.ContractWaiting,
		says: []string{
			`virtual time has stood still for 300ms of real time`,
			`a goroutine spins: it runs without ever waiting, in .*broken\.spin \(.*/waiting_test\.go:\d+\)`,
		},
	},
	{
		name: "sends without end", in: commits,
		broken: func(env raftiface.Env) breakage {
			return breakage{run: func(*Raft) {
				for !enough.Load() {
					env.Peers[(env.Me+1)%len(env.Peers)].Send("Raft.Gossip", &struct{ Rumour string }{"again"})
				}
			}}
		},
		property: world.ContractWaiting,
		says:     []string{`replica \d sent 100000 messages in one instant, the latest to Raft.Gossip`},
	},
	{
		name: "yields and spins", in: commits, hangs: true,
		broken: func(raftiface.Env) breakage {
			return breakage{run: func(r *Raft) {
				for !enough.Load() {
					r.GetState()
					time.Sleep(0)
				}
			}}
		},
		property: world.ContractWaiting,
		says:     []string{`a goroutine spins: it runs without ever waiting, in `, `broken\..*/waiting_test\.go:\d+\)`},
	},
	{
		name: "two goroutines keep each other awake", in: commits, hangs: true,
		broken: func(raftiface.Env) breakage {
			ping, pong := make(chan int), make(chan int)
			return breakage{run: func(r *Raft) {
				go func() {
					for i := range ping {
						pong <- i
					}
				}()
				for i := 0; !enough.Load(); i++ {
					ping <- i
					<-pong
				}
				close(ping)
			}}
		},
		property: world.ContractWaiting,
		says:     []string{`a goroutine spins: it runs without ever waiting, in `, `broken\..*/waiting_test\.go:\d+\)`},
	},
	{
		name: "delivers with its lock held", in: batches, hangs: true,
		broken:   func(raftiface.Env) breakage { return locked() },
		property: world.ContractWaiting,
		says: []string{
			`a mutex is held by a goroutine that waits`,
			`1 goroutine\(s\) wait for a mutex, such as in .*broken\..*locked\.\d \(.*/waiting_test\.go:\d+\)\n` +
				`  the holder is likely one in "chan send" at .*broken\..*locked\.\d \(.*/waiting_test\.go:\d+\)`,
		},
	},
	{
		name: "sleeps with its lock held", in: commits, hangs: true,
		broken: func(raftiface.Env) breakage {
			var mu sync.Mutex
			return breakage{
				run: func(r *Raft) {
					for range 1000 {
						mu.Lock()
						time.Sleep(15 * time.Millisecond)
						mu.Unlock()
						time.Sleep(15 * time.Millisecond)
					}
				},
				state: func(r *Raft) (int, bool) {
					mu.Lock()
					defer mu.Unlock()
					return r.Raft.GetState()
				},
			}
		},
		property: world.ContractWaiting,
		says:     []string{`a mutex is held by a goroutine that waits:\n  \d goroutine\(s\) wait for a mutex, such as in .*broken.*\n  the holder is likely one in "sleep" at .*broken`},
	},
	{
		name: "takes two locks crosswise", in: commits,
		broken:   func(raftiface.Env) breakage { return crosswise() },
		property: world.ContractWaiting,
		says: []string{
			`of replica \d was called at \d+\.\d+s and has not returned 5s later`,
			`a mutex is held since Lock in \S*crosswise\S* \(.*/standin_test\.go:\d+\), called by \S*Start \(.*\n  a goroutine has waited for it for \S+s in Lock in \S*crosswise\S* \(.*/standin_test\.go:\d+\), called by \S*GetState `,
			`a mutex is held since Lock in \S*crosswise\S* \(.*/standin_test\.go:\d+\), called by \S*GetState \(.*\n  a goroutine has waited for it for \S+s in Lock in \S*crosswise\S* \(.*/standin_test\.go:\d+\), called by \S*Start `,
		},
	},
	{
		name: "waits for a channel from outside", in: commits, hangs: true,
		broken: func(raftiface.Env) breakage {
			return breakage{run: func(r *Raft) { <-outside }}
		},
		property: world.ContractWaiting,
		says:     []string{`a goroutine waits for something outside the bubble`, `in "chan receive" at .*broken.*waiting_test.go:\d+`},
	},
	{
		name: "waits for the real network", in: commits, hangs: true,
		broken: func(raftiface.Env) breakage {
			return breakage{run: func(r *Raft) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err == nil {
					l.Accept()
				}
			}}
		},
		property: world.ContractWaiting,
		says:     []string{`a goroutine waits for real I/O, which virtual time cannot pass over, in .*broken.*waiting_test.go:\d+`},
	},
	{
		name: "Start waits for ever", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{start: func(r *Raft, command any) (int, int, bool) {
				index, term, leads := r.Raft.Start(command)
				if leads {
					<-r.killed
				}
				return index, term, leads
			}}
		},
		property: world.ContractWaiting,
		says: []string{
			`Start of replica \d was called at \d+\.\d+s and has not returned 5s later; it must return at once`,
			`it is in "chan receive" in .*broken.*\(.*/waiting_test\.go:\d+\)\n  called by .*\(\*Raft\)\.Start `,
		},
	},
	{
		name: "Start waits, whatever happens", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{start: func(r *Raft, command any) (int, int, bool) { select {} }}
		},
		property: world.ContractWaiting,
		says:     []string{`Start of replica \d was called at \d+\.\d+s and has not returned 5s later; it must return at once`},
	},
	{
		name: "Make waits for ever", in: commits,
		make:     func(raftiface.Env) (raftiface.Raft, error) { select {} },
		property: world.ContractWaiting,
		says:     []string{`Make of replica 0 was called at \d+\.\d+s and has not returned 5s later; it must return at once`},
	},
	{
		name: "ReadIndex waits for ever", in: staleReads,
		broken: func(raftiface.Env) breakage {
			return breakage{readIndex: func(r *Raft) (int, bool) {
				<-r.killed
				return 0, false
			}}
		},
		property: world.ContractWaiting,
		says:     []string{`ReadIndex of replica \d was called at \d+\.\d+s and has not returned 20s later; it must return within a bounded time`},
	},
	{
		name: "Kill waits for ever", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{kill: func(r *Raft) {
				r.Raft.Kill()
				select {}
			}}
		},
		property: world.ContractWaiting,
		says: []string{
			`Kill of replica \d was called at \d+\.\d+s and has not returned 5s later; it must return at once`,
			`it is in "select \(no cases\)" in .*broken.*\(.*/waiting_test\.go:\d+\)\n  called by .*\(\*Raft\)\.Kill `,
		},
	},
	{
		name: "leaves a goroutine that blocks", in: commits,
		broken: func(raftiface.Env) breakage {
			return breakage{run: func(*Raft) { select {} }}
		},
		property: world.ContractKill,
		says:     []string{`3 goroutine\(s\) are left 10s after all replicas were killed, such as one in "select \(no cases\)" at .*broken.*waiting_test.go:\d+`},
	},
	{
		name: "leaves a goroutine that ticks", in: restarts,
		broken: func(raftiface.Env) breakage {
			return breakage{run: func(r *Raft) {
				for {
					time.Sleep(100 * time.Millisecond)
				}
			}}
		},
		property: world.ContractKill,
		says:     []string{`12 goroutine\(s\) are left 10s after all replicas were killed, such as one in "sleep" at .*broken.*waiting_test.go:\d+`},
	},
	{
		name: "ignores Kill", in: commits,
		broken:   func(raftiface.Env) breakage { return breakage{kill: func(*Raft) {}} },
		property: world.ContractKill,
		says:     []string{`goroutine\(s\) are left 10s after all replicas were killed, such as one in "sync.Cond.Wait" at .*raft\.\(\*Raft\)\.nextToApply \(.*/raft/apply\.go:\d+\)`},
	},
}

func spin(*Raft) {
	for !enough.Load() {
	}
}

// locked holds a mutex while it delivers, and needs it for Snapshot.
func locked() breakage {
	var mu sync.Mutex
	return breakage{
		deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
			mu.Lock()
			defer mu.Unlock()
			r.service <- msg
		},
		snapshot: func(r *Raft, index int, content []byte) {
			mu.Lock()
			defer mu.Unlock()
			r.Raft.Snapshot(index, content)
		},
	}
}
