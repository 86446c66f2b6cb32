package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/plan"
	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/outcome"
)

// TestBrokenRafts has the gate judge every broken Raft there is: all of them at
// once, for the JUnit report, and then each as if it were alone.
func TestBrokenRafts(t *testing.T) {
	all := brokenEvents(t)
	path := filepath.Join(t.TempDir(), "junit.xml")
	r := judgeEvents(t, all, "-junit="+path)
	require.Equal(t, exitViolated, r.exit, r.errors)
	junit := readJUnit(t, path)

	expected := expectations(t, all)
	require.Greater(t, len(expected), 40)
	for test, property := range expected {
		t.Run(test, func(t *testing.T) {
			dir := t.TempDir()
			r := judgeEvents(t, only(t, all, test), "-o="+dir)
			require.Equal(t, exitViolated, r.exit, "%s%s", r.out, r.errors)

			found, err := results.Load(dir)
			require.NoError(t, err)
			require.Len(t, found.Fingerprints, 1)
			f := found.Fingerprints[0]
			require.Equal(t, property, string(f.Property))
			require.NotEmpty(t, f.Facts)
			require.True(t, strings.HasPrefix(f.Test, test+"/"), f.Test)

			message := junit[f.Test].Message
			require.Equal(t, f.Title(), message)
			require.Contains(t, message, property+" violated, first with seed 1")
			require.Contains(t, junit[f.Test].Text, property+" violated")

			annotations := strings.Count(r.out, "::error ")
			require.Equal(t, 1, annotations, r.out)
			require.Contains(t, r.out, "::error title="+escapeProperty(f.Title())+"::")
		})
	}
}

// TestBatchTellsWhatLooksLikeOneBug is of two scenarios that fail alike, in a batch,
// which prints nothing else that they said.
func TestBatchTellsWhatLooksLikeOneBug(t *testing.T) {
	var events strings.Builder
	for i, scenario := range []string{"Long", "Short"} {
		say := func(format string, args ...any) {
			fmt.Fprintf(&events, `{"Package":"p","Test":"T/s/%s",%s}`+"\n", scenario, fmt.Sprintf(format, args...))
		}
		say(`"Action":"attr","Key":"raftcheck.result","Value":"{\"Suite\":\"s\",\"Scenario\":\"%s\",\"Seed\":1,\"Replicas\":3,\"Failure\":{\"Property\":\"Panic\"}}"`, scenario)
		say(`"Action":"attr","Key":"raftcheck.clue","Value":"{\"Suite\":\"s\",\"Scenario\":\"%s\",\"Seed\":1,\"Shows\":\"panic in f\",\"Events\":%d}"`, scenario, 90-i)
		say(`"Action":"fail"`)
	}
	r := judgeEvents(t, []byte(events.String()), "-mode=batch", "-seeds=1")
	require.Equal(t, exitViolated, r.exit, r.errors)
	require.Contains(t, r.out, "  in 2 scenarios: panic in f\n    start with s/Short, seed 1: event 89 of its trace")
}

// TestBrokenRaftByProcess has the whole command judge one of them.
func TestBrokenRaftByProcess(t *testing.T) {
	t.Setenv(brokenEnv, "1")
	dir := t.TempDir()
	r := runWith(t, []string{"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "summary.md")},
		"-o="+dir, "-run=^TestBroken$/^a_second_vote$", broken)
	require.Equal(t, exitViolated, r.exit)
	require.Contains(t, r.out, "One Vote violated at ", "in full")
	require.Regexp(t, `what looks like one bug.*\n  in 1 scenario: .*\n    start with broken/Elections, seed 1: event \d+ of its trace`, r.out)
	require.Contains(t, r.out, "::error title=broken/Elections%3A One Vote violated%2C first with seed 1::")
	replay := "go test " + broken + " -run '^TestBroken$/^a_second_vote$/^Elections$' -count=1 -v -raft.seed=1"
	require.Contains(t, r.out, replay)
	page, err := os.ReadFile(filepath.Join(dir, "summary.md"))
	require.NoError(t, err)
	require.Contains(t, string(page), "## raftcheck: violated; seeds 1\n")
	require.Contains(t, string(page), replay)
	require.FileExists(t, filepath.Join(dir, artifactsName, "broken-Elections-seed1", "report.txt"))
	page, err = os.ReadFile(filepath.Join(dir, "report.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "One Vote")
}

// brokenEvents runs all broken Rafts once and returns what go test -json
// printed.
func brokenEvents(t *testing.T) []byte {
	command := exec.Command("go", "test", "-json", "-count=1", "-run=^TestBroken$", broken, "-raft.isolate", "-raft.artifacts="+t.TempDir())
	command.Env = append(os.Environ(), brokenEnv+"=1")
	out, err := command.Output()
	require.Error(t, err, "they all fail")
	return out
}

// judgeEvents runs the gate on events as if go test printed them now.
func judgeEvents(t *testing.T, events []byte, args ...string) ran {
	o, err := parseOptions(args, os.Stderr)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "events.jsonl")
	require.NoError(t, os.WriteFile(file, events, 0o666))
	cat := func(ctx context.Context, _ options, _ results.Seeds) (*exec.Cmd, error) {
		return exec.CommandContext(ctx, "cat", file), nil
	}
	var out, errs bytes.Buffer
	around := surroundings{&out, &errs, func(name string) string {
		return map[string]string{"GITHUB_ACTIONS": "true"}[name]
	}}
	r, err := judgeBy(t.Context(), &gate{options: o, shard: plan.Shard{Total: 1}, command: cat}, around)
	require.NoError(t, err)
	return ran{exitOf(r.Verdict), out.String(), errs.String()}
}

// each calls f with every event.
func each(t *testing.T, events []byte, f func(line []byte, e outcome.Event)) {
	for line := range bytes.Lines(events) {
		var e outcome.Event
		require.NoError(t, json.Unmarshal(line, &e))
		f(line, e)
	}
}

// expectations returns which property each broken Raft is to be convicted of,
// by its test.
func expectations(t *testing.T, events []byte) map[string]string {
	expected := map[string]string{}
	each(t, events, func(_ []byte, e outcome.Event) {
		if e.Action == "attr" && e.Key == "broken.expected" {
			expected[e.Test] = e.Value
		}
	})
	return expected
}

// only returns the events of one test, and of those around it.
func only(t *testing.T, events []byte, test string) (some []byte) {
	each(t, events, func(line []byte, e outcome.Event) {
		around := !strings.Contains(e.Test, "/")
		if around || e.Test == test || strings.HasPrefix(e.Test, test+"/") {
			some = append(some, line...)
		}
	})
	return some
}

// junitFailure is a failure in a JUnit report.
type junitFailure struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// readJUnit returns the failures of a report by test.
func readJUnit(t *testing.T, path string) map[string]junitFailure {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var report struct {
		Suites []struct {
			Cases []struct {
				Name    string        `xml:"name,attr"`
				Failure *junitFailure `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(data, &report))
	failures := map[string]junitFailure{}
	for _, suite := range report.Suites {
		for _, c := range suite.Cases {
			if c.Failure != nil {
				failures[c.Name] = *c.Failure
			}
		}
	}
	return failures
}
