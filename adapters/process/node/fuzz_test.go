//go:build unix

package node_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
)

// FuzzDecode takes any line for an answer: it is one, or has a mistake that is told in a
// few words. What is decoded keeps what was promised of it.
func FuzzDecode(f *testing.F) {
	for _, line := range []string{
		plainAnswer, good[node.Init], `{"term":3,"leader":true,"index":7,"actions":[{"save":{"state":[1],"snapshot":"AAA="}},{"send":{"to":1,"body":{"b":1,"a":1e999}}},` +
			`{"timer":{"id":"e","after":5}},{"stop":{"id":"e"}},{"log":"x"},{"read":{"id":1,"ok":false}},{"install":{"index":4,"snapshot":""}},` +
			`{"configuration":{"index":3,"members":{"voters":[0],"learners":[1]}}}]}`,
		`{"protocol":1,"name":"n","version":"v","features":["PreVote"],"timing":{"election":1},"sizes":[3],"trailing_entries":0,"elections_only":true}`,
		``, `null`, `[]`, `{"term":`, `{"term":null,"leader":null}`, `{"term":1,"leader":true,"actions":[null]}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		if _, _, err := node.DecodeHello(line); err != nil {
			requireMistake(t, err)
		}
		for _, event := range []string{node.Init, node.Start, node.Transfer} {
			a, err := node.Decode(line, node.Event{Event: event}, 3)
			if err != nil {
				requireMistake(t, err)
				continue
			}
			require.True(t, json.Valid(line))
			for _, action := range a.Actions {
				if send, ok := action.(*node.SendAction); ok {
					require.True(t, json.Valid(send.Body))
					require.Contains(t, []int{0, 1, 2}, send.To)
				}
			}
		}
	})
}

func requireMistake(t *testing.T, err error) {
	var mistake *node.Mistake
	require.ErrorAs(t, err, &mistake)
	require.Less(t, len(err.Error()), 2000)
}
