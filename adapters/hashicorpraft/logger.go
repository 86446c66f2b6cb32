package hashicorpraft

import (
	"bytes"

	"github.com/hashicorp/go-hclog"
)

// logWriter writes each line to a replica's log.
type logWriter struct {
	logf func(format string, args ...any)
	dice *dice
}

// Write implements [io.Writer].
func (w logWriter) Write(p []byte) (int, error) {
	line := string(bytes.TrimSuffix(p, []byte("\n")))
	w.logf("%s", line)
	w.dice.logged(line)
	return len(p), nil
}

// newLogger returns a logger for the library. What it logs is kept only for a
// scenario that fails.
func newLogger(logf func(format string, args ...any), d *dice) hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Level: hclog.Debug, Output: logWriter{logf, d}, DisableTime: true})
}
