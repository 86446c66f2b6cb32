package results

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// String returns the seeds as "7" or "7–9".
func (s Seeds) String() string {
	if s.Count == 1 {
		return fmt.Sprint(s.First)
	}
	return fmt.Sprintf("%d–%d", s.First, s.end()-1)
}

// Text returns ranges of seeds as people write them.
func Text(all []Seeds) string {
	var text []string
	for _, s := range all {
		text = append(text, s.String())
	}
	return strings.Join(text, ", ")
}

// end is the first seed that is not among them.
func (s Seeds) end() uint64 { return s.First + s.Count }

// joined returns the same seeds in as few ranges as possible, in order.
func joined(all []Seeds) []Seeds {
	sorted := slices.SortedFunc(slices.Values(all), func(a, b Seeds) int { return cmp.Compare(a.First, b.First) })
	out := []Seeds{}
	for _, s := range sorted {
		last := len(out) - 1
		switch {
		case s.Count == 0:
		case last >= 0 && s.First <= out[last].end():
			out[last].Count = max(out[last].end(), s.end()) - out[last].First
		default:
			out = append(out, s)
		}
	}
	return out
}

// without returns the seeds of one that the other does not have. Both are
// joined.
func without(all, some []Seeds) (left []Seeds) {
	for _, s := range all {
		for _, hole := range some {
			if hole.end() <= s.First || hole.First >= s.end() {
				continue
			}
			if hole.First > s.First {
				left = append(left, Seeds{s.First, hole.First - s.First})
			}
			rest := max(s.end(), hole.end()) - hole.end()
			s = Seeds{s.end() - rest, rest}
		}
		if s.Count > 0 {
			left = append(left, s)
		}
	}
	return left
}
