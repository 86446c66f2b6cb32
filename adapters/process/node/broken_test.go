//go:build unix

package node_test

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/internal/process/processtest"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// A misdeed is what a node does wrong at an event. The answer it returns, instead of
// the right one, is written with a newline behind it.
type misdeed struct {
	event    string
	does     func(answer string) string
	property checker.Property // that it violates; empty if the node is not even judged
	says     string           // what the failure says
}

// spinning is the mode of a node whose milliseconds are nanoseconds.
const spinning = "a timer of nanoseconds"

// instead answers with something else.
func instead(line string) func(string) string { return func(string) string { return line } }

// doing has an action in place of those of the right answer.
func doing(action string) func(string) string {
	return instead(`{"term":1,"leader":true,"actions":[` + action + `]}`)
}

func sleep() { time.Sleep(time.Hour) }

// misdeeds are the nodes that are no nodes, by what is wrong with them.
var misdeeds = map[string]misdeed{
	"nothing": {},

	"no answer":               {node.Start, func(string) string { sleep(); return "" }, world.NoPanic, "it said nothing for 2s of wall time; does it flush its output after each answer?\nthe process was ended for that, and wrote nothing to standard error"},
	"no answer to hello":      {node.Hello, func(string) string { sleep(); return "" }, "", "event hello: it said nothing for 2s of wall time"},
	"no answer to init":       {node.Init, func(string) string { sleep(); return "" }, world.ContractMake, "event 1 of its life (init): it said nothing for 2s of wall time"},
	"half a line":             {node.Start, func(string) string { os.Stdout.WriteString(`{"term":`); sleep(); return "" }, world.NoPanic, `it did not write more than a part of a line in 2s of wall time: {"term":`},
	"half a line and an exit": {node.Start, func(string) string { os.Stdout.WriteString(`{"term":`); os.Exit(0); return "" }, world.NoPanic, "expected a line, but its output ended after half a line: {\"term\":\nthe process ended by itself: exit status 0"},
	"endless lines":           {node.Start, func(a string) string { return forever(a + "\n") }, world.NoPanic, `expected one line for each event, got more: {"term":1,`},
	"endless line":            {node.Start, func(string) string { return forever("[") }, world.NoPanic, "expected a line of 16777216 bytes at most, got a longer one: [[[["},
	"a line of 100 MB":        {node.Start, func(string) string { return strings.Repeat("x", 100e6) }, world.NoPanic, "expected a line of 16777216 bytes at most, got a longer one: xxx"},
	"an answer too many":      {node.Start, func(a string) string { return a + "\n" + plainAnswer }, world.NoPanic, `expected one line for each event, got more: {"term":1,"leader":true}`},
	"an empty line":           {node.Start, instead(""), world.NoPanic, "expected an object in JSON, got an empty line"},
	"not JSON":                {node.Start, instead("ready!"), world.NoPanic, `expected an object in JSON, got ready!`},
	"broken JSON":             {node.Start, instead(`{"term":1,,}`), world.NoPanic, `byte 11 of 12: expected JSON, got {"term":1,,} (invalid character ',' looking for beginning of object key string)`},
	"a list":                  {node.Start, instead("[]"), world.NoPanic, "expected an object, got []"},
	"no term":                 {node.Start, instead(`{"leader":true}`), world.NoPanic, `expected a field term, got {"leader":true}`},
	"wrong type":              {node.Start, instead(`{"term":"1","leader":true}`), world.NoPanic, `term: expected an integer from 0 on, got "1"`},
	"a fraction":              {node.Start, instead(`{"term":1.5,"leader":true}`), world.NoPanic, `term: expected an integer from 0 on, got 1.5`},
	"another field":           {node.Start, instead(`{"term":1,"leader":true,"action":[]}`), world.NoPanic, "expected no field but term, leader, index, ok, actions, got the field action"},
	"index without office":    {node.Start, instead(`{"term":1,"leader":false,"index":3}`), world.NoPanic, "index: expected no index, or 0, as only a leader takes a command and this answer says that leader is false, got 3"},
	"index for init":          {node.Init, instead(`{"term":1,"leader":true,"index":3}`), world.ContractMake, "index: expected no such field in the answer to init; it is for start, got 3"},
	"no action":               {node.Start, doing(`{"sleep":3}`), world.NoPanic, `actions[0]: expected an object with one of the fields save, send, timer, stop, apply, install, configuration, read and log, got {"sleep":3}`},
	"two actions in one":      {node.Start, doing(`{"log":"a","stop":{"id":"b"}}`), world.NoPanic, `actions[0]: expected an object with one of the fields`},
	"bad base64":              {node.Start, doing(`{"log":"x"},{"apply":{"index":1,"command":"!"}}`), world.NoPanic, `actions[1].apply.command: expected bytes in base64, with padding (illegal base64 data at input byte 0), got "!"`},
	"no command":              {node.Start, doing(`{"apply":{"index":1,"command":"AAAA"}}`), world.NoPanic, `actions[0].apply.command: expected a command as the event start gave it (`},
	"send to nobody":          {node.Start, doing(`{"send":{"to":1,"body":{}}}`), world.NoPanic, "actions[0].send.to: expected a replica's number, from 0 to 0, got 1"},
	"negative timer":          {node.Start, doing(`{"timer":{"id":"t","after":-5}}`), world.NoPanic, "actions[0].timer.after: expected an integer from 1 on, got -5"},
	"nameless timer":          {node.Start, doing(`{"timer":{"id":"","after":5}}`), world.NoPanic, `actions[0].timer.id: expected a string that is not empty, got ""`},
	spinning:                  {node.TimedOut, doing(`{"timer":{"id":"beat","after":100}}`), world.NoPanic, `(timer "beat"): it has gone off 10000 times in 1ms of the cluster's time; all times are in nanoseconds`},
	"bad configuration":       {node.Start, doing(`{"configuration":{"index":1,"members":{"voters":[]}}}`), world.NoPanic, `actions[0].configuration.members: expected a configuration (voters []: a cluster has at least one voter), got {"voters":[]}`},
	"applied out of order":    {node.Start, func(a string) string { return strings.Replace(a, `]}`, a[strings.Index(a, `,{"apply"`):], 1) }, checker.ApplyOrder, "index 1"},

	"exit code": {node.Start, func(string) string { fmt.Fprintln(os.Stderr, "first\nlast words"); os.Exit(3); return "" }, world.NoPanic,
		"the process ended by itself: exit status 3; its last lines on standard error:\n  first\n  last words"},
	"signal":        {node.Start, func(string) string { syscall.Kill(os.Getpid(), syscall.SIGTERM); sleep(); return "" }, world.NoPanic, "the process ended by itself: signal: terminated"},
	"closed output": {node.Start, func(string) string { os.Stdout.Close(); sleep(); return "" }, world.NoPanic, "expected a line, but its output ended"},
	"stderr flood and an exit": {node.Start, func(string) string {
		for range 10_000 {
			fmt.Fprintln(os.Stderr, "a line that is of no interest")
		}
		fmt.Fprintln(os.Stderr, "the last line")
		os.Exit(1)
		return ""
	}, world.NoPanic, "a line that is of no interest\n  the last line"},

	"another version": {node.Hello, instead(`{"protocol":2,"name":"n","version":"v"}`), "", "protocol: expected 1, the version of the protocol, got 2"},
	"unknown feature": {node.Hello, instead(`{"protocol":1,"name":"n","version":"v","features":["Snapshot"]}`), "",
		`features[0]: expected one of the features Snapshots, PreVote, CheckQuorum, ReadIndex, LeaderTransfer, Membership, JointConsensus, Learners, got "Snapshot"`},
	"not the node's feature": {node.Hello, instead(`{"protocol":1,"name":"n","version":"v","features":["UnlockedSaves"]}`), "", `features[0]: expected one of the features`},
	"half a feature":         {node.Hello, instead(`{"protocol":1,"name":"n","version":"v","features":["Learners"]}`), "", "declare JointConsensus false and Learners true, but not Membership"},
	"no name":                {node.Hello, instead(`{"protocol":1,"name":"","version":"v"}`), "", "Implementation.Name is empty"},
	"no heartbeat":           {node.Hello, instead(`{"protocol":1,"name":"n","version":"v","timing":{"heartbeat":0}}`), "", "timing.heartbeat: expected an integer from 1 on, got 0"},
}

