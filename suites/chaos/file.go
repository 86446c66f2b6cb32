package chaos

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// Schema names the form of a schedule's file. A field may be added under the
// same name; what is there keeps its meaning.
const Schema = "raftcheck/schedule/1"

// file is a schedule as it is written.
type file struct {
	Schema string `json:"schema"`
	Schedule
}

// Encode returns the schedule as the content of a file, for [Decode]: JSON with
// an action or operation a line.
func (s Schedule) Encode() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n\t\"schema\": %q,\n\t\"seed\": %d,\n\t\"replicas\": %d,\n", Schema, s.Seed, s.Replicas)
	if s.Members > 0 {
		fmt.Fprintf(&b, "\t\"members\": %d,\n", s.Members)
	}
	if s.SnapshotEvery > 0 {
		fmt.Fprintf(&b, "\t\"snapshot_every\": %d,\n", s.SnapshotEvery)
	}
	fmt.Fprintf(&b, "\t\"length\": %q,\n", s.Length)
	if len(s.Fates) > 0 {
		encodeList(&b, "fates", s.Fates)
		b.WriteString(",\n")
	}
	encodeList(&b, "actions", s.Actions)
	b.WriteString(",\n")
	encodeList(&b, "operations", s.Operations)
	b.WriteString("\n}\n")
	return b.Bytes()
}

func encodeList[T any](b *bytes.Buffer, name string, list []T) {
	fmt.Fprintf(b, "\t%q: [", name)
	separator := "\n"
	for _, v := range list {
		line, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Sprintf("chaos: encode %T: %v", v, err)) // no value of these types can cause it
		}
		fmt.Fprintf(b, "%s\t\t%s", separator, line)
		separator = ",\n"
	}
	if len(list) > 0 {
		b.WriteString("\n\t")
	}
	b.WriteString("]")
}

// Decode reads what [Schedule.Encode] wrote. It is strict: an unknown field, or
// what cannot be run, is an error that says what and where.
func Decode(data []byte) (Schedule, error) {
	if err := atMost("the number of bytes", len(data), mostBytes); err != nil {
		return Schedule{}, fmt.Errorf("chaos: %w", err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var f file
	if err := dec.Decode(&f); err != nil {
		return Schedule{}, fmt.Errorf("chaos: want a schedule as a JSON object: %w", located(err, data))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Schedule{}, errors.New("chaos: want one schedule, found more after it")
	}
	if f.Schema != Schema {
		return Schedule{}, fmt.Errorf("chaos: schema is %q, want %q", f.Schema, Schema)
	}
	if err := f.Validate(); err != nil {
		return Schedule{}, fmt.Errorf("chaos: %w", err)
	}
	return f.Schedule, nil
}

// located adds the line to an error of package json.
func located(err error, data []byte) error {
	offset := int64(-1)
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrong):
		offset = wrong.Offset
	}
	if offset < 0 || offset > int64(len(data)) {
		return err
	}
	return fmt.Errorf("line %d: %w", 1+bytes.Count(data[:offset], []byte("\n")), err)
}

// ReadFile reads a schedule from a file.
func ReadFile(path string) (Schedule, error) {
	f, err := os.Open(path)
	if err != nil {
		return Schedule{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostBytes+1))
	if err != nil {
		return Schedule{}, err
	}
	s, err := Decode(data)
	if err != nil {
		return Schedule{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// MarshalText implements [encoding.TextMarshaler].
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (m *Moment) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf(`want a time such as "1.25s", got %q`, text)
	}
	if d < 0 {
		return fmt.Errorf("want a time of at least 0, got %q", text)
	}
	*m = Moment(d)
	return nil
}

// MarshalJSON implements [json.Marshaler]: a number, or "leader".
func (t Target) MarshalJSON() ([]byte, error) {
	if t == Leader {
		return []byte(`"leader"`), nil
	}
	return strconv.AppendInt(nil, int64(t), 10), nil
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *Target) UnmarshalJSON(data []byte) error {
	if string(data) == `"leader"` {
		*t = Leader
		return nil
	}
	n, err := strconv.Atoi(string(data))
	if err != nil || n < 0 {
		return fmt.Errorf(`want a replica's number or "leader", got %s`, data)
	}
	*t = Target(n)
	return nil
}
