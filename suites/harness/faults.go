package harness

import (
	"fmt"
	"slices"
	"time"

	"github.com/raftcheck/raftcheck/labrpc"
)

// fault notes what the story did to the cluster.
func (c *Cluster) fault(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	c.mu.Lock()
	c.faults = append(c.faults, Fault{At: c.Now(), Text: text})
	c.mu.Unlock()
	c.event("fault", -1, text)
}

// step gives a verb that changes the world an instant of its own. The story may
// have come here in the very instant in which a replica acts, and whether that
// comes before the change would be up to the Go scheduler.
func (c *Cluster) step() { c.Sleep(0) }

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

// Disconnect takes replicas away from all others, and from each other.
func (c *Cluster) Disconnect(replicas ...int) {
	c.step()
	c.fault("disconnect %v", replicas)
	c.setApart(true, replicas)
}

// Connect undoes Disconnect.
func (c *Cluster) Connect(replicas ...int) {
	c.step()
	c.fault("connect %v", replicas)
	c.setApart(false, replicas)
}

func (c *Cluster) setApart(apart bool, replicas []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range replicas {
		c.apart[i] = apart
	}
	for i := range c.replicas {
		for j := range c.replicas {
			c.setLink(i, j, c.apart[i] || c.apart[j])
		}
	}
}

func (c *Cluster) setLink(from, to int, cut bool) {
	switch link := c.net.Link(from, to); {
	case from == to:
	case cut:
		link.Cut()
	default:
		link.Mend()
	}
}

// Connected reports whether a replica is up and not disconnected.
func (c *Cluster) Connected(replica int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.replicas[replica].running() != nil && !c.apart[replica]
}

// Partition lets replicas reach those of their own group only. A replica in two
// groups is a bridge between them. Replicas in no group are left alone, each by
// itself. It undoes Disconnect and earlier partitions.
func (c *Cluster) Partition(groups ...[]int) {
	c.step()
	c.fault("partition %v", groups)
	together := func(i, j int) bool {
		return slices.ContainsFunc(groups, func(group []int) bool { return slices.Contains(group, i) && slices.Contains(group, j) })
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.replicas {
		c.apart[i] = false
		for j := range c.replicas {
			c.setLink(i, j, !together(i, j))
		}
	}
}

// Heal mends and releases every link and undoes Disconnect.
func (c *Cluster) Heal() {
	c.step()
	c.fault("heal")
	c.healLinks()
}

func (c *Cluster) healLinks() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.replicas {
		c.apart[i] = false
		for j := range c.replicas {
			c.net.Link(i, j).Mend()
			c.net.Link(i, j).Release()
		}
	}
}

// CutLink cuts the link from one replica to another, in that direction only.
func (c *Cluster) CutLink(from, to int) {
	c.step()
	c.fault("cut %d→%d", from, to)
	c.net.Link(from, to).Cut()
}

// MendLink undoes CutLink.
func (c *Cluster) MendLink(from, to int) {
	c.step()
	c.fault("mend %d→%d", from, to)
	c.net.Link(from, to).Mend()
}

// HoldLink makes what one replica sends another wait at the end of the link.
func (c *Cluster) HoldLink(from, to int) {
	c.step()
	c.fault("hold %d→%d", from, to)
	c.net.Link(from, to).Hold()
}

// ReleaseLink undoes HoldLink: what waited arrives now.
func (c *Cluster) ReleaseLink(from, to int) {
	c.step()
	c.fault("release %d→%d", from, to)
	c.net.Link(from, to).Release()
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
		c.boot(i)
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
	storage := c.replicas[replica].storage
	storage.mu.Lock()
	defer storage.mu.Unlock()
	if d == 0 {
		storage.onSave = nil
		return
	}
	storage.onSave = func(saves int) {
		took := c.drawn(d, replica, saves)
		if c.impl.Features.UnlockedSaves {
			c.net.Sleep(took)
		} else {
			c.net.Stall(replica, took)
		}
	}
}

// SlowService makes a replica's service take d for every message it receives
// from the apply channel. 0 undoes it.
func (c *Cluster) SlowService(replica int, d time.Duration) {
	c.step()
	c.fault("the service of replica %d takes %v a message", replica, d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.delays[replica] = d
}

func (c *Cluster) serviceDelay(replica int) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.delays[replica]
}

// Pause makes a replica stand still towards the network for d, as if its
// process were not scheduled, while it believes that it goes on.
func (c *Cluster) Pause(replica int, d time.Duration) {
	c.step()
	c.fault("pause %d for %v", replica, d)
	c.net.Stall(replica, d)
}
