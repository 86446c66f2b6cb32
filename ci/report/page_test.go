package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/suites"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

const hostile = "</script><script>pwned()</script><!-- <img src=x onerror=pwned()> \u2028 \u2029 & ]]> \x00 \xff"

// A page of a run in which every text is hostile.
func hostilePage(t *testing.T) string {
	f := &runfile.File{
		Schema: runfile.Schema, Implementation: runfile.Subject{Name: hostile, Version: hostile},
		Suite: hostile, Scenario: hostile, Claim: hostile, Paper: hostile, Replay: hostile, Replicas: 1,
		Failure:    &runfile.Failure{Property: hostile, Claim: hostile, Facts: []string{hostile}, Detail: hostile},
		Moment:     &runfile.Moment{At: 1, Why: hostile, Facts: []runfile.Fact{{Text: hostile}}},
		Course:     &runfile.Course{First: &runfile.Step{Rule: hostile, Facts: []string{hostile}, Event: runfile.Event{Short: hostile}, Against: []runfile.Event{{Short: hostile}}}},
		Events:     []runfile.Event{{Kind: hostile, Text: hostile, Content: hostile, Datagram: hostile}},
		Faults:     []runfile.Fault{{Text: hostile}},
		Operations: []runfile.Operation{{Key: hostile, Input: hostile, Answer: hostile}},
	}
	var b bytes.Buffer
	require.NoError(t, NewPage(&Input{Runs: []Run{{File: f}}}, DefaultLimits).Write(&b))
	return b.String()
}

var element = regexp.MustCompile(`(?s)<script( type="application/json" id="([\w-]+)")?>(.*?)</script>`)

// What a run contains stays inside the JSON it is embedded as.
func TestPageEscapes(t *testing.T) {
	page := hostilePage(t)
	require.NotContains(t, page, "pwned()</script>")
	require.NotContains(t, page, "<img")
	require.NotContains(t, page, "\u2028")
	found := element.FindAllStringSubmatch(page, -1)
	require.Len(t, found, 2+len(scripts), "two data elements and the scripts, no more")
	for _, m := range found {
		if m[1] == "" {
			require.NotContains(t, m[3], "pwned")
			continue
		}
		require.NotContains(t, m[3], "<")
		require.True(t, json.Valid([]byte(m[3])), m[2])
	}
	var back runfile.File
	require.NoError(t, json.Unmarshal([]byte(found[1][3]), &back))
	require.Equal(t, strings.ToValidUTF8(hostile, "\ufffd"), back.Scenario, "and is all there")
}

// Every script and style of the page is allowed by its hash, and nothing else is.
func TestPagePolicy(t *testing.T) {
	page := hostilePage(t)
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1]
	require.Contains(t, policy, "default-src 'none'")
	require.NotContains(t, policy, "unsafe")
	require.NotContains(t, policy, "http")
	for _, m := range element.FindAllStringSubmatch(page, -1) {
		if m[1] == "" {
			require.Contains(t, policy, hash(m[3]))
		}
	}
	require.Contains(t, policy, "style-src "+hash(asset("style.css")))
	require.NotRegexp(t, `(?i)<[a-z]+ [^>]*\b(src|on\w+|style)=`, regexp.MustCompile(`(?s)<script.*</script>`).ReplaceAllString(page, ""))
}

// The scripts make text and never HTML.
func TestScriptsMakeNoHTML(t *testing.T) {
	for _, name := range scripts[1:] { // d3 is only given what it cannot make any of
		require.NotRegexp(t, `innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|setHTML`, asset(name), name)
	}
}

func TestTrimmed(t *testing.T) {
	f := &runfile.File{Moment: &runfile.Moment{At: 700}}
	for i := range 1000 {
		f.Events = append(f.Events, message(time.Duration(i), "send", 0, 1, fmt.Sprint(i)))
		if i%10 == 0 {
			f.Events = append(f.Events, own(time.Duration(i), "state", 0, ""))
		}
	}
	require.Same(t, f, trimmed(f, 1000))
	for moment, want := range map[time.Duration][2]time.Duration{700: {621, 720}, 10: {0, 99}, 5000: {900, 999}} {
		f.Moment.At = moment
		got := trimmed(f, 100)
		var messages []time.Duration
		states := 0
		for _, e := range got.Events {
			if e.Datagram != "" {
				messages = append(messages, e.At)
			} else {
				states++
			}
		}
		require.Len(t, messages, 100)
		require.Equal(t, 100, states, "roles and terms follow from all of them")
		require.Equal(t, 900, got.Dropped)
		if moment != 5000 {
			require.Equal(t, want, [2]time.Duration{messages[0], messages[99]}, moment)
		}
	}
	f.Course = &runfile.Course{First: &runfile.Step{Event: runfile.Event{At: 10}}}
	require.Zero(t, trimmed(f, 100).Events[0].At, "the first wrong step comes before the moment")
	require.Equal(t, time.Duration(99), lastMessage(trimmed(f, 100)).At)
	require.Len(t, f.Events, 1100, "the run itself stays as it is")
}

func lastMessage(f *runfile.File) (last runfile.Event) {
	for _, e := range f.Events {
		if e.Datagram != "" {
			last = e
		}
	}
	return last
}

