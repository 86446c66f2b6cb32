package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// surroundings are what the go command says of where it is called.
type surroundings struct {
	GOMOD, GOWORK, GOMODCACHE, GOFLAGS string
}

// A goPackage is a package as go list describes it.
type goPackage struct {
	ImportPath, Dir string
	Module          *module
}

// A module is what a package is part of. Of one that is replaced, Dir and GoMod are
// those of the replacement.
type module struct {
	Path, Version, Dir, GoMod string
}

// lookAround asks the go command where it is, and makes sure that the stand-ins are
// there and an overlay can be added.
func lookAround(ctx context.Context) (s surroundings, err error) {
	out, err := goCommand(ctx, "env", "-json", "GOMOD", "GOWORK", "GOMODCACHE", "GOFLAGS")
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(out, &s); err != nil {
		return s, err
	}
	if strings.Contains(s.GOFLAGS, "-overlay") {
		return s, errors.New("GOFLAGS has an -overlay already, and the go command takes one")
	}
	if _, err := goCommand(ctx, "list", "-find", raftcheck+"/standin/sync"); err != nil {
		return s, fmt.Errorf("the module here must require %s, which has the stand-ins: %w", raftcheck, err)
	}
	return s, nil
}

// list returns the packages that patterns name, without the standard library's and
// without those that judge.
func list(ctx context.Context, patterns []string) (packages []goPackage, err error) {
	for _, pattern := range patterns {
		out, err := goCommand(ctx, "list", "-find", "-json=ImportPath,Dir,Module", pattern)
		if err != nil {
			return nil, err
		}
		if len(out) == 0 {
			return nil, fmt.Errorf("-rewrite %s names no package", pattern)
		}
		for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
			var p goPackage
			if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if p.Module != nil && !p.judges() {
				packages = append(packages, p)
			}
		}
	}
	return packages, nil
}

// judges reports whether a package is raftcheck's own, and not its Raft.
func (p goPackage) judges() bool {
	return p.Module.Path == raftcheck && p.ImportPath != raftcheck+"/raft"
}

// goCommand returns what the go command says.
func goCommand(ctx context.Context, args ...string) (out []byte, err error) {
	command := exec.CommandContext(ctx, "go", args...)
	var said bytes.Buffer
	command.Stderr = &said
	if out, err = command.Output(); err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(said.Bytes()))
	}
	return out, nil
}
