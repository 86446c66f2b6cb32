package world

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/bubble"
)

// puppets are replicas that agree by shared memory: the first of them that is up
// leads. They need no network, so that the harness is tested for itself.
type puppets struct {
	mu   sync.Mutex
	up   []bool
	term int
	log  []any // commands, configurations, and messages that are delivered, one with the latest snapshot
	// change returns what the log gets when a change of members is asked for.
	change func(to raftiface.Membership) []any
}

// puppetry returns an implementation of puppets.
func puppetry() raftiface.Implementation {
	world := &puppets{}
	return raftiface.Implementation{
		Name:     "puppets",
		Make:     func(env raftiface.Env) (raftiface.Raft, error) { return world.newPuppet(env), nil },
		Features: raftiface.Features{Snapshots: true},
	}
}

type puppet struct {
	world  *puppets
	env    raftiface.Env
	killed chan struct{}
}

func (w *puppets) newPuppet(env raftiface.Env) *puppet {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !slices.Contains(w.up, true) && env.Persister.RaftStateSize() == 0 { // another run
		w.up, w.term, w.log = make([]bool, len(env.Peers)), 0, nil
	}
	w.up[env.Me] = true
	w.term++
	p := &puppet{w, env, make(chan struct{})}
	go p.deliver()
	return p
}

// leads expects w.mu to be held.
func (w *puppets) leads(me int) bool {
	for i, up := range w.up {
		if up {
			return i == me
		}
	}
	return false
}

// deliver sends the log from the latest snapshot on, each replica at instants of
// its own.
func (p *puppet) deliver() {
	service, err := restore(p.env.Persister.ReadSnapshot())
	if err != nil {
		panic(err)
	}
	for next := service.applied + 1; ; {
		time.Sleep(10*time.Millisecond + time.Duration(p.env.Me)*time.Microsecond)
		for _, msg := range p.world.from(next) {
			if msg.SnapshotValid {
				time.Sleep(time.Millisecond) // for the service to have given one
				msg.Snapshot = p.env.Persister.ReadSnapshot()
			}
			select {
			case p.env.ApplyCh <- msg:
				next++
			case <-p.killed:
				return
			}
		}
		if isClosed(p.killed) {
			return
		}
	}
}

func (w *puppets) from(index int) (msgs []raftiface.ApplyMsg) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := index; i <= len(w.log); i++ {
		switch entry := w.log[i-1].(type) {
		case raftiface.Membership:
			msgs = append(msgs, raftiface.ApplyMsg{MembershipValid: true, Membership: entry, MembershipIndex: i})
		case raftiface.ApplyMsg:
			msgs = append(msgs, entry)
		default:
			msgs = append(msgs, raftiface.ApplyMsg{CommandValid: true, Command: entry, CommandIndex: i})
		}
	}
	return msgs
}

func (p *puppet) Start(command any) (index, term int, isLeader bool) {
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	if !p.world.leads(p.env.Me) {
		return 0, p.world.term, false
	}
	p.world.log = append(p.world.log, command)
	p.env.Persister.Save([]byte("state"), p.env.Persister.ReadSnapshot())
	return len(p.world.log), p.world.term, true
}

// ChangeMembership commits what the puppets make of a change.
func (p *puppet) ChangeMembership(to raftiface.Membership) bool {
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	if !p.world.leads(p.env.Me) {
		return false
	}
	p.world.log = append(p.world.log, p.world.change(to)...)
	return true
}

func (p *puppet) GetState() (term int, isLeader bool) {
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	return p.world.term, p.world.leads(p.env.Me)
}

func (p *puppet) Snapshot(index int, snapshot []byte) {
	p.env.Persister.Save([]byte("state"), snapshot)
}

func (p *puppet) Kill() {
	p.world.mu.Lock()
	defer p.world.mu.Unlock()
	if !isClosed(p.killed) {
		close(p.killed)
		p.world.up[p.env.Me] = false
		p.world.term++
	}
}

// Ping makes a puppet one that can be served.
func (p *puppet) Ping(*int, *int) {}

// changeable returns puppets whose members change.
func changeable(change func(to raftiface.Membership) []any) raftiface.Implementation {
	world := &puppets{change: change}
	impl := puppetry()
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) { return world.newPuppet(env), nil }
	impl.Features.Membership = true
	return impl
}

// live runs a story with puppets.
func live(t *testing.T, story func(c *Cluster)) *Account { return Live(t, plan(puppetry()), story) }

func plan(impl raftiface.Implementation) Plan {
	return Plan{Implementation: impl, Replicas: 3, Seed: 1, Limits: bubble.Limits{Patience: time.Minute, Memory: 2048}}
}
