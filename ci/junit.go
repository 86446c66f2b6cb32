package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"os/exec"
	"regexp"

	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/internal/process"
)

// gotestsum makes JUnit reports of what go test -json prints.
const gotestsum = "gotest.tools/gotestsum@v1.13.0"

// writeJUnit makes the JUnit report, if one is wanted.
func (g *gate) writeJUnit(ctx context.Context, r *results.Results) error {
	if g.events == nil {
		return nil
	}
	if ctx.Err() != nil {
		return fmt.Errorf("-junit: %s is not written when the gate is interrupted", g.options.junit)
	}
	if err := runGotestsum(ctx, g.events.Name(), g.options.junit); err != nil {
		return fmt.Errorf("-junit: %w", err)
	}
	return nameFailures(g.options.junit, r)
}

// runGotestsum has a file of events made a JUnit report. That gotestsum fails
// says nothing: it does if a test did.
func runGotestsum(ctx context.Context, events, junit string) error {
	if err := os.Remove(junit); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	command := exec.CommandContext(ctx, "go", "run", gotestsum, "--junitfile="+junit, "--format=pkgname", "--raw-command", "--", "cat", events)
	command.Env = append(os.Environ(), "GOFLAGS=") // those of the module under test, such as -mod=vendor, are not for it
	process.EndWithAll(command)
	output, err := command.CombinedOutput()
	if _, statErr := os.Stat(junit); statErr != nil {
		return fmt.Errorf("could not run %s, which makes the report: %w\n%s", gotestsum, cmp.Or(err, statErr), lastOf(string(output)))
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
