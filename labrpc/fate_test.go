package labrpc

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// requireFraction fails if the share of hits is more than five standard
// deviations from p, which chance alone does once in two million times.
func requireFraction(t *testing.T, what string, p float64, hits, of int) {
	t.Helper()
	deviation := math.Sqrt(p*(1-p)/float64(of)) * 5
	require.InDelta(t, p, float64(hits)/float64(of), deviation, what)
}

func TestFateFractions(t *testing.T) {
	const samples = 100_000
	tests := map[string]Conditions{
		"reliable":   Reliable,
		"unreliable": Unreliable,
		"hostile":    Hostile,
		"rare":       {Jitter: time.Millisecond, Loss: 0.001, Duplicate: 0.002, Late: 0.003, LateBy: time.Second},
		"always":     {Jitter: time.Millisecond, Duplicate: 1, Late: 1, LateBy: time.Second},
		"lost":       {Loss: 1, Duplicate: 1, Late: 1},
	}
	for name, c := range tests {
		t.Run(name, func(t *testing.T) {
			var lost, duplicated, copies, late, lowHalf int
			for i := range samples {
				delays, arrive := c.fate(uint64(digest(0).number(uint64(i))))
				switch arrive {
				case 0:
					lost++
				case 2:
					duplicated++
				}
				for _, d := range delays[:arrive] {
					copies++
					if d < c.Delay || d >= c.Delay+max(c.Jitter, 1)+c.LateBy {
						t.Fatalf("a delay of %v", d)
					}
					if d > c.Delay+c.Jitter {
						late++
					} else if d < c.Delay+c.Jitter/2 {
						lowHalf++
					}
				}
			}
			requireFraction(t, "lost", c.Loss, lost, samples)
			if copies == 0 {
				return
			}
			requireFraction(t, "duplicated", c.Duplicate, duplicated, samples-lost)
			if c.LateBy > 0 {
				// The few late ones whose lateness stays within the jitter look
				// like others.
				within := float64(c.Jitter) / float64(c.LateBy) / 2
				requireFraction(t, "late", c.Late*(1-within), late, copies)
			}
			if c.Late < 0.5 {
				require.InDelta(t, 0.5, float64(lowHalf)/float64(copies-late), 0.01, "low half of the jitter")
			}
		})
	}
}

// The copies of a datagram have delays of their own.
func TestFatesOfCopiesDiffer(t *testing.T) {
	c := Conditions{Jitter: time.Second, Duplicate: 1}
	before := 0
	for i := range 10_000 {
		delays, _ := c.fate(uint64(digest(7).number(uint64(i))))
		if delays[0] < delays[1] {
			before++
		}
	}
	requireFraction(t, "the first copy comes first", 0.5, before, 10_000)
}

// fates sends 1,000 notes from replica 0 to 1 and returns for each whether it
// was lost (0), arrived (1) or arrived twice (2).
func fates(t *testing.T, seed uint64, text func(i int) string) (all string) {
	inWorld(t, Config{Seed: seed, Conditions: Conditions{Loss: 0.3, Duplicate: 0.3}}, func(w *world) {
		for i := range 1000 {
			before := len(w.server(1).noted())
			w.note(text(i))
			w.Sleep(time.Millisecond)
			all += string(rune('0' + len(w.server(1).noted()) - before))
		}
	})
	return all
}

// A fate depends on the seed, the content and the occurrence, and on nothing
// else.
func TestFateDependsOn(t *testing.T) {
	same := func(int) string { return "same" }
	base := fates(t, 1, same)
	require.Equal(t, base, fates(t, 1, same))
	require.Subset(t, strings.Split(base, ""), []string{"0", "1", "2"}, "the occurrence does not matter")
	require.NotEqual(t, base, fates(t, 2, same), "the seed does not matter")
	require.NotEqual(t, base, fates(t, 1, func(int) string { return "other" }), "the content does not matter")

	interleaved := fates(t, 1, func(i int) string { return []string{"same", "other"}[i%2] })
	var every2nd string
	for i := 0; i < len(interleaved); i += 2 {
		every2nd += interleaved[i : i+1]
	}
	require.Equal(t, base[:500], every2nd, "the fate depends on what else is sent")
}

// TestGivenFates sends the same notes again with fates for three of them, which are known
// by the first run's trace.
func TestGivenFates(t *testing.T) {
	noted := func(given map[uint64]Fate) (sent []uint64, noted []string) {
		inWorld(t, Config{Conditions: steady, Fates: given}, func(w *world) {
			for _, text := range []string{"a", "b", "c", "d"} {
				w.note(text)
				w.Sleep(10 * time.Millisecond)
			}
			w.Sleep(time.Second)
			for _, e := range w.Trace().Events() {
				if e.Kind == EventSend {
					sent = append(sent, e.Datagram)
				}
			}
			noted = w.server(1).noted()
		})
		return sent, noted
	}
	sent, all := noted(nil)
	require.Equal(t, []string{"a", "b", "c", "d"}, all)
	again, some := noted(map[uint64]Fate{
		sent[0]: {25 * time.Millisecond},
		sent[1]: {},
		sent[3]: {0, time.Millisecond},
	})
	require.Equal(t, sent, again)
	require.Equal(t, []string{"c", "a", "d", "d"}, some)
	require.Equal(t, "is lost", Fate{}.String())
	require.Equal(t, "arrives after 25ms and 1s", Fate{25 * time.Millisecond, time.Second}.String())
}

// Every part of what a datagram is known by changes its key.
func TestDatagramKeys(t *testing.T) {
	of := func(change func(d *datagram)) digest {
		d := &datagram{from: 1, to: 2, method: "T.M", message: message{bytes: []byte("content")}, call: &call{key: 5}}
		change(d)
		return d.contentDigest(1)
	}
	base := of(func(*datagram) {})
	require.Equal(t, digest(0x6266f2c793b5690a), base, "keys must not differ between processes")

	all := map[digest]string{base: "base"}
	add := func(what string, h digest) {
		other, taken := all[h]
		require.False(t, taken, "%s has the key of %s", what, other)
		all[h] = what
	}
	add("from", of(func(d *datagram) { d.from = 3 }))
	add("to", of(func(d *datagram) { d.to = 3 }))
	add("swapped", of(func(d *datagram) { d.from, d.to = 2, 1 }))
	add("method", of(func(d *datagram) { d.method = "T.N" }))
	add("content", of(func(d *datagram) { d.message.bytes = []byte("consent") }))
	add("longer content", of(func(d *datagram) { d.message.bytes = []byte("content\x00") }))
	add("method and content", of(func(d *datagram) { d.method, d.message.bytes = "T.Mc", []byte("ontent") }))
	add("reply", of(func(d *datagram) { d.reply = true }))
	add("reply to another", of(func(d *datagram) { d.reply, d.call.key = true, 6 }))
	d := &datagram{from: 1, to: 2, method: "T.M", message: message{bytes: []byte("content")}}
	add("seed", d.contentDigest(2))
	add("first", base.number(1))
	add("second", base.number(2))
}

func TestDigestOfBytes(t *testing.T) {
	seen := map[digest]string{}
	for _, s := range []string{"", "\x00", "\x00\x00", "a", "abcdefg", "abcdefgh", "xbcdefgh", "abcdefgh\x00", "abcdefghi", "abcdefghabcdefgh"} {
		h := digest(1).string(s)
		require.Equal(t, h, digest(1).bytes([]byte(s)))
		other, taken := seen[h]
		require.False(t, taken, "%q has the digest of %q", s, other)
		seen[h] = s
	}
}
