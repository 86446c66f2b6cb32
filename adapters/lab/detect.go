package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A checkout is a student's working copy of the lab, as far as judging its Raft
// needs to know it. Packages are named by their directories below root, with
// slashes.
type checkout struct {
	root     string // the module's directory; src without a go.mod
	src      string // the package that has the lab's packages in it: "." or "src"
	raft     string // the Raft's package: "raft1", "raft", "src/raft", …
	storedIn string // the package that declares Persister: tester1 or the Raft's own
	module   string // import path of root: "6.5840", "6.824", or a made-up one
	goMod    *goMod // nil without one
	old      bool   // written for a Go whose loops share their variable
	sources  []source
}

// raftDirs are the names of the Raft's directory over the years, the newest
// first.
var raftDirs = []string{"raft1", "raft"}

// detect finds the lab's Raft in or below a directory.
func detect(dir string) (*checkout, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	src, name, sources, err := findRaft(dir)
	if err != nil {
		return nil, err
	}
	c := &checkout{sources: sources}
	if err := c.readModule(src); err != nil {
		return nil, err
	}
	c.raft = path.Join(c.src, name)
	return c, c.readMake()
}

// findRaft looks for a package that declares Make.
func findRaft(dir string) (src, name string, sources []source, err error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return "", "", nil, fmt.Errorf("-dir %s: there is no such directory", dir)
	}
	var looked []string
	for _, src := range []string{dir, filepath.Join(dir, "src"), filepath.Dir(dir)} {
		for _, name := range raftDirs {
			path := filepath.Join(src, name)
			if src == filepath.Dir(dir) && path != dir {
				continue // the directory above counts only if dir is the Raft's own
			}
			looked = append(looked, path)
			sources, err := readRaft(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return "", "", nil, err
			}
			if findMake(sources) != nil {
				return src, name, sources, nil
			}
		}
	}
	return "", "", nil, fmt.Errorf("no lab's Raft in %s: looked for a Go file that declares func Make(peers []*labrpc.ClientEnd, me int, persister, applyCh) in %s; the directory has %s",
		dir, strings.Join(looked, ", "), entries(dir))
}

func entries(dir string) string {
	all, err := os.ReadDir(dir)
	if err != nil || len(all) == 0 {
		return "nothing in it"
	}
	var names []string
	for _, e := range all[:min(len(all), 12)] {
		names = append(names, e.Name())
	}
	if len(all) > 12 {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// findMake returns the declaration of the lab's constructor, nil if there is
// none.
func findMake(sources []source) *ast.FuncDecl {
	for _, s := range sources {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "Make" {
				return f
			}
		}
	}
	return nil
}

// shape is what Make's parameters look like in any year.
var shape = []*regexp.Regexp{
	regexp.MustCompile(`^\[\]\*\w+\.ClientEnd$`), regexp.MustCompile(`^int$`),
	regexp.MustCompile(`^\*(\w+\.)?Persister$`), regexp.MustCompile(`^chan (\w+\.)?ApplyMsg$`),
}

// readMake checks the constructor's shape and learns from it where the year's
// lab has its Persister.
func (c *checkout) readMake() error {
	f := findMake(c.sources)
	params, results := typesOf(f.Type.Params), typesOf(f.Type.Results)
	fits := len(params) >= len(shape) && len(results) == 1
	for i := range shape {
		fits = fits && shape[i].MatchString(params[i])
	}
	if extra := len(params) - len(shape); extra > 1 || extra == 1 && !strings.HasPrefix(params[len(shape)], "...") {
		fits = false
	}
	if !fits {
		return fmt.Errorf("%s: expected func Make([]*labrpc.ClientEnd, int, *Persister, chan ApplyMsg) *Raft, with the types' packages as in any year's lab and perhaps a variadic parameter more; found func Make(%s) (%s)",
			c.raftDir(), strings.Join(params, ", "), strings.Join(results, ", "))
	}
	c.storedIn = c.raft
	if strings.Contains(params[2], ".") {
		c.storedIn = path.Join(c.src, "tester1")
	}
	return nil
}

// typesOf returns the type of each parameter.
func typesOf(list *ast.FieldList) (all []string) {
	if list == nil {
		return nil
	}
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			all = append(all, types.ExprString(field.Type))
		}
	}
	return all
}

func (c *checkout) raftDir() string { return filepath.Join(c.root, filepath.FromSlash(c.raft)) }

// A goMod is a go.mod file as go mod edit -json describes it, as far as it
// matters here.
type goMod struct {
	path   string
	Module struct{ Path string }
	Go     string
	// Require and Replace are as they are in the file.
	Require []moduleVersion
	Replace []struct{ Old, New moduleVersion }
}

type moduleVersion struct{ Path, Version string }

// readModule looks for a go.mod file in the directory that has the lab's
// packages, and in the one above.
func (c *checkout) readModule(src string) error {
	c.root, c.src, c.module, c.old = src, ".", "6.824", true
	for _, dir := range []string{src, filepath.Dir(src)} {
		name := filepath.Join(dir, "go.mod")
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		out, err := exec.Command("go", "mod", "edit", "-json", name).Output()
		if err != nil {
			return fmt.Errorf("the go command cannot read %s: %s", name, stderrOf(err))
		}
		c.goMod = &goMod{path: name}
		if err := json.Unmarshal(out, c.goMod); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if c.goMod.Module.Path == "" {
			return fmt.Errorf("%s has no module line", name)
		}
		c.root, c.src, c.module = dir, ".", c.goMod.Module.Path
		if dir != src {
			c.src = filepath.Base(src)
		}
		c.old = sharesLoopVariables(c.goMod.Go)
		return nil
	}
	return nil
}

// loopsPerIteration is the Go 1.x in which a loop's variable became new for each
// iteration.
const loopsPerIteration = 22

// sharesLoopVariables reports whether the Go version of a go.mod file is one
// whose loops have a single variable for all iterations.
func sharesLoopVariables(version string) bool {
	minor, err := strconv.Atoi(strings.Split(version+".0", ".")[1])
	return version == "" || err == nil && strings.HasPrefix(version, "1.") && minor < loopsPerIteration
}

// stderrOf returns what a command that failed said.
func stderrOf(err error) string {
	var failed *exec.ExitError
	if errors.As(err, &failed) && len(failed.Stderr) > 0 {
		return strings.TrimSpace(string(failed.Stderr))
	}
	return err.Error()
}