// forever writes a text again and again, many times at once: who reads is not to keep up
// with it.
func forever(text string) string {
	text = strings.Repeat(text, 4096/len(text)) // which pipes take as a whole
	for {
		if _, err := os.Stdout.WriteString(text); err != nil {
			os.Exit(0)
		}
	}
}

// lifeEnv names the pipe that the nodes of a test hold, and what they start.
const lifeEnv = "NODE_TEST_LIFE"

// alone is a story of one replica that is given commands.
var alone = harness.Scenario{Name: "Alone", Claim: "It commits.", Paper: "none", Replicas: 1, Story: func(c *world.Cluster) {
	for range 3 {
		c.Commit(1)
	}
}}

func TestGoodNode(t *testing.T) {
	impl, err := node.Implementation(ofMode(t, "nothing"))
	require.NoError(t, err)
	r, _ := harness.RunSeed(t, impl, "test", alone, 1)
	require.Nil(t, r.Failure)
	require.GreaterOrEqual(t, r.Commits, 3)
}

// TestBadNodes has each convicted of what it does, and none is left.
func TestBadNodes(t *testing.T) {
	for mode, m := range misdeeds {
		if m.does == nil {
			continue
		}
		t.Run(mode, func(t *testing.T) {
			t.Parallel() // most of the time goes by while nothing is said
			life := processtest.NewLife(t)
			impl, err := node.Implementation(ofMode(t, mode, lifeEnv+"="+life.Path()))
			if m.property == "" {
				require.ErrorContains(t, err, m.says)
			} else {
				require.NoError(t, err)
				r, _ := harness.RunSeed(t, impl, "test", alone, 1)
				require.NotNil(t, r.Failure)
				require.Equal(t, m.property, r.Failure.Property, r.Failure)
				require.Contains(t, strings.Join(r.Failure.Facts, "\n"), m.says)
			}
			life.RequireEnd(t)
		})
	}
}

