package broken

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/service"
	"github.com/raftcheck/raftcheck/suites/world"
)

// The services of these Rafts do more than once what a client asks for twice:
// they are told of other sessions than the client's, or of none.

func TestSessions(t *testing.T) { convict(t, sessions) }

var sessions = []conviction{
	{
		name: "performs what a client asks for again", in: retries,
		broken:   func(raftiface.Env) breakage { return withoutSessions() },
		property: world.Linearizability,
		says:     []string{`key x is not linearizable`, `append\(x, "a"\) answered "aa"`},
	},
	{
		name: "loses sessions with a snapshot", in: retriesAfterRestart,
		broken:   sessionsNotInSnapshots,
		property: world.Linearizability,
		says:     []string{`key x is not linearizable`, `append\(x, "a"\) answered "aa"`},
	},
}

// retries asks a second time for what was done already.
var retries = story("Retries", func(c *world.Cluster) {
	s := c.NewSession()
	s.AppendUnheard(c.CheckOneLeader(), "x", "a")
	c.Commit(c.Size())
	s.Retry()
})

// retriesAfterRestart asks a second time when only a snapshot knows.
var retriesAfterRestart = harness.Scenario{
	Name: "RetriesAfterRestart", Claim: "It works.", Paper: "§7", Replicas: 3,
	Needs: raftiface.Features{Snapshots: true}, SnapshotEvery: 5,
	Story: func(c *world.Cluster) {
		s := c.NewSession()
		s.AppendUnheard(c.CheckOneLeader(), "x", "a")
		for range 10 {
			c.Commit(c.Size())
		}
		c.CrashAll()
		c.RestartAll()
		s.Retry()
	},
}

// The scenarios about clients that ask again must tell each of them.
func TestRetriesConvict(t *testing.T) {
	always := []string{"LostReply", "NextLeader", "NextLeaderCrash", "RetryAfterInstall", "RetryAfterRestart", "Impatient"}
	caught := map[string][]string{
		sessions[0].name: always,
		sessions[1].name: {"RetryAfterInstall", "RetryAfterRestart"},
	}
	for _, c := range sessions {
		for _, name := range caught[c.name] {
			t.Run(c.name+"/"+name, func(t *testing.T) {
				r, _ := harness.RunSeed(t, c.implementation(), service.Suite.Name, scenarioOf(t, service.Suite, name), 1)
				require.NotNil(t, r.Failure, "it was not convicted")
				require.Equal(t, world.Linearizability, r.Failure.Property)
			})
		}
	}
}

func scenarioOf(t *testing.T, suite harness.Suite, name string) harness.Scenario {
	for _, sc := range suite.Scenarios {
		if sc.Name == name {
			return sc
		}
	}
	t.Fatalf("suite %s has no scenario %s", suite.Name, name)
	return harness.Scenario{}
}

// withoutSessions is a service that knows nothing of sessions.
func withoutSessions() breakage {
	return breakage{deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
		if cmd, ok := msg.Command.(world.SessionCommand); ok {
			msg.Command = cmd.Command
		}
		send(msg)
	}}
}

// sessionsNotInSnapshots is a service that knows nothing, after a snapshot, of
// the sessions before it: they have other names then.
func sessionsNotInSnapshots(env raftiface.Env) breakage {
	var renamed atomic.Int64
	if env.Persister.SnapshotSize() > 0 {
		renamed.Store(1000)
	}
	return breakage{deliver: func(r *Raft, msg raftiface.ApplyMsg, send func(raftiface.ApplyMsg)) {
		if msg.SnapshotValid {
			renamed.Add(2000)
		}
		if cmd, ok := msg.Command.(world.SessionCommand); ok {
			cmd.Session += int(renamed.Load())
			msg.Command = cmd
		}
		send(msg)
	}}
}
