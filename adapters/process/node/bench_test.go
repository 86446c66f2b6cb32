//go:build unix

package node_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
)

const echoInC = `#include <stdio.h>
int main(void) {
	static char line[1 << 16];
	while (fgets(line, sizeof line, stdin)) {
		puts("{\"term\":1,\"leader\":true}");
		fflush(stdout);
	}
}
`

const echoInPython = `
import json, sys
for line in sys.stdin:
    json.loads(line)
    sys.stdout.write(json.dumps({"term": 1, "leader": True}) + "\n")
    sys.stdout.flush()
`

// BenchmarkEvent is an event to a node that does nothing, and its answer.
func BenchmarkEvent(b *testing.B) {
	for _, c := range []struct {
		language string
		command  func(b *testing.B) node.Command
	}{
		{"Go", func(b *testing.B) node.Command {
			return node.Command{Path: os.Args[0], Env: append(os.Environ(), modeEnv+"=nothing")}
		}},
		{"C", func(b *testing.B) node.Command {
			source, program := filepath.Join(b.TempDir(), "echo.c"), filepath.Join(b.TempDir(), "echo")
			require.NoError(b, os.WriteFile(source, []byte(echoInC), 0o600))
			out, err := exec.Command(found(b, "cc"), "-O2", "-o", program, source).CombinedOutput()
			require.NoError(b, err, "%s", out)
			return node.Command{Path: program}
		}},
		{"Python", func(b *testing.B) node.Command {
			return node.Command{Path: found(b, "python3"), Args: []string{"-c", echoInPython}}
		}},
	} {
		b.Run(c.language, func(b *testing.B) {
			p, err := c.command(b).Run()
			require.NoError(b, err)
			defer p.End()
			from := 1
			e := node.Event{Event: node.Received, From: &from, Body: []byte(`{"type":"RequestVote","term":1,"lastLogIndex":0,"lastLogTerm":0}`)}
			ask := func() {
				line, err := p.Ask(e.Line())
				if err == nil {
					_, err = node.Decode(line, e, 3)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			ask() // an interpreter takes its time to start
			for b.Loop() {
				ask()
			}
		})
	}
}

func found(b *testing.B, program string) string {
	path, err := exec.LookPath(program)
	if err != nil {
		b.Skip(err)
	}
	return path
}
