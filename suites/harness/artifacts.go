package harness

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/excerpt"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

// What people read of a failure beside its report: the events around what went
// wrong, and a text for an issue tracker.
const (
	aroundFile = "around.txt"
	issueFile  = "issue.md"
)

// artifactsDir makes the directory for a run's artifacts.
func artifactsDir(r Result) (dir string, err error) {
	name := fmt.Sprintf("%s-%s-seed%d", r.Suite, r.Scenario, r.Seed)
	if *artifactsFlag == "" {
		return os.MkdirTemp("", "raftcheck-"+name+"-")
	}
	if dir, err = filepath.Abs(filepath.Join(*artifactsFlag, name)); err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o777)
}

// writeTo writes a run's artifacts to a directory, which it makes if need be.
// more are what an issue about the run is to have beside what its file has.
func (e *Evidence) writeTo(dir string, run *runfile.File, report string, more ...excerpt.Section) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files := map[string]func(*os.File) error{
		"report.txt": content([]byte(report)),
		runfile.Name: func(f *os.File) error { return run.Write(f) },
	}
	if run.Failure != nil {
		files[aroundFile] = content([]byte(excerpt.Around(run, false)))
		files[issueFile] = content([]byte(excerpt.Issue(run, more...)))
	}
	if e.account.Trace != nil {
		files["trace.txt"] = e.writeTrace
	}
	if len(e.account.History) > 0 {
		files["history.jsonl"] = func(f *os.File) error { return e.account.History.Write(f) }
	}
	if v := e.account.Check.Verdict; v != "" && v != checker.Malformed { // a run that hung is not checked
		files["history.html"] = func(f *os.File) error { return e.account.Check.WriteHTML(f, e.annotations()) }
	}
	if run.Failure != nil && run.Failure.Detail != "" {
		files["goroutines.txt"] = content([]byte(run.Failure.Detail))
	}
	if logs := e.account.Logs; len(logs) > 0 {
		files["replicas.log"] = content([]byte(strings.Join(logs, "\n") + "\n"))
	}
	for name, write := range files {
		if err := writeFile(filepath.Join(dir, name), write); err != nil {
			return err
		}
	}
	return nil
}

// content writes what is known beforehand.
func content(data []byte) func(*os.File) error {
	return func(f *os.File) error { _, err := f.Write(data); return err }
}

func writeFile(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}

func (e *Evidence) writeTrace(f *os.File) error {
	for _, event := range e.account.Events() {
		if _, err := fmt.Fprintln(f, event); err != nil {
			return err
		}
	}
	return nil
}

// annotations are the faults, for Porcupine's picture of the history.
func (e *Evidence) annotations() []checker.Annotation {
	var notes []checker.Annotation
	for _, f := range e.account.Faults {
		notes = append(notes, checker.Annotation{Tag: "faults", Start: f.At, Text: f.Text})
	}
	return notes
}

func artifactNames(dir string) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
