package checker

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// History is what the clients of a run did. The order of its operations does
// not matter.
type History []Operation

// Validate reports the first operation that is impossible, or whose ID was
// used before, nil if there is none.
func (h History) Validate() error {
	seen := make(map[int]bool, len(h))
	for i, op := range h {
		if err := op.Validate(); err != nil {
			return fmt.Errorf("operation %d of %d: %w", i+1, len(h), err)
		}
		if seen[op.ID] {
			return fmt.Errorf("operation %d of %d: id %d was used before", i+1, len(h), op.ID)
		}
		seen[op.ID] = true
	}
	return nil
}

// line is an operation as it is written in a file. Fields that must be there
// are pointers, so that a missing one is told from a zero.
type line struct {
	ID      *int     `json:"id"`
	Client  *int     `json:"client"`
	Replica *int     `json:"replica"`
	Call    *moment  `json:"call"`
	Return  *moment  `json:"return,omitempty"`
	Input   *Input   `json:"input"`
	Outcome *Outcome `json:"outcome"`
	Output  Output   `json:"output,omitzero"`
	Index   int      `json:"index,omitempty"`
}

// moment is a duration in the notation of package time ("1.2s"), which loses
// nothing and can be read.
type moment time.Duration

func (m moment) MarshalText() ([]byte, error) {
	return []byte(time.Duration(m).String()), nil
}

func (m *moment) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*m = moment(d)
	return err
}

// Write writes the history as JSON lines, one operation each, for
// [ReadHistory].
func (h History) Write(w io.Writer) error {
	buf := bufio.NewWriter(w)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	for _, op := range h {
		call, ret := moment(op.Call), moment(op.Return)
		l := line{
			ID: &op.ID, Client: &op.Client, Replica: &op.Replica,
			Call: &call, Input: &op.Input, Outcome: &op.Outcome, Index: op.Index,
		}
		if op.Outcome != Unknown {
			l.Return = &ret
		}
		if op.Outcome == Done {
			l.Output = op.Output
		}
		if err := enc.Encode(l); err != nil {
			return fmt.Errorf("checker: write operation %d: %w", op.ID, err)
		}
	}
	return buf.Flush()
}

// maxLine bounds a line of a history, in bytes.
const maxLine = 16 << 20

// ReadHistory reads what [History.Write] wrote. Empty lines, and lines that
// begin with #, are comments. It is strict: an unknown or missing field, an
// impossible operation, or an ID used twice is an error that names the line.
func ReadHistory(r io.Reader) (History, error) {
	scan := bufio.NewScanner(r)
	scan.Buffer(nil, maxLine)
	var h History
	lines := make(map[int]int) // ID to line
	n := 0
	for scan.Scan() {
		n++
		text := bytes.TrimSpace(scan.Bytes())
		if len(text) == 0 || text[0] == '#' {
			continue
		}
		op, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("checker: history line %d: %w", n, err)
		}
		if first, ok := lines[op.ID]; ok {
			return nil, fmt.Errorf("checker: history line %d: id %d was used in line %d", n, op.ID, first)
		}
		lines[op.ID] = n
		h = append(h, op)
	}
	if err := scan.Err(); err != nil {
		return nil, fmt.Errorf("checker: history line %d: %w", n+1, err)
	}
	return h, nil
}

// parse reads one operation.
func parse(text []byte) (Operation, error) {
	var l line
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&l); err != nil {
		return Operation{}, fmt.Errorf("want one operation as a JSON object: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Operation{}, fmt.Errorf("want one operation, found more after it: %s", quote(string(text[dec.InputOffset():])))
	}
	for _, field := range []struct {
		name    string
		missing bool
	}{
		{"id", l.ID == nil}, {"client", l.Client == nil}, {"replica", l.Replica == nil},
		{"call", l.Call == nil}, {"input", l.Input == nil}, {"outcome", l.Outcome == nil},
	} {
		if field.missing {
			return Operation{}, fmt.Errorf("field %q is missing", field.name)
		}
	}
	op := Operation{
		ID: *l.ID, Client: *l.Client, Replica: *l.Replica, Input: *l.Input, Output: l.Output,
		Call: time.Duration(*l.Call), Outcome: *l.Outcome, Index: l.Index,
	}
	switch {
	case l.Return != nil && op.Outcome == Unknown:
		return Operation{}, errors.New("outcome is unknown, but there is a return")
	case l.Return != nil:
		op.Return = time.Duration(*l.Return)
	case op.Outcome == Done:
		return Operation{}, errors.New(`outcome is done, but field "return" is missing`)
	}
	if op.Outcome != Done && op.Output != (Output{}) {
		return Operation{}, fmt.Errorf("outcome is %s, but there is an output", op.Outcome)
	}
	return op, op.Validate()
}
