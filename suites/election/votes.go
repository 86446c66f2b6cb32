package election

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/world"
)

// voteSurvivesCrash puts a voter between two candidates that do not hear of
// each other. It votes for the first, crashes at some point of that, and comes
// back in time for the second one, which asks in the same term.
func voteSurvivesCrash(c *world.Cluster) {
	for range 30 {
		c.Commit(c.Size()) // both candidates are as up-to-date as the voter
		voter := c.CheckOneLeader()
		candidates := c.Others(voter)
		c.CutLink(candidates[0], candidates[1])
		c.CutLink(candidates[1], candidates[0])
		c.Crash(voter)
		c.Restart(voter)
		switch save := 1 + c.Rand.IntN(2); c.Rand.IntN(4) {
		case 0:
			c.CrashBeforeSave(voter, save)
		case 1:
			c.CrashAfterSave(voter, save)
		}

		winner, loser := candidates[0], candidates[1]
		c.Until(c.ElectionTimeout(), func() bool {
			if c.IsLeader(loser) {
				winner, loser = loser, winner
			}
			return c.IsLeader(winner) || !c.IsUp(voter)
		})
		if c.IsUp(voter) {
			c.Crash(voter)
		}
		c.Partition([]int{voter, loser})
		c.Restart(voter)
		c.CheckOneLeader(voter, loser)
		c.Heal()
	}
}

// rivals lets two replicas stand for election in the same term before either
// hears that the other one does. The third is down, so all that could elect one
// of them is the other's vote, which is given. What they say is delivered in
// turns, so that neither hears that it lost before it has won.
func rivals(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		term := c.Term(leader)
		one, other := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.HoldLink(one, other)
		c.HoldLink(other, one)
		c.Crash(leader)
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(one) > term && c.Term(one) == c.Term(other) })
		for range 2 { // what they ask, and what they answer
			c.Sleep(c.Heartbeat() / 10)
			for _, link := range [][2]int{{one, other}, {other, one}} {
				c.ReleaseLink(link[0], link[1])
				c.HoldLink(link[0], link[1])
			}
		}
		c.Sleep(c.Heartbeat() / 10)
		c.Leader() // both say what they are

		c.Heal()
		c.CheckOneLeader(one, other)
		c.Restart(leader)
	}
}

// lateVoteRequests holds back what one candidate asks until another one has been
// elected in the same term and has been heard of.
func lateVoteRequests(c *world.Cluster) {
	for range 20 {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		term := c.Term(old)
		late := c.NextAfter(old, 1)
		voters := c.Others(late)
		c.Crash(old)
		c.Restart(old) // as a follower of nobody
		c.Partition(voters)
		for _, i := range voters {
			c.MendLink(late, i)
			c.HoldLink(late, i)
		}

		winner := c.CheckLeaderAfter(term, voters...)
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(late) >= c.Term(winner) })
		for _, i := range voters {
			c.MendLink(i, late)
			c.ReleaseLink(late, i)
		}
		c.Sleep(100 * time.Millisecond)
		c.Heal()
		c.CheckOneLeader()
	}
}

// votesOfEarlierTerms puts a voter between two candidates that do not hear of
// each other. What it answers one of them is held back until it has voted for
// the other one in the term that the first has reached meanwhile.
func votesOfEarlierTerms(c *world.Cluster) {
	for range 40 {
		c.Commit(c.Size())
		voter := c.CheckOneLeader()
		term := c.Term(voter)
		late, other := c.NextAfter(voter, 1), c.NextAfter(voter, 2)
		c.CutLink(late, other)
		c.CutLink(other, late)
		c.Crash(voter)
		c.Restart(voter)
		c.HoldLink(voter, late)

		c.Until(c.ElectionTimeout(), func() bool { return leadsAfter(c, term, voter, other) })
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(late) >= max(c.Term(other), c.Term(voter)) })
		c.ReleaseLink(voter, late)
		c.Sleep(100 * time.Millisecond)
		c.Heal()
		c.CheckOneLeader()
	}
}

// votesMeetLaterTerm gives a candidate its voter's vote, and right after that the
// request of another candidate that is in a later term and needs no vote but this
// one's. So the first has won the term before, and has no votes in that one.
func votesMeetLaterTerm(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		voter := c.CheckOneLeader()
		term := c.Term(voter)
		early, late := c.NextAfter(voter, 1), c.NextAfter(voter, 2)
		c.Disconnect(late)
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(late) > term+2 })
		c.Crash(voter)
		c.Restart(voter) // as a follower of nobody
		c.Partition([]int{early, voter})
		c.HoldLink(voter, early)
		c.HoldLink(late, early)
		c.MendLink(late, early)

		ahead := c.Term(late)
		c.Until(c.ElectionTimeout(), func() bool {
			asked := c.Term(early)
			return asked > term && c.Term(voter) == asked && c.Term(late) > max(asked, ahead)
		})
		c.MendLink(early, late)
		c.ReleaseLink(voter, early)
		c.Sleep(c.Heartbeat() / 50)
		c.ReleaseLink(late, early)
		c.HoldLink(late, early)
		c.Sleep(c.Heartbeat() / 50) // the vote arrives
		c.CutLink(early, late)
		c.Sleep(c.Heartbeat() / 4)
		c.Leader() // both say what they are

		c.Heal()
		c.CheckOneLeader()
	}
}

// lateVoteReplies lets a candidate of a minority hear at once, and twice, what
// its only voter answered in many terms.
func lateVoteReplies(c *world.Cluster) {
	for range 6 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		candidate, voter := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.Partition([]int{candidate, voter}, c.Others(candidate, voter))
		c.SetLink(voter, candidate, labrpc.Conditions{Jitter: 20 * time.Millisecond, Duplicate: 1})
		c.HoldLink(voter, candidate)
		c.Sleep(c.ElectionTimeout() / 2)

		c.ReleaseLink(voter, candidate)
		c.CheckNoLeader(candidate, voter)
		c.SetLink(voter, candidate, labrpc.Reliable)
		c.Heal()
	}
}

// evenSplit halves a cluster of four. Two are no majority of four: not for an
// election, and not for a commit.
func evenSplit(c *world.Cluster) {
	for range 5 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		ally := c.NextAfter(leader, 1)
		others := c.Others(leader, ally)
		c.Partition([]int{leader, ally}, others)
		p, taken := c.Start(leader)
		c.CheckNoLeader(others...)
		if taken {
			c.CheckNotApplied(p, time.Second)
		}
		c.Heal()
		c.CheckOneLeader()
	}
}

// firstVoteReplyLost takes the answers of a candidate's only voter away until
// the candidate has asked once.
func firstVoteReplyLost(c *world.Cluster) {
	for range 10 {
		c.Commit(c.Size())
		leader := c.CheckOneLeader()
		candidate, voter := c.NextAfter(leader, 1), c.NextAfter(leader, 2)
		c.Disconnect(leader)
		c.CutLink(voter, candidate)
		before := c.Term(candidate)
		c.Until(c.ElectionTimeout(), func() bool { return c.Term(candidate) > before })
		c.Sleep(10 * time.Millisecond)
		c.MendLink(voter, candidate)

		c.CheckOneLeader()
		c.Commit(2)
		c.Connect(leader)
	}
}
