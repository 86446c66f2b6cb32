//go:build unix

package process

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/internal/process/processtest"
)

// partEnv makes the test binary another program.
const partEnv = "PROCESS_TEST_PART"

// parts are the programs that the test binary can be.
var parts = map[string]func(){
	// parent starts a leaf and waits for it.
	"parent": func() {
		c := part(context.Background(), "leaf")
		c.Stdin, c.Stdout = os.Stdin, os.Stdout
		c.ExtraFiles = []*os.File{os.NewFile(3, "life")}
		c.Run()
	},
	"leaf": func() {
		fmt.Println("here")
		untilTestEnds()
	},
	// slow says by which signal it was asked to end, and does not.
	"slow": func() {
		ctx := UntilAsked(os.Stdout)
		fmt.Println("here")
		<-ctx.Done()
		fmt.Println("asked:", context.Cause(ctx))
		untilTestEnds()
	},
	// patient has all signals of an hour count as one, and says for every line
	// it reads that it is still there.
	"patient": func() {
		oneRequest = time.Hour
		ctx := UntilAsked(os.Stdout)
		fmt.Println("here")
		<-ctx.Done()
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			fmt.Println("still there")
		}
	},
	// piper writes to a pipe without a reader, and goes on.
	"piper": func() {
		ctx := UntilAskedBySignal(os.Stdout)
		in, out, _ := os.Pipe()
		in.Close()
		_, err := out.WriteString("anybody there?")
		fmt.Println("here")
		fmt.Println(err)
		<-ctx.Done()
		fmt.Println("asked:", context.Cause(ctx))
	},
	// writer writes until it is asked to end, and then says goodbye to both.
	"writer": func() {
		ctx := UntilAsked(io.Discard)
		for ctx.Err() == nil {
			fmt.Println("here")
		}
		_, err := fmt.Println("bye")
		fmt.Fprintln(os.Stderr, context.Cause(ctx), "and still alive:", err)
	},
}

// untilTestEnds returns when nobody holds the other end of the input.
func untilTestEnds() { io.Copy(io.Discard, os.Stdin) }

func TestMain(m *testing.M) {
	if run := parts[os.Getenv(partEnv)]; run != nil {
		run()
		return
	}
	os.Exit(m.Run())
}

// part returns the command for one of the programs.
func part(ctx context.Context, name string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = append(os.Environ(), partEnv+"="+name)
	return c
}

// start starts a command and returns its ends, the output when it has said
// "here".
func start(t *testing.T, c *exec.Cmd) (in io.WriteCloser, lines *bufio.Reader) {
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() { c.Process.Kill() })
	lines = bufio.NewReader(out)
	require.Equal(t, "here\n", line(t, lines))
	return in, lines
}

func line(t *testing.T, lines *bufio.Reader) string {
	text, err := lines.ReadString('\n')
	require.NoError(t, err)
	return text
}

func TestEndTakesAllAlong(t *testing.T) {
	for name, with := range map[string]func(*exec.Cmd){"EndWithAll": EndWithAll, "AskAllToEnd": AskAllToEnd} {
		t.Run(name, func(t *testing.T) {
			life, held, err := os.Pipe()
			require.NoError(t, err)
			defer life.Close()
			ctx, cancel := context.WithCancel(t.Context())
			c := part(ctx, "parent")
			c.ExtraFiles = []*os.File{held}
			with(c)
			start(t, c)
			require.NoError(t, held.Close())
			cancel()
			require.Error(t, c.Wait())

			require.NoError(t, life.SetReadDeadline(time.Now().Add(20*time.Second)))
			_, err = io.ReadAll(life)
			require.NoError(t, err, "somebody still holds the pipe")
		})
	}
}

