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
)

// A conviction is what the judge must say of a broken Raft.
type conviction struct {
	name   string
	in     harness.Scenario
	broken func(env raftiface.Env) breakage
	make   func(env raftiface.Env) (raftiface.Raft, error) // instead of broken
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
			r, _ := harness.RunSeed(t, c.implementation(), "broken", c.in, 1)
			require.NotNil(t, r.Failure, "it was not convicted")
			t.Logf("%.2fs\n%v", r.Wall.Seconds(), r.Failure)
			require.Equal(t, c.property, r.Failure.Property)
			for _, pattern := range c.says {
				require.Regexp(t, regexp.MustCompile(pattern), strings.Join(r.Failure.Facts, "\n"))
			}
		})
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
	for _, sc := range []harness.Scenario{commits, restarts, leaderAlone, elections, snapshots, batches, slowService} {
		r, _ := harness.RunSeed(t, raft.Implementation(), "broken", sc, 1)
		require.Nil(t, r.Failure, "%s: %v", sc.Name, r.Failure)
	}
}
