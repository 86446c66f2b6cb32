package harness

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"reflect"
	"slices"
	"time"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// isNil reports whether an interface holds nothing, or a nil pointer.
func isNil(x any) bool {
	v := reflect.ValueOf(x)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

// drawn returns a duration in [0, most) that depends on the seed and the
// numbers only.
func (c *Cluster) drawn(most time.Duration, numbers ...int) time.Duration {
	h := fnv.New64a()
	fmt.Fprint(h, c.seed, numbers)
	return time.Duration(h.Sum64() % uint64(most))
}
