package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// collected returns what the collector makes of events of one package.
func collected(t *testing.T, events ...string) *results.Results {
	var b results.Builder
	b.Add(results.Entry{Begin: &results.Seeds{First: 1, Count: 1}})
	c := newCollector(func(e results.Entry) error { b.Add(e); return nil })
	_, err := outcome.Read(strings.NewReader(strings.Join(events, "\n")), c.see)
	require.NoError(t, err)
	b.Add(results.Entry{End: &results.Seeds{First: 1, Count: 1}})
	return b.Results()
}

func event(action, test string) string {
	return fmt.Sprintf(`{"Action":%q,"Package":"p","Test":%q}`, action, test)
}

func output(test, text string) string {
	return fmt.Sprintf(`{"Action":"output","Package":"p","Test":%q,"Output":%q}`, test, text)
}

// result is the event for a run of scenario A; a property is one it violated.
func result(t *testing.T, property string) string { return resultOf(t, property, false) }

func resultOf(t *testing.T, property string, known bool) string {
	r := harness.Result{Suite: "s", Scenario: "A", Seed: 1, Replicas: 3, Known: known}
	if property != "" {
		r.Failure = &world.Failure{Facts: []string{"a fact"}}
		require.NoError(t, json.Unmarshal([]byte(fmt.Sprintf("%q", property)), &r.Failure.Property))
	}
	value, err := json.Marshal(r)
	require.NoError(t, err)
	line, err := json.Marshal(map[string]string{"Action": "attr", "Package": "p", "Test": "T/A", "Key": harness.ResultAttr, "Value": string(value)})
	require.NoError(t, err)
	return string(line)
}

func TestCollectPass(t *testing.T) {
	r := collected(t, event("run", "T"), event("run", "T/A"), result(t, ""), event("pass", "T/A"), event("pass", "T"), event("pass", ""))
	require.Equal(t, results.Passed, r.Verdict)
	require.Equal(t, "s/A", r.Scenarios[0].Name())
}

func TestCollectViolationOnce(t *testing.T) {
	r := collected(t, event("run", "T"), event("run", "T/A"), result(t, "Election Safety"), event("fail", "T/A"), event("fail", "T"), event("fail", ""))
	require.Equal(t, results.Violated, r.Verdict)
	require.Len(t, r.Fingerprints, 1)
	require.Empty(t, r.Problems, "all that failed, failed for that")
}

func TestCollectKnownIssue(t *testing.T) {
	r := collected(t, event("run", "T"), event("run", "T/A"), resultOf(t, "Election Safety", true), event("pass", "T/A"), event("pass", "T"), event("pass", ""))
	require.Equal(t, results.Passed, r.Verdict)
	require.True(t, r.Scenarios[0].Runs[0].Known)
}

// A test that fails though all its failures are known does so for something else.
func TestCollectKnownIssueThatIsNotAll(t *testing.T) {
	r := collected(t, event("run", "T/A"), resultOf(t, "Election Safety", true), output("T/A", "another is outdated\n"), event("fail", "T/A"), event("fail", ""))
	require.Equal(t, results.NotJudged, r.Verdict)
	require.Equal(t, []results.Problem{{Kind: testFailed, Package: "p", Test: "T/A", Text: "another is outdated"}}, r.Problems)
}

func TestCollectUndecided(t *testing.T) {
	for _, property := range []string{"Undecided", "Harness"} {
		r := collected(t, event("run", "T/A"), result(t, property), event("fail", "T/A"), event("fail", ""))
		require.Equal(t, results.NotJudged, r.Verdict, property)
	}
}

func TestCollectSkip(t *testing.T) {
	r := collected(t, event("run", "T/B"), output("T/B", "=== RUN   T/B\n"), output("T/B", "needs PreVote\n"), output("T/B", "--- SKIP: T/B (0.00s)\n"), event("skip", "T/B"),
		event("run", "T/A"), result(t, ""), event("pass", "T/A"), event("pass", ""))
	require.Equal(t, results.Passed, r.Verdict)
	require.Equal(t, results.Scenario{Package: "p", Test: "T/B", Skipped: "needs PreVote", Runs: []results.Run{}}, r.Scenarios[1])
}

func TestCollectProblems(t *testing.T) {
	for name, c := range map[string]struct {
		want   results.Problem
		events []string
	}{
		"a test without a scenario": {
			results.Problem{Kind: testFailed, Package: "p", Test: "T", Text: "it is wrong"},
			[]string{event("run", "T"), output("T", "it is wrong\n"), output("T", "--- FAIL: T (0.00s)\n"), event("fail", "T"), event("fail", "")},
		},
		"an unexpected pass": {
			results.Problem{Kind: testFailed, Package: "p", Test: "T/A", Text: "declared as a known issue"},
			[]string{event("run", "T"), event("run", "T/A"), result(t, ""), output("T/A", "declared as a known issue\n"), event("fail", "T/A"), event("fail", "T"), event("fail", "")},
		},
		"a process that died": {
			results.Problem{Kind: packageFailed, Package: "p", Text: "panic: oh no"},
			[]string{event("run", "T"), event("run", "T/A"), output("T/A", "panic: oh no\n"), output("", "FAIL\tp\t0.1s\n"), event("fail", "")},
		},
		"code that does not build": {
			results.Problem{Kind: buildFailed, Package: "p [p.test]", Text: "undefined: x"},
			[]string{`{"Action":"build-output","ImportPath":"p [p.test]","Output":"undefined: x\n"}`, `{"Action":"build-fail","ImportPath":"p [p.test]"}`,
				`{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}`},
		},
	} {
		r := collected(t, c.events...)
		require.Equal(t, []results.Problem{c.want}, r.Problems, name)
		require.Equal(t, results.NotJudged, r.Verdict)
	}
}

func TestCollectViolationBeforeTheProcessDied(t *testing.T) {
	r := collected(t, event("run", "T/A"), result(t, "Election Safety"), output("T/A", "fatal error: out of luck\n"), event("fail", ""))
	require.Equal(t, results.Violated, r.Verdict)
	require.Len(t, r.Problems, 1)
}
