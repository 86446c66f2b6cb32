package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/child"
	"github.com/raftcheck/raftcheck/adapters/maelstrom/trial"
	"github.com/raftcheck/raftcheck/internal/choice"
	"github.com/raftcheck/raftcheck/internal/process"
)

// judge runs the stories, one after the other, and tells what comes of each.
func judge(ctx context.Context, o options, w io.Writer) (worst trial.Verdict, err error) {
	temp, err := process.NewTemp("raftcheck-maelstrom-")
	if err != nil {
		return "", err
	}
	defer temp.Remove(false)
	fmt.Fprintf(w, "judging %s: %d nodes, workload lin-kv, on the wall clock\n", choice.Shell(append([]string{o.bin}, o.args...)...), o.nodes)
	for _, why := range o.skipped {
		fmt.Fprintf(w, "skipped: %s\n", why)
	}
	worst = trial.Valid
	for i := range o.seeds * len(o.stories) {
		story, seed := o.stories[i%len(o.stories)], o.seed+uint64(i/len(o.stories))
		record, err := o.try(ctx, story, seed, filepath.Join(temp.Dir, fmt.Sprint(i)))
		if err != nil {
			return "", err
		}
		result := trial.Judge(record)
		if err := o.tell(w, result); err != nil {
			return "", err
		}
		worst = trial.Worse(worst, result.Verdict)
		if result.Interrupted {
			break
		}
		if story.IsSteady() && result.Verdict == trial.Invalid {
			fmt.Fprintln(w, "nothing else is run: faults would tell nothing new of nodes that are wrong without any")
			break
		}
	}
	_, err = fmt.Fprintf(w, "verdict: %s\n", worst)
	return worst, err
}

// try runs one story.
func (o options) try(ctx context.Context, story trial.Story, seed uint64, dir string) (*trial.Record, error) {
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
	return trial.Run(ctx, trial.Config{Launch: launch, Nodes: o.nodes, Story: story, Seed: seed, Length: o.length})
}
