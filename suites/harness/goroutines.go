package harness

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A goroutine is one entry of a dump of all goroutines.
type goroutine struct {
	id     int
	state  string // "chan send", "sync.Mutex.Lock", "running", …
	bubble int    // 0 for none
	stack  []frame
	maker  frame // the go statement
}

// A frame is one line of a goroutine's stack.
type frame struct {
	function string // "example.com/raft.(*Raft).ticker"
	position string // "/home/…/raft.go:123"
}

// header is the first line of a goroutine: its number and, in brackets, its
// state, then how long it has waited, its bubble and its labels, as far as there
// are any.
var header = regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[(.*)\]:$`)

// allGoroutines returns every goroutine of the process, the caller's first.
func allGoroutines() []goroutine {
	buf := make([]byte, 1<<20)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			return parseGoroutines(string(buf[:n]))
		}
		buf = make([]byte, 2*len(buf))
	}
}

func parseGoroutines(dump string) []goroutine {
	var all []goroutine
	for block := range strings.SplitSeq(strings.TrimSpace(dump), "\n\n") {
		lines := strings.Split(block, "\n")
		m := header.FindStringSubmatch(lines[0])
		if m == nil {
			continue
		}
		g := goroutine{}
		g.id, _ = strconv.Atoi(m[1])
		g.state, g.bubble = parseState(m[2])
		for i := 1; i+1 < len(lines); i += 2 {
			f := frame{functionName(lines[i]), position(lines[i+1])}
			if made, ok := strings.CutPrefix(lines[i], "created by "); ok {
				made, _, _ = strings.Cut(made, " in goroutine ")
				g.maker = frame{made, f.position}
				break
			}
			g.stack = append(g.stack, f)
		}
		all = append(all, g)
	}
	return all
}

// parseState takes apart what is in a header's brackets, such as
// "chan send (durable), 2 minutes, synctest bubble 7".
func parseState(text string) (state string, bubble int) {
	text, _, _ = strings.Cut(text, " labels:{")
	state, rest, _ := strings.Cut(text, ", ")
	for _, remark := range []string{" (durable)", " (scan)", " (leaked)"} {
		state = strings.TrimSuffix(state, remark)
	}
	for part := range strings.SplitSeq(rest, ", ") {
		if n, ok := strings.CutPrefix(part, "synctest bubble "); ok {
			bubble, _ = strconv.Atoi(n)
		}
	}
	return state, bubble
}

// functionName drops the arguments: "raft.(*Raft).tick(0xc000…)".
func functionName(line string) string {
	if i := strings.LastIndex(line, "("); i > 0 {
		return line[:i]
	}
	return line
}

func position(line string) string {
	line, _, _ = strings.Cut(strings.TrimSpace(line), " ")
	return line
}

// bubbleGoroutines returns the goroutines of the caller's bubble but for the
// caller and synctest's own.
func bubbleGoroutines() []goroutine {
	all := allGoroutines()
	return inBubble(all[1:], all[0].bubble)
}

func inBubble(all []goroutine, bubble int) []goroutine {
	return slices.DeleteFunc(slices.Clone(all), func(g goroutine) bool { return g.bubble != bubble || bubble == 0 || g.isSynctest() })
}

func (g goroutine) isSynctest() bool {
	return slices.ContainsFunc(g.stack, func(f frame) bool {
		return f.function == "internal/synctest.Run" || f.function == "testing/synctest.testingSynctestTest"
	})
}

// where returns the innermost frame that is not the standard library's: the
// line of somebody's code that the goroutine is at.
func (g goroutine) where() frame {
	for _, f := range g.stack {
		if !isStandard(f.function) {
			return f
		}
	}
	if len(g.stack) > 0 {
		return g.stack[0]
	}
	return g.maker
}

// isHarness reports whether the goroutine is at the harness's own code, not the
// implementation's.
func (g goroutine) isHarness() bool {
	for _, own := range []string{"/suites/harness.", "/labrpc.", "/checker."} {
		if strings.Contains(g.where().function, "raftcheck/raftcheck"+own) {
			return true
		}
	}
	return false
}

// isStandard reports whether a function is in the standard library: the first
// element of its import path has no dot and it is not in a test's package.
func isStandard(function string) bool {
	path, _, _ := strings.Cut(function, "(")
	first, rest, nested := strings.Cut(path, "/")
	if nested {
		return !strings.Contains(first, ".") && slices.Contains(standardRoots, first) && rest != ""
	}
	pkg, _, _ := strings.Cut(first, ".")
	return slices.Contains(standardRoots, pkg)
}

var standardRoots = []string{"runtime", "sync", "time", "internal", "reflect", "syscall", "os", "net", "io", "bufio", "testing", "encoding", "fmt", "context", "math", "sort", "slices", "maps", "strings", "bytes", "errors", "log", "iter", "panic"}

// describe renders goroutines for people, those at the same place together.
func describe(goroutines []goroutine) string {
	type group struct {
		goroutine
		n int
	}
	var groups []*group
	byPlace := map[string]*group{}
	for _, g := range goroutines {
		key := fmt.Sprint(g.state, g.stack, g.maker)
		if byPlace[key] == nil {
			byPlace[key] = &group{goroutine: g}
			groups = append(groups, byPlace[key])
		}
		byPlace[key].n++
	}
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "%d goroutine(s) [%s]\n", g.n, g.state)
		for _, f := range g.stack {
			fmt.Fprintf(&b, "    %s\n        %s\n", f.function, f.position)
		}
		fmt.Fprintf(&b, "    created by %s\n        %s\n", g.maker.function, g.maker.position)
	}
	return b.String()
}

// diagnose says in a sentence what keeps virtual time from going on.
func diagnose(goroutines []goroutine) string {
	var spinning, locked, outside, holders []goroutine
	for _, g := range goroutines {
		switch {
		case g.state == "running" || g.state == "runnable":
			spinning = append(spinning, g)
		case strings.HasPrefix(g.state, "sync.Mutex") || strings.HasPrefix(g.state, "sync.RWMutex") || g.state == "semacquire":
			locked = append(locked, g)
		case g.state == "IO wait" || g.state == "syscall":
			outside = append(outside, g)
		case !g.isHarness():
			holders = append(holders, g)
		}
	}
	at := func(g goroutine) string { return fmt.Sprintf("%s (%s)", g.where().function, g.where().position) }
	spinning = preferImplementation(spinning)
	switch {
	case len(spinning) > 0:
		return fmt.Sprintf("a goroutine spins: it runs without ever waiting, in %s", at(spinning[0]))
	case len(outside) > 0:
		return fmt.Sprintf("a goroutine waits for real I/O, which virtual time cannot pass over, in %s", at(outside[0]))
	case len(locked) > 0:
		text := fmt.Sprintf("a mutex is held by a goroutine that waits: %d goroutine(s) wait for a mutex, such as in %s", len(locked), at(preferImplementation(locked)[0]))
		if h := likelyHolder(holders); h != nil {
			text += fmt.Sprintf(", and the holder is likely the one in %q at %s", h.state, at(*h))
		}
		return text
	case len(goroutines) > 0:
		return fmt.Sprintf("a goroutine waits for something outside the bubble, such as a channel made in a package variable; %d goroutine(s) are listed below", len(goroutines))
	}
	return "no goroutine of the scenario is left to make progress"
}

func preferImplementation(gs []goroutine) []goroutine {
	own := slices.DeleteFunc(slices.Clone(gs), goroutine.isHarness)
	if len(own) > 0 {
		return own
	}
	return gs
}

// likelyHolder picks the goroutine that most probably holds the mutex others
// wait for: one that sends on a channel, else one that sleeps or waits.
func likelyHolder(gs []goroutine) *goroutine {
	for _, state := range []string{"chan send", "sleep", "select", "chan receive", "sync.WaitGroup.Wait"} {
		for _, g := range gs {
			if g.state == state {
				return &g
			}
		}
	}
	return nil
}
