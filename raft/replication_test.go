package raft

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What follows is not the paper's but this implementation's: what a leader
// sends to a follower, and when.

// synced makes the server leader, with follower 1 known to share its log.
func synced(s *solo) (term int) {
	term = s.leads()
	s.request(1).accept()
	return term
}

// sentTo returns what was sent to a peer since the last call, in the form
// "2-4", for entries 2 to 4, or "2-1" for none behind index 1. What is sent at
// one instant has no order; it is returned in the log's.
func (s *solo) sentTo(peer int) (sent []string, all []*request) {
	all = s.requests(peer)
	slices.SortFunc(all, func(a, b *request) int {
		return cmp.Compare(a.args.(*AppendEntriesArgs).PrevLogIndex, b.args.(*AppendEntriesArgs).PrevLogIndex)
	})
	for _, q := range all {
		a := q.args.(*AppendEntriesArgs)
		sent = append(sent, fmt.Sprintf("%d-%d", a.PrevLogIndex+1, a.lastNew()))
	}
	return sent, all
}

// startMany starts n commands.
func (s *solo) startMany(n int) {
	for i := range n {
		s.Start(fmt.Sprint(i))
	}
}

// The first command goes out at once, and those that come while it is on its
// way go together.
func TestCommandsGatherWhileARequestIsOnItsWay(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		synced(s)
		s.startMany(10)
		sent, q := s.sentTo(1)
		require.Equal(t, []string{"1-1"}, sent)
		q[0].accept()
		sent, q = s.sentTo(1)
		require.Equal(t, []string{"2-10"}, sent)
		q[0].accept()
		require.Equal(t, 10, s.state().commit)
		sent, _ = s.sentTo(1)
		require.Empty(t, sent)
	})
}

// What is more than one request carries follows without waiting, up to the
// window's end, and on with each answer.
func TestFullRequestsFollowEachOther(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		synced(s)
		s.startMany(10 * maxBatchEntries)
		sent, first := s.sentTo(1)
		require.Equal(t, []string{"1-1", "2-65", "66-129", "130-193"}, sent)
		first[0].accept()
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"194-257"}, sent)
		first[3].accept() // which speaks for those before it
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"258-321", "322-385", "386-449"}, sent)
		first[1].accept()
		sent, _ = s.sentTo(1)
		require.Empty(t, sent)
		require.Equal(t, 193, s.state().match[1])
	})
}

// Large entries make small batches, but every entry travels.
func TestBatchesAreCappedInBytes(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		synced(s)
		s.Start("1")
		sent, q := s.sentTo(1)
		require.Equal(t, []string{"1-1"}, sent)
		for _, size := range []int{maxBatchBytes / 2, maxBatchBytes / 3, maxBatchBytes / 3, 10 * maxBatchBytes, 1} {
			s.Start(strings.Repeat("x", size))
		}
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"2-3", "4-4", "5-5"}, sent)
		q[0].accept()
		sent, _ = s.sentTo(1)
		require.Empty(t, sent, "what is left fills no request")
	})
}

// A rejection behind a lost or overtaken request has what is missing sent again
// at once; the rejections of those behind it, which say the same, do not.
func TestRejectionIsActedOnOnce(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		term := synced(s)
		s.startMany(10 * maxBatchEntries)
		_, q := s.sentTo(1) // 1-1, 2-65, 66-129, 130-193
		reject := AppendEntriesReply{Term: term, XLen: 1}
		q[2].appended(reject)
		sent, again := s.sentTo(1)
		require.Equal(t, []string{"1-64"}, sent, "one at a time, until one is accepted")
		q[3].appended(reject)
		q[1].appended(reject)
		sent, _ = s.sentTo(1)
		require.Empty(t, sent)
		again[0].accept()
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"65-128", "129-192", "193-256", "257-320"}, sent)
		require.Equal(t, 64, s.state().match[1])
	})
}

// A rejection that was sent before what the follower has accepted since takes
// its leader back no further than that.
func TestLateRejection(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		term := synced(s)
		s.startMany(10 * maxBatchEntries)
		_, q := s.sentTo(1) // 1-1, 2-65, 66-129, 130-193
		q[1].accept()
		sent, _ := s.sentTo(1)
		require.Equal(t, []string{"194-257", "258-321"}, sent)
		q[3].appended(AppendEntriesReply{Term: term, XLen: 1})
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"66-129"}, sent)
	})
}

// A request without an answer is repeated after a heartbeat interval, with what
// has come meanwhile. A follower that leaves that unanswered too is sent
// heartbeats, and nothing else, until it answers.
func TestSilentFollower(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		synced(s)
		s.Start("1")
		sent, _ := s.sentTo(1)
		require.Equal(t, []string{"1-1"}, sent)
		s.Start("2")
		sleep(heartbeatInterval)
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"1-2"}, sent)
		var last []*request
		for range 50 {
			s.Start("more")
			sleep(heartbeatInterval)
			sent, last = s.sentTo(1)
			require.Equal(t, []string{"1-0"}, sent)
		}
		last[0].accept()
		sent, last = s.sentTo(1)
		require.Equal(t, []string{"1-52"}, sent)
		last[0].accept()
		require.Equal(t, 52, s.state().match[1])
	})
}

// Heartbeats are for followers that nothing else was sent to.
func TestRequestsPutHeartbeatsOff(t *testing.T) {
	inSolo(t, 3, past{term: 4}, func(t *testing.T, s *solo) {
		synced(s)
		for i := range 20 {
			sleep(heartbeatInterval - time.Millisecond)
			s.Start(fmt.Sprint(i))
			sent, q := s.sentTo(1)
			require.Equal(t, []string{fmt.Sprintf("%d-%d", i+1, i+1)}, sent)
			q[0].accept()
		}
		sleep(heartbeatInterval)
		sent, _ := s.sentTo(1)
		require.Equal(t, []string{"21-20"}, sent)
	})
}

// A new leader waits for a follower's first answer before it sends entries.
func TestNewLeaderProbesFirst(t *testing.T) {
	inSolo(t, 3, past{term: 4, log: []int{1, 4}}, func(t *testing.T, s *solo) {
		s.leads()
		s.startMany(200)
		sent, q := s.sentTo(1)
		require.Equal(t, []string{"3-2"}, sent)
		q[0].accept()
		sent, _ = s.sentTo(1)
		require.Equal(t, []string{"3-66", "67-130", "131-194"}, sent)
	})
}

// Answers that take longer than a heartbeat interval, every one, still bring a
// follower up to date.
func TestSlowAnswersMakeProgress(t *testing.T) {
	slow := faults{delay: time.Millisecond, late: 1, lateDelay: 400 * time.Millisecond}
	inCluster(t, 3, 5, slow, func(t *testing.T, c *cluster) {
		c.snapshotEvery = 10
		behind := (c.leader() + 1) % 3
		c.setConnected(behind, false)
		for i := range 30 {
			c.commit(command{Seq: i}, 2)
		}
		c.setConnected(behind, true)
		for i := range 30 {
			c.commit(command{Seq: 100 + i}, 2)
		}
		c.commit(command{Seq: 1000}, 3)
	})
}
