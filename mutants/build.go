package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/raftcheck/raftcheck/internal/process"
	"github.com/raftcheck/raftcheck/internal/rewrite"
)

// build compiles the judge with a mutant's patch applied, below dir, and
// returns the path of the test binary.
func build(ctx context.Context, root string, m Mutant, dir string) (binary string, err error) {
	binary = filepath.Join(dir, "judge.test")
	return binary, compile(ctx, root, m, dir, "./mutants/judge", "test", "-c", "-vet=off", "-ldflags=-s -w", "-o", binary)
}

// compiles reports why a mutant is no Raft that anybody could judge, nil if it is one.
func compiles(ctx context.Context, root string, m Mutant) error {
	dir, err := os.MkdirTemp("", "raftcheck-mutant-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return compile(ctx, root, m, dir, "./raft", "build")
}

// compile has a go command compile a package with a mutant's patch applied, below dir.
func compile(ctx context.Context, root string, m Mutant, dir, target string, args ...string) error {
	overlay, err := applyPatch(root, m, dir)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, "go", append(args, "-overlay", overlay, target)...)
	command.Dir = root
	process.EndWithAll(command)
	if out, err := command.CombinedOutput(); ctx.Err() != nil {
		return context.Cause(ctx)
	} else if err != nil {
		return fmt.Errorf("%s does not compile: %v\n%s", m.path, err, out)
	}
	return nil
}

// applyPatch applies a patch to a copy of raft/ and returns the path of the
// overlay that puts the copies in the originals' place, with the stand-ins for
// packages sync and time if locks are to stall.
func applyPatch(root string, m Mutant, dir string) (overlay string, err error) {
	if err := os.CopyFS(filepath.Join(dir, "raft"), os.DirFS(filepath.Join(root, "raft"))); err != nil {
		return "", err
	}
	patch, err := filepath.Abs(m.path)
	if err != nil {
		return "", err
	}
	command := exec.Command("git", "apply", "--include=raft/*", patch)
	command.Dir = dir
	// Without a repository in sight git applies to plain files.
	command.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s does not apply: %v\n%s", m.path, err, out)
	}
	replace, err := changedFiles(root, dir)
	if err != nil {
		return "", err
	}
	if len(replace) == 0 {
		return "", fmt.Errorf("%s changes nothing in raft/", m.path)
	}
	if m.Stalls {
		if err := importStandIns(root, dir, replace); err != nil {
			return "", err
		}
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o666)
}

// importStandIns has the copies below dir import the stand-ins. Those that do take
// the originals' place, too.
func importStandIns(root, dir string, replace map[string]string) error {
	copies, err := filepath.Glob(filepath.Join(dir, "raft", "*.go"))
	if err != nil {
		return err
	}
	for _, file := range copies {
		text, changed, err := rewrite.File(file)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		if err := os.WriteFile(file, text, 0o666); err != nil {
			return err
		}
		replace[filepath.Join(root, "raft", filepath.Base(file))] = file
	}
	return nil
}

// changedFiles maps the files of raft/ that differ from their copies below dir
// to these.
func changedFiles(root, dir string) (map[string]string, error) {
	replace := map[string]string{}
	copies, err := filepath.Glob(filepath.Join(dir, "raft", "*.go"))
	if err != nil {
		return nil, err
	}
	for _, changed := range copies {
		original := filepath.Join(root, "raft", filepath.Base(changed))
		before, err := os.ReadFile(original)
		if err != nil {
			return nil, err
		}
		after, err := os.ReadFile(changed)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(before, after) {
			replace[original] = changed
		}
	}
	return replace, nil
}

const module = "github.com/raftcheck/raftcheck"

// moduleRoot returns the root of raftcheck's own module.
func moduleRoot() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}} {{.Dir}}").Output()
	if err != nil {
		return "", fmt.Errorf("go list -m: %w", err)
	}
	path, dir, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if path != module {
		return "", fmt.Errorf("run this in a checkout of %s; the module here is %s", module, path)
	}
	return dir, nil
}
