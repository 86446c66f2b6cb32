package harness

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// moment is a line of a story.
type moment struct {
	at   time.Duration
	text string
}

// story tells a run in a number of lines at most: what was done to the cluster,
// who led, what clients asked and were answered, and what came of it. If it is
// longer, its middle is left out.
func (e *Evidence) story(r Result, most int) []string {
	moments := slices.Concat(e.faultMoments(), e.fateMoments(), e.leaderMoments(), e.clientMoments())
	slices.SortStableFunc(moments, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	var lines []string
	for _, m := range moments {
		lines = append(lines, fmt.Sprintf("%12.6fs  %s", m.at.Seconds(), m.text))
	}
	var end []string
	if r.Failure != nil {
		end = strings.Split(r.Failure.String(), "\n")
	}
	return append(withoutMiddle(lines, max(1, most-len(end))), end...)
}

func (e *Evidence) faultMoments() (moments []moment) {
	for _, f := range e.account.Faults {
		moments = append(moments, moment{f.At, f.Text})
	}
	return moments
}

// fateMoments tells of the messages whose fate is given.
func (e *Evidence) fateMoments() (moments []moment) {
	if len(e.scenario.Fates) == 0 {
		return nil
	}
	for _, event := range e.account.Events() {
		if fate, given := e.scenario.Fates[event.Datagram]; given && event.Kind == labrpc.EventSend {
			said := event.Text
			if event.Reply {
				said += " reply"
			}
			moments = append(moments, moment{event.At, fmt.Sprintf("what replica %d sends to %d %v: %s %s", event.From, event.To, fate, said, event.Content)})
		}
	}
	return moments
}

// leaderMoments tells who came to lead.
func (e *Evidence) leaderMoments() (moments []moment) {
	for _, event := range e.account.Events() {
		var term int
		var leads bool
		if event.Kind != "state" {
			continue
		}
		if _, err := fmt.Sscanf(event.Text, world.StateText, &term, &leads); err == nil && leads {
			moments = append(moments, moment{event.At, fmt.Sprintf("replica %d leads term %d", event.From, term)})
		}
	}
	return moments
}

// clientMoments tells what clients did: of a history that is not linearizable
// what they did with the key in question, else all but what never happened.
func (e *Evidence) clientMoments() (moments []moment) {
	illegal := e.account.Check.Verdict == checker.Illegal
	for _, op := range e.account.History {
		if illegal && op.Input.Key != e.account.Check.Key || op.Outcome == checker.NeverHappened {
			continue
		}
		moments = append(moments, moment{op.Call, op.String()})
	}
	return moments
}

// withoutMiddle leaves out the middle of what is too long.
func withoutMiddle(lines []string, most int) []string {
	left := len(lines) - most
	if left <= 0 {
		return lines
	}
	head := (most - 1) / 3
	tail := most - 1 - head
	gap := fmt.Sprintf("(%d lines left out)", len(lines)-head-tail)
	return slices.Concat(lines[:head], []string{gap}, lines[len(lines)-tail:])
}
