package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/adapters/lab/glue"
)

// examine builds the judge and has it look at the checkout. It returns what
// somebody who reads the verdict should know, or why there can be none.
func (b *bench) examine(ctx context.Context, c *checkout) (notes []string, err error) {
	said, err := b.build(ctx, "judge", b.binary())
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("interrupted (%v) before a scenario was judged", context.Cause(ctx))
	case err != nil:
		return nil, fmt.Errorf("the checkout does not build: %v\n%s%s", err, said, hint(said))
	}
	var fit glue.Fit
	if err := b.ask(ctx, b.binary(), "TestFits", &fit); err != nil {
		return nil, err
	}
	if fit.Lacks != "" {
		return nil, fmt.Errorf("%s: %s", c.raftDir(), fit.Lacks)
	}
	if further := c.furtherParams(); len(further) > 0 && !strings.HasPrefix(further[0], "...") {
		fit.Notes = append(fit.Notes, fmt.Sprintf("Make has more parameters than the labs' (%s); they were zero", strings.Join(further, ", ")))
	}
	return append(fit.Notes, b.examinePersister(ctx, c)...), nil
}

// ofPersister matches what the compiler says of a Raft that uses more than there
// is of the lab's Persister.
var ofPersister = regexp.MustCompile(`type \*(\w+\.)?Persister has no (field|method)`)

// hint says what a compiler cannot know.
func hint(said []byte) string {
	if ofPersister.Match(said) {
		return "\n(The checkout's own Persister is not used: one with the methods of the labs' stands in for it.)"
	}
	return ""
}

// examinePersister says how the checkout's own Persister differs from the lab's,
// which the Raft is judged with.
func (b *bench) examinePersister(ctx context.Context, c *checkout) (notes []string) {
	own, found := c.ownPersister()
	if !found {
		return nil
	}
	binary := filepath.Join(b.dir, "persister.test")
	if said, err := b.build(ctx, path.Join(c.src, ownPersister), binary); err != nil {
		return []string{fmt.Sprintf("a Persister of the lab's semantics stands in for that of %s, which does not build by itself: %s", own.path, compilerSaid.Find(said))}
	}
	var report glue.PersisterReport
	if err := b.ask(ctx, binary, "TestPersister", &report); err != nil {
		return []string{fmt.Sprintf("a Persister of the lab's semantics stands in for that of %s, which could not be tried out: %v", own.path, err)}
	}
	for _, difference := range report.Differences {
		notes = append(notes, fmt.Sprintf("a Persister of the lab's semantics stands in for that of %s, which differs from it: %s", own.path, difference))
	}
	return notes
}

// compilerSaid is what a compiler says first of what it is given.
var compilerSaid = regexp.MustCompile(`(?m)^[^#\s].*$`)

// patience is how long a test that only looks may take. What it waits for is the
// student's packages to be initialized.
const patience = time.Minute

// ask runs a test that writes what it finds to a file.
func (b *bench) ask(ctx context.Context, binary, test string, found any) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	file := filepath.Join(b.dir, test+".json")
	command := b.command(ctx, ".", binary, "-test.run=^"+test+"$")
	command.Env = append(command.Env, glue.ReportEnv+"="+file)
	out, err := command.CombinedOutput()
	data, unread := os.ReadFile(file)
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Errorf("the checkout's packages do not come to life within %v: an init function, or what a package variable is set to, hangs", patience)
	case unread != nil && errors.As(err, &exit):
		return fmt.Errorf("the checkout's packages end the program as soon as it starts, in an init function or by what a package variable is set to: %v\n%s", err, out)
	case unread != nil:
		return errors.Join(err, unread)
	}
	return json.Unmarshal(data, found)
}
