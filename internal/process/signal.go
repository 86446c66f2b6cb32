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
	// A pipe without a reader ends a process that has no handler for that, even
	// while it tidies up.
	return untilOneOf(stderr, syscall.SIGPIPE)
}

// UntilAskedBySignal is [UntilAsked] for commands that write to processes which may end
// first: of pipes without a reader, it can't be told which it was. A command whose
// output nobody reads any more is ended at once.
func UntilAskedBySignal(stderr io.Writer) context.Context { return untilOneOf(stderr) }

func untilOneOf(stderr io.Writer, also ...os.Signal) context.Context {
	heeded := slices.DeleteFunc(slices.Clone(requests), signal.Ignored) // nohup, or a shell's background
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, append(slices.Clone(heeded), also...)...)
	go func() {
		cancel(errors.New((<-signals).String()))
		time.Sleep(oneRequest)
		signal.Reset(heeded...)
		fmt.Fprintln(stderr, "ending; the next signal ends this at once")
	}()
	return ctx
}
