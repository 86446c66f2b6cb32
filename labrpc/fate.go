package labrpc

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Conditions say what a link does to the datagrams that enter it. The zero
// value delivers each once, at once.
type Conditions struct {
	// Delay is the time every datagram takes, Jitter the most that is added to
	// it, uniformly.
	Delay, Jitter time.Duration
	// Loss is the fraction of datagrams that never arrive, 0 to 1.
	Loss float64
	// Duplicate is the fraction that arrive twice, each copy with a delay of
	// its own, 0 to 1.
	Duplicate float64
	// Late is the fraction that take up to LateBy longer, uniformly, and so
	// are overtaken by later ones, 0 to 1.
	Late   float64
	LateBy time.Duration
}

// The networks the suites use most.
var (
	// Reliable is a local network: nothing is lost, little is delayed.
	Reliable = Conditions{Delay: 200 * time.Microsecond, Jitter: 300 * time.Microsecond}
	// Unreliable is the 6.824 lab's unreliable network: up to 26 ms of delay,
	// and a tenth of the requests and of the replies lost.
	Unreliable = Conditions{Delay: 100 * time.Microsecond, Jitter: 26 * time.Millisecond, Loss: 0.1}
	// Hostile is worse in the ways that real networks are now and then: a
	// fifth of all datagrams come twice, and some come so late that elections
	// have passed meanwhile.
	Hostile = Conditions{Delay: 100 * time.Microsecond, Jitter: 26 * time.Millisecond, Loss: 0.1,
		Duplicate: 0.2, Late: 0.1, LateBy: 600 * time.Millisecond}
)

// Validate reports a fraction that is none, such as a percentage, or a negative
// time, nil if there is neither.
func (c Conditions) Validate() error {
	for _, f := range []struct {
		name     string
		fraction float64
	}{{"Loss", c.Loss}, {"Duplicate", c.Duplicate}, {"Late", c.Late}} {
		if !(f.fraction >= 0 && f.fraction <= 1) {
			return fmt.Errorf("labrpc: Conditions.%s is %v, but must be a fraction from 0 to 1", f.name, f.fraction)
		}
	}
	for _, f := range []struct {
		name string
		time time.Duration
	}{{"Delay", c.Delay}, {"Jitter", c.Jitter}, {"LateBy", c.LateBy}} {
		if f.time < 0 {
			return fmt.Errorf("labrpc: Conditions.%s is %v, but must not be negative", f.name, f.time)
		}
	}
	return nil
}

// mustBeValid panics if the conditions are not valid.
func (c Conditions) mustBeValid() {
	if err := c.Validate(); err != nil {
		panic(err.Error())
	}
}

// A Fate says of one datagram after what times copies of it arrive. Without any it is
// lost.
type Fate []time.Duration

// String says what becomes of the datagram: "is lost", or "arrives after 200µs and 1.5s".
func (f Fate) String() string {
	if len(f) == 0 {
		return "is lost"
	}
	var after []string
	for _, d := range f {
		after = append(after, d.String())
	}
	return "arrives after " + strings.Join(after, " and ")
}

// fate returns how many copies of a datagram arrive, none if it is lost, and the
// delay of each.
func (c Conditions) fate(key uint64) (delays [2]time.Duration, copies int) {
	d := dice{key}
	if d.unit() < c.Loss {
		return delays, 0
	}
	delays[0] = c.delay(&d)
	if d.unit() >= c.Duplicate {
		return delays, 1
	}
	delays[1] = c.delay(&d)
	return delays, 2
}

func (c Conditions) delay(d *dice) time.Duration {
	delay := c.Delay + d.upTo(c.Jitter)
	if d.unit() < c.Late {
		delay += d.upTo(c.LateBy)
	}
	return delay
}

// dice is a source of random numbers that a key determines entirely:
// SplitMix64.
type dice struct{ state uint64 }

func (d *dice) next() uint64 {
	d.state += golden
	return mix(d.state)
}

// unit returns a number in [0, 1).
func (d *dice) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// upTo returns a duration in [0, most).
func (d *dice) upTo(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return time.Duration(math.Floor(d.unit() * float64(most)))
}
