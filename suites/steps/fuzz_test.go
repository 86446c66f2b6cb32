package steps

import (
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
)

// FuzzCourse follows what no Raft would say. Numbers are small, some of them negative,
// so that they meet; replies answer whatever was sent before.
func FuzzCourse(f *testing.F) {
	f.Add([]byte("a replica that has said nothing asks for votes with a log that ends at -1"))
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252, 253, 254, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		number := func() int {
			if len(data) == 0 {
				return 0
			}
			n := int(int8(data[0]))
			data = data[1:]
			return n % 8
		}
		replica := func() int { return (number() + 8) % 3 }
		entry := func() Entry { return Entry{Index: number(), Term: number()} }
		kinds := []labrpc.EventKind{labrpc.EventSend, labrpc.EventDeliver, labrpc.EventSend, labrpc.EventHalt, labrpc.EventBoot}
		course := NewCourse(3, raftiface.Everybody(3))
		var sent []*Message
		for at := time.Duration(1); len(data) > 0; at++ {
			m := &Message{Message: raftiface.Message{
				Kind: raftiface.MessageKind(replica()*3 + replica()), Term: number(), Last: entry(), Prev: entry(),
				Commit: number(), Yes: number() > 0, Match: number(),
			}}
			for range replica() {
				m.Entries = append(m.Entries, entry())
			}
			if len(sent) > 0 && number() > 0 {
				m.Request = sent[(number()+8)%len(sent)]
			}
			sent = append(sent, m)
			course.Take(labrpc.Event{At: at, Kind: kinds[(number()+8)%len(kinds)], From: replica(), To: replica(), Saves: number(), Note: m})
		}
	})
}
