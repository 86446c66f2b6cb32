package labrpc

import (
	"cmp"
	"slices"
)

// Counter says how much of a method went over a link. A message is what a
// replica sent, however many copies of it the network delivered: a call counts
// as one message over the caller's link, and its bytes are those of the
// arguments over that link and those of the reply over the opposite one.
type Counter struct {
	From, To int
	Method   string
	Messages int
	Bytes    int
}

func (l *Link) countLocked(d *datagram) {
	c := l.counterLocked(d.method)
	if !d.reply {
		c.Messages++
	}
	c.Bytes += len(d.message.bytes)
}

func (l *Link) counterLocked(method string) *Counter {
	for _, c := range l.counters { // a Raft has a few methods
		if c.Method == method {
			return c
		}
	}
	c := &Counter{From: l.from, To: l.to, Method: method}
	l.counters = append(l.counters, c)
	return c
}

// Counters returns the counters of all links and methods that were used, in
// order of link and method.
func (n *Network) Counters() []Counter {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []Counter
	for _, row := range n.links {
		for _, l := range row {
			for _, c := range l.counters {
				all = append(all, *c)
			}
		}
	}
	slices.SortFunc(all, func(a, b Counter) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Method, b.Method))
	})
	return all
}

// Total returns the number of messages and bytes sent over all links.
func (n *Network) Total() (messages, bytes int) {
	for _, c := range n.Counters() {
		messages += c.Messages
		bytes += c.Bytes
	}
	return messages, bytes
}
