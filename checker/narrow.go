package checker

import (
	"slices"
	"time"
)

// narrow looks for the smallest part of a key's history that cannot be decided,
// after the whole could not: what was answered by from is legal, what was
// answered by to is not known to be. If it finds a part that is illegal, so is
// the whole, and it says so.
func narrow(k keyed, limits Limits) (from, to time.Duration, illegal bool) {
	cuts := returns(k.intervals)
	if len(cuts) == 0 {
		return 0, 0, false
	}
	share := Limits{Time: min(limits.Time, DefaultTime/4) / 16, Memory: limits.Memory}
	low, high := -1, len(cuts)-1 // cuts[low] is legal, cuts[high] undecided
	for high-low > 1 {
		mid := (low + high) / 2
		switch judge(intervals(before(k.ops, cuts[mid])), share) {
		case Ok:
			low = mid
		case Illegal:
			return 0, cuts[mid], true
		default:
			high = mid
		}
	}
	if low >= 0 {
		from = cuts[low]
	}
	return from, cuts[high], false
}

// returns lists the times at which answers came, in order.
func returns(all []interval) (at []time.Duration) {
	for _, v := range all {
		if !v.open {
			at = append(at, v.end)
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}
