//go:build unix

package node_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
)

// modeEnv makes the test binary a node, and says which.
const modeEnv = "NODE_TEST_MODE"

func TestMain(m *testing.M) {
	switch mode := os.Getenv(modeEnv); mode {
	case "":
	case parent:
		beParent()
		return
	default:
		beNode(mode)
		return
	}
	flag.Set("raft.patience", "1m") // a node's own is what counts here, and it knows a busy machine
	os.Exit(m.Run())
}

// ofMode returns the command for the test binary as a node.
func ofMode(t *testing.T, mode string, env ...string) node.Command {
	exe, err := os.Executable()
	require.NoError(t, err)
	return node.Command{Path: exe, Env: append(append(os.Environ(), modeEnv+"="+mode), env...), Patience: 2 * time.Second}
}

// parent is the mode in which the test binary starts a node, and hangs.
const parent = "parent"

// beParent starts what its arguments say.
func beParent() {
	if _, err := (node.Command{Path: os.Args[1], Args: os.Args[2:]}).Run(); err != nil {
		panic(err)
	}
	time.Sleep(time.Hour)
}

// good are the answers of a node that leads a cluster of one and applies each command
// at once. What is %d is the number of starts.
var good = map[string]string{
	node.Hello: `{"protocol":1,"name":"test","version":"1"}`,
	node.Init:  `{"term":1,"leader":true,"actions":[{"save":{"state":{}}}]}`,
	node.Start: `{"term":1,"leader":true,"index":%[1]d,"actions":[{"save":{"state":%[1]d}},{"apply":{"index":%[1]d,"command":%[2]s}}]}`,
}

// variants answer otherwise, by their modes.
var variants = map[string]map[string]string{
	"obliging": obliging,
	"resetting": {
		node.Hello:  `{"protocol":1,"name":"test","version":"1","resets":true}`,
		node.Change: `{"term":1,"leader":true,"ok":true}`,
	},
	"changing": changing,
	spinning:   {node.Init: `{"term":1,"leader":true,"actions":[{"save":{"state":{}}},{"timer":{"id":"beat","after":100}}]}`},
	"breaking": {
		node.Init:     `{"term":1,"leader":true,"actions":[{"timer":{"id":"t","after":1000}}]}`,
		node.TimedOut: `[]`,
	},
}

// plainAnswer is that to all other events.
const plainAnswer = `{"term":1,"leader":true}`

// beNode is a node that does what it should not, if its mode is one of the bad ones.
func beNode(mode string) {
	bad := misdeeds[mode]
	os.OpenFile(os.Getenv(lifeEnv), os.O_WRONLY, 0) // is held from now on
	lines := bufio.NewReader(os.Stdin)
	starts := 0
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var e struct {
			Event   string
			Timer   string
			Command json.RawMessage
		}
		if err := json.Unmarshal(line, &e); err != nil {
			panic(err)
		}
		answer := cmp.Or(variants[mode][e.Event], good[e.Event], plainAnswer)
		if e.Event == node.TimedOut {
			answer = strings.ReplaceAll(answer, "TIMER", e.Timer)
		}
		if mode == "telling" && e.Event == node.Init {
			told, _ := json.Marshal(string(line))
			answer = fmt.Sprintf(`{"term":1,"leader":true,"actions":[{"log":%s}]}`, told)
		}
		if e.Event == node.Start {
			starts++
			answer = fmt.Sprintf(answer, starts, e.Command)
		}
		if e.Event == bad.event {
			answer = bad.does(answer)
		}
		os.Stdout.WriteString(answer + "\n")
	}
}
