package checker

import (
	"slices"
	"sort"
)

// stairs holds log indexes by term, strictly rising in both, and of what was
// added only that which can still answer a question. Correct terms rise with
// the indexes, so there is about one step a term.
type stairs[T any] struct {
	steps []stair[T]
}

type stair[T any] struct {
	term, index int
	value       T
}

// from returns the position of the first step of this term or a later one.
func (s *stairs[T]) from(term int) int {
	// Nearly every question is about the end.
	if n := len(s.steps); n == 0 || s.steps[n-1].term < term {
		return n
	}
	return sort.Search(len(s.steps), func(i int) bool { return s.steps[i].term >= term })
}

// addHighest adds a step for lastBelow: it is dropped if an earlier term has an
// index as high, and drops those of later terms that are no higher.
func (s *stairs[T]) addHighest(term, index int, value T) {
	i := s.from(term)
	if i > 0 && s.steps[i-1].index >= index || i < len(s.steps) && s.steps[i].term == term && s.steps[i].index >= index {
		return
	}
	j := i
	for j < len(s.steps) && s.steps[j].index <= index {
		j++
	}
	s.steps = slices.Replace(s.steps, i, j, stair[T]{term, index, value})
}

// lastBelow returns the highest index of all terms below term.
func (s *stairs[T]) lastBelow(term int) (stair[T], bool) {
	if i := s.from(term); i > 0 {
		return s.steps[i-1], true
	}
	return stair[T]{}, false
}

// addLowest adds a step for firstAbove: it is dropped if this or a later term
// has an index as low, and drops those of earlier terms that are no lower.
func (s *stairs[T]) addLowest(term, index int, value T) {
	i := s.from(term)
	if i < len(s.steps) && s.steps[i].index <= index {
		return
	}
	j := i
	if j < len(s.steps) && s.steps[j].term == term {
		j++
	}
	for i > 0 && s.steps[i-1].index >= index {
		i--
	}
	s.steps = slices.Replace(s.steps, i, j, stair[T]{term, index, value})
}

// firstAbove returns the lowest index of all terms above term.
func (s *stairs[T]) firstAbove(term int) (stair[T], bool) {
	if i := s.from(term + 1); i < len(s.steps) {
		return s.steps[i], true
	}
	return stair[T]{}, false
}
