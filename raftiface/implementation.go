package raftiface

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"time"
)

// Env is everything a replica may touch outside itself.
type Env struct {
	// Peers are the links to all replicas that may ever be members of the cluster,
	// this one's own included: Peers[Me]. All are members, and stay it, unless Features
	// declare Membership.
	Peers []Peer
	// Me is this replica's index in Peers.
	Me int
	// Members is the configuration that the cluster began with, the same for all
	// replicas and at each start: what holds before the first entry of the log. A
	// replica that is not in it joins later. It starts with nothing saved, and
	// waits: it stands for no election before log or snapshot say that it is a voter.
	Members Membership
	// Persister holds what this replica's earlier instances saved.
	Persister Persister
	// ApplyCh takes committed commands and configurations, and snapshots. It is
	// unbuffered; the service receives until some time after Kill.
	ApplyCh chan ApplyMsg
	// Rand is the replica's source of randomness, seeded from the scenario's
	// seed, the replica and how often it was restarted. It is not safe for
	// concurrent use.
	Rand *rand.Rand
	// Logf adds a line to the replica's log, which is kept for a failing
	// scenario. It takes the arguments of fmt.Printf and is safe for
	// concurrent use. It is never nil.
	Logf func(format string, args ...any)
}

// Implementation describes a Raft to the suites.
type Implementation struct {
	// Name and Version identify the implementation in reports.
	Name, Version string
	// Make starts a replica and returns at once. It is called for every start
	// and restart of every replica. A restarted replica is a new Raft value
	// made from what its predecessor saved. It may save and send, but its
	// handlers are not called before it has returned.
	Make func(Env) (Raft, error)
	// Features are what the implementation offers beyond Start and GetState.
	// A scenario that needs a feature that is not declared is skipped, and
	// says so.
	Features Features
	// Timing is what the suites may assume about elections and heartbeats.
	Timing Timing
	// Sizes are the cluster sizes that the implementation is made for; none means
	// any. A scenario with a cluster of another size is skipped, and says so. A
	// lab's Raft, say, never meets a cluster of one, two or four.
	Sizes []int
	// ElectionsOnly says that the Raft elects leaders and keeps no log yet, as after
	// part A of the 6.824 lab. It is given no command, and each scenario ends with a
	// leader that all replicas follow instead of a commit. A scenario that is about
	// more than elections, or that restarts replicas, is skipped, and says so.
	ElectionsOnly bool
	// TrailingEntries is how many entries behind its snapshot a replica's log keeps
	// on purpose, for followers that lack no more than those (TrailingLogs of
	// hashicorp/raft, SnapshotCatchUpEntries of etcd). Bounds on what is saved grow
	// by them. With many of them no story lags behind far enough for a snapshot to
	// be sent, so also judge a description that keeps few.
	TrailingEntries int
	// Translate says what a message means, given its method, what was sent, and
	// whether it is the reply of a [Peer.Call]; ok is false if that is not known. It
	// must keep nothing of the content, is called on the goroutines that send, and
	// is nil for messages whose fields have the names of Figure 2, in whatever
	// spelling: these are understood without. The messages of a run are held against
	// each other: some no correct Raft sends.
	Translate func(method string, content any, reply bool) (m Message, ok bool)
	// Known are failures that are expected. The scenario still runs; a
	// failure is reported as known, and a pass is an error, so that the list
	// stays true, unless the failure is declared to be rare.
	Known []KnownIssue
}

// Takes reports whether the implementation is made for clusters of a size.
func (impl Implementation) Takes(replicas int) bool {
	return len(impl.Sizes) == 0 || slices.Contains(impl.Sizes, replicas)
}

// Features are declared by an implementation, never guessed. The zero value
// declares none.
type Features struct {
	// Snapshots: the Raft is a [Snapshotter] and catches up lagging replicas
	// with snapshots (section 7).
	Snapshots bool
	// PreVote: a candidate asks whether it could win before it raises its term
	// (thesis, section 9.6).
	PreVote bool
	// CheckQuorum: a leader that does not hear from a quorum for an election
	// timeout steps down (thesis, section 6.2).
	CheckQuorum bool
	// ReadIndex: the Raft is a [ReadIndexer] (thesis, section 6.4).
	ReadIndex bool
	// LeaderTransfer: the Raft is a [LeaderTransferrer] (thesis, section 3.10).
	LeaderTransfer bool
	// Membership: the Raft is a [MembershipChanger], and takes one voter in or out
	// at a time (thesis, section 4.1).
	Membership bool
	// JointConsensus: it takes any number of voters in and out in one step (section 6).
	JointConsensus bool
	// Learners: there may be members that do not vote (thesis, section 4.2.1). One may
	// join as a learner, and become a voter; a voter may become a learner.
	Learners bool
	// UnlockedSaves: while a goroutine of the replica is in [Persister.Save],
	// no other one waits for a mutex that it holds. Slow storage is then a Save
	// that takes its time; otherwise it is one after which the replica's
	// messages wait. Time cannot pass while a goroutine waits for a mutex, and
	// most Rafts hold theirs while they save.
	UnlockedSaves bool
}

