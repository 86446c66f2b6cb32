package main

import (
	"go/importer"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/rewrite"
)

// TestStandInsHaveAllThatTheOriginalsHave compares the exported names of the
// packages and what they are, with methods and with the values of constants.
func TestStandInsHaveAllThatTheOriginalsHave(t *testing.T) {
	source := importer.ForCompiler(token.NewFileSet(), "source", nil)
	for name, with := range map[string]string{"sync": "func (*sync.RWMutex).RLocker() sync.Locker", "time": "const time.Minute time.Duration = 60000000000"} {
		original, err := source.Import(name)
		require.NoError(t, err)
		standIn, err := source.Import(rewrite.StandIns[name])
		require.NoError(t, err)
		require.Contains(t, api(original), with)
		require.ElementsMatch(t, api(original), api(standIn))
	}
}

// api returns what a package exports, in a line each.
func api(pkg *types.Package) (lines []string) {
	qualify := func(p *types.Package) string { return p.Name() }
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch o := object.(type) {
		case *types.Const:
			lines = append(lines, types.ObjectString(o, qualify)+" = "+o.Val().ExactString())
		case *types.TypeName:
			lines = append(lines, "type "+name)
			for m := range types.NewMethodSet(types.NewPointer(o.Type())).Methods() {
				if m.Obj().Exported() {
					lines = append(lines, types.ObjectString(m.Obj(), qualify))
				}
			}
		default:
			lines = append(lines, types.ObjectString(o, qualify))
		}
	}
	return lines
}