// Failures that show the same are put together, with a link to the shortest run if it
// has a timeline.
func TestPageOfAlikeFailures(t *testing.T) {
	run := func(scenario string, place int) Run {
		return Run{File: &runfile.File{Suite: "s", Scenario: scenario, Seed: 1, Failure: &runfile.Failure{Property: "Claim"},
			Course: &runfile.Course{First: &runfile.Step{Rule: "one vote", Place: place}}}}
	}
	in := &Input{Runs: []Run{run("Long", 900), run("Short", 42), run("Short", 50)}} // a run and its reduction
	text := "in 2 scenarios: one vote\n  start with s/Short, seed 1: event 42 of its trace, at 0.000000s"
	require.Equal(t, []Alike{{text, 1}}, NewPage(in, DefaultLimits).Alike)
	require.Equal(t, []Alike{{text, -1}}, NewPage(in, Limits{Runs: 1}).Alike)
	require.Equal(t, "one vote", NewPage(in, DefaultLimits).Runs[1].Step)
	require.Empty(t, NewPage(&Input{Runs: []Run{{File: &runfile.File{}}}}, DefaultLimits).Alike)
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, v any) {
		data, err := json.Marshal(v)
		require.NoError(t, err)
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, data, 0o666))
	}
	run := func(args ...string) (exit int, stdout, stderr string) {
		var out, err bytes.Buffer
		exit = Command(args, &out, &err)
		return exit, out.String(), err.String()
	}
	exit, _, stderr := run()
	require.Equal(t, 2, exit)
	require.Contains(t, stderr, "want at least one directory")
	exit, _, stderr = run(dir)
	require.Equal(t, 2, exit)
	require.Contains(t, stderr, "hold no run.json")

	write("a/run.json", runfile.File{Schema: runfile.Schema, Suite: "s", Scenario: "Passes"})
	write("b/run.json", runfile.File{Schema: runfile.Schema, Suite: "s", Scenario: "Fails", Replicas: 1,
		Failure: &runfile.Failure{Property: "Claim"}, Course: &runfile.Course{First: &runfile.Step{}}})
	write("c/report.json", suites.Report{Schema: suites.Schema, Features: suites.Features{Declared: []string{"Snapshots"}},
		Scenarios: []suites.ScenarioReport{{Suite: "s", Scenario: "Skips", Needs: []string{"PreVote"}, Verdict: suites.Skipped}}})
	write("c/other.json", map[string]string{"schema": "of something else"})
	page := filepath.Join(dir, "out", "report.html")
	exit, stdout, stderr := run("-o", page, "-perfetto", "-shiviz", dir)
	require.Zero(t, exit, stderr)
	require.Equal(t, page+": 3 scenarios, 2 timelines\n", stdout)
	for _, name := range []string{"a/" + perfettoName, "b/" + perfettoName, "a/" + shivizName} {
		require.FileExists(t, filepath.Join(dir, name))
	}
	html, err := os.ReadFile(page)
	require.NoError(t, err)
	for _, m := range element.FindAllStringSubmatch(string(html), -1) {
		require.False(t, m[1] != "" && strings.Contains(m[3], ":null"), "the scripts count on lists: %s", m[3])
	}
	require.Less(t, bytes.Index(html, []byte(`"scenario":"Fails"`)), bytes.Index(html, []byte(`"scenario":"Passes"`)), "what failed comes first")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "a/run.json"), []byte(`{"schema":`), 0o666))
	exit, _, stderr = run("-o", page, dir)
	require.Equal(t, 2, exit)
	require.Contains(t, stderr, "a/run.json is not a run file")
}

// States that clusters had been in before count no more, in whichever scenario.
func TestGrowthIsBySuiteAndSeed(t *testing.T) {
	scenario := func(suite, name string, states ...string) results.Scenario {
		s := results.Scenario{Suite: suite, Scenario: name}
		for i, text := range states {
			run := results.Run{Seed: uint64(i + 5)}
			require.NoError(t, run.States.UnmarshalText([]byte(text+strings.Repeat("0", 256-len(text)))))
			s.Runs = append(s.Runs, run)
		}
		return s
	}
	skipped, pinned := scenario("chaos", "S"), scenario("chaos", "R", "11111111")
	skipped.Skipped, pinned.Pinned = "why", true
	in := &Input{Results: []*results.Results{{Scenarios: []results.Scenario{
		scenario("agreement", "A", "1", "1"), scenario("chaos", "A", "1", "01", "001", "001"), scenario("chaos", "B", "1", "0001", "0001"), skipped, pinned,
		scenario("once", "A", "1"), scenario("unread", "A", "", ""),
	}}}}
	require.Equal(t, []Growth{
		{"chaos", []GrowthPoint{{1, 1}, {2, 3}, {3, 4}, {4, 4}}},
		{"agreement", []GrowthPoint{{1, 1}, {2, 1}}},
	}, NewPage(in, DefaultLimits).Growth)

	long := scenario("chaos", "A", slices.Repeat([]string{"1"}, 1001)...)
	points := NewPage(&Input{Results: []*results.Results{{Scenarios: []results.Scenario{long}}}}, DefaultLimits).Growth[0].Points
	require.LessOrEqual(t, len(points), mostPoints+1)
	require.Equal(t, 1001, points[len(points)-1].Seeds)
}
