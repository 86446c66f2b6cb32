package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Growth is how many different states the clusters of a suite had been in, seed by seed.
type Growth struct {
	Suite string `json:"suite"`
	// Points are in the order of seeds. Of many seeds there are some.
	Points []GrowthPoint `json:"points"`
}

// GrowthPoint is how many States there were after so many Seeds.
type GrowthPoint struct {
	Seeds  int `json:"seeds"`
	States int `json:"states"`
}

// mostPoints is how many points a suite's growth has, and one more.
const mostPoints = 200

// growth returns the growth of the suites that ran with several seeds, those with most
// states first.
func (in *Input) growth() []Growth {
	all := []Growth{}
	suites := statesBySeed(in.Results)
	for _, suite := range slices.Sorted(maps.Keys(suites)) {
		if points := pointsOf(suites[suite]); len(points) > 1 {
			all = append(all, Growth{suite, points})
		}
	}
	most := func(g Growth) int { return g.Points[len(g.Points)-1].States }
	slices.SortStableFunc(all, func(a, b Growth) int { return cmp.Compare(most(b), most(a)) })
	return all
}

// statesBySeed returns what states the clusters of a suite were in with each seed.
func statesBySeed(all []*results.Results) map[string]map[uint64]steps.States {
	suites := map[string]map[uint64]steps.States{}
	for _, r := range all {
		for _, s := range r.Scenarios {
			if s.Skipped != "" || s.Pinned {
				continue
			}
			if suites[s.Suite] == nil {
				suites[s.Suite] = map[uint64]steps.States{}
			}
			bySeed := suites[s.Suite]
			for _, run := range s.Runs {
				bySeed[run.Seed] = bySeed[run.Seed].With(run.States)
			}
		}
	}
	return suites
}

// pointsOf returns how the states add up, none if there are none.
func pointsOf(bySeed map[uint64]steps.States) (points []GrowthPoint) {
	var sofar steps.States
	for i, seed := range slices.Sorted(maps.Keys(bySeed)) {
		sofar = sofar.With(bySeed[seed])
		if every := 1 + len(bySeed)/mostPoints; i%every == 0 || i == len(bySeed)-1 {
			points = append(points, GrowthPoint{i + 1, sofar.Count()})
		}
	}
	if sofar.Count() == 0 {
		return nil
	}
	return points
}
