package world

import (
	"fmt"
	"slices"
	"time"
)

// commitPatience is the least that Commit tries: the 6.824 lab's ten seconds.
const commitPatience = 10 * time.Second

// Patience returns how long a quorum without faults may take to commit: the time
// to elect a leader, and some to replicate. It grows with what the implementation
// declares, so that a larger promise is never harder to keep.
func (c *Cluster) Patience() time.Duration {
	return max(commitPatience, c.ElectionTimeout()+commitPatience/2) + c.lag()
}

// lag is how long a leader may take that goes back by one entry a heartbeat to
// find where the log of the replica that is furthest behind agrees with its own.
func (c *Cluster) lag() time.Duration {
	highest := c.ledger.highestProposed()
	lowest := highest
	for _, i := range c.connected() {
		lowest = min(lowest, c.Applied(i))
	}
	return time.Duration(highest-lowest) * c.timing.Heartbeat
}

// Heartbeat returns the longest time between two messages of a leader to a
// follower that the implementation declares.
func (c *Cluster) Heartbeat() time.Duration { return c.timing.Heartbeat }

// Until waits until the condition holds and reports whether it did so within
// the time. The condition is asked every ten milliseconds.
func (c *Cluster) Until(within time.Duration, condition func() bool) bool {
	for deadline := c.Now() + within; ; c.Sleep(pollEvery) {
		c.check()
		if condition() {
			return true
		}
		if c.Now() >= deadline {
			return false
		}
	}
}

// Check fails the scenario with its claim unless ok. The text says what was
// expected and what came.
func (c *Cluster) Check(ok bool, format string, args ...any) {
	c.check()
	if !ok {
		c.fail(Claim, fmt.Sprintf(format, args...))
	}
}

// CheckProgress is Check for what the cluster has to get done: it fails the
// scenario with [Progress].
func (c *Cluster) CheckProgress(ok bool, format string, args ...any) {
	c.check()
	if !ok {
		c.fail(Progress, fmt.Sprintf(format, args...))
	}
}

// CheckCost fails the scenario for inefficiency if got is more than most.
func (c *Cluster) CheckCost(what string, got, most int) {
	c.check()
	if got > most {
		c.fail(Efficiency, fmt.Sprintf("%s: %d, want at most %d", what, got, most))
	}
}

// Errorf and FailNow make a Cluster a testify TestingT: require.Equal(c, …)
// fails the scenario with its claim.
func (c *Cluster) Errorf(format string, args ...any) {
	c.violated(Claim, fmt.Sprintf(format, args...))
}

// FailNow ends the story. See [Cluster.Errorf].
func (c *Cluster) FailNow() { c.fail(Claim, "FailNow was called without a message") }

// leaders returns, of the given replicas, those that say they lead, and their
// newest term.
func (c *Cluster) leaders(among []int) (newest int, term int, all []int) {
	newest = -1
	for _, i := range among {
		in := c.replicas[i].running()
		if in == nil {
			continue
		}
		if t, leader := c.state(in); leader {
			all = append(all, i)
			if newest < 0 || t > term {
				newest, term = i, t
			}
		}
	}
	c.check()
	return newest, term, all
}

// CheckOneLeader waits until one of the replicas that are connected says that
// it leads, and returns it: the one of the newest term, if some still believe
// in an older one. Given replicas, it looks at those only.
func (c *Cluster) CheckOneLeader(among ...int) (leader int) {
	return c.CheckLeaderAfter(-1, among...)
}

// CheckLeaderAfter is CheckOneLeader for a leader of a later term than the
// given one. It serves where the leader of that term may believe in it still.
func (c *Cluster) CheckLeaderAfter(term int, among ...int) (leader int) {
	if len(among) == 0 {
		among = c.connected()
	}
	found := c.Until(c.ElectionTimeout(), func() bool {
		newest, leads, _ := c.leaders(among)
		leader = newest
		return newest >= 0 && leads > term
	})
	if !found {
		later := ""
		if term >= 0 {
			later = fmt.Sprintf(" a term later than %d", term)
		}
		c.fail(ElectionLiveness, fmt.Sprintf("none of the replicas %v, which can all reach each other, said it leads%s within %v", among, later, c.ElectionTimeout()),
			c.describeStates(among))
	}
	return leader
}

// CheckStays checks that a replica leads a term still: what happened meanwhile, which
// is said as "since …" or "when …", was no reason to depose it.
func (c *Cluster) CheckStays(leader, term int, meanwhile string, args ...any) {
	c.CheckProgress(c.IsLeader(leader) && c.Term(leader) == term, "replica %d, which led term %d, no longer does "+meanwhile, append([]any{leader, term}, args...)...)
}

// CheckResigns waits until a replica no longer leads a term. It fails the scenario with
// [Progress] if that takes longer than [Cluster.ElectionTimeout] since what happened,
// which is said as "it …".
func (c *Cluster) CheckResigns(leader, term int, since string, args ...any) {
	resigned := c.Until(c.ElectionTimeout(), func() bool { return !c.IsLeader(leader) || c.Term(leader) > term })
	c.CheckProgress(resigned, "replica %d still leads term %d, %v after "+since, append([]any{leader, term, c.ElectionTimeout()}, args...)...)
}

