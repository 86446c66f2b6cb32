package outcome

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/suites/harness"
)

// Alike are scenarios whose failures show the same: most likely one bug.
type Alike struct {
	Shows string
	// Clues are one of each scenario, those of the shortest runs first.
	Clues []harness.Clue
}

func (o *Outcome) addClue(e Event) error {
	var c harness.Clue
	if err := json.Unmarshal([]byte(e.Value), &c); err != nil {
		return fmt.Errorf("%s: the clue is not JSON: %w", e.Name(), err)
	}
	o.Clues = append(o.Clues, c)
	return nil
}

// AlikeOf puts the clues together that show the same, those of most scenarios first.
func AlikeOf(clues []harness.Clue) (all []Alike) {
	shorter := slices.Clone(clues)
	slices.SortStableFunc(shorter, func(a, b harness.Clue) int { return cmp.Compare(length(a), length(b)) })
	for _, c := range shorter {
		i := slices.IndexFunc(all, func(a Alike) bool { return a.Shows == c.Shows })
		if i < 0 {
			i, all = len(all), append(all, Alike{Shows: c.Shows})
		}
		same := func(other harness.Clue) bool { return other.Suite == c.Suite && other.Scenario == c.Scenario }
		if !slices.ContainsFunc(all[i].Clues, same) {
			all[i].Clues = append(all[i].Clues, c)
		}
	}
	slices.SortStableFunc(all, func(a, b Alike) int { return -cmp.Compare(len(a.Clues), len(b.Clues)) })
	return all
}

// length is how much there is to read. Nobody knows of a run whose process died.
func length(c harness.Clue) int {
	if c.Events == 0 {
		return math.MaxInt
	}
	return c.Events
}

// String says which scenarios look like one bug, and where to start reading.
func (a Alike) String() string {
	c := a.Clues[0]
	s := fmt.Sprintf("in %s: %s\n  start with %s/%s, seed %d", Scenarios(len(a.Clues)), a.Shows, c.Suite, c.Scenario, c.Seed)
	if c.Events > 0 {
		s += fmt.Sprintf(": event %d of its trace, at %.6fs", c.Events, c.At.Seconds())
	}
	return s
}

// PrintAlike writes which failures look like one bug; nothing if none left a clue.
func (o *Outcome) PrintAlike(w io.Writer) {
	all := AlikeOf(o.Clues)
	if len(all) == 0 {
		return
	}
	fmt.Fprintln(w, "what looks like one bug each, by the first wrong step, or by where it panicked or hung:")
	for _, a := range all {
		fmt.Fprintf(w, "  %s\n", strings.ReplaceAll(a.String(), "\n", "\n  "))
	}
}

// Scenarios names a number of scenarios.
func Scenarios(n int) string {
	if n == 1 {
		return "1 scenario"
	}
	return fmt.Sprint(n, " scenarios")
}
