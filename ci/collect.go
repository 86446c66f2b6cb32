package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/outcome"
)

// The kinds of problems.
const (
	buildFailed   = "build failed"
	packageFailed = "package failed"
	testFailed    = "test failed"
	goTestFailed  = "go test failed"
)

// A collector makes entries of what go test -json prints for one batch.
type collector struct {
	add   func(results.Entry) error
	tests map[string]map[string]*testState // by package and test
	text  map[string]string                // what was printed, by the event's name
}

// testState is what is known of a test that has begun.
type testState struct {
	violated      bool // by a run that is no known issue
	failed, ended bool
}

func newCollector(add func(results.Entry) error) *collector {
	return &collector{add, map[string]map[string]*testState{}, map[string]string{}}
}

// see takes in an event.
func (c *collector) see(e outcome.Event) error {
	if e.IsText() {
		c.text[e.Name()] = lastOf(c.text[e.Name()] + e.Output)
	}
	switch {
	case e.Action == "build-fail":
		return c.problem(buildFailed, e.ImportPath, "", c.text[e.Name()])
	case e.Test == "" && e.Ends():
		return c.endPackage(e)
	case e.Test == "":
		return nil
	}
	t := c.test(e.Package, e.Test)
	switch {
	case e.Action == "attr":
		return c.result(t, e)
	case e.Ends():
		t.ended, t.failed = true, e.Action == "fail"
		return c.endTest(t, e)
	}
	return nil
}

func (c *collector) test(pkg, name string) *testState {
	if c.tests[pkg] == nil {
		c.tests[pkg] = map[string]*testState{}
	}
	if c.tests[pkg][name] == nil {
		c.tests[pkg][name] = &testState{}
	}
	return c.tests[pkg][name]
}

// result passes a run on.
func (c *collector) result(t *testState, e outcome.Event) error {
	r, ok, err := e.Result()
	if err != nil || !ok {
		return err
	}
	t.violated = t.violated || r.Failure != nil && !r.Known
	return c.add(results.Entry{Run: &results.RunOf{
		Scenario: results.Scenario{Package: e.Package, Test: e.Test, Suite: r.Suite, Scenario: r.Scenario, Replicas: r.Replicas, Pinned: r.Pinned},
		Run:      results.NewRun(r),
	}})
}

// endTest says why a test failed, if that was neither a run nor a test within.
func (c *collector) endTest(t *testState, e outcome.Event) error {
	explained := t.violated || c.failedWithin(e.Package, e.Test)
	text := saidOf(c.text[e.Name()])
	switch {
	case e.Action == "skip":
		return c.add(results.Entry{Skip: &results.Scenario{Package: e.Package, Test: e.Test, Skipped: text}})
	case t.failed && !explained:
		return c.problem(testFailed, e.Package, e.Test, text)
	}
	return nil
}

func (c *collector) failedWithin(pkg, test string) bool {
	for name, t := range c.tests[pkg] {
		if strings.HasPrefix(name, test+"/") && (t.failed || !t.ended) {
			return true
		}
	}
	return false
}

// endPackage says why a package failed, if that was not one of its tests: the
// process died, and tests did not come to their end.
func (c *collector) endPackage(e outcome.Event) error {
	explained, died := e.FailedBuild != "", false
	var text string
	tests := c.tests[e.Package]
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		t := tests[name]
		explained = explained || t.failed
		if !t.ended {
			died = true
			text += c.text[e.Package+" "+name]
		}
	}
	if e.Action == "fail" && (died || !explained) {
		return c.problem(packageFailed, e.Package, "", saidOf(lastOf(text+c.text[e.Package])))
	}
	return nil
}

func (c *collector) problem(kind, pkg, test, text string) error {
	return c.add(results.Entry{Problem: &results.Problem{Kind: kind, Package: pkg, Test: test, Text: strings.TrimSpace(text)}})
}

// maxText is how much is kept of what a test printed.
const maxText = 8 << 10

// lastOf returns the end of a text that is too long.
func lastOf(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[len(text)-maxText:], "")
}

// saidOf returns a text without the lines in which package testing says that
// something failed, and after how long.
func saidOf(text string) string {
	var said strings.Builder
	for line := range strings.Lines(text) {
		if !outcome.IsVerdict(line) {
			said.WriteString(line)
		}
	}
	return strings.TrimSpace(said.String())
}
