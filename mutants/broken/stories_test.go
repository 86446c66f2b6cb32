package broken

import (
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/world"
)

// The stories are the plainest in which each bug can show.
var (
	commits = story("Commits", func(c *world.Cluster) {
		c.CheckOneLeader()
		for range 8 {
			c.Commit(c.Size())
		}
	})
	restarts = story("Restarts", func(c *world.Cluster) {
		for range 3 {
			c.CheckOneLeader()
			c.Sleep(time.Second)
			c.Commit(c.Size())
			c.CrashAll()
			c.RestartAll()
		}
		c.Commit(c.Size())
	})
	// leaderAlone leaves commands behind on a leader that is cut off.
	leaderAlone = story("LeaderAlone", func(c *world.Cluster) {
		c.Commit(c.Size())
		old := c.CheckOneLeader()
		c.Disconnect(old)
		c.Start(old)
		c.CheckOneLeader(c.Others(old)...)
		c.Commit(c.Size() - 1)
		c.Connect(old)
		c.Commit(c.Size())
	})
	elections = story("Elections", func(c *world.Cluster) {
		c.SetNetwork(labrpc.Unreliable)
		for range 10 {
			leader := c.CheckOneLeader()
			c.Disconnect(leader)
			c.CheckOneLeader()
			c.Connect(leader)
		}
	})
	snapshots = harness.Scenario{
		Name: "Snapshots", Claim: "It snapshots.", Paper: "§7", Replicas: 3,
		Needs: raftiface.Features{Snapshots: true}, SnapshotEvery: 5,
		Story: func(c *world.Cluster) {
			for range 24 {
				c.Commit(c.Size())
			}
		},
	}
	// batches keeps deliveries waiting while the service takes a snapshot.
	batches = harness.Scenario{
		Name: "Batches", Claim: "It delivers.", Paper: "§7", Replicas: 3,
		Needs: raftiface.Features{Snapshots: true}, SnapshotEvery: 2,
		Story: func(c *world.Cluster) {
			for range 5 {
				leader := c.CheckOneLeader()
				for range 20 {
					c.Start(leader)
				}
				c.Commit(c.Size())
			}
		},
	}
	// staleReads reads from a leader that was voted out and does not know.
	staleReads = reading(story("StaleReads", func(c *world.Cluster) {
		client := c.NewClient()
		client.Put("x", "old")
		old := c.CheckOneLeader()
		c.Disconnect(old)
		client.PutTo(c.CheckOneLeader(c.Others(old)...), "x", "new")
		client.GetFrom(old, "x")
	}))
	// transfers asks the leader to hand over.
	transfers = transferring(story("Transfers", func(c *world.Cluster) {
		leader := c.CheckOneLeader()
		c.Transfer(leader, c.NextAfter(leader, 1))
		c.Commit(c.Size())
	}))
	slowService = story("SlowService", func(c *world.Cluster) {
		c.SlowService(1, 50*time.Millisecond)
		for range 8 {
			c.Commit(c.Size())
		}
	})
)

func story(name string, f func(c *world.Cluster)) harness.Scenario {
	return harness.Scenario{Name: name, Claim: "It works.", Paper: "§5", Replicas: 3, Story: f}
}

func transferring(sc harness.Scenario) harness.Scenario {
	sc.Needs.LeaderTransfer = true
	return sc
}

func reading(sc harness.Scenario) harness.Scenario {
	sc.Needs.ReadIndex = true
	return sc
}
