package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/raftcheck/raftcheck/ci/plan"
	"github.com/raftcheck/raftcheck/ci/results"
)

// merge puts the results of several processes together.
func merge(_ context.Context, args []string, around surroundings) (*results.Results, error) {
	flags := flag.NewFlagSet("ci merge", flag.ContinueOnError)
	flags.SetOutput(around.stderr)
	flags.Usage = func() {
		fmt.Fprintln(around.stderr, "usage: ci merge [flags] DIR ...\nEach DIR is one that -o named, or a file in it.")
		flags.PrintDefaults()
	}
	var o outputs
	file := flags.String("o", "", "`file` for the merged results.json")
	flags.StringVar(&o.baseline, "baseline", "", "`file` with costs that must not become worse")
	flags.BoolVar(&o.timings, "timings", true, "keep real time; without it, the same seeds give the same bytes")
	var asked plan.Range
	flags.Uint64Var(&asked.Base, "seed", 1, "base `seed` of all shards")
	flags.Uint64Var(&asked.Count, "seeds", 0, "`number` of seeds of all shards together, so that a shard that left nothing is missed")
	o.facts = true
	if err := flags.Parse(args); err != nil {
		return nil, usage(err)
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return nil, errUsage
	}
	if err := asked.Validate(); err != nil {
		fmt.Fprintln(around.stderr, "ci:", err)
		return nil, errUsage
	}
	all := []*results.Results{nothingOf(asked)}
	for _, path := range flags.Args() {
		r, err := results.Load(path)
		if err != nil {
			return nil, fmt.Errorf("merge: %w", err)
		}
		all = append(all, r)
	}
	o.file = *file
	r := results.Merge(all...)
	return r, o.write(r, around)
}

// nothingOf returns the results of a process that judged none of the seeds.
func nothingOf(asked plan.Range) *results.Results {
	var b results.Builder
	b.Add(results.Entry{Ask: &results.Ask{Schema: results.Schema, Seeds: asked.Asked(plan.Shard{Total: 1})}})
	return b.Results()
}
