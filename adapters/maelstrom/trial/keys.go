package trial

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"

	"github.com/raftcheck/raftcheck/checker"
)

const (
	// keysAtATime are in use, and each is replaced after so many operations: what is
	// asked of a key for long is hard to judge.
	keysAtATime   = 2
	operationsOf  = 80
	oldestGuesses = 8
)

// keys are what clients read and write. Each value is written once.
type keys struct {
	mu        sync.Mutex
	lastKey   int
	lastValue int
	slots     [keysAtATime]string
	used      map[string]int      // operations, by key
	known     map[string][]string // values that keys had, by key, the latest last
	all       []string
}

func newKeys() *keys {
	k := &keys{used: map[string]int{}, known: map[string][]string{}}
	for i := range k.slots {
		k.slots[i] = k.new()
	}
	return k
}

// new expects k.mu to be held, or to be nobody's.
func (k *keys) new() string {
	k.lastKey++
	key := strconv.Itoa(k.lastKey)
	k.all = append(k.all, key)
	return key
}

func (k *keys) value() string {
	k.lastValue++
	return strconv.Itoa(k.lastValue)
}

// operation returns the next one on a slot's key: reads, writes and compare-and-sets of
// what the key has lately held, by a number from 0 to 9.
func (k *keys) operation(slot, kind int, dice *rand.Rand) checker.Input {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.used[k.slots[slot]] >= operationsOf {
		k.slots[slot] = k.new()
	}
	key := k.slots[slot]
	k.used[key]++
	known := k.known[key]
	switch {
	case kind < 5:
		return checker.Input{Kind: checker.Get, Key: key}
	case kind < 8 || len(known) == 0:
		return checker.Input{Kind: checker.Put, Key: key, Value: k.value()}
	}
	expect := known[len(known)-1]
	if dice.IntN(5) == 0 {
		expect = known[dice.IntN(len(known))]
	}
	return checker.Input{Kind: checker.CompareAndSet, Key: key, Expect: expect, Value: k.value()}
}

// learn notes what a key holds by an answer.
func (k *keys) learn(in checker.Input, out checker.Output) {
	k.mu.Lock()
	defer k.mu.Unlock()
	value := in.Value
	switch {
	case in.Kind == checker.Get && out.Found:
		value = out.Value
	case in.Kind == checker.Get, in.Kind == checker.CompareAndSet && !out.Swapped:
		return
	}
	known := append(k.known[in.Key], value)
	k.known[in.Key] = known[max(0, len(known)-oldestGuesses):]
}

// fresh returns a write of a key that nobody has used.
func (k *keys) fresh() checker.Input {
	k.mu.Lock()
	defer k.mu.Unlock()
	return checker.Input{Kind: checker.Put, Key: k.new(), Value: k.value()}
}

// ends returns the keys that were used first, which hold what was written before all
// faults, and those that were used last: n of each.
func (k *keys) ends(n int) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	cut := min(n, len(k.all))
	return slices.Concat(k.all[:cut], k.all[max(cut, len(k.all)-n):])
}
