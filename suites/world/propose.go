package world

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

// storyClient is the client under which the history records what the story
// itself proposes.
const storyClient = 0

// storyKeys is over how many keys the story's own commands are spread, so that
// each key's history stays small.
const storyKeys = 8

// Proposal is a command that a replica took.
type Proposal struct {
	// Replica is who took it, Index and Term what Start returned.
	Replica, Index, Term int
	// Value is the unique value that the command puts.
	Value string
	id    int
}

// Start gives a replica a command with a fresh value, as a client of the
// service. It reports false if the replica says it is not the leader.
func (c *Cluster) Start(replica int) (Proposal, bool) {
	return c.StartValue(replica, "")
}

// StartValue is Start with a given value; "" makes a fresh one.
func (c *Cluster) StartValue(replica int, value string) (Proposal, bool) {
	c.pauseBriefly()
	return c.startNow(replica, value)
}

// StartMany gives a replica n commands with fresh values in a row, before any
// message arrives, and returns those it took: all or none, as a rule. Each has an
// instant of its own: what the replica's goroutines do between two of them must
// not be up to the Go scheduler.
func (c *Cluster) StartMany(replica, n int) (taken []Proposal) {
	c.pauseBriefly()
	for range n {
		c.Sleep(time.Nanosecond)
		if p, ok := c.startNow(replica, ""); ok {
			taken = append(taken, p)
		}
	}
	return taken
}

func (c *Cluster) startNow(replica int, value string) (Proposal, bool) {
	id := int(c.nextID.Add(1))
	if value == "" {
		value = fmt.Sprintf("v%d", id)
	}
	cmd := Command{id, checker.Input{Kind: checker.Put, Key: fmt.Sprintf("k%d", id%storyKeys), Value: value}}
	in := c.replicas[replica].running()
	if in == nil {
		return Proposal{}, false
	}
	op := c.recorder.Call(storyClient, replica, cmd.Input)
	index, term, ok := in.start(cmd, func(f fate) { c.record(op, f) })
	if !ok {
		c.recorder.NeverHappened(op)
		c.check()
		return Proposal{}, false
	}
	c.ledger.proposed(cmd.ID, op, index)
	c.stepIfAlone()
	c.check()
	return Proposal{replica, index, term, value, cmd.ID}, true
}

// record puts an operation's fate into the history.
func (c *Cluster) record(op int, f fate) {
	switch f.outcome {
	case checker.Done:
		c.recorder.Return(op, f.output, f.index)
	case checker.NeverHappened:
		c.recorder.NeverHappened(op)
	default:
		c.recorder.Unknown(op)
	}
}

// Commit proposes a fresh command, again if a leader loses it, until at least n
// members have applied it, and returns its index. It fails the scenario if
// that takes longer than [Cluster.Patience]. Rafts that do no more than elect are
// given nothing: it waits until n replicas follow one leader, and returns 0.
func (c *Cluster) Commit(n int) (index int) { return c.CommitValue("", n) }

// CommitValue is Commit with a given value; "" makes a fresh one.
func (c *Cluster) CommitValue(value string, n int) (index int) {
	return c.commitWithin(c.Patience(), value, exactly(n))
}

// CommitWithin is Commit with a patience of the story's own, for networks on
// which a correct Raft may need longer than the lab's ten seconds. What is
// declared of elections comes on top.
func (c *Cluster) CommitWithin(patience time.Duration, n int) (index int) {
	return c.commitWithin(patience+c.Patience()-commitPatience, "", exactly(n))
}

// exactly is a number of members that stays the same.
func exactly(n int) func() int { return func() int { return n } }

// commitWithin is Commit for a number of members that may change with the cluster's.
func (c *Cluster) commitWithin(patience time.Duration, value string, many func() int) (index int) {
	if c.plan.Implementation.ElectionsOnly {
		c.followWithin(patience, many())
		return 0
	}
	deadline := c.Now() + patience
	last := "no connected replica took it"
	var attempts []Proposal
	for c.Now() < deadline {
		p, ok := c.proposeToLeader(value)
		if !ok {
			c.Sleep(5 * pollEvery)
			continue
		}
		attempts = append(attempts, p)
		c.Until(deadline-c.Now(), func() bool {
			index = c.anyApplied(attempts, many())
			return index > 0 || c.lost(p)
		})
		if index > 0 {
			return index
		}
		last = fmt.Sprintf("replica %d took it at index %d in term %d, and %d replicas have applied that far", p.Replica, p.Index, p.Term, c.appliedOn(p.Index))
	}
	facts := []string{fmt.Sprintf("a command was not applied by %d of %d replicas within %v; the last attempt: %s", many(), c.everyMember(), patience, last),
		c.describeStates(c.connected()), fmt.Sprintf("connected: %v; applied up to: %s", c.connected(), c.describeApplied())}
	facts = append(facts, c.standoff()...) // as it is before another command changes it
	c.provoke()
	c.ground.fail(c.missing(attempts...), facts...)
	return 0
}

