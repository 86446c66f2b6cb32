package world

import (
	"fmt"
	"time"
)

// live runs the world from boot to the last goroutine's end. It is called in the
// bubble, if there is one. After a failure the replicas are killed at an instant of its
// own: who else acts in the one in which it was noted would do so or not by chance.
func (c *Cluster) live(story func(c *Cluster)) {
	c.begin()
	defer c.net.Close()
	c.goBackground(c.watchCalls)
	c.goBackground(c.monitor)
	c.awaitEnd(func() {
		c.bootAll()
		story(c)
		c.settle()
	})
	if c.stopping() {
		c.net.Sleep(0)
	}
	c.shutdown()
}

// storyPatience is how long a story may take, in virtual time: a bound for
// those that would never end. Some have hundreds of elections.
func (c *Cluster) storyPatience() time.Duration { return max(time.Hour, 720*c.timing.Election) }

// awaitEnd tells the whole story and waits until it has ended or failed. One that
// failed may be stuck in the implementation.
func (c *Cluster) awaitEnd(tell func()) {
	told := make(chan struct{})
	go func() {
		defer close(told)
		c.guard(tell)
	}()
	late, _ := c.timer(c.storyPatience())
	select {
	case <-told:
	case <-c.stopped:
	case <-late:
		c.violated(Harness, fmt.Sprintf("the story has not ended after %v", c.storyPatience()))
	}
}

func (c *Cluster) bootAll() {
	for _, r := range c.replicas {
		c.pauseBriefly()
		r.boot(c.ground)
	}
}

// Go runs f as part of the story on a goroutine of its own, from an instant of
// its own on. The run waits for it.
func (c *Cluster) Go(f func()) {
	begin := c.drawn(2*time.Millisecond, int(c.launched.Add(1)))
	c.story.Go(func() {
		c.guard(func() {
			c.Sleep(begin)
			f()
		})
	})
}

// killGrace is how long a killed replica may go on: longer than the longest
// Call takes to return, and than its election timer runs. On the wall clock, where nobody looks for what is left,
// it is only polite.
func (c *Cluster) killGrace() time.Duration {
	if c.plan.Realtime {
		return time.Second
	}
	return max(10*time.Second, c.ElectionTimeout())
}

// shutdown kills all replicas and waits. It leaves no goroutine of the world's
// own behind, unless the implementation holds it up.
func (c *Cluster) shutdown() {
	c.ended.Store(int64(c.Now()))
	c.clients.stop()
	c.stalls.end()
	for _, r := range c.replicas {
		if in := r.instance.Load(); in != nil {
			in.crash()
			in.kill()
		}
	}
	c.net.Sleep(c.killGrace())
	close(c.closing)
	c.awaitBackground()
	c.ledger.tellFates(c.recorder)
}

// awaitBackground waits for the world's own goroutines, except for those that a
// call into the implementation does not let go.
func (c *Cluster) awaitBackground() {
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.background.Wait()
	}()
	late, _ := c.timer(c.killGrace())
	select {
	case <-done:
	case <-late:
	}
}
