package process

import (
	"bufio"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWorkOfAGroup(t *testing.T) {
	run := func(script string) *exec.Cmd {
		var child *Child
		var err error
		Lasting(func() { child, err = StartChild(exec.Command("sh", "-c", script)) })
		require.NoError(t, err)
		t.Cleanup(func() {
			KillGroup(child.Cmd)
			child.Wait()
		})
		_, err = child.In.WriteString("\n")
		require.NoError(t, err)
		_, err = bufio.NewReader(child.Out).ReadString('\n')
		require.NoError(t, err)
		return child.Cmd
	}
	busy := run("(read x; echo; while :; do :; done) <&0 & wait")
	first := GroupWork(busy)
	require.True(t, first.CanRun, "its child does")
	for GroupWork(busy).Ran == first.Ran {
	}
	idle := run("read x; echo; read x")
	for GroupWork(idle).CanRun {
	}

	if _, err := os.Stat("/proc/self/schedstat"); err == nil {
		for GroupWork(busy).Waited == 0 {
		}
	}
}
