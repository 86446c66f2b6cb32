package suites

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/agreement"
	"github.com/raftcheck/raftcheck/suites/chaos"
	"github.com/raftcheck/raftcheck/suites/election"
	"github.com/raftcheck/raftcheck/suites/explore"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/leadership"
	"github.com/raftcheck/raftcheck/suites/membership"
	"github.com/raftcheck/raftcheck/suites/persistence"
	"github.com/raftcheck/raftcheck/suites/reads"
	"github.com/raftcheck/raftcheck/suites/service"
	"github.com/raftcheck/raftcheck/suites/snapshot"
	"github.com/raftcheck/raftcheck/suites/stalls"
	"github.com/raftcheck/raftcheck/suites/transfer"
	"github.com/raftcheck/raftcheck/suites/unreliable"
)

// All returns the suites, in the order in which Run runs them.
func All() []harness.Suite {
	return []harness.Suite{
		election.Suite,
		leadership.Suite,
		transfer.Suite,
		membership.Suite,
		agreement.Suite,
		persistence.Suite,
		unreliable.Suite,
		snapshot.Suite,
		reads.Suite,
		service.Suite,
		chaos.Suite,
		explore.Suite,
		stalls.Suite,
	}
}

// An Option changes what [Run] does.
type Option func(*options)

type options struct {
	only        []string
	conformance string
}

// Only runs the named suites and no others.
func Only(names ...string) Option {
	return func(o *options) { o.only = append(o.only, names...) }
}

// Run judges an implementation by all suites. It fails t for an implementation
// that cannot be run and for the name of a suite that does not exist.
func Run(t *testing.T, impl raftiface.Implementation, opts ...Option) {
	t.Helper()
	chosen, err := choose(opts)
	if err != nil {
		t.Fatal(err)
	}
	path := conformancePath(opts)
	if err := removeReport(path); err != nil {
		t.Fatal(err)
	}
	var records []*harness.Record
	for _, s := range chosen {
		t.Run(s.Name, func(t *testing.T) { records = append(records, harness.Run(t, impl, s)...) })
	}
	if err := writeReport(path, NewReport(impl, records)); err != nil {
		t.Error(err)
	}
}

func collect(opts []Option) (o options) {
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

func choose(opts []Option) ([]harness.Suite, error) {
	o := collect(opts)
	all := All()
	if o.only == nil {
		return all, nil
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
	}
	for _, name := range o.only {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("suites: there is no suite %q; there are %s", name, strings.Join(names, ", "))
		}
	}
	return slices.DeleteFunc(all, func(s harness.Suite) bool { return !slices.Contains(o.only, s.Name) }), nil
}
