package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/checker"
)

// A report is what came of all stories.
type report struct {
	options
	people   io.Writer
	idle     []trial.Load // not nil once it was measured
	scale    float64
	verdicts []trial.Verdict
	stories  []storyReport
	last     trial.Result
}

func newReport(o options, people io.Writer) *report {
	fmt.Fprintf(people, "judging %s: %d nodes, workload lin-kv, on the wall clock\n", o.program(), o.nodes)
	return &report{options: o, people: people}
}

func (r *report) skip(s trial.Story) {
	fmt.Fprintf(r.people, "%-11s skipped: it is run %s\n", s.Name, s.Skip)
}

// add takes in what came of a story, and tells it.
func (r *report) add(result trial.Result) error {
	r.last = result
	r.verdicts = append(r.verdicts, result.Verdict)
	if r.idle == nil {
		r.scale = result.Scale
		r.idle = append([]trial.Load{}, result.Idle...)
		r.tellIdle()
	}
	var text bytes.Buffer
	r.tell(&text, result)
	if result.Verdict != trial.Valid {
		fmt.Fprintf(&text, "  replay:    %s\n             (the same plan of faults and the same operations; the wall clock does not repeat itself)\n", r.replay(result))
		dir, err := leave(r.artifacts, result, text.String())
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "  artifacts: %s\n", dir)
	}
	r.stories = append(r.stories, newStoryReport(result))
	_, err := r.people.Write(text.Bytes())
	return err
}

// tellIdle says how much the nodes work when they have nothing to do.
func (r *report) tellIdle() {
	if len(r.idle) == 0 {
		return
	}
	var parts []string
	busy, waited := false, 0.0
	for _, l := range r.idle {
		parts = append(parts, fmt.Sprintf("%s %.1f%%", l.Node, 100*l.Ran))
		busy, waited = busy || l.Busy(), waited+l.Waited
	}
	fmt.Fprintf(r.people, "idle        nodes that have nothing to do take of a processor: %s\n", strings.Join(parts, ", "))
	if busy {
		fmt.Fprintln(r.people, "            one that takes much of it waits busily: have it block until there is input, or time is up")
	}
	if r.scale > 1 {
		fmt.Fprintf(r.people, "            and they wait for one %.0f%% of the time: there are too few for all that goes on here,\n            so whatever takes time is given %.1f times as long\n", 100*waited/float64(len(r.idle)), r.scale)
	}
}

// tell tells a story.
func (r *report) tell(w io.Writer, result trial.Result) {
	unknown := 0
	for _, op := range result.History {
		if op.Outcome == checker.Unknown {
			unknown++
		}
	}
	fmt.Fprintf(w, "%-11s %-8s seed %d: %d operations, %d of unknown outcome; %d messages between nodes; %.1fs\n",
		result.Story, result.Verdict, result.Seed, len(result.History), unknown, result.Messages, result.Took.Seconds())
	if result.Interrupted {
		fmt.Fprintln(w, "  interrupted: what had happened by then is judged, and more is not known")
	}
	for _, f := range result.Findings {
		fmt.Fprintf(w, "  %s\n", strings.ReplaceAll(f.String(), "\n", "\n  "))
	}
	for _, note := range result.Notes {
		fmt.Fprintf(w, "  note: %s\n", strings.ReplaceAll(note, "\n", "\n  "))
	}
	if result.Verdict == trial.Valid && !r.verbose {
		return
	}
	if weather := result.Weather.String(); weather != "" {
		fmt.Fprintf(w, "  network:   %s; %d lost\n", weather, result.Lost)
	}
	if result.Overflow > 0 {
		fmt.Fprintf(w, "  overflow:  %d messages were dropped, as too much waited to be read\n", result.Overflow)
	}
	for i, e := range result.Events {
		title := "           "
		if i == 0 {
			title = "  faults:  "
		}
		fmt.Fprintf(w, "%s  %s\n", title, e)
	}
	if errors := tally(result.Errors); errors != "" {
		fmt.Fprintf(w, "  errors:    %s\n", errors)
	}
}

// tally tells how often each thing happened.
func tally(counts map[string]int) string {
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s (%d times)", what, counts[what]))
	}
	return strings.Join(parts, ", ")
}

// steadyIsWrong reports whether the nodes are wrong even without faults: then those would
// tell nothing new.
func (r *report) steadyIsWrong() bool {
	return r.last.Story == "Steady" && r.last.Verdict == trial.Invalid
}

// end tells what is to be said of all.
func (r *report) end(program io.Writer) (trial.Verdict, error) {
	if r.steadyIsWrong() && len(r.options.stories) > 1 {
		fmt.Fprintln(r.people, "the other stories are not run: their faults would tell nothing new of nodes that are wrong without any")
	}
	verdict := trial.Worst(r.verdicts)
	fmt.Fprintf(r.people, "verdict: %s\n", verdict)
	if !r.json {
		return verdict, nil
	}
	encoder := json.NewEncoder(program)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	return verdict, encoder.Encode(r.forPrograms(verdict))
}
