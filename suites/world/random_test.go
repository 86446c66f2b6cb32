package world

import (
	"crypto/rand"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSeedCryptoRand(t *testing.T) {
	draw := func(seed uint64) string {
		seedCryptoRand(t, seed)
		return rand.Text()
	}
	require.Equal(t, draw(1), draw(1))
	require.NotEqual(t, draw(1), draw(2))
}

func TestSeedCryptoRandInParallelTests(t *testing.T) {
	t.Parallel()
	seedCryptoRand(t, 1)
	a := rand.Text()
	seedCryptoRand(t, 1)
	require.NotEqual(t, a, rand.Text(), "a parallel test cannot be seeded")
}
