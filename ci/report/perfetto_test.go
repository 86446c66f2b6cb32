package report

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

func kindOf(s string) labrpc.EventKind { return labrpc.EventKind(s) }

func TestPerfetto(t *testing.T) {
	leads := own(3*time.Millisecond, "state", 0, "term 1, leader true")
	leads.Term, leads.Leader = 1, true
	f := &runfile.File{
		Suite: "s", Scenario: "S", Replicas: 2, Numbers: runfile.Numbers{Virtual: 10 * time.Millisecond},
		Events: []runfile.Event{
			own(1*time.Millisecond, "boot", 0, ""),
			message(2*time.Millisecond, "send", 0, 1, "a"),
			leads,
			message(4*time.Millisecond, "deliver", 0, 1, "a"),
			message(5*time.Millisecond, "deliver", 0, 1, "a"),
			own(6*time.Millisecond, "apply", 1, "x at index 1"),
			message(7*time.Millisecond, "deliver", 0, 1, "unknown"),
		},
		Operations: []runfile.Operation{
			{ID: 1, Client: 3, Call: 1e6, Return: 2e6, Outcome: checker.Done, Input: "get(x)"},
			{ID: 2, Client: 3, Call: 3e6, Outcome: checker.Unknown, Input: "put(x)"},
		},
		Faults: []runfile.Fault{{At: 5 * time.Millisecond, Text: "heal"}},
		Moment: &runfile.Moment{At: 9 * time.Millisecond, Why: "two leaders"},
	}
	var b bytes.Buffer
	require.NoError(t, Perfetto(&b, f))
	var got struct{ TraceEvents []traceEvent }
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))

	find := func(phase, name string) (found []traceEvent) {
		for _, e := range got.TraceEvents {
			if e.Phase == phase && e.Name == name {
				found = append(found, e)
			}
		}
		return found
	}
	up, leader := find("X", "up"), find("X", "leader, term 1")
	require.Len(t, up, 1)
	require.Len(t, leader, 1)
	require.Equal(t, []float64{1000, 2000}, []float64{up[0].At, *up[0].Dur})
	require.Equal(t, []float64{3000, 7000}, []float64{leader[0].At, *leader[0].Dur}, "to the end of the run")

	require.Len(t, find("s", "Raft.M"), 1, "one flow begins")
	steps := find("t", "Raft.M")
	require.Len(t, steps, 2, "and reaches both copies that arrived")
	for _, e := range steps {
		require.Equal(t, "a", e.ID)
		require.Equal(t, messageThread(1), e.TID)
	}
	slices := find("X", "deliver Raft.M")
	require.Len(t, slices, 3, "every flow's end has a slice around it")
	require.Equal(t, steps[0].At, slices[0].At)

	require.Equal(t, 2000.0, find("e", "get(x)")[0].At)
	require.Equal(t, 10000.0, find("e", "put(x)")[0].At, "an unknown outcome lasts to the end")
	require.Len(t, find("i", "heal"), 1)
	require.Len(t, find("i", "it broke: two leaders"), 1)
	require.Len(t, find("i", "apply"), 1)
}
