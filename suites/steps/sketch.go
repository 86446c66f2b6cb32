package steps

import (
	"fmt"
	"math"
	"math/bits"
)

// States are the different states that the clusters of some runs have been in, as far as
// their messages tell: for each replica whether it is up and leads, asks for votes or
// follows, and whether its term is the newest, its log the most up to date, and all of
// that committed. There are too many to keep. States is a sketch of them, by which they
// are counted to a few per cent (Flajolet and others, HyperLogLog, 2007): what was seen
// several times counts once, also in several runs, whichever process they were in.
type States [registers]byte

const (
	registers    = 1 << registerBits
	registerBits = 8
)

// add adds a state, by a number that looks drawn at random.
func (s *States) add(number uint64) {
	register := number >> (64 - registerBits)
	rank := byte(min(bits.LeadingZeros64(number<<registerBits), 64-registerBits) + 1)
	s[register] = max(s[register], rank)
}

// With returns these states and those of another run.
func (s States) With(other States) States {
	for i, rank := range other {
		s[i] = max(s[i], rank)
	}
	return s
}

// Count returns about how many states there are.
func (s States) Count() int {
	sum, empty := 0.0, 0
	for _, rank := range s {
		sum += math.Exp2(-float64(rank))
		if rank == 0 {
			empty++
		}
	}
	const m = registers
	n := 0.7213 / (1 + 1.079/m) * m * m / sum
	if n < 2.5*m && empty > 0 {
		n = m * math.Log(float64(m)/float64(empty))
	}
	return int(math.Round(n))
}

// firstRank is the character that is written for 0.
const firstRank = '0'

// MarshalText implements [encoding.TextMarshaler]: a character a register.
func (s States) MarshalText() ([]byte, error) {
	for i := range s {
		s[i] += firstRank
	}
	return s[:], nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *States) UnmarshalText(text []byte) error {
	if len(text) != registers {
		return fmt.Errorf("want a sketch of states of %d characters, got %d", registers, len(text))
	}
	for i, c := range text {
		if c < firstRank || c > firstRank+64-registerBits+1 {
			return fmt.Errorf("want characters from %q on in a sketch of states, got %q", firstRank, c)
		}
		s[i] = c - firstRank
	}
	return nil
}
