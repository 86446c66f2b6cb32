package rewrite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFile(t *testing.T) {
	for _, c := range []struct{ name, before, after string }{
		{"imports", "import \"sync\"\n\nimport (\n\t\"fmt\"\n\tclock \"time\"\n)", "import \"RC/standin/sync\"\n\nimport (\n\t\"fmt\"\n\tclock \"RC/standin/time\"\n)"},
		{"dot and blank", "import . \"sync\"; import _ `time`", "import . \"RC/standin/sync\"; import _ \"RC/standin/time\""},
		{"others", "import (\"sync/atomic\"; \"example.com/sync\"; \"testing/synctest\")", ""},
		{"none", "var sync = \"sync\"", ""},
	} {
		name := filepath.Join(t.TempDir(), "a.go")
		head := "//go:build linux || !linux\n\n// Package a has é in it.\npackage a\n\n"
		require.NoError(t, os.WriteFile(name, []byte(head+c.before), 0o666))
		text, changed, err := File(name)
		require.NoError(t, err)
		require.Equal(t, c.after != "", changed, c.name)
		if changed {
			require.Equal(t, "//line "+name+":1:1\n"+head+strings.ReplaceAll(c.after, "RC", Raftcheck), string(text), c.name)
		}
	}
}

func TestFileThatDoesNotParse(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.go")
	require.NoError(t, os.WriteFile(name, []byte("package a\nimport sync\n"), 0o666))
	_, _, err := File(name)
	require.ErrorContains(t, err, "missing import path")
}
