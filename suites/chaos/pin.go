package chaos

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
)

// pin has a network that does nothing wrong in place of one that loses, doubles and
// delays, and gives each message the fate that it had; then it leaves out fates. Where
// conditions are drawn, what is left out changes what becomes of all that follows. A fate
// that is given stays, and those that stay at the end are of the messages that matter.
// It keeps what comes of it where that leaves fewer things to look at.
func (d *reducer) pin() {
	before := d.best
	if !d.best.does(Network) || d.Spent() {
		return
	}
	failed := d.Fails(d.best.Scenario())
	d.runs++
	if failed == nil {
		return
	}
	if !d.try(d.best.pinned(failed.Events())) {
		return
	}
	d.round()
	d.gamble()
	if d.best.parts() >= before.parts() {
		d.best = before
	}
}

// pinned returns the schedule with the fates that the messages of a run had. Those that met
// a cut link have none: the cut is an action.
func (s Schedule) pinned(events []labrpc.Event) Schedule {
	s.Actions = slices.DeleteFunc(slices.Clone(s.Actions), func(a Action) bool { return a.Do == Network })
	sent := map[uint64]time.Duration{}
	arrives := map[uint64][]Moment{}
	held := map[uint64]bool{} // at the end of its link, whence it leaves by an action
	for _, e := range events {
		switch e.Kind {
		case labrpc.EventSend:
			sent[e.Datagram] = e.At
			arrives[e.Datagram] = nil
		case labrpc.EventDeliver, labrpc.EventHeld, labrpc.EventDown:
			if !held[e.Datagram] || e.Kind == labrpc.EventHeld {
				arrives[e.Datagram] = append(arrives[e.Datagram], Moment(e.At-sent[e.Datagram]))
			}
			held[e.Datagram] = held[e.Datagram] || e.Kind == labrpc.EventHeld
		case labrpc.EventCut:
			delete(sent, e.Datagram)
		}
	}
	s.Fates = nil
	for _, message := range slices.Sorted(maps.Keys(sent)) {
		s.Fates = append(s.Fates, Fate{Message: Message(message), Arrives: arrives[message]})
	}
	slices.SortStableFunc(s.Fates, func(a, b Fate) int { return cmp.Compare(sent[uint64(a.Message)], sent[uint64(b.Message)]) })
	return s
}
