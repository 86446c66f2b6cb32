package report

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/raftcheck/raftcheck/suites/excerpt"
)

const aroundUsage = `usage: go run ./ci around DIR…

Prints of every failing run that left its run.json in the directories what
happened around the first wrong step, in a column for each replica.
`

// AroundCommand is "ci around": it prints what happened around what went wrong,
// coloured on a terminal unless NO_COLOR is set. It returns an exit code: 0, or 2 if
// something was wrong.
func AroundCommand(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	flags := flag.NewFlagSet("around", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() { fmt.Fprint(stderr, aroundUsage) }
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() == 0:
		flags.Usage()
		return 2
	}
	if err := around(stdout, getenv("NO_COLOR") == "" && isTerminal(stdout), flags.Args()); err != nil {
		fmt.Fprintln(stderr, "around:", err)
		return 2
	}
	return 0
}

func around(stdout io.Writer, coloured bool, dirs []string) error {
	in, err := Find(dirs...)
	if err != nil {
		return err
	}
	failed := 0
	for _, run := range in.Runs {
		if run.Failure != nil {
			failed++
			fmt.Fprintln(stdout, excerpt.Around(run.File, coloured))
		}
	}
	if failed == 0 {
		return fmt.Errorf("%v hold no run.json of a failing run", dirs)
	}
	return nil
}

// isTerminal reports whether what is written is seen at once: pipes and files are no
// character devices.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
