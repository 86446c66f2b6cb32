package steps

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A state is what replicas are to one another, whatever they are called and however high
// terms and indexes have become.
func TestStatesAreTheSameByOtherNames(t *testing.T) {
	is := []view{{role: leader, term: 3, last: Entry{Index: 7, Term: 3}, commit: 6}, {term: 3, last: Entry{Index: 6, Term: 3}}, {term: 2, last: Entry{Index: 6, Term: 2}, down: true}}
	renamed := []view{is[2], is[0], is[1]}
	higher := []view{{role: leader, term: 9, last: Entry{Index: 40, Term: 9}, commit: 39}, {term: 9, last: Entry{Index: 39, Term: 9}}, {term: 5, last: Entry{Index: 39, Term: 5}, down: true}}
	require.Equal(t, numberOf(is), numberOf(renamed))
	require.Equal(t, numberOf(is), numberOf(higher))

	for name, other := range map[string]func(v []view){
		"the leader follows":             func(v []view) { v[0].role = follower },
		"a replica is up":                func(v []view) { v[2].down = false },
		"its term is the newest":         func(v []view) { v[2].term = 3 },
		"a log is as long":               func(v []view) { v[1].last.Index = 7 },
		"the last entry is of that term": func(v []view) { v[2].last.Term = 3 },
		"all is committed":               func(v []view) { v[0].commit = 7 },
	} {
		changed := append([]view{}, is...)
		other(changed)
		require.NotEqual(t, numberOf(is), numberOf(changed), name)
	}
}

func TestStatesAreCounted(t *testing.T) {
	for _, n := range []int{0, 1, 50, 600, 700, 100_000} {
		var all, one, other States
		r := rand.New(rand.NewPCG(uint64(n), 1))
		for i := range n {
			number := r.Uint64()
			all.add(number)
			all.add(number)
			one.add(number)
			if i%2 == 0 {
				other.add(number)
			}
		}
		require.InEpsilon(t, 1+n, 1+all.Count(), 0.2, "%d states", n)
		require.InEpsilon(t, 1+(n+1)/2, 1+other.Count(), 0.2, "%d states", (n+1)/2)
		require.Equal(t, all, other.With(one), "what was seen several times counts once")
	}
}

func TestStatesAreWritten(t *testing.T) {
	var s, read States
	for i := range uint64(100) {
		s.add(i * 0x9e3779b97f4a7c15)
	}
	s.add(0)
	text, err := s.MarshalText()
	require.NoError(t, err)
	require.NoError(t, read.UnmarshalText(text))
	require.Equal(t, s, read)
	require.ErrorContains(t, read.UnmarshalText(text[1:]), "want a sketch of states of 256 characters, got 255")
	require.ErrorContains(t, read.UnmarshalText([]byte(strings.Repeat("~", 256))), `want characters from '0' on in a sketch of states, got '~'`)
}
