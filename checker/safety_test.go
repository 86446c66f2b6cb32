package checker

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// run is a small language for what a Safety sees; times are milliseconds.
type run struct{ *Safety }

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// start is a Start that returned true at once.
func (r run) start(at, replica int, command string, index, term int) {
	r.Starting(ms(at), replica, command)
	r.Started(ms(at), replica, command, index, term)
}

func (r run) see(at, replica, term int, leader bool) { r.Observe(ms(at), replica, term, leader) }

func (r run) apply(at, replica, index int, command string) {
	r.Applied(ms(at), replica, index, command)
}

func (r run) configure(at, replica, index int, configuration string) {
	r.Configured(ms(at), replica, index, configuration)
}

func (r run) install(at, replica, index int, content string) {
	r.Installed(ms(at), replica, index, []byte(content))
}

func (r run) snapshot(at, replica, index int, content string) {
	r.Snapshotted(ms(at), replica, index, []byte(content))
}

func (r run) crash(at, replica int)          { r.Crashed(ms(at), replica, ms(at)) }
func (r run) restart(at, replica, index int) { r.Restarted(ms(at), replica, index) }

// Every rule is seen violated, beside a run that comes near and is legal.
func TestSafety(t *testing.T) {
	for _, tt := range []struct {
		name string
		want Property // empty: legal
		do   func(r run)
	}{
		{"two leaders of one term", ElectionSafety, func(r run) {
			r.see(1, 0, 3, true)
			r.see(900, 2, 3, true)
		}},
		{"two leaders of one term, one seen by Start", ElectionSafety, func(r run) {
			r.start(1, 0, "a", 1, 3)
			r.see(900, 2, 3, true)
		}},
		{"configurations, which nobody starts, between commands", "", func(r run) {
			r.start(1, 0, "a", 2, 1)
			for replica := range 2 {
				r.configure(2, replica, 1, "01@1")
				r.apply(3, replica, 2, "a")
				r.configure(4, replica, 3, "01@3")
			}
		}},
		{"two configurations at one index", StateMachineSafety, func(r run) {
			r.configure(2, 0, 1, "01@1")
			r.configure(3, 1, 1, "12@1")
		}},
		{"a configuration where another replica applied a command", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.apply(2, 0, 1, "a")
			r.configure(3, 1, 1, "01@1")
		}},
		{"a configuration again", ApplyOrder, func(r run) {
			r.configure(2, 0, 1, "01@1")
			r.configure(3, 0, 1, "01@1")
		}},
		{"leaders of two terms at once, a follower of each", "", func(r run) {
			r.see(1, 0, 3, true)
			r.see(1, 2, 4, true)
			r.see(1, 1, 3, false)
			r.see(2, 1, 4, false)
			r.see(2, 0, 3, true)
		}},

		{"term back", TermMonotonicity, func(r run) {
			r.see(1, 0, 3, false)
			r.see(2, 0, 2, false)
		}},
		{"term back by Start", TermMonotonicity, func(r run) {
			r.see(1, 0, 3, false)
			r.start(2, 0, "a", 1, 2)
		}},
		{"term back after Start", TermMonotonicity, func(r run) {
			r.start(1, 0, "a", 1, 3)
			r.see(2, 0, 2, false)
		}},
		{"term back across a restart", TermMonotonicity, func(r run) {
			r.see(1, 0, 3, false)
			r.crash(2, 0)
			r.restart(3, 0, 0)
			r.see(4, 0, 0, false)
		}},
		{"term back across two restarts", TermMonotonicity, func(r run) {
			r.see(1, 0, 3, false)
			r.crash(2, 0)
			r.restart(3, 0, 0)
			r.crash(4, 0)
			r.restart(5, 0, 0)
			r.see(6, 0, 2, false)
		}},
		{"term of a leadership back, of a crash nobody reported", TermMonotonicity, func(r run) {
			r.see(1, 0, 3, true)
			r.restart(1, 0, 0)
			r.see(4, 0, 2, false)
		}},
		{"two terms in one instant, reported in the wrong order", "", func(r run) {
			r.see(1, 0, 2, false)
			r.see(2, 0, 3, false)
			r.see(2, 0, 2, false)
		}},
		{"term back to before one instant", TermMonotonicity, func(r run) {
			r.see(1, 0, 2, false)
			r.see(2, 0, 3, false)
			r.see(2, 0, 1, false)
		}},
		{"a term shown in the instant of the crash is lost", "", func(r run) {
			r.see(1, 0, 3, false)
			r.see(2, 0, 4, false)
			r.crash(2, 0)
			r.restart(3, 0, 0)
			r.see(4, 0, 3, false)
		}},
		{"a term shown while it was saved is lost", "", func(r run) {
			r.see(1, 0, 3, false)
			r.see(5, 0, 4, false)
			r.Crashed(ms(9), 0, ms(4))
			r.restart(10, 0, 0)
			r.see(11, 0, 3, false)
		}},
		{"a follower's term back, of a crash nobody reported", "", func(r run) {
			r.see(1, 0, 3, false)
			r.restart(2, 0, 0)
			r.see(3, 0, 2, false)
		}},
		{"what a crashed replica says does not count", "", func(r run) {
			r.see(1, 0, 3, true)
			r.crash(2, 0)
			r.see(2, 0, 9, true)
			r.restart(3, 0, 0)
			r.see(4, 0, 3, false)
			r.see(5, 1, 9, true)
		}},

		{"an index given twice", LeaderAppendOnly, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.start(2, 0, "b", 5, 3)
		}},
		{"an index below an earlier one", LeaderAppendOnly, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.start(2, 0, "b", 4, 3)
		}},
		{"an index below an earlier one, in a later term", "", func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.start(2, 0, "b", 4, 4)
		}},
		{"two Starts at once, reported in the wrong order", "", func(r run) {
			r.Starting(ms(1), 0, "a")
			r.Starting(ms(1), 0, "b")
			r.Started(ms(1), 0, "b", 6, 3)
			r.Started(ms(1), 0, "a", 5, 3)
		}},
		{"two Starts one after the other in one instant", LeaderAppendOnly, func(r run) {
			r.start(1, 0, "a", 6, 3)
			r.start(1, 0, "b", 5, 3)
		}},

		{"two Starts at once get one index", LogMatching, func(r run) {
			r.Starting(ms(1), 0, "a")
			r.Starting(ms(1), 0, "b")
			r.Started(ms(1), 0, "b", 5, 3)
			r.Started(ms(1), 0, "a", 5, 3)
		}},
		{"one index and term on two replicas", LogMatching, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.start(2, 1, "b", 5, 3)
		}},
		{"one index in two terms", "", func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.start(2, 1, "b", 5, 4)
		}},

		{"a leader lacks what was committed before", LeaderCompleteness, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.apply(2, 0, 5, "a")
			r.see(3, 0, 3, true)
			r.start(4, 1, "b", 5, 4)
		}},
		{"a leader lacks what was committed before, as the replica says later", LeaderCompleteness, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.apply(2, 0, 5, "a")
			r.start(4, 1, "b", 4, 4)
			r.start(5, 1, "c", 9, 4)
			r.see(6, 0, 3, false)
		}},
		{"a leader lacks what was committed before, as Start says", LeaderCompleteness, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.apply(2, 0, 5, "a")
			r.start(3, 0, "b", 6, 3)
			r.start(4, 1, "c", 5, 4)
		}},
		{"a leader lacks the very last that was committed, as the replica says later", LeaderCompleteness, func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.apply(2, 0, 5, "a")
			r.start(4, 1, "b", 5, 4)
			r.see(6, 0, 3, false)
		}},
		{"a leader lacks what was committed in the instant before", LeaderCompleteness, func(r run) {
			for i, c := range []string{"a", "b", "c"} {
				r.start(1, 0, c, 5+i, 3)
			}
			r.apply(2, 0, 5, "a")
			r.apply(3, 0, 6, "b")
			r.apply(3, 0, 7, "c")
			r.see(3, 0, 3, true)
			r.start(4, 1, "d", 5, 4)
		}},
		{"the term was asked for before the deliveries, and is reported after", "", func(r run) {
			r.start(1, 0, "a", 5, 4)
			r.start(1, 0, "b", 6, 4)
			r.apply(4, 2, 5, "a")
			r.apply(5, 2, 6, "b")
			r.see(3, 2, 3, false)
		}},
		{"a command is committed before Start returns", "", func(r run) {
			r.Starting(ms(1), 1, "a")
			r.apply(2, 1, 5, "a")
			r.see(3, 1, 4, true)
			r.Started(ms(3), 1, "a", 5, 4)
		}},
		{"a snapshot of a later term's leader is installed, the term is not taken over", TermUpdate, func(r run) {
			r.start(1, 0, "a", 5, 4)
			r.apply(2, 0, 5, "a")
			r.snapshot(3, 0, 5, "s")
			r.install(4, 2, 5, "s")
			r.see(5, 2, 3, false)
		}},
		{"a leader places what is committed there, and a replica behind says it is before its term", TermUpdate, func(r run) {
			r.start(1, 0, "a", 5, 4)
			r.start(1, 0, "b", 6, 4)
			r.apply(2, 0, 5, "a")
			r.apply(3, 0, 6, "b")
			r.apply(4, 2, 5, "a")
			r.apply(5, 2, 6, "b")
			r.see(6, 2, 3, false)
		}},
		{"a leader lacks what a snapshot covers", LeaderCompleteness, func(r run) {
			r.snapshot(1, 0, 5, "s")
			r.install(2, 2, 5, "s")
			r.see(3, 2, 3, false)
			r.start(4, 1, "b", 5, 4)
		}},
		{"a leader places behind what was committed before", "", func(r run) {
			r.start(1, 0, "a", 5, 3)
			r.apply(2, 0, 5, "a")
			r.see(3, 0, 3, true)
			r.start(4, 1, "b", 6, 4)
		}},
		{"a deposed leader places where others have committed", "", func(r run) {
			r.start(1, 1, "a", 5, 4)
			r.apply(2, 1, 5, "a")
			r.see(3, 1, 4, true)
			r.start(4, 0, "b", 5, 3)
		}},
		{"a leader places where others commit in a later term", "", func(r run) {
			r.start(1, 0, "b", 5, 3)
			r.start(2, 1, "a", 5, 4)
			r.apply(3, 1, 5, "a")
			r.see(4, 1, 4, true)
		}},
		{"the term is seen in the instant of the delivery, and may be the one before", "", func(r run) {
			r.start(1, 0, "b", 5, 4)
			r.apply(2, 2, 5, "b")
			r.see(2, 2, 3, false)
		}},
		{"a restored snapshot is no proof that the term is on storage", "", func(r run) {
			r.restart(1, 2, 5)
			r.snapshot(1, 0, 5, "s")
			r.install(2, 2, 5, "s")
			r.see(3, 2, 3, false)
			r.start(4, 0, "b", 5, 4)
		}},

		{"two commands at one index", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(2, 1, "b", 1, 2)
			r.apply(3, 0, 1, "a")
			r.apply(4, 1, 1, "b")
		}},
		{"two commands at one index of one replica, across a restart", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(2, 1, "b", 1, 2)
			r.apply(3, 0, 1, "a")
			r.crash(4, 0)
			r.restart(5, 0, 0)
			r.apply(6, 0, 1, "b")
		}},
		{"a command skipped", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(1, 0, "b", 2, 1)
			r.apply(2, 0, 1, "a")
			r.apply(3, 1, 2, "b")
		}},
		{"a command skipped before another delivers it", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(1, 0, "b", 2, 1)
			r.apply(2, 1, 2, "b")
			r.apply(3, 0, 1, "a")
		}},
		{"a command skipped behind a restored snapshot", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 6, 1)
			r.start(1, 0, "b", 7, 1)
			r.apply(2, 0, 6, "a")
			r.restart(3, 1, 5)
			r.apply(4, 1, 7, "b")
		}},
		{"a command skipped in a wide jump", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 6, 1)
			r.start(1, 0, "b", 1<<40, 1)
			r.apply(2, 0, 6, "a")
			r.apply(4, 1, 1<<40, "b")
		}},
		{"a command skipped in a wide jump before another delivers it", StateMachineSafety, func(r run) {
			r.start(1, 0, "a", 6, 1)
			r.start(1, 0, "b", 1<<40, 1)
			r.apply(2, 1, 1<<40, "b")
			r.apply(4, 0, 6, "a")
		}},
		{"indexes that are not commands are skipped by all", "", func(r run) {
			r.start(1, 0, "a", 2, 1)
			r.start(1, 0, "b", 5, 1)
			for i := range 3 {
				r.apply(2+i, i, 2, "a")
				r.apply(6+i, i, 5, "b")
			}
		}},
		{"a snapshot takes the place of commands", "", func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(1, 0, "b", 2, 1)
			r.apply(2, 0, 1, "a")
			r.snapshot(3, 0, 1, "s")
			r.install(4, 1, 1, "s")
			r.apply(5, 1, 2, "b")
		}},
		{"all commands once more after a restart", "", func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(1, 0, "b", 2, 1)
			r.apply(2, 0, 1, "a")
			r.apply(2, 0, 2, "b")
			r.crash(3, 0)
			r.apply(3, 0, 1, "b") // nobody is there to see it
			r.restart(4, 0, 0)
			r.apply(5, 0, 1, "a")
			r.apply(6, 0, 2, "b")
		}},

		{"a command delivered twice", ApplyOrder, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.apply(2, 0, 1, "a")
			r.apply(3, 0, 1, "a")
		}},
		{"commands out of order", ApplyOrder, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(1, 0, "b", 3, 1)
			r.apply(2, 0, 3, "b")
			r.apply(3, 0, 1, "a")
		}},
		{"a command the restored snapshot covers", ApplyOrder, func(r run) {
			r.start(1, 0, "a", 5, 1)
			r.restart(2, 0, 5)
			r.apply(3, 0, 5, "a")
		}},
		{"a command the delivered snapshot covers", ApplyOrder, func(r run) {
			r.start(1, 0, "a", 5, 1)
			r.snapshot(2, 1, 5, "s")
			r.install(3, 0, 5, "s")
			r.apply(4, 0, 5, "a")
		}},
		{"the command behind the restored snapshot", "", func(r run) {
			r.start(1, 0, "a", 6, 1)
			r.restart(2, 0, 5)
			r.apply(3, 0, 6, "a")
		}},

		{"a snapshot back", SnapshotMonotonicity, func(r run) {
			r.start(1, 0, "a", 6, 1)
			r.apply(2, 0, 6, "a")
			r.snapshot(2, 1, 5, "s")
			r.install(3, 0, 5, "s")
		}},
		{"a snapshot delivered again at a restart", "", func(r run) {
			r.start(1, 0, "a", 5, 1)
			r.apply(2, 0, 5, "a")
			r.snapshot(2, 0, 5, "s")
			r.crash(3, 0)
			r.restart(4, 0, 5)
			r.install(5, 0, 5, "s")
		}},

		{"a snapshot nobody gave", SnapshotContent, func(r run) { r.install(3, 0, 5, "s") }},
		{"a snapshot given for another index", SnapshotContent, func(r run) {
			r.snapshot(1, 1, 5, "s")
			r.snapshot(1, 1, 6, "t")
			r.install(2, 0, 6, "s")
		}},
		{"the snapshots of two services for one index", "", func(r run) {
			r.snapshot(1, 1, 5, "s")
			r.snapshot(1, 2, 5, "t")
			r.install(2, 0, 5, "s")
			r.install(3, 3, 5, "t")
		}},

		{"a command nobody started", StartIndex, func(r run) { r.apply(1, 0, 1, "a") }},
		{"a command that was refused", StartIndex, func(r run) {
			r.Starting(ms(1), 0, "a")
			r.Refused(ms(1), 0, "a")
			r.apply(2, 0, 1, "a")
		}},
		{"a command at another index than Start said", StartIndex, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.apply(2, 0, 2, "a")
		}},
		{"a command at another index than Start says later", StartIndex, func(r run) {
			r.Starting(ms(1), 0, "a")
			r.apply(1, 1, 2, "a")
			r.Started(ms(1), 0, "a", 1, 1)
		}},
		{"a command delivered before it is refused", StartIndex, func(r run) {
			r.Starting(ms(1), 0, "a")
			r.apply(1, 1, 2, "a")
			r.Refused(ms(1), 0, "a")
		}},
		{"a command at two indexes", StartIndex, func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.apply(2, 0, 1, "a")
			r.apply(3, 0, 2, "a")
		}},
		{"a command delivered before Start returns", "", func(r run) {
			r.Starting(ms(1), 0, "a")
			r.apply(1, 0, 1, "a")
			r.Started(ms(1), 0, "a", 1, 1)
			r.apply(2, 1, 1, "a")
		}},
		{"a command given to two leaders, in both logs", "", func(r run) {
			r.start(1, 0, "a", 1, 1)
			r.start(2, 1, "a", 2, 2)
			r.apply(3, 2, 1, "a")
			r.apply(4, 2, 2, "a")
		}},
		{"a leader crashes before Start is reported, and the command survives", "", func(r run) {
			r.see(1, 0, 3, true)
			r.Starting(ms(2), 0, "a")
			r.crash(2, 0)
			r.Started(ms(2), 0, "a", 4, 3)
			r.restart(3, 0, 0)
			r.start(4, 1, "b", 5, 4)
			r.apply(5, 1, 4, "a")
			r.apply(5, 1, 5, "b")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := NewSafety(4)
			tt.do(run{s})
			if tt.want == "" {
				require.Nil(t, s.First(), "%v", s.Violations())
				return
			}
			v := s.First()
			require.NotNil(t, v)
			if tt.want == LogMatching { // may come with two leaders of a term
				v = &s.Violations()[len(s.Violations())-1]
			}
			require.Equal(t, tt.want, v.Property, "%v", s.Violations())
			require.NotEmpty(t, v.Property.Claim())
			require.NotEmpty(t, v.Facts)
			for i := 1; i < len(v.Facts); i++ {
				require.LessOrEqual(t, v.Facts[i-1].At, v.Facts[i].At)
			}
			t.Log(v)
		})
	}
}

