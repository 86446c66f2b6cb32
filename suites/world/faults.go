package world

import (
	"fmt"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
)

// SetNetwork sets the conditions of all links.
func (c *Cluster) SetNetwork(conditions labrpc.Conditions) {
	c.step()
	c.fault("network: delay %v to %v, loss %.0f%%, duplicates %.0f%%, late %.0f%% by up to %v", conditions.Delay, conditions.Delay+conditions.Jitter,
		100*conditions.Loss, 100*conditions.Duplicate, 100*conditions.Late, conditions.LateBy)
	c.net.SetConditions(conditions)
}

// SetLink sets the conditions of one directed link.
func (c *Cluster) SetLink(from, to int, conditions labrpc.Conditions) {
	c.step()
	c.fault("link %d→%d: loss %.0f%%, delay %v to %v", from, to, 100*conditions.Loss, conditions.Delay, conditions.Delay+conditions.Jitter)
	c.net.Link(from, to).SetConditions(conditions)
}

// SetSlowFailures makes calls that cannot succeed take up to seven seconds to
// fail, instead of up to a tenth of a second.
func (c *Cluster) SetSlowFailures(slow bool) {
	within := 100 * time.Millisecond
	if slow {
		within = 7 * time.Second
	}
	c.net.SetFailWithin(within)
}

// Crash stops replicas at once. What they saved is kept, all else is lost.
func (c *Cluster) Crash(replicas ...int) {
	for _, i := range replicas {
		c.up(i, "Crash")
	}
	c.pauseBriefly()
	c.fault("crash %v", replicas)
	for _, i := range replicas {
		if in := c.replicas[i].running(); in != nil { // it has not come to a crash point meanwhile
			in.crash()
			in.kill()
		}
	}
}

// Restart starts crashed replicas again, on what they saved.
func (c *Cluster) Restart(replicas ...int) {
	c.fault("restart %v", replicas)
	for _, i := range replicas {
		c.pauseBriefly()
		c.replicas[i].storage.disarm()
		if c.replicas[i].running() != nil {
			c.fail(Harness, fmt.Sprintf("the story restarts replica %d, which is up", i))
		}
		c.replicas[i].boot(c.ground)
	}
}

// CrashAll stops every replica that is up.
func (c *Cluster) CrashAll() {
	for i := range c.replicas {
		if c.IsUp(i) {
			c.Crash(i)
		}
	}
}

// RestartAll starts every replica that is down.
func (c *Cluster) RestartAll() {
	for i := range c.replicas {
		if !c.IsUp(i) {
			c.Restart(i)
		}
	}
}

// IsUp reports whether a replica is running.
func (c *Cluster) IsUp(replica int) bool { return c.replicas[replica].running() != nil }

// CrashBeforeSave sets a crash point: the replica crashes at its k-th save from
// now, k from 1, and that save is lost. The point stays until it is reached or
// the replica is restarted.
func (c *Cluster) CrashBeforeSave(replica, k int) { c.setCrashPoint(replica, k, true) }

// CrashAfterSave sets a crash point just after the replica's k-th save from
// now: the save is kept, but nothing that would have followed happens.
func (c *Cluster) CrashAfterSave(replica, k int) { c.setCrashPoint(replica, k, false) }

func (c *Cluster) setCrashPoint(replica, k int, before bool) {
	when := "after"
	if before {
		when = "before"
	}
	c.step()
	in := c.up(replica, "CrashPoint")
	c.fault("replica %d will crash just %s its save number %d from now", replica, when, k)
	c.replicas[replica].storage.arm(k, before, func() {
		if in.crash() {
			c.fault("crash [%d] at its crash point, just %s a save", replica, when)
			in.kill()
		}
	})
}

// SlowStorage makes every save of a replica take up to d, uniformly; 0 undoes
// it. If the implementation declares UnlockedSaves, whoever saves waits; what was
// saved survives a crash in that time. Otherwise the replica stands still
// towards the network.
func (c *Cluster) SlowStorage(replica int, d time.Duration) {
	c.step()
	c.fault("saves of replica %d take up to %v", replica, d)
	c.net.DeferSends(replica) // it saves in an instant in which it may send, too
	if d == 0 {
		c.replicas[replica].storage.afterSaves(nil)
		return
	}
	c.replicas[replica].storage.afterSaves(func(saves int) {
		took := c.drawn(d, replica, saves)
		if c.plan.Implementation.Features.UnlockedSaves {
			c.net.Sleep(took)
		} else {
			c.net.Stall(replica, took)
		}
	})
}

// SlowService makes a replica's service take d for every message it receives
// from the apply channel. 0 undoes it.
func (c *Cluster) SlowService(replica int, d time.Duration) {
	c.step()
	c.fault("the service of replica %d takes %v a message", replica, d)
	c.replicas[replica].pace.set(d)
}

// Pause makes a replica stand still towards the network for d, as if its
// process were not scheduled, while it believes that it goes on.
func (c *Cluster) Pause(replica int, d time.Duration) {
	c.step()
	c.fault("pause %d for %v", replica, d)
	c.net.Stall(replica, d)
}

// StallLocks lets goroutines of the replicas stand still before they lock, for up
// to 400 ms, as if they were not scheduled: for d from now, one lock in n. It takes
// the place of an earlier one, and needs what [CanStall] reports.
func (c *Cluster) StallLocks(n int, d time.Duration) {
	c.step()
	if !CanStall() {
		c.fail(Harness, "the story has locks stall, and the implementation is built without the stand-in for package sync")
	}
	c.fault("one lock in %d stalls for up to %v, for %v", n, mostStall, d)
	c.stalls.set(n, d)
}
