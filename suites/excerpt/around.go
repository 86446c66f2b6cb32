package excerpt

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

const (
	before, after = 20, 6 // events shown around the one in question
	// lineWidth is how wide a line is at most, margin what the last column has of
	// it beyond its own width, and lanesAt where the first column begins.
	lineWidth, margin, lanesAt = 128, 32, 17
)

// The marks of rows.
const (
	wrong   = '▶' // the first wrong step
	against = '◆' // what it is held against
)

// colours are the ANSI codes of rows with a mark.
var colours = map[rune]string{wrong: "\x1b[1;31m", against: "\x1b[33m"}

// Around tells of a run what happened around the first wrong step, or else around
// the moment it broke, in a column for each replica; coloured for a terminal if
// that is asked for.
func Around(f *runfile.File, coloured bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", title(f))
	if s := f.FirstStep(); s != nil {
		fmt.Fprintf(&b, "%c first wrong step: %s\n", wrong, s.Rule)
		for _, fact := range s.Facts {
			fmt.Fprintf(&b, "  %s\n", printable(fact))
		}
	}
	fmt.Fprintf(&b, "\n%s", columns(f, coloured))
	return b.String()
}

func title(f *runfile.File) string {
	s := fmt.Sprintf("%s/%s, seed %d: ", f.Suite, f.Scenario, f.Seed)
	switch {
	case f.Failure == nil:
		return s + "passed"
	case f.Failure.At == 0:
		return s + f.Failure.Property + " violated"
	}
	return s + fmt.Sprintf("%s violated at %.6fs", f.Failure.Property, f.Failure.At.Seconds())
}

// columns renders the events around what is in question.
func columns(f *runfile.File, coloured bool) string {
	if len(f.Events) == 0 {
		return "no event is known\n"
	}
	marks, stopped := marksOf(f), stoppedSends(f)
	shown := chosen(f, marks, stopped)
	g := grid{lane: max(1, (lineWidth-lanesAt-margin)/max(1, f.Replicas)), up: slices.Repeat([]bool{f.Dropped > 0}, f.Replicas)}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", g.head())
	left := 0
	for i, e := range f.Events {
		g.follow(e)
		if !shown[i] {
			if !stopped[i] {
				left++
			}
			continue
		}
		if left > 0 {
			fmt.Fprintf(&b, "  … %d more\n", left)
		}
		left = 0
		row := g.row(e, marks[i])
		if code := colours[marks[i]]; coloured && code != "" {
			row = code + row + "\x1b[0m"
		}
		fmt.Fprintf(&b, "%s\n", row)
	}
	return b.String() + "\n" + legend
}

const legend = `→n sent to replica n, ←n from n; │ up. T term, 7/2 the entry at index 7 of term 2, +n entries,
c commit index. ▶ is the first wrong step, ◆ what it is held against.
`

// marksOf returns the marks of events, by their places.
func marksOf(f *runfile.File) map[int]rune {
	marks := map[int]rune{}
	if s := f.FirstStep(); s != nil {
		for _, e := range s.Against {
			marks[slices.Index(f.Events, e)] = against
		}
		marks[slices.Index(f.Events, s.Event)] = wrong
	}
	delete(marks, -1)
	return marks
}

// middle returns the place of the event to look at first: the first wrong step, or
// the first one at the moment, or the last.
func middle(f *runfile.File) int {
	if s := f.FirstStep(); s != nil {
		if i := slices.Index(f.Events, s.Event); i >= 0 {
			return i
		}
	}
	at, known := f.Focus()
	i := slices.IndexFunc(f.Events, func(e runfile.Event) bool { return known && e.At >= at })
	if i < 0 {
		return len(f.Events) - 1
	}
	return i
}

