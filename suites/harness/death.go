package harness

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/raftcheck/raftcheck/suites/bubble"
	"github.com/raftcheck/raftcheck/suites/world"
)

// death is how a child process ended before its time.
type death struct {
	err    error
	output string
	crash  string // what the runtime said, empty if it said nothing
	trace  string // the goroutines that it wrote, the one that crashed first
}

var errSilent = errors.New("the process of the run said nothing, not even that it is busy,")

// crashLine begins what the runtime writes when it ends a process.
var crashLine = regexp.MustCompile(`(?m)^(panic: |fatal error: )`)

func newDeath(err error, output string) *death {
	d := &death{err: err, output: output}
	if all := crashLine.FindAllStringIndex(output, -1); len(all) > 0 {
		d.crash, d.trace, _ = strings.Cut(output[all[len(all)-1][0]:], "\n\n")
	}
	return d
}

// verdict says what the implementation did to its process.
func (d *death) verdict() *world.Failure {
	f := &world.Failure{Detail: d.output}
	last, gaveUp := bubble.LastWords(d.crash)
	switch {
	case errors.Is(d.err, errSilent):
		f.Property = world.ContractWaiting
		f.Facts = []string{d.err.Error() + ", and was ended", d.lastOutput()}
	case strings.Contains(d.crash, "test timed out"):
		f.Property = world.ContractWaiting
		f.Facts = []string{"the time for all tests (go test -timeout) was up"}
	case strings.Contains(d.crash, "unexpected call to os.Exit(0) during test"):
		f.Property = world.NoExit
		f.Facts = []string{"the implementation ended the process with os.Exit(0)" + d.place()}
	case gaveUp:
		f = world.FailureOf(last)
		f.Detail = d.output
	case strings.Contains(d.output, raceWarning):
		f.Property = world.NoRace
		f.Facts = racingAccesses(d.output)
	case d.crash != "":
		f.Property = world.NoPanic
		f.Facts = []string{"the process died of a " + d.crash + d.place()}
	default:
		f.Property = world.NoExit
		f.Facts = []string{fmt.Sprintf("the implementation ended the process (%v), as os.Exit and log.Fatal do", d.err), d.lastOutput()}
	}
	return f
}

// raceWarning is how the race detector begins.
const raceWarning = "WARNING: DATA RACE"

// raceAccess is what the race detector says of an access: what it was, whose,
// and where.
var raceAccess = regexp.MustCompile(`(?m)^ *([A-Z].*) at 0x\w+ by .*:\n\s+(\S+)\(\)\n\s+(\S.*) \+0x`)

// racingAccesses returns the two accesses of the first race.
func racingAccesses(output string) (facts []string) {
	_, output, _ = strings.Cut(output, raceWarning)
	for _, m := range raceAccess.FindAllStringSubmatch(output, 2) {
		facts = append(facts, fmt.Sprintf("%s in %s (%s)", m[1], m[2], m[3]))
	}
	return facts
}

// place names the implementation's frames of the goroutine that crashed.
func (d *death) place() string {
	if place := bubble.Place(d.trace); place != "" {
		return "\n  in " + place
	}
	return ""
}

// outputLines is how many lines of output a verdict shows.
const outputLines = 5

func (d *death) lastOutput() string {
	output := strings.TrimSpace(d.output)
	if output == "" {
		return "it printed nothing"
	}
	lines := strings.Split(output, "\n")
	return "its last output:\n  " + strings.Join(lines[max(0, len(lines)-outputLines):], "\n  ")
}
