package etcdraft

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// tardy is a persister that saves what it was given once a message has left.
type tardy struct {
	raftiface.Persister
	late func()
}

func (p *tardy) Save(state, snapshot []byte) {
	p.catchUp()
	p.late = func() { p.Persister.Save(state, snapshot) }
}

func (p *tardy) catchUp() {
	if p.late != nil {
		p.late()
		p.late = nil
	}
}

// hasty is a link whose messages leave before what was to be saved is.
type hasty struct {
	raftiface.Peer
	disk *tardy
}

func (p hasty) Send(svcMeth string, args any) {
	p.Peer.Send(svcMeth, args)
	p.disk.catchUp()
}

// sendsFirst is the library with its messages sent before they are saved.
func sendsFirst(impl raftiface.Implementation) raftiface.Implementation {
	start := impl.Make
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		disk := &tardy{Persister: env.Persister}
		env.Persister = disk
		for i := range env.Peers {
			env.Peers[i] = hasty{env.Peers[i], disk}
		}
		return start(env)
	}
	return impl
}

// TestSendingFirstIsConvicted sees that the suites would notice if the adapter sent
// what the library has not saved yet. They don't: see the tests of the suites.
func TestSendingFirstIsConvicted(t *testing.T) {
	for _, impl := range []raftiface.Implementation{Implementation(), WithPreVote()} {
		for _, suite := range suites.All()[:2] { // without crashes: nothing that is still to be saved gets lost
			r, evidence := harness.RunSeed(t, sendsFirst(impl), suite.Name, suite.Scenarios[0], 1)
			require.NotNil(t, r.Failure, "%s/%s", suite.Name, r.Scenario)
			require.Equal(t, steps.SavedFirst, r.Failure.Property)
			require.Equal(t, evidence.Course().Read, evidence.Course().Sent)
		}
	}
}
