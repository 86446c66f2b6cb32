package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

// Input is what there is to show.
type Input struct {
	Runs []Run
	// Results are the gate's, Reports those on conformance.
	Results []*results.Results
	Reports []*suites.Report
}

// Run is a run and the directory of its artifacts.
type Run struct {
	Dir string
	*runfile.File
}

// Find reads everything in directories and below that the harness, the gate and
// the suites write and the page shows. Other files are left alone. Failing runs
// come first.
func Find(dirs ...string) (*Input, error) {
	in := &Input{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".json" {
				return err
			}
			return in.add(path)
		})
		if err != nil {
			return nil, fmt.Errorf("look for runs in %s: %w", dir, err)
		}
	}
	slices.SortStableFunc(in.Runs, func(a, b Run) int {
		return cmp.Or(cmp.Compare(passed(a), passed(b)), strings.Compare(a.Suite, b.Suite),
			strings.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Seed, b.Seed))
	})
	return in, nil
}

func passed(r Run) int {
	if r.Failure == nil {
		return 1
	}
	return 0
}

// add reads a file if its schema is one that the page shows.
func (in *Input) add(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var head struct{ Schema string }
	if json.Unmarshal(data, &head) != nil {
		if filepath.Base(path) == runfile.Name {
			return fmt.Errorf("%s is not a run file: it is damaged or cut short", path)
		}
		return nil
	}
	switch head.Schema {
	case runfile.Schema:
		f, err := runfile.Read(path)
		if err == nil {
			in.Runs = append(in.Runs, Run{filepath.Dir(path), f})
		}
		return err
	case results.Schema:
		return decode(path, data, &in.Results)
	case suites.Schema:
		return decode(path, data, &in.Reports)
	}
	return nil
}

func decode[T any](path string, data []byte, all *[]*T) error {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	*all = append(*all, &v)
	return nil
}
