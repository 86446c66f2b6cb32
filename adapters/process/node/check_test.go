//go:build unix

package node_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/process/node"
)

// changing is a cluster of one that takes a millisecond to elect itself, and offers all.
var changing = map[string]string{
	node.Hello:    `{"protocol":1,"name":"test","version":"1","sizes":[1],"features":["Snapshots","LeaderTransfer","Membership"]}`,
	node.Init:     `{"term":1,"leader":false,"actions":[{"timer":{"id":"t","after":1000000}}]}`,
	node.TimedOut: plainAnswer,
}

// TestLivesOfACheck has each life begin at 0 with a seed of its own, and nobody asked to
// hand over, or to leave, where there is no other replica.
func TestLivesOfACheck(t *testing.T) {
	var transcript strings.Builder
	said, err := node.Check(ofMode(t, "changing"), &transcript)
	require.NoError(t, err)
	require.Regexp(t, "it was told of 1 hello, 2 init, 1 snapshot, 2 start, 2 timer$", said)
	told := regexp.MustCompile(`"now":(\d+),"event":"(init|timer)".*?("seed":\d+|"timer":)`).FindAllStringSubmatch(transcript.String(), -1)
	var lives []string
	for _, m := range told {
		lives = append(lives, strings.Join(m[1:], " "))
	}
	require.Equal(t, []string{`0 init "seed":1`, `1000000 timer "timer":`, `0 init "seed":2`, `1000000 timer "timer":`}, lives)
}
