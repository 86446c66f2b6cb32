package broken

import (
	"flag"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A conviction is what the judge must say of a broken Raft.
type conviction struct {
	name   string
	in     harness.Scenario
	broken func(env raftiface.Env) breakage
	make   func(env raftiface.Env) (raftiface.Raft, error) // instead of broken
	// unread says that nobody understands its messages, so that it is judged by what
	// comes of them.
	unread bool
	// hangs says that it holds up virtual time. The judge is not given as long
	// as usual to be sure of that.
	hangs    bool
	property checker.Property
	// says are patterns that the failure's text must have a match for.
	says []string
}

func (c conviction) implementation() raftiface.Implementation {
	impl := implementation(c.broken)
	if c.make != nil {
		impl.Make = c.make
	}
	impl.Features.ReadIndex = c.in.Needs.ReadIndex
	if c.unread {
		impl.Translate = func(string, any, bool) (m raftiface.Message, ok bool) { return m, false }
	}
	impl.Features.LeaderTransfer = c.in.Needs.LeaderTransfer
	return impl
}

// convict runs each broken Raft through its story, and the reference through
// the same one, which must pass.
func convict(t *testing.T, all []conviction) {
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			if c.hangs {
				patience(t, "300ms")
			}
			r, evidence := harness.RunSeed(t, c.implementation(), "broken", c.in, 1)
			require.NotNil(t, r.Failure, "it was not convicted")
			marked(t, r, evidence)
			t.Logf("%.2fs\n%v", r.Wall.Seconds(), r.Failure)
			require.Equal(t, c.property, r.Failure.Property)
			for _, pattern := range c.says {
				require.Regexp(t, regexp.MustCompile(pattern), strings.Join(r.Failure.Facts, "\n"))
			}
		})
	}
}

// marked fails the test unless the run's timeline begins at what contradicts
// what: the facts of an oracle, or the operations that cannot all be true.
func marked(t *testing.T, r harness.Result, evidence *harness.Evidence) {
	moment := evidence.RunFile(r, "").Moment
	if moment == nil {
		require.Zero(t, r.Failure.At, "no moment is marked")
		return
	}
	require.NotEmpty(t, moment.Why)
	require.LessOrEqual(t, moment.At, r.Failure.At)
	switch {
	case r.Failure.Property == world.Linearizability:
		require.NotEmpty(t, moment.Operations)
	case r.Failure.Property.Claim() != "" && len(r.Failure.Facts) > 1:
		require.NotEmpty(t, moment.Facts)
		require.Equal(t, moment.At, moment.Facts[len(moment.Facts)-1].At, "the fact that completes the contradiction")
	}
}

// patience sets how long time may stand still.
func patience(t *testing.T, d string) {
	f := flag.Lookup("raft.patience")
	before := f.Value.String()
	require.NoError(t, f.Value.Set(d))
	t.Cleanup(func() { require.NoError(t, f.Value.Set(before)) })
}

func TestTheReferencePasses(t *testing.T) {
	for _, sc := range []harness.Scenario{commits, restarts, leaderAlone, elections, snapshots, batches, slowService, backlog} {
		r, _ := harness.RunSeed(t, raft.Implementation(), "broken", sc, 1)
		require.Nil(t, r.Failure, "%s: %v", sc.Name, r.Failure)
	}
}
