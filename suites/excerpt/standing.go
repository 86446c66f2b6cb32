package excerpt

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

// A standing is what a replica was at some time, as far as it is seen from outside.
type standing struct {
	up, leads     bool
	term, applied int
	closed        []int // the replicas that its messages do not get to
}

// standings renders, as a table, what the replicas were when the event in question
// came.
func standings(f *runfile.File) string {
	if len(f.Events) == 0 {
		return fmt.Sprintf("%d replicas; no event is known.\n", f.Replicas)
	}
	last := middle(f)
	all := slices.Repeat([]standing{{up: f.Dropped > 0}}, f.Replicas)
	for _, e := range f.Events[:last] {
		if e.From >= 0 && e.From < len(all) {
			all[e.From].follow(e)
		}
	}
	at := f.Events[last].At
	noteClosed(all, f.Links, at)
	var b strings.Builder
	fmt.Fprintf(&b, "%d replicas, at %.6fs:\n\n", f.Replicas, at.Seconds())
	fmt.Fprintf(&b, "| replica | says | term | applied up to | cannot reach |\n|--:|---|--:|--:|---|\n")
	for i, s := range all {
		fmt.Fprintf(&b, "| %d | %s | %d | %d | %s |\n", i, s.role(), s.term, s.applied, strings.Trim(fmt.Sprint(s.closed), "[]"))
	}
	return b.String()
}

// follow takes in an event of the replica's own.
func (s *standing) follow(e runfile.Event) {
	switch e.Kind {
	case labrpc.EventBoot:
		s.up, s.leads, s.applied = true, false, 0
	case labrpc.EventHalt:
		s.up = false
	case "state":
		s.term, s.leads = e.Term, e.Leader
	case "apply", "install":
		s.applied = e.Index
	}
}

func (s *standing) role() string {
	switch {
	case !s.up:
		return "nothing: it is down"
	case s.leads:
		return "it leads"
	}
	return "it does not lead"
}

// noteClosed notes the links that let nothing through at some time.
func noteClosed(all []standing, links []runfile.Link, at time.Duration) {
	state := map[[2]int]labrpc.LinkState{}
	for _, l := range links {
		if l.At <= at {
			state[[2]int{l.From, l.To}] = l.State
		}
	}
	for i := range all {
		for j := range all {
			if s, changed := state[[2]int{i, j}]; changed && s != labrpc.LinkOpen {
				all[i].closed = append(all[i].closed, j)
			}
		}
	}
}
