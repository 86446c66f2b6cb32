package world

import (
	"cmp"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Properties that are judged here; the safety properties are those of package
// checker.
const (
	// Linearizability: Porcupine found no order of the clients' operations that
	// explains their answers.
	Linearizability checker.Property = "Linearizability"
	// Undecided: Porcupine could not decide within its limits. Never a pass.
	Undecided checker.Property = "Undecided"
	// ElectionLiveness: no leader within the bound, though a quorum is
	// connected.
	ElectionLiveness checker.Property = "Election Liveness"
	// CommitLiveness: no agreement within the bound, though a quorum is
	// connected.
	CommitLiveness checker.Property = "Commit Liveness"
	// CatchUpLiveness: a quorum has agreed, but a connected replica does not get
	// what it has agreed on within the bound.
	CatchUpLiveness checker.Property = "Catch-Up Liveness"
	// QuorumRequired: a leader, or a commit, without a quorum.
	QuorumRequired checker.Property = "Quorum"
	// Efficiency: more messages, bytes, memory or stable storage than the work
	// needs.
	Efficiency checker.Property = "Efficiency"
	// ContractMake: Make failed, or returned nothing.
	ContractMake checker.Property = "Make"
	// ContractMessages: an ApplyMsg is malformed.
	ContractMessages checker.Property = "Messages"
	// ContractRPC: a replica sent what cannot be sent, or to a method that is
	// not there.
	ContractRPC checker.Property = "RPC"
	// ContractWaiting: a replica spins, deadlocks, or blocks where it must not.
	ContractWaiting checker.Property = "Waiting"
	// ContractKill: goroutines are left after Kill.
	ContractKill checker.Property = "Kill"
	// NoPanic: the implementation panicked.
	NoPanic checker.Property = "Panic"
	// NoExit: the implementation ended the process. Seen with -raft.isolate only.
	NoExit checker.Property = "Exit"
	// NoRace: the race detector saw two goroutines at one place in memory. Seen
	// with -raft.isolate only; without, it fails the test.
	NoRace checker.Property = "Data Race"
	// Claim: what the scenario claims does not hold.
	Claim checker.Property = "Claim"
	// Progress: the cluster does not get on in the way that the scenario claims.
	Progress checker.Property = "Progress"
	// Harness: the harness itself failed, so there is no verdict on the Raft.
	Harness checker.Property = "Harness"
)

var claims = map[checker.Property]string{
	Linearizability:  "the clients' operations can be explained by some order that respects real time",
	Undecided:        "Porcupine decides every history; an undecided one is not a pass",
	ElectionLiveness: "a connected quorum has a leader within the bound (§5.2)",
	CommitLiveness:   "a connected quorum agrees within the bound (§5.3)",
	CatchUpLiveness:  "a connected replica gets what a quorum has agreed on within the bound (§5.3, §7)",
	QuorumRequired:   "no election and no commit without a quorum (§5.2, §5.3)",
	Efficiency:       "the work costs no more messages, bytes, memory or storage than the bound",
	ContractMake:     "Make starts a replica and returns it (raftiface.Implementation)",
	ContractMessages: "exactly one of CommandValid, SnapshotValid and MembershipValid is set in an ApplyMsg (raftiface, messages)",
	ContractRPC:      "replicas send what can be encoded, to methods that are there (raftiface, RPCs)",
	ContractWaiting:  "a replica that waits, blocks, and keeps nobody waiting who may not wait (raftiface, waiting and locks)",
	ContractKill:     "no goroutine of a killed replica is left a bounded time later (raftiface, Kill)",
	NoPanic:          "the implementation does not panic",
	NoExit:           "the implementation does not end its process",
	NoRace:           "no goroutine writes what another one uses at the same time (go test -race)",
	Claim:            "what the scenario claims holds",
	Progress:         "the cluster gets on as the scenario claims, within the bound",
	Harness:          "the harness works",
}

// ClaimOf says in a sentence what a property promises, those of packages checker and
// steps included. It is empty if there is no such property.
func ClaimOf(p checker.Property) string { return cmp.Or(claims[p], p.Claim(), steps.ClaimOf(p)) }
