package harness

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/suites/world"
)

func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := newProgress("chaos/Swarm", 100)
	p.out, p.begin, p.end, p.every = &out, "", "\n", time.Hour
	p.began = time.Now().Add(-time.Second)
	p.ran(Result{})
	require.Empty(t, out.String(), "what is quick shows nothing")

	p.next = time.Now()
	for _, property := range []checker.Property{checker.LogMatching, checker.ElectionSafety, checker.ElectionSafety} {
		p.ran(Result{Failure: &world.Failure{Property: property}})
	}
	require.Regexp(t, `^chaos/Swarm: 2 of 100 seeds, \d\.\d a second; failed: 1 × Log Matching\n$`, out.String(), "one line for a long time")
	require.Equal(t, "chaos/Swarm: 4 of 100 seeds, 2.0 a second; failed: 2 × Election Safety, 1 × Log Matching", p.line(p.began.Add(2*time.Second)))
	p.failures = nil
	require.Equal(t, "chaos/Swarm: 4 of 100 seeds, 2.0 a second, none failed", p.line(p.began.Add(2*time.Second)))
}
