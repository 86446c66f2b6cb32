package trial

import (
	"math/rand/v2"
	"slices"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
)

// A service answers requests for itself.
type service interface {
	answer(from string, request protocol.Body) protocol.Body
}

// services are those of Maelstrom's that are offered.
func services(seed uint64) map[string]service {
	dice := rand.New(rand.NewPCG(seed, 0))
	return map[string]service{
		"lin-kv":  &store{see: latest},
		"seq-kv":  &store{see: func(s *store, from string) int { return seen(s, from, dice) }},
		"lww-kv":  newReplicas(dice),
		"lin-tso": new(oracle),
	}
}

// A store is a key-value store that remembers all its states: state n is after n updates.
// Updates are made to the last one. A read is answered by the one that see chooses.
type store struct {
	versions map[string][]version
	updates  int
	see      func(s *store, from string) int
	position map[string]int // of clients of seq-kv: the last state that they know of
}

// A version is the value of a key from a state on.
type version struct {
	state int
	value []byte
}

func latest(s *store, _ string) int { return s.updates }

// seen lets a client read an old state, but none before what it knows of.
func seen(s *store, from string, dice *rand.Rand) int {
	at := s.position[from]
	return at + dice.IntN(s.updates-at+1)
}

func (s *store) answer(from string, b protocol.Body) protocol.Body {
	if s.versions == nil {
		s.versions, s.position = map[string][]version{}, map[string]int{}
	}
	at := s.updates
	if b.Type == "read" {
		at = s.see(s, from)
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
	if b.Key == nil {
		return fail(protocol.Malformed, "expected a key")
	}
	switch b.Type {
	case "read":
		if value == nil {
			return fail(protocol.KeyDoesNotExist, "key does not exist")
		}
		return protocol.Body{Type: "read_ok", Value: value}, nil
	case "write":
		if b.Value == nil {
			return fail(protocol.Malformed, "expected a value")
		}
		return protocol.Body{Type: "write_ok"}, b.Value
	case "cas":
		switch {
		case b.To == nil:
			return fail(protocol.Malformed, "expected a value to set")
		case value == nil && !b.Create:
			return fail(protocol.KeyDoesNotExist, "key does not exist")
		case value != nil && protocol.Canonical(value) != protocol.Canonical(b.From):
			return fail(protocol.PreconditionFailed, "expected "+protocol.Shown(b.From)+", but the key holds "+protocol.Shown(value))
		}
		return protocol.Body{Type: "cas_ok"}, b.To
	}
	return fail(protocol.NotSupported, "there is no "+b.Type)
}

// replicas are lww-kv: stores that tell each other now and then, and the last write wins.
type replicas struct {
	dice   *rand.Rand
	clock  int
	stores []map[string]version // by key; the state is the time of the write
}

func newReplicas(dice *rand.Rand) *replicas {
	r := &replicas{dice: dice, stores: make([]map[string]version, 5)}
	for i := range r.stores {
		r.stores[i] = map[string]version{}
	}
	return r
}

func (r *replicas) answer(_ string, b protocol.Body) protocol.Body {
	store := r.stores[r.dice.IntN(len(r.stores))]
	key := protocol.Canonical(b.Key)
	answer, stored := keyValue(b, store[key].value)
	if r.clock++; stored != nil {
		store[key] = version{r.clock, stored}
	}
	to := r.stores[r.dice.IntN(len(r.stores))]
	for key, v := range store {
		if v.state > to[key].state {
			to[key] = v
		}
	}
	return answer
}

// oracle is lin-tso: it counts.
type oracle struct{ last int }

func (o *oracle) answer(_ string, b protocol.Body) protocol.Body {
	if b.Type != "ts" {
		code := protocol.NotSupported
		return protocol.Body{Type: "error", Code: &code, Text: "there is no " + b.Type}
	}
	o.last++
	ts := o.last
	return protocol.Body{Type: "ts_ok", TS: &ts}
}
