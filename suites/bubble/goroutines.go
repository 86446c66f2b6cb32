package bubble

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
	id      int
	state   string // "chan send", "sync.Mutex.Lock", "running", …
	durable bool   // waits for time, or for another goroutine of its bubble
	bubble  int    // 0 for none
	stack   []frame
	maker   frame // the go statement
}

// A frame is one line of a goroutine's stack.
type frame struct {
	function  string // "example.com/raft.(*Raft).ticker"
	arguments string // "0xc000123456, 0x1", "..." if the function was inlined
	position  string // "/home/…/raft.go:123"
}

// String returns the function and the position.
func (f frame) String() string { return fmt.Sprintf("%s (%s)", f.function, f.position) }

// header is the first line of a goroutine: its number and, in brackets, its
// state, then how long it has waited, its bubble and its labels, as far as there
// are any.
var header = regexp.MustCompile(`^goroutine (\d+)(?: gp=\S+ m=\S+(?: mp=\S+)?)? \[(.*)\]:$`)

// Sizes of a dump of all goroutines: of most processes, and the largest that is
// taken. A replica may have a million goroutines, and to write them all out takes
// minutes and gigabytes; the first ten thousand tell as much.
const (
	usualDump   = 1 << 20
	largestDump = 16 << 20
)

// allGoroutines returns the goroutines of the process, the caller's first, then
// the oldest: all of them, or as many as a dump holds.
func allGoroutines() []goroutine {
	dump := dumpGoroutines(usualDump)
	if len(dump) == usualDump {
		dump = dumpGoroutines(largestDump)
	}
	return parseGoroutines(dump)
}

// currentGoroutine returns the caller's, with as much of its stack as is cheap.
func currentGoroutine() goroutine {
	dump := make([]byte, 1<<10)
	return parseGoroutines(string(dump[:runtime.Stack(dump, false)]))[0]
}

func dumpGoroutines(size int) string {
	dump := make([]byte, size)
	return string(dump[:runtime.Stack(dump, true)])
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
		g.parseState(m[2])
		g.parseStack(lines[1:])
		all = append(all, g)
	}
	return all
}

// parseState takes apart what is in a header's brackets, such as
// "chan send (durable), 2 minutes, synctest bubble 7".
func (g *goroutine) parseState(text string) {
	text, _, _ = strings.Cut(text, " labels:{")
	state, rest, _ := strings.Cut(text, ", ")
	for _, remark := range []string{" (durable)", " (scan)", " (leaked)"} {
		short, found := strings.CutSuffix(state, remark)
		state = short
		g.durable = g.durable || found && remark == " (durable)"
	}
	g.state = state
	for part := range strings.SplitSeq(rest, ", ") {
		if n, ok := strings.CutPrefix(part, "synctest bubble "); ok {
			g.bubble, _ = strconv.Atoi(n)
		}
	}
}

// parseStack takes pairs of lines: a function, and where it is.
func (g *goroutine) parseStack(lines []string) {
	for i := 0; i+1 < len(lines); i += 2 {
		position, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		if made, ok := strings.CutPrefix(lines[i], "created by "); ok {
			made, _, _ = strings.Cut(made, " in goroutine ")
			g.maker = frame{function: made, position: position}
			return
		}
		function, arguments := splitCall(lines[i])
		g.stack = append(g.stack, frame{function, arguments, position})
	}
}

// splitCall takes apart a line such as "raft.(*Raft).tick(0xc000012345, 0x1)".
func splitCall(line string) (function, arguments string) {
	if i := strings.LastIndex(line, "("); i > 0 {
		return line[:i], strings.TrimSuffix(line[i+1:], ")")
	}
	return line, ""
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

// canRun reports whether the goroutine runs or waits for a processor only.
func (g goroutine) canRun() bool { return g.state == "running" || g.state == "runnable" }

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

// isOwn reports whether the goroutine is at raftcheck's own code, not the
// implementation's.
func (g goroutine) isOwn() bool { return isOwnFunction(g.where().function) }

// foreign returns the innermost frame of a goroutine that is neither the standard
// library's nor raftcheck's own: the line of the implementation that it is at, or
// waits in a call from. ok is false if it has nothing to do with an implementation.
func (g goroutine) foreign() (f frame, ok bool) {
	for _, f := range append(slices.Clone(g.stack), g.maker) {
		if f.function != "" && !isStandard(f.function) && !isOwnFunction(f.function) {
			return f, true
		}
	}
	return frame{}, false
}

// isCalledIn reports whether the goroutine is in a method of the implementation that
// raftcheck has called: the next frame of somebody's code is raftcheck's own.
func (g goroutine) isCalledIn(method string) bool {
	stack := slices.DeleteFunc(slices.Clone(g.stack), func(f frame) bool { return isStandard(f.function) })
	for i, f := range stack {
		if i > 0 && isOwnFunction(f.function) && !isOwnFunction(stack[i-1].function) {
			return strings.HasSuffix(stack[i-1].function, "."+method)
		}
	}
	return false
}

// own are the packages whose goroutines take part in a run beside those of the
// implementation.
var own = []string{"/suites/bubble.", "/suites/world.", "/suites/harness.", "/labrpc.", "/checker."}

func isOwnFunction(function string) bool {
	path, ok := strings.CutPrefix(function, "github.com/raftcheck/raftcheck")
	return ok && slices.ContainsFunc(own, func(pkg string) bool { return strings.HasPrefix(path, pkg) })
}

// isStandard reports whether a function is in the standard library, or stands in
// for it: the first element of its import path has no dot and it is not in a
// test's package.
func isStandard(function string) bool {
	if strings.HasPrefix(function, "github.com/raftcheck/raftcheck/standin/") {
		return true
	}
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