// TestNothingIsLeft has nodes that heed no closed input, and start what outlives them.
func TestNothingIsLeft(t *testing.T) {
	for _, c := range []struct {
		script string
		fails  bool // there is no answer
	}{
		{`trap "" TERM INT HUP; "$NODE"; while :; do sleep 1; done`, false},
		{`(while :; do sleep 1; done) <&- >&- 2>&- & exec "$NODE"`, false},
		{`(while :; do sleep 1; done) <&- >&- 2>&- & exit 0`, true},
	} {
		life := processtest.NewLife(t)
		command := ofMode(t, "nothing")
		command.Env = append(command.Env, "LIFE="+life.Path(), "NODE="+command.Path)
		command.Path, command.Args = "/bin/sh", []string{"-c", `exec 3>"$LIFE"; ` + c.script}
		impl, err := node.Implementation(command)
		require.Equal(t, c.fails, err != nil, err)
		if !c.fails {
			r, _ := harness.RunSeed(t, impl, "test", alone, 1)
			require.Nil(t, r.Failure)
		}
		life.RequireEnd(t)
	}
}

// TestNothingOutlivesItsJudge kills a process whose node heeds nothing.
func TestNothingOutlivesItsJudge(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere a node that heeds no closed input lives on")
	}
	life := processtest.NewLife(t)
	c := exec.Command(os.Args[0], "/bin/sh", "-c", `exec 3>"$LIFE"; echo $$ >&3; while :; do sleep 1; done`)
	c.Env = append(os.Environ(), modeEnv+"="+parent, "LIFE="+life.Path())
	life.Start(t, c)
	require.NoError(t, c.Process.Kill())
	life.RequireEnd(t)
}

func TestNoSuchProgram(t *testing.T) {
	_, err := node.Implementation(node.Command{Path: "/nonesuch/node"})
	require.ErrorContains(t, err, "start the node /nonesuch/node: ")
	require.ErrorIs(t, err, os.ErrNotExist)
}
