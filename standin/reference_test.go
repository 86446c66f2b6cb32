package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// tracesOf are the traces of all runs in what a test prints.
var tracesOf = regexp.MustCompile(`"Scenario":"\w+","Seed":\d+,|"Trace":"\w+"`)

// TestSameSeedSameTrace judges the reference on the stand-ins, with any number of
// processors.
func TestSameSeedSameTrace(t *testing.T) {
	for suite, args := range map[string][]string{
		"agreement": {"-raft.seeds=1"},
		"chaos":     {"-raft.seeds=2"},
		"snapshot":  {"-raft.seeds=1"},
		"stalls":    {"-raft.seeds=1"},
	} {
		t.Run(suite, func(t *testing.T) {
			binary := filepath.Join(t.TempDir(), suite+".test")
			exit, stdout, stderr := standin(t, "..", "-rewrite", "./raft", "go", "test", "-c", "-o", binary, "./suites/"+suite)
			require.Zero(t, exit, "%s%s", stdout, stderr)
			symbols, err := exec.Command("go", "tool", "nm", binary).Output()
			require.NoError(t, err)
			require.Contains(t, string(symbols), raftcheck+"/standin/lock.(*Lock).Acquire")
			var first []string
			for _, processors := range []string{"1", "2", "4"} {
				command := exec.Command(binary, append(args, "-test.v")...)
				command.Dir = filepath.Join("suites", suite)
				command.Env = append(os.Environ(), "GOMAXPROCS="+processors)
				out, err := command.CombinedOutput()
				require.NoError(t, err, "%s", out)
				traces := tracesOf.FindAllString(string(out), -1)
				require.NotEmpty(t, traces)
				if first == nil {
					first = traces
				}
				require.Equal(t, first, traces, "with %s processors", processors)
			}
		})
	}
}
