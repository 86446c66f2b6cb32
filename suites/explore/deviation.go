package explore

import (
	"cmp"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/chaos"
)

// A deviation is one thing that goes otherwise than in the run before.
type deviation struct {
	// index is the event of that run from which on this one is different.
	index   int
	fate    *chaos.Fate
	actions []chaos.Action
}

// apply returns the schedule with the deviation.
func (d deviation) apply(s chaos.Schedule) chaos.Schedule {
	if d.fate != nil {
		s.Fates = append(slices.Clip(s.Fates), *d.fate)
	}
	if d.actions != nil {
		s.Actions = append(slices.Clip(s.Actions), d.actions...)
		slices.SortStableFunc(s.Actions, func(a, b chaos.Action) int { return cmp.Compare(a.At, b.At) })
	}
	return s
}

// A statement is what a replica says to another one. A heartbeat that says what the one
// before did is the same statement, and so is the answer to it.
type statement struct {
	from, to      int
	reply         bool
	text, content string
	answering     int // the latest event in which the other one said something new
}

// deviations returns those of a run from an event on: of each statement that is made for
// the first time, that it is lost, that the next message to the same replica overtakes it,
// that it comes late, or twice; and of each replica that makes one, that it crashes right
// after, or stands still.
func (s script) deviations(events []labrpc.Event, from int) (all []deviation) {
	arrivals := arrivalsOf(events)
	made := map[statement]bool{}
	latest := map[[2]int]int{}
	spoke := map[int]time.Duration{}
	for i, e := range events {
		if e.Kind != labrpc.EventSend || e.At >= time.Duration(s.Length) {
			continue
		}
		said := statement{e.From, e.To, e.Reply, e.Text, e.Content, latest[[2]int{e.To, e.From}]}
		if !e.Reply {
			said.answering = 0
		}
		if made[said] {
			continue
		}
		made[said] = true
		latest[[2]int{e.From, e.To}] = i
		if i <= from {
			continue
		}
		if at, arrives := arrivals.first[e.Datagram]; arrives {
			for _, fate := range s.fates(e.At, at, arrivals.next(e.To, at)) {
				all = append(all, deviation{index: i, fate: &chaos.Fate{Message: chaos.Message(e.Datagram), Arrives: fate}})
			}
		}
		if before, ok := spoke[e.From]; !ok || before != e.At {
			spoke[e.From] = e.At
			for _, actions := range s.troubles(e.From, e.At) {
				all = append(all, deviation{index: i, actions: actions})
			}
		}
	}
	return all
}

// fates returns what may become of a message that was sent and arrives at a time, and
// after which another one arrives next.
func (s script) fates(sent, arrives, next time.Duration) (fates [][]chaos.Moment) {
	plain := chaos.Moment(arrives - sent)
	fates = append(fates, nil)
	if next > 0 {
		fates = append(fates, []chaos.Moment{chaos.Moment(next - sent + time.Microsecond)})
	}
	if i := slices.IndexFunc(s.stages, func(at time.Duration) bool { return at > arrives }); i >= 0 {
		late := chaos.Moment(s.stages[i] + moment - sent)
		fates = append(fates, []chaos.Moment{late}, []chaos.Moment{plain, late})
	}
	return fates
}

// troubles returns what may become of a replica that has spoken.
func (s script) troubles(replica int, at time.Duration) [][]chaos.Action {
	crash := chaos.Action{At: chaos.Moment(at), Do: chaos.Crash, Replica: target(replica)}
	back := func(after time.Duration) chaos.Action {
		return chaos.Action{At: chaos.Moment(at + after), Do: chaos.Restart, Replica: target(replica)}
	}
	return [][]chaos.Action{
		{crash, back(4 * moment)},
		{crash, back(s.gap + s.gap/4)},
		{{At: chaos.Moment(at), Do: chaos.Pause, Replica: target(replica), For: chaos.Moment(s.gap + s.gap/4)}},
	}
}

// arrivals say when messages arrive.
type arrivals struct {
	first map[uint64]time.Duration // by message
	at    map[int][]time.Duration  // by replica
}

func arrivalsOf(events []labrpc.Event) arrivals {
	a := arrivals{map[uint64]time.Duration{}, map[int][]time.Duration{}}
	for _, e := range events {
		if e.Kind != labrpc.EventDeliver {
			continue
		}
		if _, again := a.first[e.Datagram]; !again {
			a.first[e.Datagram] = e.At
		}
		a.at[e.To] = append(a.at[e.To], e.At)
	}
	return a
}

// next returns when the next message to a replica arrives, 0 if none does.
func (a arrivals) next(replica int, after time.Duration) time.Duration {
	all := a.at[replica]
	if i, _ := slices.BinarySearch(all, after+1); i < len(all) {
		return all[i]
	}
	return 0
}
