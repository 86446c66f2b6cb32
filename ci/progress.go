package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/ci/results"
)

// A progress shows how far a gate is.
type progress interface {
	add(results.Entry)
	end()
}

// newProgress returns a live table for a terminal, and a line now and then for
// everything else.
func newProgress(around surroundings) progress {
	if f, ok := around.stdout.(*os.File); ok && isTerminal(f) && around.getenv("TERM") != "dumb" {
		return &liveTable{w: f, now: time.Now, began: time.Now()}
	}
	return &lines{w: around.stderr, now: time.Now, began: time.Now()}
}

// isTerminal reports whether a file is a device, and not the one that forgets
// everything.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	null, nullErr := os.Stat(os.DevNull)
	return err == nil && nullErr == nil && info.Mode()&os.ModeCharDevice != 0 && !os.SameFile(info, null)
}

// tally is what a progress counts.
type tally struct {
	seeds        results.Seeds // of the batch
	runs, failed int
	latest       string // scenario
	suites       []*suiteTally
}

// suiteTally is what it counts of one suite.
type suiteTally struct {
	name         string
	runs, failed int
	latest       string
	failure      string // the first
}

func (t *tally) add(e results.Entry) {
	if e.Begin != nil {
		t.seeds = *e.Begin
	}
	if e.Run == nil {
		return
	}
	s := t.suite(e.Run.Suite)
	s.runs++
	t.runs++
	s.latest, t.latest = e.Run.Scenario.Scenario, e.Run.Name()
	if f := e.Run.Run.Failure; f != nil && !e.Run.Run.Known {
		s.failed++
		t.failed++
		if s.failure == "" {
			s.failure = fmt.Sprintf("%s: %s, seed %d", e.Run.Scenario.Scenario, f.Property, e.Run.Run.Seed)
		}
	}
}

func (t *tally) suite(name string) *suiteTally {
	i := slices.IndexFunc(t.suites, func(s *suiteTally) bool { return s.name == name })
	if i < 0 {
		i = len(t.suites)
		t.suites = append(t.suites, &suiteTally{name: name})
	}
	return t.suites[i]
}

// lines prints a line now and then.
type lines struct {
	tally
	w           io.Writer
	now         func() time.Time
	began, last time.Time
}

// linesEvery is how far apart they are, at least.
const linesEvery = 30 * time.Second

func (l *lines) add(e results.Entry) {
	l.tally.add(e)
	if now := l.now(); e.Begin != nil || now.Sub(l.last) >= linesEvery {
		l.last = now
		fmt.Fprintf(l.w, "ci: %4.0f s: %d runs, %d failed; now seeds %s %s\n", now.Sub(l.began).Seconds(), l.runs, l.failed, l.seeds, l.latest)
	}
}

func (l *lines) end() {}

// liveTable redraws a table of the suites in place.
type liveTable struct {
	tally
	w           io.Writer
	now         func() time.Time
	began, last time.Time
	height      int // of what is drawn
}

const (
	redrawEvery = 100 * time.Millisecond
	liveWidth   = 79 // so that no line wraps, or it could not be redrawn
)

func (l *liveTable) add(e results.Entry) {
	l.tally.add(e)
	if now := l.now(); e.Begin != nil || now.Sub(l.last) >= redrawEvery {
		l.last = now
		l.draw()
	}
}

// end takes the table away; the complete one follows.
func (l *liveTable) end() {
	l.clear()
	l.height = 0
}

func (l *liveTable) clear() {
	if l.height > 0 {
		fmt.Fprintf(l.w, "\x1b[%dA\x1b[J", l.height) // up to its first line, and clear from there
	}
}

func (l *liveTable) draw() {
	rows := []string{
		fmt.Sprintf("seeds %s: %d runs, %d failed, %.0f s", l.seeds, l.runs, l.failed, l.now().Sub(l.began).Seconds()),
		fmt.Sprintf("%-12s %6s %6s  %s", "suite", "runs", "failed", "latest"),
	}
	for _, s := range l.suites {
		text := s.latest
		if s.failure != "" {
			text = "FAILED " + s.failure
		}
		rows = append(rows, fmt.Sprintf("%-12s %6d %6d  %s", s.name, s.runs, s.failed, text))
	}
	l.clear()
	for _, row := range rows {
		fmt.Fprintln(l.w, cut(row, liveWidth))
	}
	l.height = len(rows)
}

// cut returns the first so many characters of a line.
func cut(line string, most int) string {
	runes := []rune(strings.ReplaceAll(line, "\n", " "))
	return string(runes[:min(most, len(runes))])
}
