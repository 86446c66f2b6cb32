package harness

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/excerpt"
	"github.com/raftcheck/raftcheck/suites/world"
)

// reducedFile is the file with a [Reduced] scenario, among its artifacts.
const reducedFile = "schedule.json"

// storyLines is how many lines a story has at most: a screen.
const storyLines = 40

// reduced looks for a smaller scenario, writes what it leaves beside the
// artifacts of the whole one, and tells its story. It is empty if the scenario
// cannot be reduced.
func (e *Evidence) reduced(t *testing.T, impl raftiface.Implementation, suite string, r Result, dir string) string {
	if e.scenario.Reduce == nil || *shrinkFlag <= 0 {
		return ""
	}
	begin := time.Now()
	spent := func() bool { return time.Since(begin) > *shrinkFlag }
	found := e.scenario.Reduce(Reduction{Failure: *r.Failure, Spent: spent, Fails: func(candidate Scenario) *world.Account {
		if !impl.Takes(candidate.Replicas) {
			return nil
		}
		result, evidence := runSeed(t, impl, suite, candidate, *candidate.Seed, false)
		if !sameProperty(result, r) {
			return nil
		}
		return evidence.account
	}})
	again, evidence := runSeed(t, impl, suite, found.Scenario, *found.Scenario.Seed, true)
	if !sameProperty(again, r) {
		return fmt.Sprintf("\n  shrunk:    %s; but that does not replay", found.Summary)
	}
	return evidence.tellReduced(t, again, found, filepath.Join(dir, "shrunk"), time.Since(begin))
}

func (e *Evidence) tellReduced(t *testing.T, r Result, found Reduced, dir string, took time.Duration) string {
	schedule := filepath.Join(dir, reducedFile)
	replay := fmt.Sprintf("%s %s=%s", ReplayCommand(path.Dir(t.Name())+"/"+found.Test, r.Seed), found.Flag, schedule)
	var b strings.Builder
	fmt.Fprintf(&b, "\n  shrunk:    %s, in %.1f s\n  replay:    %s\n  story:", found.Summary, took.Seconds(), replay)
	story := e.story(r, storyLines)
	for _, line := range story {
		fmt.Fprintf(&b, "\n    %s", line)
	}
	err := e.writeTo(dir, e.RunFile(r, replay), strings.TrimLeft(b.String(), "\n"),
		excerpt.Section{Title: "Story", Text: strings.Join(story, "\n")}, excerpt.Section{Title: reducedFile, Text: string(found.Content)})
	if err == nil {
		err = writeFile(schedule, content(found.Content))
	}
	if err != nil {
		fmt.Fprintf(&b, "\n  artifacts: could not be written: %v", err)
	}
	return b.String()
}
