package results

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// A Journal is a file of entries, a line of JSON each, written as they come.
type Journal struct{ file *os.File }

// CreateJournal begins the journal of a directory, which it makes if need be. An
// earlier one, and its results, are gone then.
func CreateJournal(dir string, asked []Seeds) (*Journal, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	if err := os.RemoveAll(filepath.Join(dir, FileName)); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(dir, JournalName))
	if err != nil {
		return nil, err
	}
	j := &Journal{f}
	return j, j.Add(Entry{Ask: &Ask{Schema, append([]Seeds{}, asked...)}})
}

// Add writes an entry. When it returns, the entry outlives the process; at the
// end of a batch, the machine too.
func (j *Journal) Add(e Entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if e.End != nil {
		return j.file.Sync()
	}
	return nil
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// loadJournal returns the results of a journal. Its last line may be cut short.
func loadJournal(path string) (*Results, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b Builder
	lines := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && n > 1 {
			return b.Results(), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s has no line that says which seeds were to be judged", path)
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", path, n, err)
		}
		if n == 1 && (e.Ask == nil || e.Ask.Schema != Schema) {
			return nil, fmt.Errorf("%s does not begin with the schema %q", path, Schema)
		}
		b.Add(e)
	}
}
