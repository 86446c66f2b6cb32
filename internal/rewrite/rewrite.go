// Package rewrite puts other packages in the place of those that a Go file
// imports.
package rewrite

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"slices"
	"strconv"
)

// Raftcheck is the import path of the module that the stand-ins are in.
const Raftcheck = "github.com/raftcheck/raftcheck"

// StandIns are the packages that take the place of the standard library's.
var StandIns = map[string]string{
	"sync": path.Join(Raftcheck, "standin/sync"),
	"time": path.Join(Raftcheck, "standin/time"),
}

// StandIn returns the package that is to be imported in the place of another one.
func StandIn(imported string) (path string, ok bool) {
	path, ok = StandIns[imported]
	return path, ok
}

// File returns the text of a Go file with the stand-ins imported. Positions in it
// are still those of the file. changed is false if it imports nothing that a
// stand-in is there for.
func File(name string) (text []byte, changed bool, err error) {
	if text, err = os.ReadFile(name); err != nil {
		return nil, false, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ImportsOnly)
	if err != nil {
		return nil, false, err
	}
	for _, spec := range slices.Backward(file.Imports) {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, false, err
		}
		if path, ok := StandIn(imported); ok {
			from, to := set.Position(spec.Path.Pos()).Offset, set.Position(spec.Path.End()).Offset
			text = slices.Concat(text[:from], []byte(strconv.Quote(path)), text[to:])
			changed = true
		}
	}
	return slices.Concat([]byte("//line "+name+":1:1\n"), text), changed, nil
}
