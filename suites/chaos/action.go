package chaos

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// Kind names what an [Action] does.
type Kind string

// The kinds of actions, and the fields that they use. What makes no sense when
// its time has come, such as the crash of a replica that is down, does nothing.
const (
	Network     Kind = "network"      // sets the Conditions of all links
	Cut         Kind = "cut"          // cuts the link From one replica To another, in that direction
	Mend        Kind = "mend"         // undoes Cut
	Hold        Kind = "hold"         // makes messages wait at the end of the link From one replica To another
	Release     Kind = "release"      // undoes Hold
	Partition   Kind = "partition"    // lets replicas reach those of their own Groups only; one in two groups bridges them
	Isolate     Kind = "isolate"      // takes a Replica away from all others
	Connect     Kind = "connect"      // undoes Isolate; a former leader is named by its number, or healed with all others
	Heal        Kind = "heal"         // undoes all of these but Network
	Crash       Kind = "crash"        // stops a Replica; what it saved is kept
	Restart     Kind = "restart"      // starts a Replica that is down
	CrashAll    Kind = "crash-all"    // stops every replica
	RestartAll  Kind = "restart-all"  // starts every replica that is down
	BeforeSave  Kind = "before-save"  // crashes a Replica just before its Count-th save from now
	AfterSave   Kind = "after-save"   // crashes a Replica just after its Count-th save from now
	Pause       Kind = "pause"        // makes a Replica stand still For a time
	SlowStorage Kind = "slow-storage" // makes every save of a Replica take up to For; "0s" undoes it
	SlowService Kind = "slow-service" // makes the service of a Replica take For a message; "0s" undoes it
	Stall       Kind = "stall"        // makes one in Count locks of all replicas stall, For a time; "0s" undoes it
	Transfer    Kind = "transfer"     // asks the leader to hand over to a Replica
	Join        Kind = "join"         // asks the leader to make a Replica a voter
	Learn       Kind = "learn"        // asks the leader to make a Replica a learner
	Remove      Kind = "remove"       // asks the leader to have a Replica be no member any more
	Change      Kind = "change"       // asks the leader to have the first of Groups be the voters, and the second the learners
	Propose     Kind = "propose"      // gives a Replica Count commands in a row, whatever it believes
)

// A verb is what a kind of action needs and does.
type verb struct {
	replica, link, groups, count, conditions bool // the fields that it must have
	span                                     bool // it may have For
	do                                       func(c *world.Cluster, a Action, replica int)
}

var verbs = map[Kind]verb{
	Network:     {conditions: true, do: func(c *world.Cluster, a Action, _ int) { c.SetNetwork(a.Conditions.network()) }},
	Cut:         {link: true, do: func(c *world.Cluster, a Action, _ int) { c.CutLink(*a.From, *a.To) }},
	Mend:        {link: true, do: func(c *world.Cluster, a Action, _ int) { c.MendLink(*a.From, *a.To) }},
	Hold:        {link: true, do: func(c *world.Cluster, a Action, _ int) { c.HoldLink(*a.From, *a.To) }},
	Release:     {link: true, do: func(c *world.Cluster, a Action, _ int) { c.ReleaseLink(*a.From, *a.To) }},
	Partition:   {groups: true, do: func(c *world.Cluster, a Action, _ int) { c.Partition(a.Groups...) }},
	Isolate:     {replica: true, do: func(c *world.Cluster, _ Action, replica int) { c.Disconnect(replica) }},
	Connect:     {replica: true, do: func(c *world.Cluster, _ Action, replica int) { c.Connect(replica) }},
	Heal:        {do: func(c *world.Cluster, _ Action, _ int) { c.Heal() }},
	Crash:       {replica: true, do: whenUp(func(c *world.Cluster, _ Action, replica int) { c.Crash(replica) })},
	Restart:     {replica: true, do: restart},
	CrashAll:    {do: func(c *world.Cluster, _ Action, _ int) { c.CrashAll() }},
	RestartAll:  {do: func(c *world.Cluster, _ Action, _ int) { c.RestartAll() }},
	BeforeSave:  {replica: true, count: true, do: whenUp(func(c *world.Cluster, a Action, replica int) { c.CrashBeforeSave(replica, a.Count) })},
	AfterSave:   {replica: true, count: true, do: whenUp(func(c *world.Cluster, a Action, replica int) { c.CrashAfterSave(replica, a.Count) })},
	Pause:       {replica: true, span: true, do: func(c *world.Cluster, a Action, replica int) { c.Pause(replica, time.Duration(a.For)) }},
	SlowStorage: {replica: true, span: true, do: func(c *world.Cluster, a Action, replica int) { c.SlowStorage(replica, time.Duration(a.For)) }},
	SlowService: {replica: true, span: true, do: func(c *world.Cluster, a Action, replica int) { c.SlowService(replica, time.Duration(a.For)) }},
	Stall:       {count: true, span: true, do: func(c *world.Cluster, a Action, _ int) { c.StallLocks(a.Count, time.Duration(a.For)) }},
	Transfer:    {replica: true, do: transfer},
	Join:        {replica: true, do: asksLeader(func(m raftiface.Membership, _ Action, replica int) raftiface.Membership { return m.WithVoter(replica) })},
	Learn: {replica: true, do: asksLeader(func(m raftiface.Membership, _ Action, replica int) raftiface.Membership {
		return m.WithLearner(replica)
	})},
	Remove:  {replica: true, do: asksLeader(func(m raftiface.Membership, _ Action, replica int) raftiface.Membership { return m.Without(replica) })},
	Change:  {groups: true, do: asksLeader(func(_ raftiface.Membership, a Action, _ int) raftiface.Membership { return a.membership() })},
	Propose: {replica: true, count: true, do: func(c *world.Cluster, a Action, replica int) { c.StartMany(replica, a.Count) }},
}

