package outcome

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/suites/steps"
)

// printStates writes how many different states the clusters of each suite were in, if
// their messages told.
func (o *Outcome) printStates(w io.Writer) {
	var all steps.States
	suites := map[string]steps.States{}
	for _, r := range o.Results {
		suites[r.Suite] = suites[r.Suite].With(r.States)
		all = all.With(r.States)
	}
	if all.Count() == 0 {
		return
	}
	var each []string
	for _, suite := range slices.Sorted(maps.Keys(suites)) {
		each = append(each, fmt.Sprintf("%s %d", suite, suites[suite].Count()))
	}
	fmt.Fprintf(w, "clusters were in about %d different states: %s\n", all.Count(), strings.Join(each, ", "))
}
