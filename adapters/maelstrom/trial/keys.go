package trial

import (
	"math/rand/v2"
	"strconv"
	"sync"

	"github.com/raftcheck/raftcheck/checker"
)

// What is asked of a key for long is hard to judge, and so is what many ask at a time. Hardest
// is a write without an answer: it may have happened, or still happen, so that each doubles
// what a search must try.
const (
	keysAtATime   = 4
	operationsOf  = 80 // then a key is replaced
	costOfUnknown = 20 // what a write without an answer counts for, in operations
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
	return strconv.Itoa(k.lastKey)
}

func (k *keys) value() string {
	k.lastValue++
	return strconv.Itoa(k.lastValue)
}

// operation returns the next one on a slot's key: reads, writes and compare-and-sets of
// what the key has lately held.
func (k *keys) operation(dice *rand.Rand) checker.Input {
	slot, kind, guess := dice.IntN(keysAtATime), dice.IntN(10), dice.IntN(5*oldestGuesses)
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
	if guess < len(known) { // now and then, an old one
		expect = known[guess]
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

// unanswered notes that nobody knows whether an operation happened.
func (k *keys) unanswered(in checker.Input) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if in.Kind != checker.Get {
		k.used[in.Key] += costOfUnknown
	}
}

// fresh returns a write of a key that nobody has used.
func (k *keys) fresh() checker.Input {
	k.mu.Lock()
	defer k.mu.Unlock()
	return checker.Input{Kind: checker.Put, Key: k.new(), Value: k.value()}
}

// ends returns the keys that were used first, which hold what was written before all
// faults, and those that were used last: n of each.
func (k *keys) ends(n int) (all []string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for key := 1; key <= k.lastKey; key++ {
		if key <= n || key > k.lastKey-n {
			all = append(all, strconv.Itoa(key))
		}
	}
	return all
}
