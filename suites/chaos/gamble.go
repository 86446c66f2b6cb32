package chaos

import (
	"math/rand/v2"
	"slices"
)

// enoughBets is how many bets without a gain, for each thing that is left, end a gamble.
const enoughBets = 200

// gamble leaves out parts that are drawn, and draws the seed too. What is left out changes
// when everything after it happens, and so timeouts and the fate of messages: a failure
// that needs luck is lost with almost any part, whether it mattered or not. A smaller
// schedule that fails needs another seed then, and which parts go matters less than how
// many.
func (d *reducer) gamble() {
	rng := rand.New(rand.NewPCG(d.best.Seed, uint64(d.best.parts())))
	for bets := 0; bets < enoughBets*d.best.parts() && !d.Spent(); bets++ {
		if before := d.size(); d.try(d.best.bet(rng)) && d.size() < before {
			d.round()
			bets = 0
		}
	}
}

// bet returns the schedule without some of its parts, or without a stretch of its time,
// and with another seed.
func (s Schedule) bet(rng *rand.Rand) Schedule {
	from, stretch := Moment(rng.Int64N(int64(s.Length)+1)), s.Length>>(1+rng.IntN(4))
	switch part := rng.IntN(3*s.parts()) / 2; {
	case part < len(s.Actions):
		s.Actions = fewer(rng, s.Actions)
	case part < len(s.Actions)+len(s.Operations):
		s.Operations = fewer(rng, s.Operations)
	case part < s.parts():
		s.Fates = fewer(rng, s.Fates)
	case rng.IntN(2) == 0:
		s = s.moved(from, stretch)
	default:
		s = s.without(from, from+stretch)
	}
	s.Seed = rng.Uint64N(1 << 32)
	return s
}

// fewer leaves out between one and half of a list: neighbours, or any.
func fewer[T any](rng *rand.Rand, list []T) []T {
	n := max(1, len(list)>>(1+rng.IntN(4)))
	if from := rng.IntN(len(list) - n + 1); rng.IntN(2) == 0 {
		return slices.Delete(slices.Clone(list), from, from+n)
	}
	kept := rng.Perm(len(list))[n:]
	slices.Sort(kept)
	rest := make([]T, len(kept))
	for i, k := range kept {
		rest[i] = list[k]
	}
	return rest
}
