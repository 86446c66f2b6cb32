package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUsage(t *testing.T) {
	for _, args := range [][]string{{"-seeds=0"}, {"-seeds=many"}, {"-no-such-flag"}} {
		var out, errs bytes.Buffer
		require.Equal(t, exitUsage, run(args, &out, &errs), args)
		require.NotEmpty(t, errs.String())
	}
}

func TestBuildFailureFails(t *testing.T) {
	var out, errs bytes.Buffer
	require.Equal(t, exitFailed, run([]string{"./no-such-package"}, &out, &errs))
	require.Contains(t, out.String(), "no-such-package")
}

func TestCommandCarriesSeedsAndPackages(t *testing.T) {
	command, err := goTest([]string{"-seed=7", "-seeds=3", "-race", "./x/..."}, &bytes.Buffer{})
	require.NoError(t, err)
	require.Equal(t, []string{"go", "test", "-json", "-count=1", "-race", "./x/...", "-raft.seed=7", "-raft.seeds=3"}, command.Args)
}
