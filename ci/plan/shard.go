package plan

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
)

// A Shard is the part of the work that a process does: number Index, from 0 on,
// of Total.
type Shard struct{ Index, Total int }

// The environment variables that say which shard this is. The first three are
// Bazel's protocol; a pod of a Kubernetes Indexed Job has the last one in place
// of the first.
const (
	indexEnv      = "TEST_SHARD_INDEX"
	totalEnv      = "TEST_TOTAL_SHARDS"
	statusEnv     = "TEST_SHARD_STATUS_FILE"
	completionEnv = "JOB_COMPLETION_INDEX"
)

// ShardOf returns the shard that the environment asks for, by default the only
// one, and tells who asked that it was understood.
func ShardOf(getenv func(string) string) (Shard, error) {
	if path := getenv(statusEnv); path != "" {
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			return Shard{}, fmt.Errorf("%s: %w", statusEnv, err)
		}
	}
	total := getenv(totalEnv)
	if total == "" {
		if index := cmp.Or(getenv(indexEnv), getenv(completionEnv)); index != "" { // or each would do it all
			return Shard{}, fmt.Errorf("%s or %s is %s, but %s is not set", indexEnv, completionEnv, index, totalEnv)
		}
		return Shard{0, 1}, nil
	}
	s := Shard{}
	var err error
	if s.Total, err = strconv.Atoi(total); err != nil || s.Total < 1 {
		return Shard{}, fmt.Errorf("%s must be a number from 1 on, got %q", totalEnv, total)
	}
	index := cmp.Or(getenv(indexEnv), getenv(completionEnv))
	if s.Index, err = strconv.Atoi(index); err != nil || s.Index < 0 || s.Index >= s.Total {
		return Shard{}, fmt.Errorf("%s or %s must be a number from 0 to %d, for %s is %d; got %q", indexEnv, completionEnv, s.Total-1, totalEnv, s.Total, index)
	}
	return s, nil
}
