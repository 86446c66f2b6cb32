package results

import "slices"

// An Entry is a line of a journal. Exactly one field is set.
type Entry struct {
	// Ask begins a journal: the seeds that are to be judged, if that is settled
	// beforehand.
	Ask *Ask `json:"ask,omitempty"`
	// Begin and End are around what is said of a batch of seeds. One that is
	// begun is to be judged.
	Begin *Seeds `json:"begin,omitempty"`
	End   *Seeds `json:"end,omitempty"`
	// Run is a run of a scenario, and Skip a test that skipped itself.
	Run     *RunOf    `json:"run,omitempty"`
	Skip    *Scenario `json:"skip,omitempty"`
	Problem *Problem  `json:"problem,omitempty"`
	// Regression is a cost that is worse than the baseline's.
	Regression *Regression `json:"regression,omitempty"`
}

// Ask are the seeds that are to be judged, none if only time is to tell.
type Ask struct {
	Schema string  `json:"schema"`
	Seeds  []Seeds `json:"seeds"`
}

// RunOf is a run and the scenario it is of, whose own Runs are empty.
type RunOf struct {
	Scenario
	Run Run `json:"run"`
}

// A Builder makes [Results] of entries. The zero value is ready to use.
type Builder struct {
	asked, complete []Seeds
	scenarios       map[[2]string]*Scenario // by package and test
	problems        []Problem
	regressions     []Regression
}

// Add takes in an entry. One that was taken in before changes nothing.
func (b *Builder) Add(e Entry) {
	switch {
	case e.Ask != nil:
		b.asked = append(b.asked, e.Ask.Seeds...)
	case e.Begin != nil:
		b.asked = append(b.asked, *e.Begin)
	case e.End != nil:
		b.complete = append(b.complete, *e.End)
	case e.Run != nil:
		b.addRun(e.Run.Scenario, e.Run.Run)
	case e.Skip != nil:
		b.scenario(*e.Skip)
	case e.Problem != nil:
		if !slices.Contains(b.problems, *e.Problem) {
			b.problems = append(b.problems, *e.Problem)
		}
	case e.Regression != nil:
		if !slices.Contains(b.regressions, *e.Regression) {
			b.regressions = append(b.regressions, *e.Regression)
		}
	}
}

// scenario returns the place for a scenario, named as by the one given.
func (b *Builder) scenario(s Scenario) *Scenario {
	key := [2]string{s.Package, s.Test}
	if b.scenarios == nil {
		b.scenarios = map[[2]string]*Scenario{}
	}
	if b.scenarios[key] == nil {
		s.Runs = []Run{}
		b.scenarios[key] = &s
	}
	return b.scenarios[key]
}

// addRun puts a run in its place by seed. Of two with the same seed the one that
// says worse stays.
func (b *Builder) addRun(of Scenario, run Run) {
	s := b.scenario(of)
	if s.Skipped != "" { // skipped in one process, run in another
		*s = of
		s.Runs = []Run{}
	}
	s.Replicas = max(s.Replicas, of.Replicas) // some scenarios have another size with every seed
	i, found := slices.BinarySearchFunc(s.Runs, run.Seed, func(r Run, seed uint64) int {
		switch {
		case r.Seed < seed:
			return -1
		case r.Seed > seed:
			return 1
		}
		return 0
	})
	switch {
	case !found:
		s.Runs = slices.Insert(s.Runs, i, run)
	case worseFirst(run, s.Runs[i]) < 0:
		s.Runs[i] = run
	}
}

// addResults takes in what another builder made.
func (b *Builder) addResults(r *Results) {
	b.asked = append(b.asked, r.Asked...)
	b.complete = append(b.complete, r.complete()...)
	for _, s := range r.Scenarios {
		b.scenario(s)
		for _, run := range s.Runs {
			b.addRun(s, run)
		}
	}
	for _, p := range r.Problems {
		b.Add(Entry{Problem: &p})
	}
	for _, g := range r.Regressions {
		b.Add(Entry{Regression: &g})
	}
}

// Results returns what there is so far.
func (b *Builder) Results() *Results {
	r := &Results{
		Asked: slices.Clone(b.asked), Scenarios: []Scenario{},
		Problems: append([]Problem{}, b.problems...), Regressions: slices.Clone(b.regressions),
	}
	for _, s := range b.scenarios {
		r.Scenarios = append(r.Scenarios, *s)
	}
	slices.SortFunc(r.Problems, compareProblems)
	slices.SortFunc(r.Regressions, compareRegressions)
	r.settle(b.complete)
	return r
}

// Merge puts results together, in whichever order and however often they come.
func Merge(all ...*Results) *Results {
	var b Builder
	for _, r := range all {
		b.addResults(r)
	}
	return b.Results()
}
