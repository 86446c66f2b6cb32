package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

const shivizName = "shiviz.log"

// clock is a vector clock: how many events of each host are known.
type clock map[string]int

// merge takes in what another clock knows.
func (c clock) merge(other clock) {
	for host, n := range other {
		c[host] = max(c[host], n)
	}
}

// ShiViz writes the trace as a log for ShiViz: two lines an event, "host clock"
// and what happened, which its default expression reads,
//
//	(?<host>\S*) (?<clock>{.*})\n(?<event>.*)
//
// The clocks follow from the messages that arrived. Messages that did not are no
// event of a replica, and left out.
func ShiViz(w io.Writer, f *runfile.File) error {
	buf := bufio.NewWriter(w)
	clocks := make([]clock, f.Replicas)
	for i := range clocks {
		clocks[i] = clock{}
	}
	sent := map[string]clock{} // by datagram
	for _, e := range f.Events {
		at := host(e)
		if at < 0 || at >= f.Replicas {
			continue
		}
		mine, name := clocks[at], fmt.Sprintf("replica%d", at)
		mine[name]++
		switch e.Kind {
		case labrpc.EventSend:
			sent[e.Datagram] = maps.Clone(mine)
		case labrpc.EventDeliver:
			mine.merge(sent[e.Datagram])
		}
		stamp, err := json.Marshal(mine) // with sorted keys
		if err != nil {
			return err
		}
		fmt.Fprintf(buf, "%s %s\n%s\n", name, stamp, oneLine(eventText(e)))
	}
	return buf.Flush()
}

// host returns the replica at which an event happens, -1 for none.
func host(e runfile.Event) int {
	switch e.Kind {
	case labrpc.EventDeliver:
		return e.To
	case labrpc.EventLost, labrpc.EventCut, labrpc.EventDown, labrpc.EventHeld:
		return -1
	}
	return e.From
}

// eventText says what happened and when.
func eventText(e runfile.Event) string {
	text := fmt.Sprintf("%.6fs %s %s", e.At.Seconds(), e.Kind, e.Text)
	if e.Reply {
		text += " reply"
	}
	if e.To >= 0 {
		text += fmt.Sprintf(" %d→%d", e.From, e.To)
	}
	return strings.TrimSpace(text)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
