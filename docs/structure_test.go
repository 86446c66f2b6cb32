package docs

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/raftcheck/raftcheck/"

// row is one of CONTRIBUTING's table: folders, a description, what they use.
var row = regexp.MustCompile("(?m)^\\| ((?:`[\\w/]+/` ?)+) \\| [^|]+ \\| ((?:`[\\w/]+` ?)*)\\|$")

var quoted = regexp.MustCompile("`([\\w/]+?)/?`")

// declared returns what each folder may use, by the table.
func declared(t *testing.T) map[string]map[string]bool {
	page, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	uses := map[string]map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(string(page), -1) {
		for _, folder := range quoted.FindAllStringSubmatch(m[1], -1) {
			require.NotContains(t, uses, folder[1], "the table has a folder twice")
			uses[folder[1]] = map[string]bool{}
			for _, used := range quoted.FindAllStringSubmatch(m[2], -1) {
				uses[folder[1]][used[1]] = true
			}
		}
	}
	require.Greater(t, len(uses), 20)
	return uses
}

// imported returns what each folder of the module uses of the module, and of
// others' code, tests left out.
func imported(t *testing.T) map[string]map[string]bool {
	uses := map[string]map[string]bool{}
	require.NoError(t, filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return outside(name, entry)
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		folder := filepath.ToSlash(strings.TrimPrefix(filepath.Dir(name), "../"))
		if uses[folder] == nil {
			uses[folder] = map[string]bool{}
		}
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			used, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if rest, own := strings.CutPrefix(used, module); own {
				uses[folder][rest] = true
			} else if first, _, _ := strings.Cut(used, "/"); strings.Contains(first, ".") {
				uses[folder][path.Base(used)] = true
			}
		}
		return nil
	}))
	return uses
}

// outside leaves out test data and what is no part of the root module.
func outside(name string, entry fs.DirEntry) error {
	if entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".git") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != ".." {
		return fs.SkipDir
	}
	return nil
}

// Which package uses which is written down, so that an arrow that goes the wrong
// way is seen when it is drawn. A suite need not use all that suites may use.
func TestDependenciesAreThoseOfTheTable(t *testing.T) {
	may, does := declared(t), imported(t)
	for folder, uses := range does {
		require.Contains(t, may, folder, "CONTRIBUTING's table has no row for %s/", folder)
		for used := range uses {
			require.True(t, may[folder][used], "%s/ uses %s, which CONTRIBUTING's table does not allow: see whether the arrow goes the right way", folder, used)
		}
	}
	for folder, uses := range may {
		require.Contains(t, does, folder, "CONTRIBUTING's table has a row for %s/, which has no Go code", folder)
		for used := range uses {
			require.True(t, used == "porcupine" || used == "require" || does[used] != nil, "CONTRIBUTING's table says that %s/ uses %s, which is not there", folder, used)
			require.True(t, usedBySome(does, may, folder, used), "CONTRIBUTING's table says that %s/ uses %s, which no folder of its row does", folder, used)
		}
	}
}

// usedBySome reports whether a folder, or one that may use just the same, uses
// another.
func usedBySome(does, may map[string]map[string]bool, folder, used string) bool {
	for other, uses := range does {
		if uses[used] && equal(may[other], may[folder]) {
			return true
		}
	}
	return false
}

func equal(a, b map[string]bool) bool {
	for k := range a {
		if !b[k] {
			return false
		}
	}
	return len(a) == len(b)
}

// Nothing that the table draws leads back to where it began, and nothing below
// the gate knows it.
func TestDependenciesRunOneWay(t *testing.T) {
	may := declared(t)
	var reach func(from, to string, seen map[string]bool) bool
	reach = func(from, to string, seen map[string]bool) bool {
		for used := range may[from] {
			if used == to || !seen[used] && reach(used, to, mark(seen, used)) {
				return true
			}
		}
		return false
	}
	for folder, uses := range may {
		require.False(t, reach(folder, folder, map[string]bool{}), "%s/ uses itself by others", folder)
		for used := range uses {
			require.True(t, strings.HasPrefix(folder, "ci") || !strings.HasPrefix(used, "ci"), "%s/ uses %s of the gate", folder, used)
		}
	}
}

func mark(seen map[string]bool, name string) map[string]bool {
	seen[name] = true
	return seen
}
