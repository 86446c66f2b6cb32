package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A checkout is a student's working copy of the lab, as far as judging its Raft
// needs to know it.
type checkout struct {
	src      string // the directory with raft1/ or raft/ in it
	raft     string // that directory's name
	module   string // import path of src: "6.5840", "6.824", or a made-up one
	goMod    string // path of the go.mod file, "" without one
	old      bool   // written for a Go whose loops share their variable
	sources  []source
	apiIn    string // package that declares ApplyMsg: "raftapi" or the Raft's own
	storedIn string // package that declares Persister: "tester1" or the Raft's own
}

// A source is one of the student's files.
type source struct {
	path string // as it is on disk
	file *ast.File
	fset *token.FileSet
}

// labFiles are files of the Raft's package that belong to the lab's own tests.
var labFiles = []string{"config.go", "server.go", "test.go", "persister.go"}

// raftDirs are the names of the Raft's directory over the years, the newest
// first.
var raftDirs = []string{"raft1", "raft"}

// detect finds the lab's Raft in or below a directory.
func detect(dir string) (*checkout, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	c, err := findRaft(dir)
	if err != nil {
		return nil, err
	}
	if err := c.readModule(); err != nil {
		return nil, err
	}
	return c, c.readMake()
}

// findRaft looks for a directory with a Make that takes servers.
func findRaft(dir string) (*checkout, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("-dir %s: there is no such directory", dir)
	}
	var looked []string
	for _, src := range []string{dir, filepath.Join(dir, "src"), filepath.Dir(dir)} {
		for _, name := range raftDirs {
			path := filepath.Join(src, name)
			if src == filepath.Dir(dir) && path != dir {
				continue // the directory above counts only if dir is the Raft's own
			}
			looked = append(looked, path)
			sources, err := readSources(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if findMake(sources) != nil {
				return &checkout{src: src, raft: name, sources: sources}, nil
			}
		}
	}
	return nil, fmt.Errorf("no lab's Raft in %s: looked for a Go file that declares func Make(peers []*labrpc.ClientEnd, me int, persister, applyCh) in %s; the directory has %s",
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
	return strings.Join(names, ", ")
}

// readSources parses the student's own files of a package.
func readSources(dir string) (sources []source, err error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		name := e.Name()
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || slices.Contains(labFiles, name) {
			continue
		}
		s := source{path: filepath.Join(dir, name), fset: token.NewFileSet()}
		if s.file, err = parser.ParseFile(s.fset, s.path, nil, parser.ParseComments|parser.SkipObjectResolution); err != nil {
			return nil, fmt.Errorf("the checkout does not parse: %w", err)
		}
		sources = append(sources, s)
	}
	return sources, nil
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

// readMake checks the constructor's shape and learns from it where the year's
// lab has its types.
func (c *checkout) readMake() error {
	f := findMake(c.sources)
	var params []string
	for _, field := range f.Type.Params.List {
		for range max(1, len(field.Names)) {
			params = append(params, types.ExprString(field.Type))
		}
	}
	shape := []*regexp.Regexp{
		regexp.MustCompile(`^\[\]\*\w+\.ClientEnd$`), regexp.MustCompile(`^int$`),
		regexp.MustCompile(`^\*(\w+\.)?Persister$`), regexp.MustCompile(`^chan (\w+\.)?ApplyMsg$`),
	}
	for i, want := range shape {
		if i >= len(params) || !want.MatchString(params[i]) {
			return fmt.Errorf("%s: Make takes (%s); expected ([]*labrpc.ClientEnd, int, *Persister, chan ApplyMsg), with the types' packages as in any year's lab",
				c.raftDir(), strings.Join(params, ", "))
		}
	}
	if extra := params[len(shape):]; len(extra) > 0 && (len(extra) > 1 || !strings.HasPrefix(extra[0], "...")) {
		return fmt.Errorf("%s: Make takes (%s); the lab's has four parameters, and what comes after them must be variadic", c.raftDir(), strings.Join(params, ", "))
	}
	c.storedIn, c.apiIn = c.raft, c.raft
	if strings.Contains(params[2], ".") {
		c.storedIn = "tester1"
	}
	if strings.Contains(params[3], ".") {
		c.apiIn = "raftapi"
	}
	return nil
}

func (c *checkout) raftDir() string { return filepath.Join(c.src, c.raft) }

var (
	moduleLine = regexp.MustCompile(`(?m)^module\s+(\S+)`)
	goLine     = regexp.MustCompile(`(?m)^go\s+1\.(\d+)`)
)

// loopsPerIteration is the Go 1.x in which a loop's variable became new for each
// iteration.
const loopsPerIteration = 22

// readModule finds the go.mod file above the Raft, if there is one.
func (c *checkout) readModule() error {
	c.module, c.old = "6.824", true
	for _, dir := range []string{c.src, filepath.Dir(c.src)} {
		name := filepath.Join(dir, "go.mod")
		data, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		m := moduleLine.FindSubmatch(data)
		if m == nil {
			return fmt.Errorf("%s has no module line", name)
		}
		rel, err := filepath.Rel(dir, c.src)
		if err != nil {
			return err
		}
		c.goMod = name
		c.module = path.Join(string(m[1]), filepath.ToSlash(rel))
		if v := goLine.FindSubmatch(data); v != nil {
			minor, _ := strconv.Atoi(string(v[1]))
			c.old = minor < loopsPerIteration
		}
		return nil
	}
	return nil
}
