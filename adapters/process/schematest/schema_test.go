package schematest

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/raftiface"
)

const schemaFile = "process.schema.json"

// kinds are those of the events.
var kinds = []string{node.Hello, node.Init, node.Received, node.TimedOut, node.Start, node.Snapshot, node.Read, node.Transfer, node.Change}

// A schema is the file, as JSON and compiled.
type schema struct {
	t    *testing.T
	file map[string]any
	*jsonschema.Compiler
}

func open(t *testing.T) schema {
	file := parse(t, string(node.Schema)).(map[string]any)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource(schemaFile, file))
	return schema{t, file, c}
}

func parse(t *testing.T, text string) any {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err, text)
	return v
}

// part is the schema of a definition, the whole one if it has no name.
func (s schema) part(name string) *jsonschema.Schema {
	at := schemaFile
	if name != "" {
		at += "#/$defs/" + name
	}
	part, err := s.Compile(at)
	require.NoError(s.t, err)
	return part
}

// keys are the names of the fields of an object of the file.
func keys(object any) []string { return slices.Sorted(maps.Keys(object.(map[string]any))) }

// TestEvents has the schema know of each event what it always has, what it may have, and
// nothing else, by what the check tells a node.
func TestEvents(t *testing.T) {
	exe, err := os.Executable()
	require.NoError(t, err)
	var transcript strings.Builder
	transcript.WriteString("0 ← " + string(node.Event{Event: node.Hello, Protocol: node.Version}.Line()))
	_, err = node.Check(node.Command{Path: exe, Env: append(os.Environ(), nodeEnv+"=1")}, &transcript)
	require.NoError(t, err, transcript.String())

	s := open(t)
	event, whole := s.part("event"), s.part("")
	always, ever := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\d+ ← (.*)$`).FindAllStringSubmatch(transcript.String(), -1) {
		e := parse(t, m[1])
		require.NoError(t, event.Validate(e), m[1])
		require.NoError(t, whole.Validate(e), m[1])
		fields := map[string]bool{}
		for _, name := range keys(e) {
			fields[name] = true
		}
		kind := e.(map[string]any)["event"].(string)
		if ever[kind] == nil {
			ever[kind], always[kind] = map[string]bool{}, maps.Clone(fields)
		}
		maps.Copy(ever[kind], fields)
		maps.DeleteFunc(always[kind], func(name string, _ bool) bool { return !fields[name] })
	}
	require.Len(t, ever, len(kinds), "the check tells of each event")
	for _, kind := range kinds {
		told := s.file["$defs"].(map[string]any)[kind].(map[string]any)
		require.ElementsMatch(t, slices.Collect(maps.Keys(always[kind])), told["required"], kind)
		require.ElementsMatch(t, slices.Collect(maps.Keys(ever[kind])), keys(told["properties"]), kind)
	}
}

// answers have each field and each action.
var answers = map[string]string{
	node.Hello: `{"protocol":1,"name":"n","version":"v","features":["Membership","Learners"],"timing":{"election":5000000000,"heartbeat":100000000},
		"sizes":[3],"trailing_entries":4,"elections_only":false,"resets":true,
		"known":[{"scenario":"s","property":"p","facts":"f","reason":"r","address":"a","rare":true}]}`,
	node.Init: `{"term":1,"leader":false,"actions":[{"save":{"state":{"a":1},"snapshot":"AAE="}},{"send":{"to":1,"body":{"b":1}}},{"timer":{"id":"e","after":5}},
		{"stop":{"id":"e"}},{"install":{"index":4,"snapshot":"AAEC","members":{"voters":[5],"learners":[6],"outgoing":[7]}}},
		{"configuration":{"index":5,"members":{"voters":[5],"learners":[6],"outgoing":[7]}}},
		{"apply":{"index":6,"command":"DhAABnN0cmluZwwDAAF4"}},{"read":{"id":1,"ok":true,"index":6}},{"log":"x"}]}`,
	node.Received: `{"term":1,"leader":true,"actions":[{"read":{"id":1,"ok":false}},{"read":{"id":1,"ok":false,"index":null}}]}`,
	node.TimedOut: `{"term":1,"leader":true}`,
	node.Start:    `{"term":1,"leader":true,"index":3}`,
	node.Snapshot: `{"term":1,"leader":true,"actions":[]}`,
	node.Read:     `{"term":1,"leader":true,"index":null}`,
	node.Transfer: `{"term":1,"leader":true,"ok":true}`,
	node.Change:   `{"term":1,"leader":true,"ok":false}`,
}

// TestAnswers has the schema take what the code takes of the answers with a part left
// out, added, or another one in its place.
func TestAnswers(t *testing.T) {
	s := open(t)
	verdicts := map[bool]int{}
	for _, kind := range kinds {
		part := s.part("answer_to_" + kind)
		right := parse(t, answers[kind])
		require.NoError(t, part.Validate(right), kind)
		for _, v := range append(mutants(right), right) {
			line, err := json.Marshal(v)
			require.NoError(t, err)
			mistake := decode(line, kind)
			if mistake != nil && beyond.MatchString(mistake.Error()) {
				mistake = nil
			}
			told := part.Validate(v)
			require.Equal(t, mistake == nil, told == nil, "an answer to %s: %s\nthe code says %v\nthe schema says %v", kind, line, mistake, told)
			verdicts[told == nil]++
		}
	}
	require.Greater(t, verdicts[true], 100)
	require.Greater(t, verdicts[false], 1000)
}

// beyond are mistakes that no schema can tell of.
var beyond = regexp.MustCompile(`expected a command as the event start gave it|heartbeat \S+ is not below election`)

// decode returns what the code finds wrong with an answer.
func decode(line []byte, kind string) error {
	if kind != node.Hello {
		_, err := node.Decode(line, node.Event{Event: kind}, 100)
		return err
	}
	impl, _, err := node.DecodeHello(line)
	if err != nil {
		return err
	}
	impl.Make = func(raftiface.Env) (raftiface.Raft, error) { return nil, nil }
	return impl.Validate()
}

// strangers take the place of a value, or are added.
var strangers = []string{`null`, `true`, `false`, `0`, `1`, `-1`, `1.5`, `1e30`, `""`, `"!"`, `"AA=="`, `"AA="`, `[]`, `[0]`, `[null]`, `{}`, `{"x":1}`}

// mutants are copies of a value that differ from it in one place.
func mutants(v any) (all []any) {
	for _, text := range strangers {
		stranger, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			panic(err)
		}
		all = append(all, stranger)
	}
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			without := maps.Clone(v)
			delete(without, name)
			all = append(all, without)
			for _, m := range mutants(v[name]) {
				with := maps.Clone(v)
				with[name] = m
				all = append(all, with)
			}
		}
		more := maps.Clone(v)
		more["stranger"] = true
		all = append(all, more)
	case []any:
		for i := range v {
			all = append(all, slices.Delete(slices.Clone(v), i, i+1))
			for _, m := range mutants(v[i]) {
				with := slices.Clone(v)
				with[i] = m
				all = append(all, with)
			}
		}
	}
	return all
}
