package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/raftcheck/raftcheck/internal/rewrite"
)

// shims are copied into the generated module in the place of the lab's own
// packages.
//
//go:embed shims
var shims embed.FS

const raftcheck = "github.com/raftcheck/raftcheck"

// labPackages are the lab's own packages, as far as a Raft uses them. Each has a
// stand-in of that name.
var labPackages = []string{"labrpc", "labgob", "tester1"}

// A module is the one that is generated around a checkout: the student's
// packages, the shims, and a test that has the Raft judged.
type module struct {
	dir           string
	c             *checkout
	electionsOnly bool
	done          map[string]bool // packages that are in place
}

// assemble writes the module for a checkout into a directory, which it makes.
func assemble(c *checkout, dir string, electionsOnly bool) error {
	m := &module{dir: dir, c: c, electionsOnly: electionsOnly, done: map[string]bool{}}
	for _, step := range []func() error{
		func() error { return m.shim("labrpc", c.rpc) },
		m.placeTester,
		func() error { return m.copyPackage(c.raft, c.sources) },
		m.placePersister,
		m.copyOwnPersister,
		m.writeJudge,
		m.writeGoMod,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// shim puts a stand-in for one of the lab's packages in place.
func (m *module) shim(name, pkg string) error {
	if m.done[pkg] {
		return nil
	}
	m.done[pkg] = true
	sub, err := fs.Sub(shims, "shims/"+name)
	if err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(m.dir, filepath.FromSlash(pkg)), sub)
}

// placeTester puts the lab's tester in place, if it has the Persister.
func (m *module) placeTester() error {
	if m.c.storedIn == m.c.raft {
		return nil
	}
	return m.shim("tester1", m.c.storedIn)
}

// placePersister puts the Persister into the package that had the lab's.
func (m *module) placePersister() error {
	text, err := shims.ReadFile("shims/persister.go")
	if err != nil {
		return err
	}
	pkg := "tester"
	if m.c.storedIn == m.c.raft {
		pkg = m.c.sources[0].file.Name.Name
	}
	return m.write(path.Join(m.c.storedIn, "persister.go"), strings.Replace(string(text), "package shims", "package "+pkg, 1))
}

// ownPersister is the package that has the checkout's own Persister, which is not
// what the Raft is judged with.
const ownPersister = "checkouts_own_persister"

// copyOwnPersister puts the checkout's own Persister into a package by itself, if
// there is one, with a test that tries it out.
func (m *module) copyOwnPersister() error {
	own, found := m.c.ownPersister()
	if !found {
		return nil
	}
	pkg := path.Join(m.c.src, ownPersister)
	if err := m.copyPackage(pkg, []source{own}); err != nil {
		return err
	}
	return m.write(path.Join(pkg, "own_test.go"), fmt.Sprintf(`package %s

import (
	"testing"

	"%s/adapters/lab/glue"
)

func TestPersister(t *testing.T) { glue.ReportPersister(MakePersister) }
`, own.file.Name.Name, raftcheck))
}

// copyPackage copies the student's files of a package, with the import paths of
// the generated module, and then the packages of the checkout that they import.
func (m *module) copyPackage(name string, sources []source) error {
	m.done[name] = true
	for _, s := range sources {
		var imports []string
		text, err := s.text(func(imported string) (string, bool) {
			if standIn, ok := rewrite.StandIn(imported); ok {
				return standIn, true
			}
			local, ok := m.c.local(name, imported)
			if ok {
				imports = append(imports, local)
			}
			return m.c.module + "/" + local, ok
		}, m.c.old)
		if err != nil {
			return err
		}
		if err := m.write(path.Join(name, filepath.Base(s.path)), text); err != nil {
			return err
		}
		for _, other := range imports {
			if m.done[other] {
				continue
			}
			if base := path.Base(other); slices.Contains(labPackages, base) {
				if err := m.shim(base, other); err != nil {
					return err
				}
				continue
			}
			sources, err := readSources(filepath.Join(m.c.root, filepath.FromSlash(other)))
			if err != nil {
				return fmt.Errorf("%s imports %s of the checkout: %w", s.path, other, err)
			}
			if err := m.copyPackage(other, sources); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeJudge writes the test that has the Raft judged, and the one that looks
// whether it can be.
func (m *module) writeJudge() error {
	called, skipped := m.c.testerHabits()
	return m.write("judge/judge_test.go", fmt.Sprintf(`//go:debug randseednop=0

package judge

import (
	"testing"

	"%[2]s/adapters/lab/glue"
	"%[2]s/suites"

	labrpc "%[1]s/%[6]s"
	raft "%[1]s/%[3]s"
	storage "%[1]s/%[4]s"
)

var checkout = glue.Checkout{
	Name:                   %[5]q,
	Make:                   raft.Make,
	NewEnd:                 labrpc.NewEnd,
	NewPersister:           storage.NewPersister,
	AsksBeforeInstalling:   %[7]t,
	SkipsBehindSnapshots:   %[8]t,
	ElectionsOnly:          %[9]t,
	SnapshotUnwritten:      %[10]t,
}

func TestLab(t *testing.T)  { suites.Run(t, glue.Implementation(checkout)) }
func TestFits(t *testing.T) { glue.ReportFit(checkout) }
`, m.c.module, raftcheck, m.c.raft, m.c.storedIn, m.c.raftDir(), m.c.rpc, called, skipped, m.electionsOnly, m.c.lacksSnapshot()))
}

// writeGoMod writes the module's go.mod: what the checkout requires, and
// raftcheck.
func (m *module) writeGoMod() error {
	var text strings.Builder
	fmt.Fprintf(&text, "module %s\n\ngo 1.26\n\n", m.c.module)
	sums := ""
	if own := m.c.goMod; own != nil {
		for _, r := range own.Require {
			fmt.Fprintf(&text, "require %s %s\n", r.Path, r.Version)
		}
		for _, r := range own.Replace {
			to := r.New.Path
			if r.New.Version == "" && !filepath.IsAbs(to) {
				to = filepath.Join(m.c.root, filepath.FromSlash(to))
			}
			fmt.Fprintf(&text, "replace %s %s => %q %s\n", r.Old.Path, r.Old.Version, to, r.New.Version)
		}
		data, err := os.ReadFile(filepath.Join(m.c.root, "go.sum"))
		if err == nil {
			sums = string(data) + "\n"
		}
	}
	require, ours, err := requireRaftcheck()
	if err != nil {
		return err
	}
	text.WriteString(require)
	if err := m.write("go.mod", text.String()); err != nil {
		return err
	}
	return m.write("go.sum", sums+ours)
}

// requireRaftcheck returns the lines that require the raftcheck this program is
// part of, and its checksums: a checkout of it, or a released version.
func requireRaftcheck() (lines, sums string, err error) {
	if root := sourceRoot(); root != "" {
		own, err := os.ReadFile(filepath.Join(root, "go.sum"))
		if err != nil {
			return "", "", err
		}
		return fmt.Sprintf("require %s v0.0.0\nreplace %[1]s => %q\n", raftcheck, root), string(own), nil
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Path != raftcheck || info.Main.Version == "" {
		return "", "", fmt.Errorf("cannot find raftcheck's own source, which the checkout is to be built with; run this by go run %s/adapters/lab", raftcheck)
	}
	return fmt.Sprintf("require %s %s\n", raftcheck, info.Main.Version), "", nil
}

func (m *module) write(name, text string) error {
	file := filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o666)
}
