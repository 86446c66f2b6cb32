package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

const perfettoName = "perfetto.json"

// traceEvent is an event of the Trace Event Format, which Perfetto and
// chrome://tracing read. Times are microseconds.
type traceEvent struct {
	Name  string         `json:"name"`
	Phase string         `json:"ph"`
	At    float64        `json:"ts"`
	Dur   *float64       `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	Cat   string         `json:"cat,omitempty"`
	ID    string         `json:"id,omitempty"`
	Scope string         `json:"s,omitempty"`  // of an instant: t(hread), p(rocess), g(lobal)
	Bind  string         `json:"bp,omitempty"` // of a flow's end: e, the slice around it
	Args  map[string]any `json:"args,omitempty"`
}

// Processes of the trace. A replica is two threads, one for its role, one for
// its messages.
const (
	replicasPID = 1
	clientsPID  = 2
)

// perfetto collects the events of a trace.
type perfetto struct {
	run    *runfile.File
	events []traceEvent
	copies map[string]int // of each datagram, to tell flows apart
	role   []stretch      // of each replica, not yet written
}

// stretch is a time in which a replica was in one role.
type stretch struct {
	since time.Duration
	name  string // empty: none
}

// Perfetto writes the run in the Trace Event Format: roles and client operations
// as slices, messages as slices joined by flows, all else as instants.
func Perfetto(w io.Writer, f *runfile.File) error {
	p := &perfetto{run: f, copies: map[string]int{}, role: make([]stretch, f.Replicas)}
	p.names()
	for _, e := range f.Events {
		p.event(e)
	}
	for i := range p.role {
		p.become(i, max(f.Numbers.Virtual, p.role[i].since), "")
	}
	for _, fault := range f.Faults {
		p.add(traceEvent{Name: fault.Text, Phase: "i", Scope: "p", At: micros(fault.At), PID: replicasPID, Cat: "fault"})
	}
	for _, op := range f.Operations {
		p.operation(op)
	}
	if m := f.Moment; m != nil {
		p.add(traceEvent{Name: "it broke: " + m.Why, Phase: "i", Scope: "g", At: micros(m.At), PID: replicasPID, Cat: "moment"})
	}
	return json.NewEncoder(w).Encode(map[string]any{"displayTimeUnit": "ms", "traceEvents": p.events})
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func (p *perfetto) add(e traceEvent) { p.events = append(p.events, e) }

func roleThread(replica int) int    { return 2*replica + 1 }
func messageThread(replica int) int { return 2*replica + 2 }

func (p *perfetto) names() {
	name := func(what string, pid, tid int, text string) {
		p.add(traceEvent{Name: what, Phase: "M", PID: pid, TID: tid, Args: map[string]any{"name": text}})
	}
	name("process_name", replicasPID, 0, fmt.Sprintf("%s/%s, seed %d", p.run.Suite, p.run.Scenario, p.run.Seed))
	name("process_name", clientsPID, 0, "clients")
	for i := range p.run.Replicas {
		name("thread_name", replicasPID, roleThread(i), fmt.Sprintf("replica %d", i))
		name("thread_name", replicasPID, messageThread(i), fmt.Sprintf("replica %d messages", i))
	}
}

func (p *perfetto) event(e runfile.Event) {
	if e.Datagram != "" {
		p.message(e)
		return
	}
	if e.From < 0 || e.From >= p.run.Replicas {
		return // a fault: those have a list of their own
	}
	switch e.Kind {
	case labrpc.EventBoot:
		p.become(e.From, e.At, "up")
	case labrpc.EventHalt:
		p.become(e.From, e.At, "down")
	case "state":
		name := fmt.Sprintf("term %d", e.Term)
		if e.Leader {
			name = fmt.Sprintf("leader, term %d", e.Term)
		}
		p.become(e.From, e.At, name)
	default:
		p.add(traceEvent{Name: string(e.Kind), Phase: "i", Scope: "t", At: micros(e.At), PID: replicasPID, TID: roleThread(e.From),
			Cat: "log", Args: map[string]any{"text": e.Text}})
	}
}

// become ends a replica's stretch and begins another.
func (p *perfetto) become(replica int, at time.Duration, name string) {
	was := p.role[replica]
	if was.name != "" {
		took := micros(at - was.since)
		p.add(traceEvent{Name: was.name, Phase: "X", At: micros(was.since), Dur: &took, PID: replicasPID, TID: roleThread(replica), Cat: "role"})
	}
	p.role[replica] = stretch{at, name}
}

// message adds a slice for each end of a message. A flow joins the send to each
// copy that arrived: it needs a slice at both ends, so they last a microsecond.
func (p *perfetto) message(e runfile.Event) {
	at := e.From
	if e.Kind == labrpc.EventDeliver || e.Kind == labrpc.EventDown {
		at = e.To
	}
	moment := 1.0
	name := e.Text
	if e.Reply {
		name += " reply"
	}
	p.add(traceEvent{Name: string(e.Kind) + " " + name, Phase: "X", At: micros(e.At), Dur: &moment, PID: replicasPID, TID: messageThread(at),
		Cat: "message", Args: map[string]any{"from": e.From, "to": e.To, "bytes": e.Size, "datagram": e.Datagram, "content": e.Content}})
	flow := traceEvent{Name: name, Cat: "message", At: micros(e.At), PID: replicasPID, TID: messageThread(at), ID: e.Datagram}
	switch e.Kind {
	case labrpc.EventSend:
		flow.Phase = "s"
		p.copies[e.Datagram] = 0
	case labrpc.EventDeliver:
		if _, known := p.copies[e.Datagram]; !known {
			return // its beginning was left out
		}
		flow.Phase, flow.Bind = "t", "e" // a step, for more copies may follow
		p.copies[e.Datagram]++
	default:
		return
	}
	p.add(flow)
}

// operation adds a client's operation. They overlap, so each is a pair of events
// of its own.
func (p *perfetto) operation(op runfile.Operation) {
	end := op.Return
	if op.Outcome == checker.Unknown {
		end = max(p.run.Numbers.Virtual, op.Call)
	}
	begin := traceEvent{Name: op.Input, Phase: "b", At: micros(op.Call), PID: clientsPID, TID: op.Client, Cat: "operation", ID: fmt.Sprint(op.ID),
		Args: map[string]any{"client": op.Client, "outcome": op.Outcome, "answer": op.Answer, "index": op.Index}}
	p.add(begin)
	begin.Phase, begin.At, begin.Args = "e", micros(end), nil
	p.add(begin)
}
