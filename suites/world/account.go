package world

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// An Account is what there is to tell of a world that has ended.
type Account struct {
	// Failure is nil if nothing was wrong.
	Failure *Failure
	// Abandoned says that the run was given up: what is left of it may still be
	// going on.
	Abandoned bool
	// Virtual is how long the story took.
	Virtual time.Duration

	// Faults are what the story did to the cluster, Logs what the replicas
	// logged, in order.
	Faults []Fault
	Logs   []string
	// History is what clients did, Check what Porcupine says of it. There is no
	// verdict on a run that was abandoned.
	History checker.History
	Check   checker.Result
	// Violation is what the safety oracles saw first, nil if nothing.
	Violation *checker.Violation
	// Course is what came of following the messages.
	Course steps.Course
	// Trace is nil if the run came to an end before it began.
	Trace *labrpc.Trace
	Links []labrpc.LinkChange

	// Messages and Bytes are what the replicas sent; Commits are the log
	// indexes at which a command was applied.
	Messages, Bytes, Commits int
	// Leaders is how often a replica came to lead, Leaderless for how long no
	// replica that was up did.
	Leaders    int
	Leaderless time.Duration
	// Leaked is how many goroutines were left after all replicas were killed.
	Leaked int
}

// Events returns the latest events of the trace, in order. See
// [labrpc.Trace.Events].
func (a *Account) Events() []labrpc.Event {
	if a.Trace == nil {
		return nil
	}
	return a.Trace.Events()
}

// Live makes a world, lets it live through the story, and judges it. The story
// drives the cluster on one goroutine; its verbs end it at the first failure.
func Live(t *testing.T, p Plan, story func(c *Cluster)) *Account {
	seedCryptoRand(t, p.Seed)
	c := newCluster(p)
	outcome := bubble.Outcome{End: bubble.Returned}
	if p.Realtime {
		c.live(story)
	} else {
		outcome = bubble.Run(t, p.Limits, c.vitals, func() { c.live(story) })
	}
	c.take(outcome)
	a := c.account(outcome)
	a.judge()
	return a
}

// vitals are what the watchdog sees.
func (c *Cluster) vitals() bubble.Vitals {
	v := bubble.Vitals{Now: time.Duration(c.noted.Load()), Judged: c.failed() != nil}
	if c.begun.Load() {
		v.Events = c.net.Trace().Len()
	}
	return v
}

// take makes a failure of a run that did not end well.
func (c *Cluster) take(o bubble.Outcome) {
	if f := FailureOf(o); f != nil {
		c.ended.CompareAndSwap(0, int64(f.At))
		c.noteOutside(*f)
		return
	}
	if o.Left > 0 && !c.plan.TolerateLeaks && c.failed() == nil {
		c.noteOutside(Failure{Property: ContractKill, At: o.At, Detail: o.Goroutines,
			Facts: []string{fmt.Sprintf("%d goroutine(s) are left %v after all replicas were killed, %s", o.Left, c.killGrace(), strings.Join(o.Facts, "; "))}})
	}
}

// FailureOf returns what the end of a run in its bubble says of the Raft, nil if
// the run came to its end.
func FailureOf(o bubble.Outcome) *Failure {
	f := Failure{At: o.At, Facts: o.Facts, Detail: o.Goroutines}
	switch o.End {
	case bubble.Returned:
		return nil
	case bubble.Stuck, bubble.Crawling:
		f.Property = ContractWaiting
	case bubble.Boundless:
		f.Property = Efficiency
	default:
		f.Property = Harness
	}
	return &f
}

func (c *Cluster) account(o bubble.Outcome) *Account {
	a := &Account{
		Failure: c.failed(), Abandoned: o.Abandoned(), Virtual: time.Duration(c.ended.Load()), Violation: c.safety.First(),
		Commits: c.ledger.commits(), Leaked: o.Left, Course: c.course.sofar(),
	}
	a.Faults, a.Logs = c.journal.copied()
	a.Leaders, a.Leaderless = c.offices.counts()
	if c.begun.Load() {
		a.History, a.Trace, a.Links = c.recorder.History(), c.net.Trace(), c.net.LinkChanges()
		a.Messages, a.Bytes = c.net.Total()
	}
	return a
}

// judge asks Porcupine, on the real clock.
func (a *Account) judge() {
	if a.Abandoned || a.Trace == nil {
		return
	}
	a.Check = checker.Check(a.History, checker.Limits{})
	switch a.Check.Verdict {
	case checker.Ok:
	case checker.Illegal:
		a.convict(Linearizability)
	default:
		a.convict(Undecided)
	}
}

// convict notes Porcupine's verdict. What the oracles proved stands; a history
// that is not linearizable weighs more than anything else.
func (a *Account) convict(p checker.Property) {
	f := Failure{Property: p, At: a.Virtual, Facts: []string{a.Check.Explain()}}
	switch was := a.Failure; {
	case was == nil:
		a.Failure = &f
	case p == Linearizability && !isSafety(was.Property):
		f.Facts = append(f.Facts, "before that: "+was.String())
		a.Failure = &f
	default:
		was.Facts = append(was.Facts, "Porcupine: "+f.Facts[0])
	}
}

// isSafety reports whether the property is one of the oracles'.
func isSafety(p checker.Property) bool { return p.Claim() != "" || steps.IsRule(p) }
