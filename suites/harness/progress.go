package harness

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/checker"
)

const (
	// progressAfter is how long the seeds of a scenario take before it shows
	// how far they are.
	progressAfter = 2 * time.Second
	// lineEvery is how often a line is written where there is no terminal.
	lineEvery = 30 * time.Second
)

// progress shows how far a scenario with many seeds is: on a terminal as one
// line that changes, else as a line now and then.
type progress struct {
	name        string
	total, done uint64
	failures    map[checker.Property]int
	began, next time.Time
	out         io.Writer
	every       time.Duration
	begin, end  string // of a line
}

// newProgress returns the progress of a scenario that runs a number of seeds. It
// goes to the terminal itself, since go test keeps a package's output back.
func newProgress(name string, total uint64) *progress {
	p := &progress{name: name, total: total, failures: map[checker.Property]int{}, began: time.Now(),
		out: os.Stderr, every: lineEvery, end: "\n"}
	if tty, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0); err == nil {
		p.out, p.every, p.begin, p.end = tty, 200*time.Millisecond, "\r\x1b[K", ""
	}
	p.next = p.began.Add(max(progressAfter, p.every))
	return p
}

// ran takes in the result of one seed.
func (p *progress) ran(r Result) {
	p.done++
	if r.Failure != nil {
		p.failures[r.Failure.Property]++
	}
	if now := time.Now(); p.total > 1 && now.After(p.next) {
		p.next = now.Add(p.every)
		fmt.Fprint(p.out, p.begin+p.line(now)+p.end)
	}
}

// close wipes the line on the terminal.
func (p *progress) close() {
	if p.begin != "" {
		if time.Since(p.began) > progressAfter && p.total > 1 {
			fmt.Fprint(p.out, p.begin)
		}
		p.out.(io.Closer).Close()
	}
}

// line says how many seeds are done, how fast, and what failed how often.
func (p *progress) line(now time.Time) string {
	line := fmt.Sprintf("%s: %d of %d seeds, %.1f a second", p.name, p.done, p.total, float64(p.done)/now.Sub(p.began).Seconds())
	var failed []string
	byCount := func(a, b checker.Property) int {
		return cmp.Or(cmp.Compare(p.failures[b], p.failures[a]), cmp.Compare(a, b))
	}
	for _, property := range slices.SortedFunc(maps.Keys(p.failures), byCount) {
		failed = append(failed, fmt.Sprintf("%d × %s", p.failures[property], property))
	}
	if failed == nil {
		return line + ", none failed"
	}
	return line + "; failed: " + strings.Join(failed, ", ")
}
