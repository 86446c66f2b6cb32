package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/child"
	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/internal/process"
)

// judge runs the stories, one after the other, and tells what comes of each. program gets
// the report for programs, if it is asked for.
func judge(ctx context.Context, o options, people, program io.Writer) (trial.Verdict, error) {
	temp, err := process.NewTemp("raftcheck-maelstrom-")
	if err != nil {
		return "", err
	}
	defer temp.Remove(false)
	r := newReport(o, people)
	for seed := o.seed; seed < o.seed+uint64(o.seeds); seed++ {
		for _, story := range o.stories {
			if story.Skip != "" {
				if seed == o.seed {
					r.skip(story)
				}
				continue
			}
			record, err := o.try(ctx, story, seed, filepath.Join(temp.Dir, fmt.Sprint(story.Name, seed)), r.idle == nil, r.scale)
			if err != nil {
				return "", err
			}
			if err := r.add(trial.Judge(record)); err != nil {
				return "", err
			}
			if record.Interrupted {
				return r.end(program)
			}
			if r.steadyIsWrong() {
				return r.end(program)
			}
		}
	}
	return r.end(program)
}

// try runs one story.
func (o options) try(ctx context.Context, story trial.Story, seed uint64, dir string, measure bool, scale float64) (*trial.Record, error) {
	launch := func(id string, hear func([]byte), gone func(error)) (trial.Node, error) {
		command := child.Command{Path: o.bin, Args: o.args}
		if o.declared.Persists {
			command.Dir = filepath.Join(dir, id)
			if err := os.MkdirAll(command.Dir, 0o777); err != nil {
				return nil, err
			}
		}
		return command.Start(hear, gone)
	}
	return trial.Run(ctx, trial.Config{
		Launch: launch, Nodes: o.nodes, Story: story, Seed: seed, Length: o.length,
		Measure: measure, Processors: runtime.NumCPU(), Scale: scale,
	})
}
