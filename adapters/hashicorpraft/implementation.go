package hashicorpraft

import (
	"math"
	"slices"
	"time"

	"github.com/hashicorp/raft"

	"github.com/raftcheck/raftcheck/raftiface"
)

// version is the library's, as in go.mod.
const version = "v1.8.0"

// Implementation describes the library, with pre-vote as by default, to the
// suites.
func Implementation() raftiface.Implementation {
	return raftiface.Implementation{
		Name: "hashicorp/raft", Version: version,
		Make: maker(func(*raft.Config) {}),
		Features: raftiface.Features{Snapshots: true, PreVote: true, CheckQuorum: true, ReadIndex: true, LeaderTransfer: true,
			Membership: true, Learners: true, UnlockedSaves: true},
		Timing: raftiface.Timing{Election: 5 * time.Second, Heartbeat: 100 * time.Millisecond},
		Known:  known,
	}
}

// WithoutPreVote describes the library with pre-vote disabled.
func WithoutPreVote() raftiface.Implementation {
	impl := Implementation()
	impl.Name += " without pre-vote"
	impl.Features.PreVote = false
	impl.Make = maker(func(config *raft.Config) { config.PreVoteDisabled = true })
	return impl
}

// WithTrailingLogs describes the library with entries kept behind a snapshot, as
// in production, where 10,240 is the default.
func WithTrailingLogs() raftiface.Implementation {
	const entries = 128
	impl := Implementation()
	impl.Name += " with trailing logs"
	impl.Make = maker(func(c *raft.Config) { c.TrailingLogs = entries })
	impl.TrailingEntries = entries
	// No story has a conflict behind so many entries.
	impl.Known = slices.DeleteFunc(slices.Clone(impl.Known), func(k raftiface.KnownIssue) bool { return k.Address == keepsConflict.Address })
	return impl
}

// maker returns a Make for a variant of the configuration.
func maker(vary func(*raft.Config)) func(raftiface.Env) (raftiface.Raft, error) {
	return func(env raftiface.Env) (raftiface.Raft, error) {
		config := configuration(env)
		vary(config)
		return start(env, config)
	}
}

// configuration returns the library's defaults, but for four things. Timeouts
// are half as long, to stand to the suites' delays as the suites' times do.
// Snapshots are taken when the service hands one over, and at no other time. No
// entries are kept behind a snapshot: the suites look whether logs shrink. And a
// leader that removes itself goes on running.
func configuration(env raftiface.Env) *raft.Config {
	config := raft.DefaultConfig()
	config.LocalID = raft.ServerID(serverAddress(env.Me))
	config.HeartbeatTimeout /= 2
	config.ElectionTimeout /= 2
	config.LeaderLeaseTimeout /= 2
	config.SnapshotInterval = 1000 * time.Hour
	config.SnapshotThreshold = math.MaxUint64
	config.TrailingLogs = 0
	config.ShutdownOnRemove = false
	config.NoLegacyTelemetry = true
	return config
}
