package plan

import (
	"maps"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/results"
)

func TestShardsCoverARangeOnce(t *testing.T) {
	for _, total := range []int{1, 2, 3, 4, 7} {
		for _, count := range []uint64{1, 3, 4, 10, 100} {
			seen := map[uint64]int{}
			for index := range total {
				b := NewBatches(Range{5, count}, Shard{index, total})
				for seeds, ok := b.Next(time.Hour); ok; seeds, ok = b.Next(time.Hour) {
					mark(seen, seeds)
				}
				for _, seeds := range (Range{5, count}).Asked(Shard{index, total}) {
					mark(seen, seeds)
				}
			}
			require.Len(t, seen, int(count))
			for seed := range count {
				require.Equal(t, 2, seen[5+seed], "asked for once, and handed out once: seed %d of %d, %d shards", 5+seed, count, total)
			}
		}
	}
}

func mark(seen map[uint64]int, s results.Seeds) {
	for i := range s.Count {
		seen[s.First+i]++
	}
}

func TestShardsOfARangeWithoutEnd(t *testing.T) {
	seen := map[uint64]int{}
	for index := range 3 {
		b := NewBatches(Range{Base: 1}, Shard{index, 3})
		mine := map[uint64]int{}
		for len(mine) < 4*dealt {
			seeds, ok := b.Next(time.Hour)
			require.True(t, ok)
			mark(mine, seeds)
		}
		for seed := range mine {
			require.Equal(t, index, int((seed-1)/dealt)%3)
		}
		maps.Copy(seen, mine)
	}
	require.Len(t, seen, 3*4*dealt, "nobody has another's seed, and none is left out")
	require.Empty(t, Range{Base: 1}.Asked(Shard{0, 3}), "only time will tell")
}

func TestBatchesGrow(t *testing.T) {
	b := NewBatches(Range{1, 100}, Shard{0, 1})
	var sizes []uint64
	for seeds, ok := b.Next(0); ok; seeds, ok = b.Next(time.Hour) {
		b.Spent(time.Duration(seeds.Count) * time.Second)
		sizes = append(sizes, seeds.Count)
	}
	require.Equal(t, []uint64{1, 2, 4, 8, 16, 32, 37}, sizes)
}

func TestBatchesFitTheTime(t *testing.T) {
	b := NewBatches(Range{Base: 1}, Shard{0, 1})
	next := func(left, pace time.Duration) (uint64, bool) {
		seeds, ok := b.Next(left)
		b.Spent(time.Duration(seeds.Count) * pace)
		return seeds.Count, ok
	}
	size := func(left time.Duration) uint64 {
		n, ok := next(left, 10*time.Second)
		require.True(t, ok)
		return n
	}
	require.EqualValues(t, 1, size(0), "the plain run is always made")
	require.EqualValues(t, 2, size(time.Hour))
	require.EqualValues(t, 4, size(time.Hour))
	require.EqualValues(t, 3, size(35*time.Second), "what fits")
	require.EqualValues(t, 6, size(time.Hour))
	require.EqualValues(t, 12, size(time.Hour))
	require.EqualValues(t, 12, size(time.Hour), "no batch is longer than two minutes")
	_, ok := next(9*time.Second, 0)
	require.False(t, ok)
}

func TestAllIsOneBatch(t *testing.T) {
	b := NewBatches(Range{1, 10}, Shard{1, 3})
	seeds, ok := b.All()
	require.True(t, ok)
	require.Equal(t, results.Seeds{First: 5, Count: 4}, seeds)
	_, ok = b.All()
	require.False(t, ok)
	_, ok = NewBatches(Range{1, 2}, Shard{3, 4}).All()
	require.False(t, ok, "there are more shards than seeds")
}

func TestRangeHasAnEnd(t *testing.T) {
	require.NoError(t, Range{math.MaxUint64 - 2, 2}.Validate())
	require.Error(t, Range{math.MaxUint64 - 2, 3}.Validate())
}

func TestShardOfEnvironment(t *testing.T) {
	of := func(env map[string]string) (Shard, error) {
		return ShardOf(func(name string) string { return env[name] })
	}
	status := filepath.Join(t.TempDir(), "status")
	for _, c := range []struct {
		want Shard
		env  map[string]string
	}{
		{Shard{0, 1}, nil},
		{Shard{2, 4}, map[string]string{indexEnv: "2", totalEnv: "4", statusEnv: status}},
		{Shard{3, 4}, map[string]string{completionEnv: "3", totalEnv: "4"}},
		{Shard{1, 4}, map[string]string{completionEnv: "3", indexEnv: "1", totalEnv: "4"}},
	} {
		s, err := of(c.env)
		require.NoError(t, err)
		require.Equal(t, c.want, s, c.env)
	}
	_, err := os.Stat(status)
	require.NoError(t, err, "the status file is touched")
	for _, c := range []struct {
		says string
		env  map[string]string
	}{
		{"TEST_SHARD_INDEX or JOB_COMPLETION_INDEX is 2, but TEST_TOTAL_SHARDS is not set", map[string]string{indexEnv: "2"}},
		{"is 3, but TEST_TOTAL_SHARDS is not set", map[string]string{completionEnv: "3"}},
		{`from 0 to 3, for TEST_TOTAL_SHARDS is 4; got "4"`, map[string]string{indexEnv: "4", totalEnv: "4"}},
		{`got ""`, map[string]string{totalEnv: "4"}},
		{`TEST_TOTAL_SHARDS must be a number from 1 on, got "no"`, map[string]string{indexEnv: "0", totalEnv: "no"}},
		{"TEST_SHARD_STATUS_FILE: ", map[string]string{statusEnv: filepath.Join(t.TempDir(), "no", "where")}},
	} {
		_, err := of(c.env)
		require.ErrorContains(t, err, c.says)
	}
}
