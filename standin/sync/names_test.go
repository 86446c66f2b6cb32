package sync_test

import (
	"go/importer"
	"go/token"
	"go/types"
	"testing"

	"github.com/stretchr/testify/require"
)

const standinPath = "github.com/raftcheck/raftcheck/standin/sync"

// TestHasAllThatTheOriginalHas compares the exported names of both packages and
// what they are, methods included.
func TestHasAllThatTheOriginalHas(t *testing.T) {
	source := importer.ForCompiler(token.NewFileSet(), "source", nil)
	original, err := source.Import("sync")
	require.NoError(t, err)
	standin, err := source.Import(standinPath)
	require.NoError(t, err)
	require.Contains(t, api(original), "func (*sync.RWMutex).RLocker() sync.Locker")
	require.ElementsMatch(t, api(original), api(standin))
}

// api returns what a package exports, in a line each.
func api(pkg *types.Package) (lines []string) {
	qualify := func(p *types.Package) string { return p.Name() }
	for _, name := range pkg.Scope().Names() {
		object := pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		declared, isType := object.(*types.TypeName)
		if !isType {
			lines = append(lines, types.ObjectString(object, qualify))
			continue
		}
		lines = append(lines, "type "+name)
		methods := types.NewMethodSet(types.NewPointer(declared.Type()))
		for m := range methods.Methods() {
			if m.Obj().Exported() {
				lines = append(lines, types.ObjectString(m.Obj(), qualify))
			}
		}
	}
	return lines
}
