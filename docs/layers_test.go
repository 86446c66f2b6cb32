package docs

import (
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// layers are the files of packages that are large enough to have some: each uses
// what is declared in those before it.
var layers = map[string][]string{
	"suites/bubble": {"cputime_unix", "cputime_other", "memory", "goroutines", "diagnose", "stopwatch", "outcome", "watchdog", "run"},
	"suites/world": {
		"tools", "random", "property", "class", "failure", "verdict", "storage", "encoding", "command", "service", "attempt", "calls", "journal", "ledger", "pace", "stalls", "plan", "course", "roster", "offices", "dialogue", "ground",
		"instance", "delivery", "asking", "replica", "away", "pool", "cluster", "standoff", "monitor", "verbs", "faults", "transfer", "links", "topology",
		"absence", "nemesis", "propose", "members", "client", "session", "settle", "life", "account",
	},
	"suites/harness": {
		"flags", "classes", "result", "scenario", "record", "evidence", "firststep", "clue", "command", "artifacts", "story", "replay", "reduce", "report", "death", "serve", "children", "interrupt", "pool", "spread",
		"progress", "trouble", "run",
	},
}

func TestFilesUseWhatIsBelowThem(t *testing.T) {
	for folder, order := range layers {
		t.Run(folder, func(t *testing.T) {
			rank := func(file string) int {
				i := slices.Index(order, file)
				require.GreaterOrEqual(t, i, 0, "%s/%s.go has no place among the layers", folder, file)
				return i
			}
			for _, use := range usesBetweenFiles(t, filepath.Join("..", folder)) {
				require.Less(t, rank(use.to), rank(use.from), "%s/%s.go uses %s, which is declared in %s.go above it", folder, use.from, use.name, use.to)
			}
		})
	}
}

// use is a name that one file uses and another one declares.
type use struct{ from, to, name string }

// usesBetweenFiles finds them by the types of a package alone: what it imports
// is not looked at.
func usesBetweenFiles(t *testing.T, dir string) (all []use) {
	pkg, err := build.ImportDir(dir, 0)
	require.NoError(t, err)
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range pkg.GoFiles {
		f, err := parser.ParseFile(set, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: nobody{}, Error: func(error) {}}
	own, _ := config.Check(dir, set, files, info)
	file := func(p token.Pos) string { return strings.TrimSuffix(filepath.Base(set.Position(p).Filename), ".go") }
	for name, declared := range info.Uses {
		if from, to := file(name.Pos()), file(declared.Pos()); declared.Pkg() == own && from != to {
			all = append(all, use{from, to, name.Name})
		}
	}
	require.NotEmpty(t, all)
	return all
}

// nobody imports nothing.
type nobody struct{}

func (nobody) Import(path string) (*types.Package, error) { return nil, errors.New("not looked at") }