// stoppedSends returns the places of messages that got no further than their link:
// the next event of theirs, at the same time, says so.
func stoppedSends(f *runfile.File) map[int]bool {
	sent, stopped := map[string]int{}, map[int]bool{}
	for i, e := range f.Events {
		switch e.Kind {
		case labrpc.EventSend:
			sent[e.Datagram] = i
		case labrpc.EventCut, labrpc.EventLost:
			if at, known := sent[e.Datagram]; known && f.Events[at].At == e.At {
				stopped[at] = true
			}
		}
	}
	return stopped
}

// chosen returns the places of the events that are shown: those with a mark, and
// some around the middle.
func chosen(f *runfile.File, marks map[int]rune, stopped map[int]bool) map[int]bool {
	shown := map[int]bool{}
	for i := range marks {
		shown[i] = true
	}
	add := func(i, by, most int) {
		for ; most > 0 && i >= 0 && i < len(f.Events); i += by {
			if !stopped[i] {
				shown[i] = true
				most--
			}
		}
	}
	add(middle(f)-1, -1, before)
	add(middle(f), 1, 1+after)
	return shown
}

// A grid has a column, called lane, for each replica.
type grid struct {
	lane int    // how wide one is
	up   []bool // the replicas that are
}

func (g grid) head() string {
	line := strings.Repeat(" ", lanesAt-2) + "s "
	for i := range g.up {
		name := fmt.Sprintf("replica %d", i)
		if len(name) >= g.lane {
			name = fmt.Sprint(i)
		}
		line += fmt.Sprintf("%-*s", g.lane, name)
	}
	return strings.TrimRight(line, " ")
}

// follow notes who is up.
func (g grid) follow(e runfile.Event) {
	if e.From < 0 || e.From >= len(g.up) {
		return
	}
	switch e.Kind {
	case labrpc.EventBoot:
		g.up[e.From] = true
	case labrpc.EventHalt:
		g.up[e.From] = false
	}
}

// row renders an event: the lanes, and over them its text, which begins in its
// replica's.
func (g grid) row(e runfile.Event, mark rune) string {
	line := []rune(strings.Repeat(" ", lineWidth))
	for i, up := range g.up {
		if at := lanesAt + i*g.lane; up && at < lineWidth {
			line[at] = '│'
		}
	}
	copy(line[2:], []rune(fmt.Sprintf("%13.6f", e.At.Seconds())))
	if mark != 0 {
		line[0] = mark
	}
	lane, text := words(e)
	over := []rune(printable(text) + " ")
	room := line[min(lanesAt+max(0, lane)*g.lane, lineWidth):]
	if copy(room, over) < len(over)-1 && len(room) > 0 {
		room[len(room)-1] = '…'
	}
	return strings.TrimRight(string(line), " ")
}

// words says what an event is, and in whose lane, -1 if it is nobody's.
func words(e runfile.Event) (lane int, text string) {
	switch e.Kind {
	case labrpc.EventSend:
		return e.From, fmt.Sprintf("→%d %s", e.To, says(e))
	case labrpc.EventDeliver:
		return e.To, fmt.Sprintf("←%d %s", e.From, says(e))
	case labrpc.EventLost, labrpc.EventCut, labrpc.EventDown, labrpc.EventHeld:
		return e.From, fmt.Sprintf("→%d %s: %s", e.To, e.Kind, says(e))
	case labrpc.EventBoot:
		return e.From, "starts"
	case labrpc.EventHalt:
		return e.From, "goes down"
	case "state":
		if e.Leader {
			return e.From, fmt.Sprintf("leads T%d", e.Term)
		}
		return e.From, fmt.Sprintf("is in T%d", e.Term)
	case "fault":
		return e.From, "── " + e.Text
	}
	return e.From, fmt.Sprintf("%s %s", e.Kind, e.Text)
}

// says is what a message says in short, or else what it is.
func says(e runfile.Event) string {
	switch {
	case e.Short != "":
		return e.Short
	case e.Reply:
		return e.Text + " reply"
	}
	return e.Text
}

// printable returns text without what moves a terminal's cursor.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}
