package chaos

import (
	"cmp"
	"fmt"
	"time"
)

// Bounds of a schedule. What [Generate] draws stays far below them; what is above
// them would take days, or more memory than there is.
const (
	mostReplicas = 64
	mostClients  = 1000
	mostParts    = 100_000 // actions, and as many operations
	mostCount    = 10_000  // commands in a row, saves until a crash, or locks for one that stalls
	mostCopies   = 100     // of a message
	mostText     = 64 << 10
	mostBytes    = 64 << 20 // of a file
	longest      = Moment(24 * time.Hour)
)

// bounded reports the first thing about the schedule as a whole that is too
// big.
func (s Schedule) bounded() error {
	return cmp.Or(
		atMost("replicas", s.Replicas, mostReplicas),
		atMost("length", s.Length, longest),
		atMost("the number of fates", len(s.Fates), mostParts),
		atMost("the number of actions", len(s.Actions), mostParts),
		atMost("the number of operations", len(s.Operations), mostParts),
	)
}

// bounded reports the first thing about the action that is too big.
func (a Action) bounded(replicas int) error {
	err := cmp.Or(
		atMost("at", a.At, longest),
		atMost("for", a.For, longest),
		atMost("count", a.Count, mostCount),
		atMost("the number of groups", len(a.Groups), mostReplicas),
	)
	for _, group := range a.Groups {
		err = cmp.Or(err, atMost("the size of a group", len(group), replicas))
	}
	if c := a.Conditions; c != nil {
		err = cmp.Or(err, atMost("delay", c.Delay, longest), atMost("jitter", c.Jitter, longest), atMost("late_by", c.LateBy, longest))
	}
	return err
}

// bounded reports the first thing about the fate that is too big.
func (f Fate) bounded() error {
	err := atMost("the number of copies", len(f.Arrives), mostCopies)
	for _, after := range f.Arrives {
		err = cmp.Or(err, atMost("arrives", after, longest))
	}
	return err
}

// bounded reports the first thing about the operation that is too big.
func (op Operation) bounded() error {
	return cmp.Or(
		atMost("at", op.At, longest),
		atMost("client", op.Client, mostClients),
		atMost("the length of key", len(op.Key), mostText),
		atMost("the length of value", len(op.Value), mostText),
		atMost("the length of expect", len(op.Expect), mostText),
	)
}

func atMost[T int | Moment](name string, is, most T) error {
	if is > most {
		return fmt.Errorf("%s is %v, want at most %v", name, is, most)
	}
	return nil
}
