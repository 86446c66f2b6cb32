package main

import (
	"embed"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
)

// shims are copied into the generated module in the place of the lab's own
// packages.
//
//go:embed shims
var shims embed.FS

const raftcheck = "github.com/raftcheck/raftcheck"

// A module is the one that is generated around a checkout: the student's
// packages, the shims, and a test that has the Raft judged.
type module struct {
	dir  string
	c    *checkout
	done map[string]bool // packages that are in place, by directory below src
}

// assemble writes the module for a checkout into dir, which is empty.
func assemble(c *checkout, dir string) error {
	m := &module{dir: dir, c: c, done: map[string]bool{}}
	for _, step := range []func() error{
		func() error { return m.shim("labrpc") },
		func() error { return m.shim("labgob") },
		func() error { return m.shim("tester1") },
		func() error { return m.copyPackage(c.raft, c.sources) },
		m.placePersister,
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
func (m *module) shim(name string) error {
	m.done[name] = true
	sub, err := fs.Sub(shims, "shims/"+name)
	if err != nil {
		return err
	}
	return os.CopyFS(filepath.Join(m.dir, name), sub)
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

// copyPackage copies the student's files of a package, with the import paths of
// the generated module, and then the packages of the checkout that they import.
func (m *module) copyPackage(name string, sources []source) error {
	m.done[name] = true
	for _, s := range sources {
		text, imported, err := m.rewritten(name, s)
		if err != nil {
			return err
		}
		if err := m.write(path.Join(name, filepath.Base(s.path)), text); err != nil {
			return err
		}
		for _, other := range imported {
			if m.done[other] {
				continue
			}
			sources, err := readSources(filepath.Join(m.c.src, other))
			if err != nil {
				return fmt.Errorf("%s imports %s: %w", s.path, other, err)
			}
			if err := m.copyPackage(other, sources); err != nil {
				return err
			}
		}
	}
	return nil
}

// rewritten returns a file's text with import paths changed to the generated
// module's, and the packages of the checkout that it imports. Positions in the
// file stay those of the student's own.
func (m *module) rewritten(pkg string, s source) (text string, imported []string, err error) {
	data, err := os.ReadFile(s.path)
	if err != nil {
		return "", nil, err
	}
	text = string(data)
	for i := len(s.file.Imports) - 1; i >= 0; i-- {
		spec := s.file.Imports[i]
		old, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return "", nil, err
		}
		local, ok := m.local(pkg, old)
		if !ok {
			continue
		}
		imported = append(imported, local)
		from, to := s.offset(spec.Path.Pos()), s.offset(spec.Path.End())
		text = text[:from] + strconv.Quote(m.c.module+"/"+local) + text[to:]
	}
	head := ""
	if m.c.old {
		// Loops keep the meaning that the student's Go gave them.
		head = "//go:build go1.21\n\n"
	}
	return head + "//line " + s.path + ":1\n" + text, imported, nil
}

func (s source) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// local returns the directory below src of a package of the checkout that is
// imported as part of a module, by a relative path, or from a GOPATH.
func (m *module) local(from, imported string) (dir string, ok bool) {
	switch rest, inModule := strings.CutPrefix(imported, m.c.module+"/"); {
	case inModule:
		return rest, true
	case strings.HasPrefix(imported, "."):
		return path.Join(from, imported), true
	}
	if _, err := fs.Stat(shims, "shims/"+imported); err == nil {
		return imported, true
	}
	info, err := os.Stat(filepath.Join(m.c.src, imported))
	return imported, err == nil && info.IsDir() && !isStandard(imported)
}

// isStandard reports whether the go command knows a package as its own.
func isStandard(imported string) bool {
	out, err := exec.Command("go", "list", "-f", "{{.Standard}}", imported).Output()
	return err == nil && strings.TrimSpace(string(out)) == "true"
}

// writeJudge writes the test that has the Raft judged.
func (m *module) writeJudge() error {
	return m.write("judge/judge_test.go", fmt.Sprintf(`//go:debug randseednop=0

package judge

import (
	"testing"

	"%[2]s/adapters/lab/glue"
	"%[2]s/suites"

	labrpc "%[1]s/labrpc"
	raft "%[1]s/%[3]s"
	storage "%[1]s/%[4]s"
)

var _ = raft.Make

func TestLab(t *testing.T) {
	suites.Run(t, glue.Implementation(glue.Checkout{
		Name:         %[5]q,
		Make:         raft.Make,
		NewEnd:       labrpc.NewEnd,
		NewPersister: storage.NewPersister,
	}))
}
`, m.c.module, raftcheck, m.c.raft, m.c.storedIn, m.c.raftDir()))
}

var requireLines = regexp.MustCompile(`(?ms)^require\s*\(.*?^\)|^require\s+[^(\n]+$|^replace\s+[^\n]+$`)

// writeGoMod writes the module's go.mod: what the checkout requires, and
// raftcheck.
func (m *module) writeGoMod() error {
	text := "module " + m.c.module + "\n\ngo 1.26\n\n"
	sums := ""
	if m.c.goMod != "" {
		data, err := os.ReadFile(m.c.goMod)
		if err != nil {
			return err
		}
		text += strings.Join(requireLines.FindAllString(string(data), -1), "\n") + "\n\n"
		own, _ := os.ReadFile(strings.TrimSuffix(m.c.goMod, "go.mod") + "go.sum")
		sums += string(own)
	}
	require, ours, err := requireRaftcheck()
	if err != nil {
		return err
	}
	if err := m.write("go.mod", text+require); err != nil {
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
		return fmt.Sprintf("require %s v0.0.0\n\nreplace %[1]s => %s\n", raftcheck, root), string(own), nil
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
