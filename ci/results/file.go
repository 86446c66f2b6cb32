package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The files in the directory of one process.
const (
	FileName    = "results.json"
	JournalName = "results.jsonl"
)

// Write writes the results as JSON.
func (r *Results) Write(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "\t")
	return encoder.Encode(r)
}

// WriteFile writes the results to a file, which is there with all of them or not
// at all.
func (r *Results) WriteFile(path string) error {
	var data bytes.Buffer
	if err := r.Write(&data); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	temporary := path + ".new"
	if err := os.WriteFile(temporary, data.Bytes(), 0o666); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}

// WithoutTimings returns the results without what differs from run to run.
func (r *Results) WithoutTimings() *Results {
	out := *r
	out.Scenarios = []Scenario{}
	for _, s := range r.Scenarios {
		runs := []Run{}
		for _, run := range s.Runs {
			run.WallNS = 0
			runs = append(runs, run)
		}
		s.Runs = runs
		out.Scenarios = append(out.Scenarios, s)
	}
	return &out
}

// Load returns the results in a file, or in a directory that the gate wrote. If
// the gate was killed there, they are those of its journal.
func Load(path string) (*Results, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return loadFile(path)
	}
	r, err := loadFile(filepath.Join(path, FileName))
	if errors.Is(err, fs.ErrNotExist) {
		r, err = loadFile(filepath.Join(path, JournalName))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s holds neither %s nor %s", path, FileName, JournalName)
	}
	return r, err
}

func loadFile(path string) (*Results, error) {
	if filepath.Ext(path) == filepath.Ext(JournalName) {
		return loadJournal(path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r Results
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s is not what the gate writes: %w", path, err)
	}
	if r.Schema != Schema {
		return nil, fmt.Errorf("%s has the schema %q, want %q", path, r.Schema, Schema)
	}
	return &r, nil
}
