package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A source is one of the student's files.
type source struct {
	path string // as it is on disk
	file *ast.File
	fset *token.FileSet
}

// readSources parses the files of a package that the go command would build
// here, tests left out.
func readSources(dir string) (sources []source, err error) {
	all, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range all {
		name := e.Name()
		if e.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if match, err := build.Default.MatchFile(dir, name); err != nil || !match {
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

// readRaft parses the files of the Raft's package. Those that are the lab's are
// apart: parts of its tests, and the Persister that is replaced.
func readRaft(dir string) (students, labs []source, err error) {
	all, err := readSources(dir)
	for _, s := range all {
		if s.isLabs() {
			labs = append(labs, s)
		} else {
			students = append(students, s)
		}
	}
	return students, labs, err
}

// persisterType and testerTypes are types that the lab's own files in the Raft's
// package declare: persister.go, and config.go, test.go, server.go or proxy.go in
// one year or another.
var (
	persisterType = "Persister"
	testerTypes   = []string{"config", "Test", "rfsrv", "Rfproxy"}
)

func (s source) isLabs() bool {
	tests := slices.ContainsFunc(s.file.Imports, func(spec *ast.ImportSpec) bool { return spec.Path.Value == `"testing"` })
	return s.function("Make") == nil && (tests || s.declares(append(testerTypes, persisterType)...))
}

// declares reports whether the file declares one of the types.
func (s source) declares(types ...string) bool {
	for _, d := range s.file.Decls {
		d, ok := d.(*ast.GenDecl)
		if !ok || d.Tok != token.TYPE {
			continue
		}
		for _, spec := range d.Specs {
			if slices.Contains(types, spec.(*ast.TypeSpec).Name.Name) {
				return true
			}
		}
	}
	return false
}

// function returns the declaration of a function, nil if there is none.
func (s source) function(name string) *ast.FuncDecl {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
			return f
		}
	}
	return nil
}

// An edit replaces a part of a file.
type edit struct {
	from, to int
	text     string
}

// text returns the file with import paths changed by rename, which reports false
// for those that stay. Positions in the file stay those of the student's own. If
// old is set, loops keep the meaning that Go gave them before 1.22.
func (s source) text(rename func(imported string) (string, bool), old bool) (string, error) {
	data, err := os.ReadFile(s.path)
	if err != nil {
		return "", err
	}
	var edits []edit
	for _, spec := range s.file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return "", err
		}
		if renamed, ok := rename(imported); ok {
			edits = append(edits, edit{s.offset(spec.Path.Pos()), s.offset(spec.Path.End()), strconv.Quote(renamed)})
		}
	}
	head := "//line " + s.path + ":1:1\n"
	if old {
		// A build constraint sets a file's version of the language.
		if c := s.constraint(); c != nil {
			was, _ := constraint.Parse(c.Text)
			edits = slices.Insert(edits, 0, edit{s.offset(c.Pos()), s.offset(c.End()), "//go:build go1.21 && (" + was.String() + ")"})
		} else {
			head = "//go:build go1.21\n\n" + head
		}
	}
	text := string(data)
	for _, e := range slices.Backward(edits) {
		text = text[:e.from] + e.text + text[e.to:]
	}
	return head + text, nil
}

// constraint returns the file's //go:build line, nil if it has none.
func (s source) constraint() *ast.Comment {
	for _, group := range s.file.Comments {
		for _, c := range group.List {
			if c.Pos() < s.file.Package && constraint.IsGoBuild(c.Text) {
				return c
			}
		}
	}
	return nil
}

func (s source) offset(p token.Pos) int { return s.fset.Position(p).Offset }