// followWithin waits until a leader is connected and at least n connected
// replicas are in its term.
func (c *Cluster) followWithin(patience time.Duration, n int) {
	followed := c.Until(patience, func() bool {
		leader, term, _ := c.leaders(c.connected())
		return leader >= 0 && c.inTerm(term) >= n
	})
	if !followed {
		c.fail(ElectionLiveness, fmt.Sprintf("there was no leader within %v whose term %d of %d replicas were in", patience, n, c.Size()),
			c.describeStates(c.connected()))
	}
}

// inTerm returns how many connected replicas say that they are in a term.
func (c *Cluster) inTerm(term int) (n int) {
	for _, i := range c.connected() {
		if in := c.replicas[i].running(); in != nil {
			if t, _ := c.state(in); t == term {
				n++
			}
		}
	}
	return n
}

// provoke proposes another command, before the story fails because one was not
// applied. Where an entry was left out or put at a wrong place, what follows it
// shows that, and the oracles name it.
func (c *Cluster) provoke() {
	c.proposeToLeader("")
	c.Sleep(2 * time.Second)
}

// anyApplied returns the index of a proposal that n replicas have applied, 0 if
// there is none.
func (c *Cluster) anyApplied(proposals []Proposal, n int) (index int) {
	for _, p := range proposals {
		if cmd, ok := c.ledger.committed(p.Index); ok && cmd.ID == p.id && c.appliedOn(p.Index) >= n {
			return p.Index
		}
	}
	return 0
}

// lost reports whether a proposal may never be committed, as far as replicas have
// said: another command was applied in its place, the replica that took it no
// longer leads the term in which it did, or a connected one leads a later term.
// As long as nothing of that happens its leader must bring it about, without
// another command to help it on.
func (c *Cluster) lost(p Proposal) bool {
	if cmd, ok := c.ledger.committed(p.Index); ok && cmd.ID != p.id {
		return true
	}
	later := func(i int) bool { s := c.offices.latest(i); return s.leader && s.term > p.Term }
	return c.replicas[p.Replica].running() == nil || c.offices.latest(p.Replica) != shownState{p.Term, true} || slices.ContainsFunc(c.connected(), later)
}

// missing names what proposals that some replicas have not applied in time were
// lacking: agreement, or, if a replica has applied one, its way to the others.
func (c *Cluster) missing(proposals ...Proposal) checker.Property {
	for _, p := range proposals {
		if cmd, ok := c.ledger.committed(p.Index); ok && cmd.ID == p.id {
			return CatchUpLiveness
		}
	}
	return CommitLiveness
}

// proposeToLeader gives the command to the connected replica that leads the
// newest term: across a partition, older leaders may believe that they lead.
func (c *Cluster) proposeToLeader(value string) (Proposal, bool) {
	leader, _, _ := c.leaders(c.connected())
	if leader < 0 {
		return Proposal{}, false
	}
	return c.StartValue(leader, value)
}

func (c *Cluster) describeApplied() string {
	var text []string
	for i, r := range c.replicas {
		switch {
		case r.running() == nil:
			text = append(text, fmt.Sprintf("replica %d down", i))
		default:
			text = append(text, fmt.Sprintf("replica %d index %d", i, c.Applied(i)))
		}
	}
	return strings.Join(text, "; ")
}

// WaitApplied waits until n replicas have applied a proposal and reports
// whether they did so within the time. It reports false as soon as another
// command was applied in its place.
func (c *Cluster) WaitApplied(p Proposal, n int, within time.Duration) bool {
	applied := false
	c.Until(within, func() bool {
		cmd, ok := c.ledger.committed(p.Index)
		lost := ok && cmd.ID != p.id
		applied = ok && !lost && c.appliedOn(p.Index) >= n
		return applied || lost
	})
	return applied
}

// CheckApplied waits until n replicas have applied a proposal and fails the
// scenario if they don't within [Cluster.Patience].
func (c *Cluster) CheckApplied(p Proposal, n int) {
	if patience := c.Patience(); !c.WaitApplied(p, n, patience) {
		c.fail(c.missing(p), fmt.Sprintf("the command at index %d that replica %d took in term %d was not applied by %d replicas within %v",
			p.Index, p.Replica, p.Term, n, patience), "applied up to: "+c.describeApplied())
	}
}

// CheckNotApplied fails the scenario if a replica has applied the proposal, or
// does so within the time.
func (c *Cluster) CheckNotApplied(p Proposal, within time.Duration) {
	c.Until(within, func() bool {
		if cmd, ok := c.ledger.committed(p.Index); ok && cmd.ID == p.id {
			c.fail(QuorumRequired, fmt.Sprintf("the command that replica %d took at index %d in term %d was applied, but no quorum could have agreed to it; connected: %v",
				p.Replica, p.Index, p.Term, c.connected()))
		}
		return false
	})
}
