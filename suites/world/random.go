package world

import (
	"testing"
	"testing/cryptotest"
)

// seedCryptoRand makes package crypto/rand yield what the seed determines, until
// the test ends. Some libraries draw their election timeouts from it and cannot
// be given another source.
//
// The source is the process's, so replicas share it. Their draws are in an order
// that does not depend on the Go scheduler all the same, as long as they draw at
// instants of their own.
func seedCryptoRand(t *testing.T, seed uint64) {
	// Parallel tests are refused by a panic. They are judged as well as others,
	// but a library of that kind has another trace each time.
	defer func() { _ = recover() }()
	cryptotest.SetGlobalRandom(t, seed)
}
