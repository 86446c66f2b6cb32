package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// commandEnv makes the test binary the command.
const commandEnv = "LAB_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(commandEnv) != "" {
		main()
	}
	os.Exit(m.Run())
}

// lab runs the command and returns what it printed.
func lab(t *testing.T, args ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	exit = run(context.Background(), append(args, "-artifacts", t.TempDir()), &out, &errs)
	return exit, out.String(), errs.String()
}

// checkoutOf copies a checkout of testdata and changes its raft.go: each pair of
// texts is one that must be there, and what takes its place everywhere.
func checkoutOf(t *testing.T, year string, change ...string) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "a student's lab")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("testdata", year))))
	files, err := filepath.Glob(filepath.Join(dir, "src", "raft*", "raft.go"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	replaceIn(t, files[0], change...)
	return dir
}

func replaceIn(t *testing.T, file string, change ...string) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	text := string(data)
	for i := 0; i < len(change); i += 2 {
		require.True(t, strings.Contains(text, change[i]), "%s does not contain %q", file, change[i])
		text = strings.ReplaceAll(text, change[i], change[i+1])
	}
	require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o777))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o666))
}

// contents returns every file below a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	}))
	return all
}