// whenUp does nothing to a replica that is down.
func whenUp(do func(*world.Cluster, Action, int)) func(*world.Cluster, Action, int) {
	return func(c *world.Cluster, a Action, replica int) {
		if c.IsUp(replica) {
			do(c, a, replica)
		}
	}
}

func transfer(c *world.Cluster, _ Action, replica int) {
	if leader, ok := c.Leader(); ok {
		c.Transfer(leader, replica)
	}
}

func restart(c *world.Cluster, _ Action, replica int) {
	if !c.IsUp(replica) {
		c.Restart(replica)
	}
}

// perform does the action, unless it is for a leader and there is none.
func (a Action) perform(c *world.Cluster) {
	replica := -1
	if a.Replica != nil {
		replica = int(*a.Replica)
		if *a.Replica == Leader {
			var ok bool
			if replica, ok = c.Leader(); !ok {
				return
			}
		}
	}
	verbs[a.Do].do(c, a, replica)
}

// validate reports what the action lacks, or has without need.
func (a Action) validate(replicas int) error {
	v, known := verbs[a.Do]
	if !known {
		return errors.New("there is no such action")
	}
	for _, field := range []struct {
		name       string
		has, wants bool
	}{
		{"replica", a.Replica != nil, v.replica},
		{"from", a.From != nil, v.link},
		{"to", a.To != nil, v.link},
		{"groups", a.Groups != nil, v.groups},
		{"count", a.Count != 0, v.count},
		{"conditions", a.Conditions != nil, v.conditions},
	} {
		switch {
		case field.wants && !field.has:
			return fmt.Errorf("the field %q is missing", field.name)
		case field.has && !field.wants:
			return fmt.Errorf("the field %q has no meaning here", field.name)
		}
	}
	if a.For != 0 && !v.span {
		return errors.New("the field \"for\" has no meaning here")
	}
	if v.count && a.Count < 1 {
		return fmt.Errorf("count is %d, want at least 1", a.Count)
	}
	if v.conditions {
		if err := a.Conditions.network().Validate(); err != nil {
			return err
		}
	}
	if i := slices.IndexFunc(a.replicas(), func(i int) bool { return i < 0 || i >= replicas }); i >= 0 {
		return fmt.Errorf("there is no replica %d; there are 0 to %d", a.replicas()[i], replicas-1)
	}
	if a.Do == Change {
		if len(a.Groups) != 2 {
			return fmt.Errorf("there are %d groups, want two: voters, and learners", len(a.Groups))
		}
		if err := a.membership().Validate(replicas); err != nil {
			return err
		}
	}
	if v.link && *a.From == *a.To {
		return errors.New("a replica has no link to itself")
	}
	return nil
}

// replicas returns all replicas that the action names.
func (a Action) replicas() (all []int) {
	if a.Replica != nil && *a.Replica != Leader {
		all = append(all, int(*a.Replica))
	}
	for _, end := range []*int{a.From, a.To} {
		if end != nil {
			all = append(all, *end)
		}
	}
	return append(all, slices.Concat(a.Groups...)...)
}
