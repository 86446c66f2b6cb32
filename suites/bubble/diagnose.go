package bubble

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	// looks is how many dumps a diagnosis is made from: a goroutine that spins
	// is somewhere else every time, and its loop is what they have in common.
	looks = 5
	// dumpEvery is the real time between two dumps.
	dumpEvery = 20 * time.Millisecond
)

// lookInto returns the goroutines of a bubble in which time stands still, and a
// sentence about what holds it up.
func lookInto(bubble int) (goroutines []goroutine, diagnosis string) {
	var dumps [][]goroutine
	for range looks {
		dumps = append(dumps, inBubble(allGoroutines(), bubble))
		time.Sleep(dumpEvery)
	}
	return dumps[0], diagnose(dumps)
}

// diagnose says in a sentence what keeps virtual time from going on: it passes
// only while every goroutine of the bubble is durably blocked, so it is one of
// those that are not.
func diagnose(dumps [][]goroutine) string {
	if spinning := spinners(dumps); len(spinning) > 0 {
		return fmt.Sprintf("a goroutine spins: it runs without ever waiting, in %s", preferImplementation(spinning)[0].path())
	}
	last := dumps[len(dumps)-1]
	var locked, outside, real, durable []goroutine
	for _, g := range last {
		switch {
		case g.waitsForMutex():
			locked = append(locked, g)
		case g.state == "IO wait" || g.state == "syscall":
			real = append(real, g)
		case g.durable:
			durable = append(durable, g)
		default:
			outside = append(outside, g)
		}
	}
	switch {
	case len(real) > 0:
		return fmt.Sprintf("a goroutine waits for real I/O, which virtual time cannot pass over, in %v", preferImplementation(real)[0].where())
	case len(outside) > 0:
		g := preferImplementation(outside)[0]
		return fmt.Sprintf("a goroutine waits for something outside the bubble, such as a channel made in a package variable: in %q at %v", g.state, g.where())
	case len(locked) > 0:
		g := preferImplementation(locked)[0]
		return fmt.Sprintf("a mutex is held by a goroutine that waits:\n  %d goroutine(s) wait for a mutex, such as in %v%s",
			len(locked), g.where(), likelyHolders(g, durable))
	}
	return fmt.Sprintf("none of the %d goroutines of the scenario is seen to hold it up", len(last))
}

// spinners returns the goroutines that ran at every look, or, if there are
// none, at any; each with the part of its stack that never changed.
func spinners(dumps [][]goroutine) []goroutine {
	runs := map[int][]goroutine{}
	for _, dump := range dumps {
		for _, g := range dump {
			if g.canRun() {
				runs[g.id] = append(runs[g.id], g)
			}
		}
	}
	most := 0
	var spinning []goroutine
	for _, seen := range runs {
		if len(seen) > most {
			most, spinning = len(seen), nil
		}
		if len(seen) == most {
			g := seen[0]
			for _, other := range seen[1:] {
				g.stack = common(g.stack, other.stack)
			}
			spinning = append(spinning, g)
		}
	}
	slices.SortFunc(spinning, func(a, b goroutine) int { return cmp.Compare(a.id, b.id) })
	return spinning
}

// maxCallers is how many callers of the place where a goroutine spins are named.
const maxCallers = 3

// path names the place where a goroutine is and its callers.
func (g goroutine) path() string {
	var named []string
	for _, f := range g.stack {
		if !isStandard(f.function) && len(named) <= maxCallers {
			named = append(named, f.String())
		}
	}
	if len(named) == 0 {
		return g.where().String()
	}
	return strings.Join(named, "\n  called by ")
}

// foreignPath is the path of the frames that are the implementation's, "" if there are
// none.
func (g goroutine) foreignPath() string {
	g.stack = slices.DeleteFunc(slices.Clone(g.stack), func(f frame) bool { return isStandard(f.function) || isOwnFunction(f.function) })
	if len(g.stack) == 0 {
		return ""
	}
	return g.path()
}

// common returns the outer frames that two stacks share. The innermost of them
// may be at different lines.
func common(a, b []frame) []frame {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n].function == b[len(b)-1-n].function {
		n++
	}
	return a[len(a)-n:]
}

func (g goroutine) waitsForMutex() bool {
	return strings.HasPrefix(g.state, "sync.Mutex") || strings.HasPrefix(g.state, "sync.RWMutex") || g.state == "semacquire"
}

func preferImplementation(gs []goroutine) []goroutine {
	own := slices.DeleteFunc(slices.Clone(gs), goroutine.isOwn)
	if len(own) > 0 {
		return own
	}
	return gs
}

// waits are the states of a goroutine that may hold a mutex meanwhile, the
// likeliest first. A goroutine in sync.Cond.Wait has given its own back.
var waits = []string{"chan send", "select", "chan receive", "sync.WaitGroup.Wait", "sleep"}

// maxHolders is how many goroutines are named that may hold a mutex.
const maxHolders = 3

// likelyHolders names the goroutines that may hold the mutex that one waits
// for: of the implementation's, those that wait for something else, and if
// there are such, in a method of the same value.
func likelyHolders(waiter goroutine, durable []goroutine) string {
	var holders, related []goroutine
	for _, g := range durable {
		if g.isOwn() || !slices.Contains(waits, g.state) {
			continue
		}
		holders = append(holders, g)
		if g.shares(waiter) {
			related = append(related, g)
		}
	}
	if len(related) > 0 {
		holders = related
	}
	slices.SortStableFunc(holders, func(a, b goroutine) int {
		return cmp.Compare(slices.Index(waits, a.state), slices.Index(waits, b.state))
	})
	var named []string
	for _, g := range holders {
		name := fmt.Sprintf("%q at %v", g.state, g.where())
		if !slices.Contains(named, name) && len(named) < maxHolders {
			named = append(named, name)
		}
	}
	if len(named) == 0 {
		return ""
	}
	return "\n  the holder is likely one in " + strings.Join(named, "\n  or in ")
}

// shares reports whether both goroutines are in methods of one value, as far as
// their stacks show the receivers.
func (g goroutine) shares(other goroutine) bool {
	receivers := map[string]bool{}
	for _, f := range g.stack {
		if r := f.receiver(); r != "" {
			receivers[r] = true
		}
	}
	return slices.ContainsFunc(other.stack, func(f frame) bool { return receivers[f.receiver()] })
}

// receiver returns the address of a method's receiver, if it is a pointer in a
// package that is not the standard library's.
func (f frame) receiver() string {
	if !strings.Contains(f.function, ".(*") || isStandard(f.function) || isOwnFunction(f.function) {
		return ""
	}
	first, _, _ := strings.Cut(f.arguments, ",")
	first = strings.TrimSuffix(first, "?")
	if !strings.HasPrefix(first, "0x") || len(first) < len("0xc000000") {
		return ""
	}
	return first
}
