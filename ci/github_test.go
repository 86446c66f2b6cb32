package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/ci/results"
)

// violations returns results with so many kinds of violations.
func violations(n int) *results.Results {
	var b results.Builder
	b.Add(results.Entry{Begin: &results.Seeds{First: 1, Count: 1}})
	for i := range n {
		name := fmt.Sprintf("S%04d", i)
		b.Add(results.Entry{Run: &results.RunOf{
			Scenario: results.Scenario{Package: "p", Test: "T/" + name, Suite: "s", Scenario: name},
			Run:      results.Run{Seed: 1, Failure: &results.Failure{Property: checker.ElectionSafety, Facts: []string{"100% wrong:\n```two leaders", strings.Repeat("x", 1000)}}},
		}})
	}
	b.Add(results.Entry{End: &results.Seeds{First: 1, Count: 1}})
	return b.Results()
}

func TestAnnotationsAreEscapedAndFew(t *testing.T) {
	var out bytes.Buffer
	annotate(&out, violations(12))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 10)
	require.Regexp(t, `^::error title=s/S0000%3A Election Safety violated%2C first with seed 1::100%25 wrong:%0A`+"```"+`two leaders%0Ax+%0Aonce; replay: go test p -run '\^T\$/\^S0000\$' -count=1 -v -raft.seed=1$`, lines[0])
	out.Reset()
	r := violations(0)
	r.Problems = []results.Problem{{Kind: buildFailed, Package: "p", Text: "undefined: x"}}
	annotate(&out, r)
	require.Equal(t, "::error title=build failed%3A p::undefined: x\n", out.String())
}

func TestSummaryFitsIntoAMebibyte(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary.md")
	small := summary(violations(2))
	require.NoError(t, appendSummary(path, small))
	page, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, small, string(page))
	require.Equal(t, 0, strings.Count(small, "```")%2, "what failed does not end its block")

	large := summary(violations(9000))
	require.Greater(t, len(large), 1<<20)
	require.NoError(t, appendSummary(path, large))
	page, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Less(t, len(page), 1<<20)
	require.Greater(t, len(page), 1<<19)
	require.True(t, strings.HasPrefix(string(page), small), "what was there stays")
	require.True(t, strings.HasSuffix(string(page), cutShort))
}
