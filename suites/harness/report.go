package harness

import (
	"fmt"
	"strings"
	"testing"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/world"
)

// reportedFaults is how many of the latest faults a report lists.
const reportedFaults = 6

// maxReports is for how many seeds of a scenario a failure is reported in full.
const maxReports = 3

// maxKnownReports is the same for a failure that is expected, for each reason.
const maxKnownReports = 1

// A report is what there is to tell of a run.
type report struct {
	Text string
	Clue *Clue `json:",omitempty"` // nil if there is none
}

// report tells of a run in full: what it came to, whether it replays, where the
// artifacts are, and the smallest scenario that fails alike, unless it is known
// why it fails.
func (e *Evidence) report(t *testing.T, impl raftiface.Implementation, suite string, r Result) report {
	if r.Failure == nil || !e.replayable() {
		told, _ := e.describe(t, r, "")
		return told
	}
	proof, e := e.replayed(t, impl, suite, r)
	told, dir := e.describe(t, r, proof)
	if !r.Known {
		told.Text += e.reduced(t, impl, suite, r, dir)
	}
	return told
}

// describe renders a run and writes the artifacts it points to. proof says
// whether it replays, "" if that was not tried.
func (e *Evidence) describe(t *testing.T, r Result, proof string) (told report, dir string) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s/%s, seed %d: ", r.Suite, r.Scenario, r.Seed)
	if r.Failure == nil {
		b.WriteString("passed\n")
	} else {
		fmt.Fprintf(&b, "%v\n", r.Failure)
	}
	if faults := e.latestFaults(); len(faults) > 0 {
		fmt.Fprintf(&b, "  last faults:\n")
		for _, f := range faults {
			fmt.Fprintf(&b, "    %v\n", f)
		}
	}
	if r.Failure != nil {
		b.WriteString(tellCourse(e.Course(), r.Failure.Property))
		fmt.Fprintf(&b, "  class:     %s\n", world.ClassOf(r.Failure.Property))
	}
	fmt.Fprintf(&b, "  claim:     %s (%s)\n", e.scenario.Claim, e.scenario.Paper)
	if r.Searched != "" {
		fmt.Fprintf(&b, "  searched:  %s\n", r.Searched)
	}
	replay := ReplayCommand(t.Name(), r.Seed)
	fmt.Fprintf(&b, "  replay:    %s\n", replay)
	if proof != "" {
		fmt.Fprintf(&b, "  replayed:  %s\n", proof)
	}
	file := e.RunFile(r, replay)
	told.Clue = ClueOf(file)
	dir, err := artifactsDir(r)
	if err == nil {
		err = e.writeTo(dir, file, b.String())
	}
	if err != nil {
		fmt.Fprintf(&b, "  artifacts: could not be written: %v\n", err)
		if r.Failure != nil {
			b.WriteString(r.Failure.Detail)
		}
	} else {
		fmt.Fprintf(&b, "  artifacts: %s (%s)", dir, strings.Join(artifactNames(dir), ", "))
	}
	told.Text = b.String()
	return told, dir
}

func (e *Evidence) latestFaults() []world.Fault {
	all := e.account.Faults
	return all[max(0, len(all)-reportedFaults):]
}