func TestKillGroupTakesAllAlong(t *testing.T) {
	life, held, err := os.Pipe()
	require.NoError(t, err)
	defer life.Close()
	in, open, err := os.Pipe()
	require.NoError(t, err)
	defer open.Close() // not before the end: it is what the leaf waits for
	c := part(t.Context(), "parent")
	c.Stdin, c.ExtraFiles = in, []*os.File{held}
	InGroup(c)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	require.Equal(t, "here\n", line(t, bufio.NewReader(out)))
	require.NoError(t, held.Close())
	require.NoError(t, KillGroup(c))
	require.EqualError(t, c.Wait(), "signal: killed")

	require.NoError(t, life.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err = io.ReadAll(life)
	require.NoError(t, err, "somebody still holds the pipe")
}

// TestEndOfWhatHasEnded has nothing left that could be killed.
func TestEndOfWhatHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := exec.CommandContext(ctx, "true")
	EndWithAll(c)
	require.NoError(t, c.Run())
	cancel()
	require.ErrorIs(t, c.Cancel(), os.ErrProcessDone)
}

func TestFirstSignalAsksAndNextOneEnds(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			processtest.HeedHangups(t)
			c := part(t.Context(), "slow")
			_, lines := start(t, c)
			require.NoError(t, c.Process.Signal(s))
			require.Equal(t, "asked: "+s.String()+"\n", line(t, lines))
			require.Equal(t, "ending; the next signal ends this at once\n", line(t, lines))
			require.NoError(t, c.Process.Signal(s))
			_, err := io.ReadAll(lines)
			require.NoError(t, err)
			require.EqualError(t, c.Wait(), "signal: "+s.String())
		})
	}
}

// TestSignalsSentTwiceAreOneRequest sends two, as timeout does.
func TestSignalsSentTwiceAreOneRequest(t *testing.T) {
	c := part(t.Context(), "patient")
	in, lines := start(t, c)
	for range 2 {
		require.NoError(t, c.Process.Signal(syscall.SIGTERM))
		fmt.Fprintln(in)
		require.Equal(t, "still there\n", line(t, lines))
	}
	require.NoError(t, in.Close())
	require.NoError(t, c.Wait())
}

// TestNohup ignores the signal of a closed terminal.
func TestNohup(t *testing.T) {
	c := exec.CommandContext(t.Context(), "sh", "-c", `trap "" HUP; exec "$0"`, os.Args[0])
	c.Env = append(os.Environ(), partEnv+"=slow")
	_, lines := start(t, c)
	require.NoError(t, c.Process.Signal(syscall.SIGHUP))
	require.NoError(t, c.Process.Signal(syscall.SIGTERM))
	require.Equal(t, "asked: terminated\n", line(t, lines))
}

// TestReaderThatIsGone is what head is to a program that writes to it.
func TestReaderThatIsGone(t *testing.T) {
	c := part(t.Context(), "writer")
	var said strings.Builder
	c.Stderr = &said
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	require.NoError(t, out.Close())
	require.NoError(t, c.Wait())
	require.Equal(t, "broken pipe and still alive: write /dev/stdout: broken pipe\n", said.String())
}

// TestReaderThatIsNotOurs is the end of another process, which is no request.
func TestReaderThatIsNotOurs(t *testing.T) {
	c := part(t.Context(), "piper")
	_, lines := start(t, c)
	require.Equal(t, "write |1: broken pipe\n", line(t, lines))
	require.NoError(t, c.Process.Signal(os.Interrupt))
	require.Equal(t, "asked: interrupt\n", line(t, lines))
	require.NoError(t, c.Wait())
}

func TestTempKeepsWhatFailingRunsLeft(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	for _, c := range []struct {
		name string
		keep bool
		left []string
	}{
		{"raftcheck-election-ReElection-seed7-123", true, []string{"raftcheck-election-ReElection-seed7-123"}},
		{"raftcheck-election-ReElection-seed7-123", false, nil},
		{"go-build123", true, nil},
	} {
		temp, err := NewTemp("raftcheck-test-")
		require.NoError(t, err)
		command := exec.Command("sh", "-c", `mkdir "$TMPDIR/`+c.name+`" "$TMPDIR/TestX" && touch "$TMPDIR/TestX/file" "$TMPDIR/file"`)
		temp.Use(command)
		require.NoError(t, command.Run())
		require.NoError(t, temp.Remove(c.keep))
		var left []string
		all, _ := filepath.Glob(filepath.Join(temp.Dir, "*"))
		for _, path := range all {
			left = append(left, filepath.Base(path))
		}
		require.Equal(t, c.left, left)
		if c.left == nil {
			require.NoDirExists(t, temp.Dir)
		}
	}
}
