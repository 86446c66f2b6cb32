package chaos

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

// A Schedule is a world and what happens in it. Together with the Raft under
// test it determines a run.
type Schedule struct {
	// Seed determines the fate of every message and what replicas draw.
	Seed uint64 `json:"seed"`
	// Replicas is the size of the cluster.
	Replicas int `json:"replicas"`
	// Members is how many of them, from the first on, vote at the begin; 0: all do.
	Members int `json:"members,omitempty"`
	// SnapshotEvery is how far apart, in indexes, the services take snapshots;
	// 0: they take none.
	SnapshotEvery int `json:"snapshot_every,omitempty"`
	// Length is how long faults and operations last.
	Length Moment `json:"length"`
	// Fates are what becomes of single messages.
	Fates []Fate `json:"fates,omitempty"`
	// Actions are what is done to the cluster, in order of time.
	Actions []Action `json:"actions"`
	// Operations are what clients do, in order of time. A client that still
	// waits for an answer does its next operation later.
	Operations []Operation `json:"operations"`
}

// A Moment is a time since the start of the run. In files it is written as
// package time does: "1.25s".
type Moment time.Duration

// Target is the replica that an action is for.
type Target int

// Leader is whichever replica leads the newest term when the action's time has
// come. If there is none, nothing happens.
const Leader Target = -1

// String returns the replica's number, or "leader".
func (t Target) String() string {
	if t == Leader {
		return "leader"
	}
	return strconv.Itoa(int(t))
}

// An Action is something done to the cluster at a time. Which of the other
// fields count is up to Do; see [Kind].
type Action struct {
	At Moment `json:"at"`
	Do Kind   `json:"do"`

	Replica    *Target     `json:"replica,omitempty"`
	From       *int        `json:"from,omitempty"`
	To         *int        `json:"to,omitempty"`
	Groups     [][]int     `json:"groups,omitempty"`
	For        Moment      `json:"for,omitzero"`
	Count      int         `json:"count,omitempty"`
	Conditions *Conditions `json:"conditions,omitempty"`
}

// Conditions are [labrpc.Conditions] as they are written in files.
type Conditions struct {
	Delay     Moment  `json:"delay,omitzero"`
	Jitter    Moment  `json:"jitter,omitzero"`
	Loss      float64 `json:"loss,omitempty"`
	Duplicate float64 `json:"duplicate,omitempty"`
	Late      float64 `json:"late,omitempty"`
	LateBy    Moment  `json:"late_by,omitzero"`
}

func (c Conditions) network() labrpc.Conditions {
	return labrpc.Conditions{Delay: time.Duration(c.Delay), Jitter: time.Duration(c.Jitter),
		Loss: c.Loss, Duplicate: c.Duplicate, Late: c.Late, LateBy: time.Duration(c.LateBy)}
}

func conditionsOf(c labrpc.Conditions) *Conditions {
	return &Conditions{Delay: Moment(c.Delay), Jitter: Moment(c.Jitter), Loss: c.Loss, Duplicate: c.Duplicate, Late: c.Late, LateBy: Moment(c.LateBy)}
}

// An Operation is what a client asks of the service.
type Operation struct {
	At     Moment `json:"at"`
	Client int    `json:"client"`
	checker.Input
}

// Validate reports the first thing in the schedule that cannot be run, or that
// nobody would wait for, nil if there is none.
func (s Schedule) Validate() error {
	switch {
	case s.Replicas < 1:
		return fmt.Errorf("replicas is %d, want at least 1", s.Replicas)
	case s.Members < 0 || s.Members > s.Replicas:
		return fmt.Errorf("members is %d, want at most the %d replicas", s.Members, s.Replicas)
	case s.SnapshotEvery < 0:
		return fmt.Errorf("snapshot_every is %d, want at least 0", s.SnapshotEvery)
	case s.Length < 0:
		return fmt.Errorf("length is %v, want at least 0", time.Duration(s.Length))
	}
	if err := s.bounded(); err != nil {
		return err
	}
	seen := map[Message]bool{}
	for i, f := range s.Fates {
		if err := f.bounded(); err != nil {
			return fmt.Errorf("fate %d of %d: %w", i+1, len(s.Fates), err)
		}
		if seen[f.Message] {
			return fmt.Errorf("fate %d of %d: message %v has one already", i+1, len(s.Fates), f.Message)
		}
		seen[f.Message] = true
	}
	last := Moment(0)
	for i, a := range s.Actions {
		if a.At < last {
			return fmt.Errorf("action %d of %d: %s at %v comes after an action at %v; actions are in order of time", i+1, len(s.Actions), a.Do, a.At, last)
		}
		if err := cmp.Or(a.validate(s.Replicas), a.bounded(s.Replicas)); err != nil {
			return fmt.Errorf("action %d of %d: %s: %w", i+1, len(s.Actions), a.Do, err)
		}
		last = a.At
	}
	last = 0
	for i, op := range s.Operations {
		if op.At < last {
			return fmt.Errorf("operation %d of %d: %v at %v comes after one at %v; operations are in order of time", i+1, len(s.Operations), op.Input, op.At, last)
		}
		probe := checker.Operation{ID: 1, Client: op.Client, Input: op.Input, Outcome: checker.Unknown}
		if err := cmp.Or(probe.Validate(), op.bounded()); err != nil {
			return fmt.Errorf("operation %d of %d: %w", i+1, len(s.Operations), err)
		}
		last = op.At
	}
	return nil
}

// String returns the time as package time writes it.
func (m Moment) String() string { return time.Duration(m).String() }
