package world

import "github.com/raftcheck/raftcheck/checker"

// A Class is what kind of promise a violated property is.
type Class string

// The classes, the gravest first.
const (
	// Safety: something happened that never may.
	Safety Class = "safety"
	// Liveness: something did not happen within a generous bound, and the cluster
	// was not getting there.
	Liveness Class = "liveness"
	// Contract: the implementation broke the contract in package raftiface, or ended
	// or hung the process.
	Contract Class = "contract"
	// Cost: the work was done, but took more than the bound. No promise of Raft is
	// broken.
	Cost Class = "cost"
	// NoVerdict: nothing was found out about the implementation.
	NoVerdict Class = "no verdict"
)

// Classes are those of verdicts on an implementation, the gravest first.
func Classes() []Class { return []Class{Safety, Liveness, Contract, Cost} }

// classes are those of the properties that are not Safety.
var classes = map[checker.Property]Class{
	ElectionLiveness: Liveness,
	CommitLiveness:   Liveness,
	CatchUpLiveness:  Liveness,
	Progress:         Liveness,
	ContractMake:     Contract,
	ContractMessages: Contract,
	ContractRPC:      Contract,
	ContractWaiting:  Contract,
	ContractKill:     Contract,
	NoPanic:          Contract,
	NoExit:           Contract,
	NoRace:           Contract,
	Efficiency:       Cost,
	Undecided:        NoVerdict,
	Harness:          NoVerdict,
}

// ClassOf returns the class of a property, empty if there is no such property.
func ClassOf(p checker.Property) Class {
	class, ok := classes[p]
	if !ok && ClaimOf(p) != "" {
		return Safety
	}
	return class
}
