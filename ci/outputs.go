package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/raftcheck/raftcheck/ci/baseline"
	"github.com/raftcheck/raftcheck/ci/results"
)

// outputs are what is to be made of results.
type outputs struct {
	baseline string // a file, "" for none
	update   bool   // rewrite it
	file     string // results.json, "" for none
	timings  bool
	facts    bool // print them; what failing tests said was not printed
}

// check reports what would keep the outputs from being made, while there is
// nothing yet that would be lost.
func (o outputs) check() error {
	if o.baseline == "" {
		return nil
	}
	if _, err := o.load(); err != nil {
		return err
	}
	if o.update {
		if err := writable(o.baseline); err != nil {
			return fmt.Errorf("-update: %w", err)
		}
	}
	return nil
}

// writable reports why a file cannot be written, and leaves it as it is.
func writable(path string) error {
	_, err := os.Stat(path)
	isNew := errors.Is(err, fs.ErrNotExist)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	if isNew {
		err = os.Remove(path)
	}
	return errors.Join(err, f.Close())
}

// load reads the baseline, one without scenarios if it is to be made.
func (o outputs) load() (*baseline.Baseline, error) {
	b, err := baseline.Load(o.baseline)
	if o.update && errors.Is(err, baseline.ErrMissing) {
		return b, nil
	}
	return b, err
}

// write compares with the baseline, prints, and writes the files. What fails of
// that does not keep the rest from being done.
func (o outputs) write(r *results.Results, around surroundings) error {
	notes, err := o.compare(r)
	printResults(around.stdout, r, o.facts, notes)
	return errors.Join(err, o.writeFiles(r), tellGitHub(r, around))
}

// compare compares the costs with the baseline's, or has them replace it.
func (o outputs) compare(r *results.Results) (notes []string, err error) {
	if o.baseline == "" {
		return nil, nil
	}
	b, err := o.load()
	if err != nil {
		return nil, err
	}
	if o.update {
		n := b.Update(r)
		return []string{fmt.Sprintf("%s: the costs of %d scenarios are new", o.baseline, n)}, b.Write(o.baseline)
	}
	regressions, notes := b.Compare(r)
	r.SetRegressions(regressions)
	return notes, nil
}

func (o outputs) writeFiles(r *results.Results) error {
	if o.file == "" {
		return nil
	}
	if !o.timings {
		r = r.WithoutTimings()
	}
	return r.WriteFile(o.file)
}
