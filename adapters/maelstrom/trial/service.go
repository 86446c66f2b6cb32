package trial

import (
	"math/rand/v2"
	"slices"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
)

// services are those of Maelstrom's that are offered.
func services(seed uint64) map[string]*store {
	return map[string]*store{"lin-kv": newStore(nil), "seq-kv": newStore(rand.New(rand.NewPCG(seed, 0)))}
}

// A store is a key-value store for nodes that remembers all its states: state n is after n
// updates. Updates are made to the last one.
type store struct {
	versions map[string][]version
	updates  int
	position map[string]int // of clients: the last state that they know of
	stale    *rand.Rand     // draws an old state for a read, but none before what the client knows of
}

// A version is the value of a key from a state on.
type version struct {
	state int
	value []byte
}

func newStore(stale *rand.Rand) *store {
	return &store{versions: map[string][]version{}, position: map[string]int{}, stale: stale}
}

func (s *store) answer(from string, b protocol.Body) protocol.Body {
	at := s.updates
	if old := s.position[from]; b.Type == "read" && s.stale != nil {
		at = old + s.stale.IntN(s.updates-old+1)
	}
	s.position[from] = at
	key := protocol.Canonical(b.Key)
	answer, stored := keyValue(b, s.at(key, at))
	if stored != nil {
		s.updates++
		s.versions[key] = append(s.versions[key], version{s.updates, stored})
		s.position[from] = s.updates
	}
	return answer
}

// at returns a key's value in a state, nil if it was not there.
func (s *store) at(key string, state int) (value []byte) {
	for _, v := range slices.Backward(s.versions[key]) {
		if v.state <= state {
			return v.value
		}
	}
	return nil
}

// keyValue is what a store answers whose key has a value, nil for none, and what it stores
// if it does.
func keyValue(b protocol.Body, value []byte) (answer protocol.Body, stored []byte) {
	fail := func(code int, text string) (protocol.Body, []byte) {
		return protocol.Body{Type: "error", Code: &code, Text: text}, nil
	}
	stored = map[string][]byte{"write": b.Value, "cas": b.To}[b.Type]
	switch {
	case b.Type != "read" && b.Type != "write" && b.Type != "cas":
		return fail(protocol.NotSupported, "there is no "+b.Type)
	case b.Key == nil, b.Type != "read" && stored == nil:
		return fail(protocol.Malformed, "expected a key, and a value to set")
	case value == nil && (b.Type == "read" || b.Type == "cas" && !b.Create):
		return fail(protocol.KeyDoesNotExist, "key does not exist")
	case b.Type == "cas" && value != nil && protocol.Canonical(value) != protocol.Canonical(b.From):
		return fail(protocol.PreconditionFailed, "expected "+protocol.Shown(b.From)+", but the key holds "+protocol.Shown(value))
	}
	answer.Type = b.Type + "_ok"
	if b.Type == "read" {
		answer.Value = value
	}
	return answer, stored
}
