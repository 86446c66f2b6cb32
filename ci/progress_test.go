package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
)

func entryOf(suite, scenario, property string) results.Entry {
	e := results.Entry{Run: &results.RunOf{Scenario: results.Scenario{Suite: suite, Scenario: scenario}, Run: results.Run{Seed: 3}}}
	if property != "" {
		e.Run.Run.Failure = &results.Failure{Facts: []string{property}, Property: "Election Safety"}
	}
	return e
}

func TestLiveTableIsRedrawnInPlace(t *testing.T) {
	now := time.Unix(0, 0)
	var out bytes.Buffer
	l := &liveTable{w: &out, now: func() time.Time { return now }, began: now}
	l.add(results.Entry{Begin: &results.Seeds{First: 3, Count: 2}})
	require.Equal(t, "seeds 3–4: 0 runs, 0 failed, 0 s\nsuite          runs failed  latest\n", out.String())
	out.Reset()
	l.add(entryOf("election", "A", ""))
	require.Empty(t, out.String(), "too soon")
	now = now.Add(time.Second)
	l.add(entryOf("reads", strings.Repeat("long", 30), "x"))
	lines := strings.Split(out.String(), "\n")
	require.Equal(t, "\x1b[2A\x1b[Jseeds 3–4: 2 runs, 1 failed, 1 s", lines[0])
	require.Equal(t, "election          1      0  A", lines[2])
	require.Regexp(t, `^reads             1      1  FAILED (long)+`, lines[3])
	require.Len(t, []rune(lines[3]), liveWidth)
	out.Reset()
	l.end()
	require.Equal(t, "\x1b[4A\x1b[J", out.String())
}

func TestLinesComeNowAndThen(t *testing.T) {
	now := time.Unix(0, 0)
	var out bytes.Buffer
	l := &lines{w: &out, now: func() time.Time { return now }, began: now}
	l.add(results.Entry{Begin: &results.Seeds{First: 1, Count: 1}})
	for range 59 {
		now = now.Add(time.Second)
		l.add(entryOf("election", "A", ""))
	}
	require.Equal(t, "ci:    0 s: 0 runs, 0 failed; now seeds 1 \nci:   30 s: 30 runs, 0 failed; now seeds 1 election/A\n", out.String())
}

func TestNoLiveTableButOnATerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer null.Close()
	file, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	defer file.Close()
	for _, f := range []*os.File{null, file} {
		require.IsType(t, &lines{}, newProgress(surroundings{f, f, os.Getenv}))
	}
}
