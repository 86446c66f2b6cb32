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

type counterKey struct {
	from, to int
	method   string
}

func (n *Network) countLocked(d *datagram) {
	k := counterKey{d.from, d.to, d.method}
	c := n.counters[k]
	if c == nil {
		c = &Counter{From: d.from, To: d.to, Method: d.method}
		n.counters[k] = c
	}
	if !d.reply {
		c.Messages++
	}
	c.Bytes += len(d.message.bytes)
}

// Counters returns the counters of all links and methods that were used, in
// order of link and method.
func (n *Network) Counters() []Counter {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []Counter
	for _, c := range n.counters {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b Counter) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Method, b.Method))
	})
	return all
}

// Total returns the number of messages and bytes sent over all links.
func (n *Network) Total() (messages, bytes int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.counters {
		messages += c.Messages
		bytes += c.Bytes
	}
	return messages, bytes
}
