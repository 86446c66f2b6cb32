package chaos

import (
	"fmt"
	"strconv"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
)

// A Fate is what becomes of one message, whatever the network's conditions are.
type Fate struct {
	// Message is the one it is of. If the run takes another course before that is sent,
	// there may be no such message, and the fate is nobody's.
	Message Message `json:"message"`
	// Arrives are the times after which copies of it arrive; without any it is lost.
	Arrives []Moment `json:"arrives,omitempty"`
}

// Message identifies a message of a run, as [labrpc.Event.Datagram] does. The same number
// is given to it in every run with the same seed that has taken the same course until it
// is sent. In files it is written in hexadecimal, as in traces.
type Message uint64

// String returns the message's number as traces have it.
func (m Message) String() string { return fmt.Sprintf("%016x", uint64(m)) }

// MarshalText implements [encoding.TextMarshaler].
func (m Message) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (m *Message) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil {
		return fmt.Errorf("want the number of a message in hexadecimal, got %q", text)
	}
	*m = Message(n)
	return nil
}

// fates returns the fates as the network takes them.
func (s Schedule) fates() map[uint64]labrpc.Fate {
	if len(s.Fates) == 0 {
		return nil
	}
	fates := map[uint64]labrpc.Fate{}
	for _, f := range s.Fates {
		arrives := labrpc.Fate{}
		for _, after := range f.Arrives {
			arrives = append(arrives, time.Duration(after))
		}
		fates[uint64(f.Message)] = arrives
	}
	return fates
}
