package world

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raftiface"
)

// overtaken is a Raft on which something happens before Start returns.
type overtaken struct {
	raftiface.Raft
	meanwhile func(command any)
}

func (r overtaken) Start(command any) (index, term int, isLeader bool) {
	r.meanwhile(command)
	return 1, 1, true
}

// TestStartIsOvertaken has the service get to the index of a command before Start
// has returned it.
func TestStartIsOvertaken(t *testing.T) {
	write := Command{1, checker.Input{Kind: checker.Put, Key: "x", Value: "v"}}
	other := Command{2, checker.Input{Kind: checker.Put, Key: "x", Value: "w"}}
	for name, test := range map[string]struct {
		meanwhile func(in *instance)
		outcome   checker.Outcome
	}{
		"by the command": {func(in *instance) { in.apply(raftiface.ApplyMsg{CommandIndex: 1, Command: write}) }, checker.Done},
		"by another one": {func(in *instance) { in.apply(raftiface.ApplyMsg{CommandIndex: 1, Command: other}) }, checker.NeverHappened},
		"by a snapshot":  {func(in *instance) { in.install(snapshotOf(write)) }, checker.Unknown},
		"by a later entry": {func(in *instance) {
			in.install(snapshotOf(write))
			in.apply(raftiface.ApplyMsg{CommandIndex: 2, Command: other})
		}, checker.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGround(plan(puppetry()))
				g.begin()
				defer g.net.Close()
				in := &instance{ground: g, service: newService(), attempts: attempts{}}
				g.safety.Starting(0, 1, g.ledger.text(other))
				g.safety.Snapshotted(0, 1, 1, snapshotOf(write).Snapshot)
				in.raft = overtaken{meanwhile: func(any) { test.meanwhile(in) }}
				var is []checker.Outcome
				in.start(write, func(f fate) { is = append(is, f.outcome) })
				require.Nil(t, g.failed(), "%v", g.failed())
				require.Equal(t, []checker.Outcome{test.outcome}, is)
			})
		})
	}
}

// snapshotOf returns a snapshot of a service that has performed one command.
func snapshotOf(cmd command) raftiface.ApplyMsg {
	s := newService()
	s.apply(1, cmd)
	return raftiface.ApplyMsg{SnapshotValid: true, SnapshotIndex: 1, SnapshotTerm: 1, Snapshot: s.snapshot()}
}