// A cluster of one asks nobody for a vote, so it may lose the term it led.
func TestSafetyOfOne(t *testing.T) {
	r := run{NewSafety(1)}
	r.see(1, 0, 1, true)
	r.start(1, 0, "a", 1, 1)
	r.crash(1, 0)
	r.restart(2, 0, 0)
	r.see(3, 0, 0, false)
	r.start(4, 0, "b", 1, 1)
	r.apply(5, 0, 1, "b")

	// What a past life was asked is answered only now.
	r.Starting(ms(6), 0, "c")
	r.crash(6, 0)
	r.restart(7, 0, 0)
	r.Started(ms(7), 0, "c", 2, 1)
	r.start(8, 0, "d", 2, 1)
	require.Nil(t, r.First(), "%v", r.Violations())
}

func TestViolationReads(t *testing.T) {
	r := run{NewSafety(3)}
	r.start(1000, 0, `#1 put(x, "a")`, 5, 3)
	r.apply(1200, 2, 5, `#1 put(x, "a")`)
	r.see(1250, 2, 3, false)
	r.start(1500, 1, `#2 put(x, "b")`, 5, 4)
	require.Equal(t, strings.TrimSpace(`
Leader Completeness violated: a committed entry is in the log of every leader of a later term (§5.4)
  1.200s  replica 2 applied #1 put(x, "a") at index 5, and was in term 3 at 1.250s
  1.500s  replica 1 placed #2 put(x, "b") at index 5 as the leader of term 4`), r.First().String())
}

func TestSafetyKeepsTheFirst(t *testing.T) {
	s := NewSafety(2)
	for i := range 100 {
		s.Applied(ms(i), 0, i+1, fmt.Sprint(i))
	}
	require.Len(t, s.Violations(), kept)
	require.Equal(t, ms(0), s.First().At)
	require.PanicsWithValue(t, "checker: Safety.Observe: replica is 2, want 0 to 1", func() { s.Observe(0, 2, 1, false) })
}
