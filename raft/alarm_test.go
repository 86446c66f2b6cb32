package raft

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var rings []time.Duration
		began := time.Now()
		a := newAlarm(func() { rings = append(rings, time.Since(began)) })
		sleep(2 * time.Hour)
		require.Empty(t, rings, "not set")

		began = time.Now()
		a.set(2 * time.Second)
		sleep(time.Second)
		require.False(t, a.rang())
		a.set(2 * time.Second)
		sleep(time.Second)
		require.False(t, a.rang())
		sleep(time.Second)
		require.True(t, a.rang())
		require.Equal(t, []time.Duration{3 * time.Second}, rings)

		a.set(time.Second)
		a.stop()
		sleep(time.Hour)
		require.Len(t, rings, 1)
	})
}

// A timer's function that gets the lock only after the timer was reset, or in
// another term than that it was set in, finds nothing to do.
func TestOvertakenTimers(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		s.electionTimeout()
		require.Equal(t, 4, s.state().term)
		term := s.leads()
		s.electionTimeout()
		require.Equal(t, term, s.state().term)
		s.requests(1)
		s.heartbeatTimeout(1, term)
		require.Empty(t, s.requests(1))
		alarm := &s.progress[1].heartbeat
		alarm.stop()
		alarm.due = time.Now()
		s.heartbeatTimeout(1, term-1)
		require.Empty(t, s.requests(1))
		s.heartbeatTimeout(1, term)
		require.Len(t, s.requests(1), 1)
	})
}
