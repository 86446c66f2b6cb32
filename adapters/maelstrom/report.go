package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/checker"
)

// tell tells what came of a story, and where it left what it has if it is not valid.
func (o options) tell(w io.Writer, r trial.Result) error {
	var text bytes.Buffer
	o.describe(&text, r)
	if r.Verdict != trial.Valid {
		fmt.Fprintf(&text, "  replay:    %s\n             (the same plan of faults and the same operations; the wall clock does not repeat itself)\n", o.replay(r))
		dir, err := leave(o.artifacts, r, text.String())
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "  artifacts: %s\n", dir)
	}
	_, err := w.Write(text.Bytes())
	return err
}

func (o options) describe(w io.Writer, r trial.Result) {
	unknown := 0
	for _, op := range r.History {
		if op.Outcome == checker.Unknown {
			unknown++
		}
	}
	fmt.Fprintf(w, "%-11s %-8s seed %d: %d operations, %d of unknown outcome; %d messages between nodes; %.1fs\n",
		r.Story.Name, r.Verdict, r.Seed, len(r.History), unknown, r.Messages, r.Took.Seconds())
	if r.Interrupted {
		fmt.Fprintln(w, "  interrupted: what had happened by then is judged, and more is not known")
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "  %s\n", indented(f.String()))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "  note: %s\n", indented(note))
	}
	if r.Verdict == trial.Valid && !o.verbose {
		return
	}
	fmt.Fprintf(w, "  network:   %s; %d messages were lost\n", r.Story.Weather, r.Lost)
	for i, e := range r.Events {
		title := "           "
		if i == 0 {
			title = "  faults:  "
		}
		fmt.Fprintf(w, "%s  %s\n", title, e)
	}
	if len(r.Errors) > 0 {
		fmt.Fprintf(w, "  errors:    %s\n", r.Errors)
	}
}

func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }
