package hashicorpraft

import (
	"encoding/binary"
	"sync"

	"github.com/hashicorp/raft"
)

// starts lets Start know where its command went. The library tells that only
// once the command is committed, but it stores the entry long before: every
// command carries a number in the entry's Extensions, by which it is known again
// when the library stores it. A change of the configuration has no mark of its own.
type starts struct {
	salt uint64 // tells this instance's commands from others' in its log

	mu      sync.Mutex
	latest  uint64
	waiting map[string]chan place
}

// place is where a command is in the log.
type place struct{ index, term uint64 }

func newStarts(salt uint64) *starts {
	return &starts{salt: salt, waiting: map[string]chan place{}}
}

// begin returns the mark for a new command's Extensions, and a channel from
// which its place can be received.
func (s *starts) begin() (mark []byte, placed <-chan place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latest++
	mark = binary.BigEndian.AppendUint64(nil, s.salt)
	mark = binary.BigEndian.AppendUint64(mark, s.latest)
	return mark, s.wait(mark)
}

// changeMark stands for the mark of a configuration.
var changeMark = []byte("configuration")

// beginChange returns a channel from which the place of a configuration can be
// received, unless another one is waited for.
func (s *starts) beginChange() (placed <-chan place, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.waiting[string(changeMark)]; taken {
		return nil, false
	}
	return s.wait(changeMark), true
}

func (s *starts) wait(mark []byte) <-chan place {
	ch := make(chan place, 1)
	s.waiting[string(mark)] = ch
	return ch
}

// end forgets a command, or a change.
func (s *starts) end(mark []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, string(mark))
}

// stored notices what is waited for among entries that are about to be stored.
func (s *starts) stored(logs []*raft.Log) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, log := range logs {
		mark := log.Extensions
		if log.Type == raft.LogConfiguration {
			mark = changeMark
		}
		if ch, ok := s.waiting[string(mark)]; ok {
			ch <- place{log.Index, log.Term}
			delete(s.waiting, string(mark))
		}
	}
}
