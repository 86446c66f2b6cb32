package runfile

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
)

// Schema names the form of a [File]. A field may be added under the
// same name; what is there keeps its meaning.
const Schema = "raftcheck/run/1"

// Name is what a [File] is called among a run's artifacts.
const Name = "run.json"

// A File is all that is known of one run, for programs that show it: the
// verdict, and what happened in order. Times are nanoseconds since the run's
// network was made.
type File struct {
	Schema         string   `json:"schema"`
	Implementation Subject  `json:"implementation"`
	Suite          string   `json:"suite"`
	Scenario       string   `json:"scenario"`
	Claim          string   `json:"claim"` // the scenario's
	Paper          string   `json:"paper"`
	Seed           uint64   `json:"seed"`
	Replicas       int      `json:"replicas"`
	Replay         string   `json:"replay"` // a command
	Failure        *Failure `json:"failure,omitempty"`
	Moment         *Moment  `json:"moment,omitempty"`
	Course         *Course  `json:"course,omitempty"` // nil if messages were not followed
	Numbers        Numbers  `json:"numbers"`
	// Dropped is how many events came before the first of Events: of a long
	// run the trace keeps the latest.
	Dropped    int         `json:"dropped"`
	Events     []Event     `json:"events"`
	Faults     []Fault     `json:"faults"`
	Links      []Link      `json:"links"`
	Operations []Operation `json:"operations"`
}

// Subject names the implementation that was judged.
type Subject struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Failure is why the run failed; there is none if it passed.
type Failure struct {
	Property string        `json:"property"`
	Claim    string        `json:"claim"` // the property's
	At       time.Duration `json:"at"`    // when it came to light; 0: not known
	Facts    []string      `json:"facts"`
	Detail   string        `json:"detail,omitempty"`
}

// Moment is where to look first: the moment at which the property was
// broken, as far as that is known, and what contradicts what.
type Moment struct {
	At time.Duration `json:"at"`
	// Why says in half a sentence what is contradictory.
	Why string `json:"why"`
	// Facts are what an oracle saw contradict each other, in order of time.
	Facts []Fact `json:"facts,omitempty"`
	// Operations are the IDs of operations that cannot all be true.
	Operations []int `json:"operations,omitempty"`
}

// Fact is something that was seen of a replica.
type Fact struct {
	At      time.Duration `json:"at"`
	Replica int           `json:"replica"`
	Text    string        `json:"text"`
}

// Numbers are what the run cost, and what was counted in it.
type Numbers struct {
	Virtual  time.Duration `json:"virtual_ns"`
	Wall     time.Duration `json:"wall_ns"`
	Messages int           `json:"messages"`
	Bytes    int           `json:"bytes"`
	Commits  int           `json:"commits"`
	Judged   int           `json:"judged"`
	Leaked   int           `json:"leaked_goroutines"`
	Events   int           `json:"events"`
	Trace    string        `json:"trace"` // its hash
}

// Event is a [labrpc.Event]. Its names are short, for there are many.
type Event struct {
	At       time.Duration    `json:"t"`
	Kind     labrpc.EventKind `json:"k"`
	From     int              `json:"f"`             // the replica, or the sender; -1: none
	To       int              `json:"to"`            // the receiver; -1: not about a message
	Datagram string           `json:"d,omitempty"`   // the same for all events of a message
	Reply    bool             `json:"r,omitempty"`   // the message is a reply
	Size     int              `json:"n,omitempty"`   // in bytes
	Text     string           `json:"x,omitempty"`   // the method, or what happened
	Content  string           `json:"c,omitempty"`   // what the message says, if that was kept
	Short    string           `json:"s,omitempty"`   // the same in few words of the paper, if it was understood
	Index    int              `json:"i,omitempty"`   // the log index that the text names
	Term     int              `json:"term,omitzero"` // the term that the text names
	Leader   bool             `json:"lead,omitzero"` // of "state": the replica says that it leads
}

// Fault is something the story did to the cluster.
type Fault struct {
	At   time.Duration `json:"t"`
	Text string        `json:"x"`
}

// Link says that a link came into another state. At first all are open.
type Link struct {
	At    time.Duration    `json:"t"`
	From  int              `json:"f"`
	To    int              `json:"to"`
	State labrpc.LinkState `json:"s"`
}

// Operation is a client's operation.
type Operation struct {
	ID      int             `json:"id"`
	Client  int             `json:"client"`
	Replica int             `json:"replica"` // the one asked last, -1: none
	Call    time.Duration   `json:"call"`
	Return  time.Duration   `json:"return"` // 0 if the outcome is unknown
	Outcome checker.Outcome `json:"outcome"`
	Index   int             `json:"index,omitempty"` // at which it took effect, if known
	Key     string          `json:"key"`
	Input   string          `json:"input"`            // such as put(x, "a")
	Answer  string          `json:"answer,omitempty"` // a predicate, such as: answered "a"
}

// Focus returns when to look first: when the first wrong step was sent, or else the
// moment. It is not known of every run.
func (f *File) Focus() (at time.Duration, known bool) {
	switch s := f.FirstStep(); {
	case s != nil:
		return s.Event.At, true
	case f.Moment != nil:
		return f.Moment.At, true
	}
	return 0, false
}

// Write writes the file as JSON.
func (f *File) Write(w io.Writer) error {
	if err := json.NewEncoder(w).Encode(f); err != nil {
		return fmt.Errorf("runfile: write run file: %w", err)
	}
	return nil
}

// Read reads what [File.Write] wrote to a file.
func Read(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("runfile: read run file: %w", err)
	}
	var f File
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("runfile: %s is not a run file: %w", path, err)
	}
	if f.Schema != Schema {
		return nil, fmt.Errorf("runfile: %s: the schema is %q, want %q", path, f.Schema, Schema)
	}
	return &f, nil
}
