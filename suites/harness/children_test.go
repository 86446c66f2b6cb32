package harness

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnswersAmongOutput has them come in pieces, between lines that the
// implementation prints.
func TestAnswersAmongOutput(t *testing.T) {
	var sent bytes.Buffer
	fmt.Fprint(&sent, "one\ntwo, without an end")
	require.NoError(t, answer{Result: Result{Seed: 7}}.send(&sent))
	fmt.Fprintf(&sent, "%cno answer\n%cno answer either", answerMark, answerMark)
	require.NoError(t, answer{Report: "of\ntwo lines"}.send(&sent))
	fmt.Fprint(&sent, "three")
	for size := 1; size <= sent.Len(); size++ {
		to, rest := make(chan answer, 2), &tail{}
		a := &answers{to: to, rest: rest}
		for left := bytes.Clone(sent.Bytes()); len(left) > 0; left = left[min(size, len(left)):] {
			n, err := a.Write(left[:min(size, len(left))])
			require.NoError(t, err)
			require.Equal(t, min(size, len(left)), n)
		}
		require.Len(t, to, 2, "in pieces of %d bytes", size)
		require.Equal(t, answer{Result: Result{Seed: 7}}, <-to)
		require.Equal(t, answer{Report: "of\ntwo lines"}, <-to)
		require.Equal(t, "one\ntwo, without an end\x16no answer\n\x16no answer eitherthree", rest.String())
	}
}
