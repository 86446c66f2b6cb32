package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/raftcheck/raftcheck/internal/rewrite"
)

const raftcheck = rewrite.Raftcheck

// An overlay is what the go command is to see: other files in the place of those
// that are there, and copies of modules.
type overlay struct {
	surroundings
	dir    string            // for temporary files
	files  map[string]string // by those whose place they take
	copies map[string]string // directories of modules by their originals
	edits  []string          // arguments of go mod edit or go work edit
}

// prepare writes an overlay, in which the chosen packages import the stand-ins,
// and returns its path.
func prepare(ctx context.Context, patterns []string, dir string) (path string, err error) {
	s, err := lookAround(ctx)
	if err != nil {
		return "", err
	}
	packages, err := list(ctx, patterns)
	if err != nil {
		return "", err
	}
	o := &overlay{surroundings: s, dir: dir, files: map[string]string{}, copies: map[string]string{}}
	for _, p := range packages {
		if err := o.add(p); err != nil {
			return "", fmt.Errorf("package %s: %w", p.ImportPath, err)
		}
	}
	if len(o.files) == 0 && len(o.copies) == 0 {
		return "", fmt.Errorf("no package that -rewrite %s names imports sync or time", strings.Join(patterns, ","))
	}
	if err := o.editModule(ctx); err != nil {
		return "", err
	}
	data, err := json.Marshal(map[string]any{"Replace": o.files})
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, data, 0o666)
}

// add puts the files of a package that import what there are stand-ins for into
// the overlay, or into a copy of its module.
func (o *overlay) add(p goPackage) error {
	files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
	if err != nil {
		return err
	}
	for _, file := range files {
		text, changed, err := rewrite.File(file)
		if err != nil {
			return err
		}
		if !changed {
			continue
		}
		place, err := o.place(p, file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(place, text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// place returns where the go command is to find a file.
func (o *overlay) place(p goPackage, file string) (place string, err error) {
	if !isBelow(p.Dir, o.GOMODCACHE) {
		place = filepath.Join(o.dir, fmt.Sprintf("%d-%s", len(o.files), filepath.Base(file)))
		o.files[file] = place
		return place, nil
	}
	m := p.Module
	if o.copies[m.Dir] == "" {
		if err := o.copyModule(m); err != nil {
			return "", err
		}
	}
	inModule, err := filepath.Rel(m.Dir, file)
	return filepath.Join(o.copies[m.Dir], inModule), err
}

// copyModule copies a module of the module cache, to take its place.
func (o *overlay) copyModule(m *module) error {
	to := filepath.Join(o.dir, "modules", filepath.FromSlash(m.Path), m.Version)
	if err := os.CopyFS(to, os.DirFS(m.Dir)); err != nil {
		return err
	}
	goMod, err := os.ReadFile(m.GoMod)
	if err != nil {
		return err
	}
	o.copies[m.Dir] = to
	o.edits = append(o.edits, fmt.Sprintf("-replace=%s@%s=%s", m.Path, m.Version, to))
	return os.WriteFile(filepath.Join(to, "go.mod"), goMod, 0o666)
}

// editModule has the module's go.mod, or the workspace's go.work, name the copies.
func (o *overlay) editModule(ctx context.Context) error {
	if len(o.edits) == 0 {
		return nil
	}
	kind, file := "mod", o.GOMOD
	if o.GOWORK != "" && o.GOWORK != "off" {
		kind, file = "work", o.GOWORK
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	edited := filepath.Join(o.dir, filepath.Base(file))
	if err := os.WriteFile(edited, text, 0o666); err != nil {
		return err
	}
	o.files[file] = edited
	_, err = goCommand(ctx, append(append([]string{kind, "edit"}, o.edits...), edited)...)
	return err
}

// isBelow reports whether a path is in a directory.
func isBelow(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