// Leader returns the replica that says it leads the newest term, connected or
// not; ok is false if no replica that is up says so.
func (c *Cluster) Leader() (leader int, ok bool) {
	leader, _, _ = c.leaders(c.Others())
	return leader, leader >= 0
}

// CheckNoLeader fails the scenario if one of the connected replicas comes to lead
// at any time during an election timeout from now. One that leads already may do so
// rightly, of a term that it won before, and may not know yet that it is over.
// Given replicas, it looks at those only.
func (c *Cluster) CheckNoLeader(among ...int) {
	if len(among) == 0 {
		among = c.connected()
	}
	_, won, _ := c.leaders(among)
	c.Until(c.timing.Election, func() bool {
		leader, term, _ := c.leaders(among)
		if leader >= 0 && term > won {
			c.fail(QuorumRequired, fmt.Sprintf("replica %d says it leads term %d, but only %v of %d replicas can reach each other", leader, term, among, c.Size()))
		}
		return false
	})
}

// CheckTerms waits until all connected replicas agree on the term, at most an
// election timeout, and returns it.
func (c *Cluster) CheckTerms() (term int) {
	among := c.connected()
	agree := c.Until(c.ElectionTimeout(), func() bool {
		terms := map[int]bool{}
		for _, i := range among {
			if in := c.replicas[i].running(); in != nil {
				term, _ = c.state(in)
				terms[term] = true
			}
		}
		return len(terms) == 1
	})
	if !agree {
		c.fail(ElectionLiveness, fmt.Sprintf("the connected replicas do not agree on a term within %v", c.ElectionTimeout()), c.describeStates(among))
	}
	return term
}

func (c *Cluster) describeStates(among []int) string {
	text := "they said:"
	for _, i := range among {
		if in := c.replicas[i].running(); in != nil {
			term, leader := c.state(in)
			text += fmt.Sprintf(" replica %d term %d leader %t;", i, term, leader)
		}
	}
	return text
}

// Term returns the term that a replica says it is in.
func (c *Cluster) Term(replica int) int {
	term, _ := c.state(c.up(replica, "Term"))
	c.check()
	return term
}

// IsLeader reports whether a replica says it leads.
func (c *Cluster) IsLeader(replica int) bool {
	_, leader := c.state(c.up(replica, "IsLeader"))
	c.check()
	return leader
}

// up returns a replica's running instance; a story that asks for one that is
// down is wrong.
func (c *Cluster) up(replica int, verb string) *instance {
	c.check()
	in := c.replicas[replica].running()
	if in == nil {
		c.fail(Harness, fmt.Sprintf("the story calls %s of replica %d, which is down", verb, replica))
	}
	return in
}

// everyMember returns how many members the cluster has.
func (c *Cluster) everyMember() int { return len(c.roster.latest().all) }

// appliedOn returns how many members of the cluster have applied up to an index.
func (c *Cluster) appliedOn(index int) (n int) {
	for _, i := range c.roster.latest().all {
		if c.Applied(i) >= index {
			n++
		}
	}
	return n
}

// RaftStateSize returns the size of a replica's saved Raft state in bytes.
func (c *Cluster) RaftStateSize(replica int) int {
	return c.replicas[replica].storage.open().RaftStateSize()
}

// SnapshotSize returns the size of a replica's saved snapshot in bytes.
func (c *Cluster) SnapshotSize(replica int) int {
	return c.replicas[replica].storage.open().SnapshotSize()
}

// CheckRaftStateSize fails the scenario if a replica's saved Raft state is
// larger than most bytes: its log is not compacted. Given replicas, it looks at
// those only.
func (c *Cluster) CheckRaftStateSize(most int, among ...int) {
	if len(among) == 0 {
		among = c.Others()
	}
	for _, i := range among {
		c.CheckCost(fmt.Sprintf("bytes of saved Raft state on replica %d", i), c.RaftStateSize(i), most)
	}
}

// Traffic returns the number of messages and bytes sent so far, requests and
// their replies counted as one message.
func (c *Cluster) Traffic() (messages, bytes int) { return c.net.Total() }

// Sent returns the number of messages that a replica sent so far. The reply to
// a call is none: it belongs to the call.
func (c *Cluster) Sent(replica int) (messages int) {
	for _, counter := range c.net.Counters() {
		if counter.From == replica {
			messages += counter.Messages
		}
	}
	return messages
}

// Others returns all replicas but those given.
func (c *Cluster) Others(but ...int) (rest []int) {
	for i := range c.replicas {
		if !slices.Contains(but, i) {
			rest = append(rest, i)
		}
	}
	return rest
}

// NextAfter returns the replica n places after the given one, around the end.
func (c *Cluster) NextAfter(replica, n int) int { return (replica + n) % c.Size() }
