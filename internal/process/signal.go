// Package process is for commands that start others: they end when they are
// asked to, together with all that they started, and leave no temporary files.
package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// requests are the signals that ask this process to end: of a keyboard, of
// another process, of a terminal that is closed.
var requests = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}

// oneRequest is how long signals count as one request. Programs such as timeout
// send two, one to the process and one to its group, and so do shells when their
// terminal is closed.
var oneRequest = 250 * time.Millisecond

// UntilAsked returns a context that ends when this process is asked to end, or
// when nobody reads its output any more. The next request ends the process at
// once; stderr is told when it would.
func UntilAsked(stderr io.Writer) context.Context {
	heeded := slices.DeleteFunc(slices.Clone(requests), signal.Ignored) // nohup, or a shell's background
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	// A pipe without a reader ends a process that has no handler for that, even
	// while it tidies up.
	signal.Notify(signals, append(heeded, syscall.SIGPIPE)...)
	go func() {
		cancel(errors.New((<-signals).String()))
		time.Sleep(oneRequest)
		signal.Reset(heeded...)
		fmt.Fprintln(stderr, "ending; the next signal ends this at once")
	}()
	return ctx
}
