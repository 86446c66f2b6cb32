package node_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
)

var (
	exchanges = regexp.MustCompile(`(?m)^    → (.*)\n(?:    ← (.*)\n)?`)
	actions   = regexp.MustCompile(`(?m)^    (\{.*\})$`)
)

// TestPage holds what the page about the protocol shows against the code.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/plugging-in/process.md")
	require.NoError(t, err)
	shown := map[string]bool{}
	for _, m := range exchanges.FindAllStringSubmatch(string(page), -1) {
		var e node.Event
		decoder := json.NewDecoder(strings.NewReader(m[1]))
		decoder.DisallowUnknownFields()
		require.NoError(t, decoder.Decode(&e), m[1])
		var again bytes.Buffer
		require.NoError(t, json.Compact(&again, e.Line()))
		require.JSONEq(t, m[1], again.String())
		shown[e.Event] = true
		switch {
		case e.Event == node.Hello:
			_, _, err = node.DecodeHello([]byte(m[2]))
		case m[2] != "":
			_, err = node.Decode([]byte(m[2]), e, 4)
		}
		require.NoError(t, err, m[2])
	}
	require.Len(t, shown, 9, "the page has an example of each event")

	all := actions.FindAllStringSubmatch(string(page), -1)
	require.Len(t, all, 10)
	for _, m := range all {
		_, err := node.Decode([]byte(`{"term":1,"leader":true,"actions":[`+m[1]+`]}`), node.Event{Event: node.Init}, 4)
		require.NoError(t, err, m[1])
	}
}
