package report

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/runfile"
)

// An event of a message from 0 to 1, or of replica from.
func message(at time.Duration, kind string, from, to int, datagram string) runfile.Event {
	return runfile.Event{At: at, Kind: kindOf(kind), From: from, To: to, Datagram: datagram, Text: "Raft.M"}
}

func own(at time.Duration, kind string, replica int, text string) runfile.Event {
	return runfile.Event{At: at, Kind: kindOf(kind), From: replica, To: -1, Text: text}
}

// shivizLine is the expression with which ShiViz reads a log by default.
var shivizLine = regexp.MustCompile(`(\S*) (\{.*\})\n(.*)\n`)

func TestShiVizClocks(t *testing.T) {
	f := &runfile.File{Replicas: 3, Events: []runfile.Event{
		own(1, "boot", 0, ""),
		message(2, "send", 0, 1, "a"),
		message(2, "send", 0, 2, "b"),
		message(3, "lost", 0, 2, "b"),
		own(4, "apply", 1, "one\nline"),
		message(5, "deliver", 0, 1, "a"),
		message(6, "send", 1, 2, "c"),
		message(7, "deliver", 1, 2, "c"),
		message(8, "deliver", 0, 1, "a"), // a second copy
		message(9, "deliver", 1, 2, "sent before the trace begins"),
		own(10, "fault", -1, "heal"),
	}}
	var b strings.Builder
	require.NoError(t, ShiViz(&b, f))
	var got []string
	for _, m := range shivizLine.FindAllStringSubmatch(b.String(), -1) {
		var c map[string]int
		require.NoError(t, json.Unmarshal([]byte(m[2]), &c))
		got = append(got, m[1]+" "+m[2])
	}
	require.Equal(t, []string{
		`replica0 {"replica0":1}`,
		`replica0 {"replica0":2}`,
		`replica0 {"replica0":3}`,
		`replica1 {"replica1":1}`,
		`replica1 {"replica0":2,"replica1":2}`,
		`replica1 {"replica0":2,"replica1":3}`,
		`replica2 {"replica0":2,"replica1":3,"replica2":1}`,
		`replica1 {"replica0":2,"replica1":4}`,
		`replica2 {"replica0":2,"replica1":3,"replica2":2}`,
	}, got)
	require.Equal(t, 2*len(got), strings.Count(b.String(), "\n"), "every event is two lines, whatever its text")
	require.Contains(t, b.String(), "0.000000s deliver Raft.M 0→1\n")
}
