package labrpc

import (
	"reflect"
	"time"
)

// A datagram is a message on its way over one link.
type datagram struct {
	sender    *Node
	target    *Node // the instance it is meant for; nil: whichever is there
	from, to  int
	method    string
	message   message
	content   string       // the message for people; see Config.Contents
	note      any          // see Config.Note
	replyType reflect.Type // of a request, nil if it wants no reply
	call      *call        // the call it is part of, nil if none
	reply     bool         // it is the call's reply
	failed    bool         // instead of which the handler returned an error
	key       uint64       // identifies it and determines its fate
	sent      time.Duration
}

// contentDigest covers the link and the content. A reply's content includes the
// request it answers, so that replies to different requests are different.
func (d *datagram) contentDigest(seed uint64) digest {
	h := digest(0).number(seed).number(uint64(d.from)).number(uint64(d.to)).bool(d.reply)
	if d.reply {
		h = h.number(d.call.key)
	}
	return h.string(d.method).bytes(d.message.bytes)
}

// transmitLocked takes a datagram from its sender.
func (n *Network) transmitLocked(d *datagram) {
	content := d.contentDigest(n.config.Seed)
	d.sent = n.Now()
	if d.sender.haltedBefore(d.sent) {
		d.key = uint64(content)
		n.failLocked(d)
		return
	}
	if d.sender.countSentLocked(d.sent) {
		d.sender.flooded.Store(true)
		go n.config.Report(d.sender.replica, &FloodError{Method: d.method, Messages: floodLimit})
	}
	n.occurrences[content]++
	d.key = uint64(content.number(n.occurrences[content]))
	n.links[d.from][d.to].countLocked(d)
	n.datagramEventLocked(EventSend, d.sent, d)
	if n.deferred[d.from] {
		n.departAfterLocked(0, d)
		return
	}
	n.departLocked(d, d.sent)
}

func (n *Network) departAfterLocked(wait time.Duration, d *datagram) {
	n.schedule.after(wait, d.key, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.departLocked(d, n.Now())
	})
}

// departLocked lets a datagram enter its link, once its sender is not stalled.
func (n *Network) departLocked(d *datagram, now time.Duration) {
	link := n.links[d.from][d.to]
	switch wait := d.sender.stalledUntil - now; {
	case d.sender.haltedBefore(now):
		n.lostLocked(EventLost, now, d)
	case wait > 0:
		n.departAfterLocked(wait, d)
	case link.cut:
		n.lostLocked(EventCut, now, d)
	default:
		n.enterLocked(link, now, d)
	}
}

// enterLocked lets the link's conditions decide on a datagram whose fate is not given.
func (n *Network) enterLocked(link *Link, now time.Duration, d *datagram) {
	drawn, copies := link.conditions.fate(d.key)
	delays, given := n.config.Fates[d.key]
	if !given {
		delays = drawn[:copies]
	}
	if len(delays) == 0 {
		n.lostLocked(EventLost, now, d)
		return
	}
	if d.call != nil {
		d.call.open += len(delays) - 1
	}
	for _, delay := range delays {
		n.schedule.after(delay, d.key, func() { n.deliver(d, n.arrive(d)) })
	}
}

// arrive is where a copy of a datagram comes to the end of its link. It returns
// the instance that takes it, nil if none does now.
func (n *Network) arrive(d *datagram) (target *Node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.Now()
	switch link := n.links[d.from][d.to]; {
	case d.diedWithSender():
		n.lostLocked(EventLost, now, d)
		return nil
	case link.holding:
		n.datagramEventLocked(EventHeld, now, d)
		link.held = append(link.held, d)
		return nil
	default:
		return n.leaveLocked(link, now, d)
	}
}

// diedWithSender reports whether d was sent in the instant in which its sender
// halted; then it is lost. What a replica's goroutines send in one instant they
// send in any order; whether that came before the crash must not be up to the Go
// scheduler.
func (d *datagram) diedWithSender() bool { return d.sender.halted && d.sender.haltedAt == d.sent }

// leave is where a copy of a datagram that was held leaves its link.
func (n *Network) leave(d *datagram) (target *Node) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.leaveLocked(n.links[d.from][d.to], n.Now(), d)
}

func (n *Network) leaveLocked(link *Link, now time.Duration, d *datagram) (target *Node) {
	if link.cut {
		n.lostLocked(EventCut, now, d)
		return nil
	}
	return n.admitLocked(n.nodes[d.to], now, d)
}

// admitLocked returns the instance if it takes the datagram now. If it is
// stalled it takes it later, if it still exists then.
func (n *Network) admitLocked(target *Node, now time.Duration, d *datagram) *Node {
	switch wait := target.stalledUntil - now; {
	case !target.takesLocked(d):
		n.lostLocked(EventDown, now, d)
		return nil
	case wait > 0:
		n.schedule.after(wait, d.key, func() { n.deliver(d, n.admit(target, d)) })
		return nil
	default:
		n.datagramEventLocked(EventDeliver, now, d)
		return target
	}
}

// admit is where a copy of a datagram has waited for an instance.
func (n *Network) admit(target *Node, d *datagram) *Node {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.admitLocked(target, n.Now(), d)
}

// deliver hands a copy of a datagram to the instance that takes it, if any.
func (n *Network) deliver(d *datagram, target *Node) {
	switch {
	case target == nil:
	case d.failed:
		n.finish(d.call, nil)
	case d.reply:
		n.finish(d.call, &d.message)
	case d.call != nil:
		n.serve(d, target)
	default:
		target.handle(d)
	}
}

// lostLocked notes that a copy of a datagram comes to an end.
func (n *Network) lostLocked(kind EventKind, now time.Duration, d *datagram) {
	n.datagramEventLocked(kind, now, d)
	n.failLocked(d)
}

func (n *Network) datagramEventLocked(kind EventKind, now time.Duration, d *datagram) {
	n.trace.Add(Event{At: now, Kind: kind, From: d.from, To: d.to, Datagram: d.key, Reply: d.reply,
		Size: len(d.message.bytes), Text: d.method, Content: d.content, Note: d.note, Saves: n.saves(kind, d)})
}

// saves returns how often the replica that an event is of has saved.
func (n *Network) saves(kind EventKind, d *datagram) int {
	switch {
	case n.config.Saves == nil:
	case kind == EventSend:
		return n.config.Saves(d.from)
	case kind == EventDeliver:
		return n.config.Saves(d.to)
	}
	return 0
}
