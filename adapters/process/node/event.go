package node

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Version is that of the protocol.
const Version = 1

// The kinds of events.
const (
	Hello    = "hello"
	Init     = "init"
	Received = "message"
	TimedOut = "timer"
	Start    = "start"
	Snapshot = "snapshot"
	Read     = "read"
	Transfer = "transfer"
	Change   = "change"
)

// An Event is what a node is told of, as JSON in a line. Which fields there are is up
// to the kind.
type Event struct {
	// Now is the time since the node's Init.
	Now time.Duration `json:"now"`
	// Event is the kind.
	Event string `json:"event"`

	Protocol int             `json:"protocol,omitempty"` // Hello, Init
	Replica  *int            `json:"replica,omitempty"`  // Init
	Replicas int             `json:"replicas,omitempty"` // Init
	Seed     int64           `json:"seed,omitempty"`     // Init
	State    json.RawMessage `json:"state,omitempty"`    // Init: what was saved
	Members  *Members        `json:"members,omitempty"`  // Init, Change
	From     *int            `json:"from,omitempty"`     // Received
	Body     json.RawMessage `json:"body,omitempty"`     // Received
	Timer    string          `json:"timer,omitempty"`    // TimedOut
	Command  []byte          `json:"command,omitempty"`  // Start
	Index    int             `json:"index,omitempty"`    // Snapshot
	Snapshot []byte          `json:"snapshot,omitempty"` // Init, Snapshot
	ID       int             `json:"id,omitempty"`       // Read
	To       *int            `json:"to,omitempty"`       // Transfer
}

// Members are a [raftiface.Membership].
type Members struct {
	Voters   []int `json:"voters"`
	Learners []int `json:"learners,omitempty"`
	Outgoing []int `json:"outgoing,omitempty"`
}

func membersOf(m raftiface.Membership) *Members {
	return &Members{Voters: m.Voters, Learners: m.Learners, Outgoing: m.Outgoing}
}

// String names the event for people.
func (e Event) String() string {
	switch e.Event {
	case Received:
		return fmt.Sprintf("message from %d", *e.From)
	case TimedOut:
		return fmt.Sprintf("timer %q", e.Timer)
	}
	return e.Event
}

// Line returns the event as a node reads it.
func (e Event) Line() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b) // which ends with a newline
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil {
		panic(fmt.Sprintf("node: encode the event %v: %v", e, err)) // its raw parts are JSON
	}
	return b.Bytes()
}