// Lacking returns the names of the features that are needed and not declared, in the
// order of the fields.
func (f Features) Lacking(needed Features) (names []string) {
	has, needs := reflect.ValueOf(f), reflect.ValueOf(needed)
	for i := range needs.NumField() {
		if needs.Field(i).Bool() && !has.Field(i).Bool() {
			names = append(names, needs.Type().Field(i).Name)
		}
	}
	return names
}

// Timing bounds what a scenario waits for, in virtual time on a network
// without faults. A zero field takes the 6.824 lab's value.
type Timing struct {
	// Election is the longest time from the loss of a leader until a quorum of
	// connected replicas has a new one. Default 5 s.
	Election time.Duration
	// Heartbeat is the longest time between two messages of a leader to a
	// follower. Default 100 ms.
	Heartbeat time.Duration
}

// The 6.824 lab's timing: a leader within five seconds, and at most ten
// heartbeats a second.
const (
	DefaultElection  = 5 * time.Second
	DefaultHeartbeat = 100 * time.Millisecond
)

// WithDefaults returns t with the lab's values in place of zero fields.
func (t Timing) WithDefaults() Timing {
	if t.Election == 0 {
		t.Election = DefaultElection
	}
	if t.Heartbeat == 0 {
		t.Heartbeat = DefaultHeartbeat
	}
	return t
}

// KnownIssue declares that an implementation fails a scenario, and how and why. A
// failure of another kind is no part of it.
type KnownIssue struct {
	// Scenario is the scenario's full name, such as "persistence/Figure8".
	Scenario string
	// Property is what is violated, by the name that failures print, such as
	// "State Machine Safety".
	Property string
	// Facts, if it is not empty, is a regular expression (package regexp) that
	// one of the failure's facts matches.
	Facts string
	// Reason says in a sentence what is wrong.
	Reason string
	// Address is where the issue is reported, if it is.
	Address string
	// Rare says that the scenario fails with some seeds only, or not each time
	// with the same seed.
	Rare bool
}

// Explains reports whether a failure of a scenario is the issue: it is given the
// scenario's full name, the property that is violated, and the facts.
func (k KnownIssue) Explains(scenario, property string, facts []string) bool {
	if k.Scenario != scenario || k.Property != property {
		return false
	}
	return k.Facts == "" || slices.ContainsFunc(facts, regexp.MustCompile(k.Facts).MatchString)
}

// Validate reports everything in the description that is missing or
// contradicts itself, nil if it can be run.
func (impl Implementation) Validate() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if impl.Name == "" {
		fail("raftiface: Implementation.Name is empty; reports need a name")
	}
	if impl.Make == nil {
		fail("raftiface: Implementation.Make is nil; it must start a replica")
	}
	if impl.Timing.Election < 0 || impl.Timing.Heartbeat < 0 {
		fail("raftiface: Implementation.Timing has a negative duration: election %v, heartbeat %v",
			impl.Timing.Election, impl.Timing.Heartbeat)
	}
	t := impl.Timing.WithDefaults()
	if t.Heartbeat >= t.Election {
		fail("raftiface: Implementation.Timing: heartbeat %v is not below election %v", t.Heartbeat, t.Election)
	}
	if f := impl.Features; (f.JointConsensus || f.Learners) && !f.Membership {
		fail("raftiface: Implementation.Features declare JointConsensus %t and Learners %t, but not Membership", f.JointConsensus, f.Learners)
	}
	for _, n := range impl.Sizes {
		if n < 1 {
			fail("raftiface: Implementation.Sizes has %d; a cluster has at least one replica", n)
		}
	}
	for i, k := range impl.Known {
		if k.Scenario == "" || k.Property == "" || k.Reason == "" {
			fail("raftiface: Implementation.Known[%d] needs a scenario, a property and a reason; got %q, %q and %q", i, k.Scenario, k.Property, k.Reason)
		}
		if _, err := regexp.Compile(k.Facts); err != nil {
			fail("raftiface: Implementation.Known[%d].Facts is no regular expression: %w", i, err)
		}
	}
	return errors.Join(errs...)
}
