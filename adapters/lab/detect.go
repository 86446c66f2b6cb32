package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A checkout is a student's working copy of the lab, as far as judging its Raft
// needs to know it. Packages are named by their directories below root, with
// slashes.
type checkout struct {
	root     string // the module's directory; the one above the Raft's without a go.mod
	src      string // the package that has the lab's packages in it: "." or "src"
	raft     string // the Raft's package: "raft1", "raft", "src/raft", …
	rpc      string // the package that declares ClientEnd
	storedIn string // the package that declares Persister: the lab's tester or the Raft's own
	module   string // import path of root: "6.5840", "6.824", or a made-up one
	goMod    *goMod // nil without one
	old      bool   // written for a Go whose loops share their variable
	sources  []source
	labs     []source // the lab's own files beside the Raft's
}

// detect finds the lab's Raft in or below a directory.
func detect(dir string) (*checkout, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	raft, err := findRaft(dir)
	if err != nil {
		return nil, err
	}
	c := &checkout{}
	if c.sources, c.labs, err = readRaft(raft); err != nil {
		return nil, err
	}
	src := filepath.Dir(raft)
	if err := c.readModule(src, dir); err != nil {
		return nil, err
	}
	c.raft = path.Join(c.src, filepath.Base(raft))
	return c, c.readMake()
}

// findMake returns the declaration of the lab's constructor and the file it is
// in, nil if there is none.
func findMake(sources []source) (*ast.FuncDecl, source) {
	for _, s := range sources {
		if f := s.function("Make"); f != nil {
			return f, s
		}
	}
	return nil, source{}
}

// shape is what Make's parameters look like in any year.
var shape = []*regexp.Regexp{
	regexp.MustCompile(`^\[\]\*\w+\.ClientEnd$`), regexp.MustCompile(`^int$`),
	regexp.MustCompile(`^\*(\w+\.)?Persister$`), regexp.MustCompile(`^chan (\w+\.)?ApplyMsg$`),
}

// further is what parameters look like that students add: they get zeros, or
// nothing where there may be any number.
var further = regexp.MustCompile(`^(\.\.\..+|bool|string|u?int(8|16|32|64)?|float(32|64))$`)

// readMake checks the constructor's shape and learns from it where the year's
// lab has its ClientEnd and its Persister.
func (c *checkout) readMake() error {
	f, s := findMake(c.sources)
	params, results := typesOf(f.Type.Params), typesOf(f.Type.Results)
	fits := len(params) >= len(shape) && len(results) == 1
	for i, param := range params {
		fits = fits && (i < len(shape) && shape[i].MatchString(param) || i >= len(shape) && further.MatchString(param))
	}
	if !fits {
		return fmt.Errorf("%s: expected func Make([]*labrpc.ClientEnd, int, *Persister, chan ApplyMsg) *Raft, with the types' packages as in any year's lab and perhaps more parameters, of basic types or variadic; found func Make(%s) (%s)",
			c.raftDir(), strings.Join(params, ", "), strings.Join(results, ", "))
	}
	c.rpc = c.packageOf(params[0], s)
	c.storedIn = c.packageOf(params[2], s)
	return nil
}

// packageOf returns the package that declares a type which one of the Raft's
// files names.
func (c *checkout) packageOf(name string, s source) string {
	qualifier, _, qualified := strings.Cut(strings.TrimLeft(name, "[]*"), ".")
	if !qualified {
		return c.raft
	}
	for _, spec := range s.file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if named := spec.Name != nil && spec.Name.Name == qualifier; named || spec.Name == nil && strings.HasPrefix(path.Base(imported), qualifier) {
			pkg, _ := c.local(c.raft, imported)
			return pkg
		}
	}
	return path.Join(c.src, qualifier)
}

// furtherParams are the types of Make's parameters that no lab has.
func (c *checkout) furtherParams() (all []string) {
	f, _ := findMake(c.sources)
	return typesOf(f.Type.Params)[len(shape):]
}

// testerHabits returns what the checkout's own tester does with snapshots: whether
// it asks the Raft by CondInstallSnapshot before it installs one, as in 2021 and
// 2022, and whether it then skips older commands, as in 2021. Where the tester is
// missing, the Raft is given the benefit of the doubt.
func (c *checkout) testerHabits() (asks, skips bool) {
	known := false
	for _, s := range c.labs {
		known = known || s.declares(testerTypes...)
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				asks = asks || selects(n.Fun, "CondInstallSnapshot")
			case *ast.BinaryExpr:
				skips = skips || n.Op == token.GTR && selects(n.X, "CommandIndex") && strings.HasSuffix(types.ExprString(n.Y), "lastApplied")
			}
			return true
		})
	}
	return asks || !known, skips || !known
}

// lacksSnapshot reports whether the method Snapshot is the skeleton's, which does
// nothing.
func (c *checkout) lacksSnapshot() bool {
	return slices.ContainsFunc(c.sources, func(s source) bool {
		return slices.ContainsFunc(s.file.Decls, func(d ast.Decl) bool {
			f, ok := d.(*ast.FuncDecl)
			return ok && f.Recv != nil && f.Name.Name == "Snapshot" && f.Body != nil && len(f.Body.List) == 0
		})
	})
}

// ownPersister returns the checkout's file that declares its Persister and makes
// one.
func (c *checkout) ownPersister() (s source, found bool) {
	files := c.labs
	if c.storedIn != c.raft {
		files, _ = readSources(filepath.Join(c.root, filepath.FromSlash(c.storedIn)))
	}
	i := slices.IndexFunc(files, func(s source) bool {
		return s.declares(persisterType) && s.function("MakePersister") != nil
	})
	if i < 0 {
		return source{}, false
	}
	return files[i], true
}

// selects reports whether an expression ends in a dot and a name.
func selects(e ast.Expr, name string) bool {
	s, ok := e.(*ast.SelectorExpr)
	return ok && s.Sel.Name == name
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
