package report

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/raftcheck/raftcheck/suites/runfile"
)

const usage = `usage: go run ./ci report [flags] DIR…

Makes report.html of what is in the directories: run.json of runs (failing ones
leave it in their artifacts, with -raft.keep all), results.json of the gate, and
conformance reports.

`

// Command is "ci report": it writes a page, and exports on request. It returns
// an exit code: 0, or 2 if something was wrong.
func Command(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	output := flags.String("o", "report.html", "the page to write")
	perfetto := flags.Bool("perfetto", false, "write "+perfettoName+" next to each run.json, for ui.perfetto.dev and chrome://tracing")
	shiviz := flags.Bool("shiviz", false, "write "+shivizName+" next to each run.json, for ShiViz")
	limits := DefaultLimits
	flags.IntVar(&limits.Runs, "runs", limits.Runs, "how many runs have a timeline")
	flags.IntVar(&limits.Messages, "messages", limits.Messages, "how many events of messages a timeline has, around the moment it broke")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	if flags.NArg() == 0 || limits.Runs < 0 || limits.Messages < 0 {
		fmt.Fprintln(stderr, "report: want at least one directory, and -runs and -messages not below 0")
		flags.Usage()
		return 2
	}
	exports := map[string]func(io.Writer, *runfile.File) error{}
	if *perfetto {
		exports[perfettoName] = Perfetto
	}
	if *shiviz {
		exports[shivizName] = ShiViz
	}
	if err := report(stdout, *output, limits, exports, flags.Args()); err != nil {
		fmt.Fprintln(stderr, "report:", err)
		return 2
	}
	return 0
}

func report(stdout io.Writer, output string, limits Limits, exports map[string]func(io.Writer, *runfile.File) error, dirs []string) error {
	in, err := Find(dirs...)
	if err != nil {
		return err
	}
	if len(in.Runs)+len(in.Results)+len(in.Reports) == 0 {
		return fmt.Errorf("%v hold no run.json, no results of the gate and no conformance report", dirs)
	}
	for _, run := range in.Runs {
		for name, export := range exports {
			if err := writeFile(filepath.Join(run.Dir, name), func(w io.Writer) error { return export(w, run.File) }); err != nil {
				return err
			}
		}
	}
	page := NewPage(in, limits)
	if err := writeFile(output, page.Write); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d scenarios, %d timelines\n", output, len(page.Rows), len(page.Runs))
	return nil
}

func writeFile(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return fmt.Errorf("%s: %w", path, err)
	}
	return f.Close()
}
