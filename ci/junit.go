package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/process"
)

// gotestsum makes JUnit reports of what go test -json prints.
const gotestsum = "gotest.tools/gotestsum@v1.13.0"

// readyForJUnit removes an earlier report, and says why none could be made: the
// file cannot be written, or gotestsum cannot be had.
func (g *gate) readyForJUnit(ctx context.Context) error {
	junit := g.options.junit
	if err := os.MkdirAll(filepath.Dir(junit), 0o777); err != nil {
		return err
	}
	if err := writable(junit); err != nil {
		return err
	}
	if err := os.RemoveAll(junit); err != nil {
		return err
	}
	if output, err := g.gotestsum(ctx, "--version").CombinedOutput(); err != nil && ctx.Err() == nil {
		return noGotestsum(err, output)
	}
	return nil
}

// gotestsum returns the command that runs it.
func (g *gate) gotestsum(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, "go", append([]string{"run", gotestsum}, args...)...)
	command.Env = append(os.Environ(), "GOFLAGS=") // those of the module under test, such as -mod=vendor, are not for it
	g.temp.Use(command)
	process.EndWithAll(command)
	return command
}

func noGotestsum(err error, output []byte) error {
	return fmt.Errorf("could not run %s, which makes the report: %w\n%s", gotestsum, err, lastOf(string(output)))
}

// writeJUnit makes the JUnit report, if one is wanted.
func (g *gate) writeJUnit(ctx context.Context, r *results.Results) error {
	if g.events == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("-junit: %s is not written when the gate is interrupted", g.options.junit)
	}
	if err := g.runGotestsum(ctx); err != nil {
		return fmt.Errorf("-junit: %w", err)
	}
	return nameFailures(g.options.junit, r)
}

// runGotestsum has the events made a JUnit report. That gotestsum fails says
// nothing: it does if a test did.
func (g *gate) runGotestsum(ctx context.Context) error {
	junit := g.options.junit
	output, err := g.gotestsum(ctx, "--junitfile="+junit, "--format=pkgname", "--raw-command", "--", "cat", g.events.Name()).CombinedOutput()
	if _, statErr := os.Stat(junit); statErr != nil {
		return noGotestsum(cmp.Or(err, statErr), output)
	}
	return nil
}

// failedCase is a test in gotestsum's report that failed, up to the message of
// its failure, which says no more than "Failed".
var failedCase = regexp.MustCompile(`(<testcase classname="([^"]*)" name="([^"]*)"[^>]*>\s*(?:<properties>(?s:.*?)</properties>\s*)?<failure message=)"Failed"`)

// nameFailures has the messages of failures name the property and the seed.
func nameFailures(path string, r *results.Results) error {
	report, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	messages := map[[2]string]string{}
	for _, f := range r.Fingerprints {
		test := [2]string{f.Package, f.Test}
		if messages[test] == "" {
			messages[test] = f.Title()
		}
	}
	report = failedCase.ReplaceAllFunc(report, func(match []byte) []byte {
		parts := failedCase.FindSubmatch(match)
		message := messages[[2]string{html.UnescapeString(string(parts[2])), html.UnescapeString(string(parts[3]))}]
		if message == "" {
			return match
		}
		var escaped bytes.Buffer
		xml.EscapeText(&escaped, []byte(message))
		return fmt.Appendf(nil, `%s"%s"`, parts[1], escaped.Bytes())
	})
	return os.WriteFile(path, report, 0o666)
}
