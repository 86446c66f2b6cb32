package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/checker"
)

// leave writes what a story has in a directory of its own, in dir or among the temporary
// files, and returns it.
func leave(dir string, r trial.Result, told string) (string, error) {
	dir, err := os.MkdirTemp(dir, fmt.Sprintf("raftcheck-maelstrom-%s-seed%d-", r.Story.Name, r.Seed))
	if err != nil {
		return "", err
	}
	write := func(name string, content func(io.Writer) error) {
		f, problem := os.Create(filepath.Join(dir, name))
		if problem == nil {
			problem = errors.Join(content(f), f.Close())
		}
		err = errors.Join(err, problem)
	}
	write("report.txt", func(w io.Writer) error {
		_, err := io.Copy(w, strings.NewReader(told))
		return err
	})
	write("history.jsonl", r.History.Write)
	if r.Linear.Verdict != checker.Malformed {
		write("history.html", func(w io.Writer) error { return r.Linear.WriteHTML(w, notes(r.Events)) })
	}
	return dir, err
}

// notes are the faults, for a drawing of the history.
func notes(events []trial.Event) (all []checker.Annotation) {
	for _, e := range events {
		end := max(e.End, e.At+time.Millisecond)
		all = append(all, checker.Annotation{Tag: "faults", Start: e.At, End: end, Text: string(e.Kind) + " " + strings.Join(e.Victims, " "), Details: e.String()})
	}
	return all
}
