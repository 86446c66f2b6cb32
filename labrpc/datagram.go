package labrpc

import (
	"reflect"
	"time"
)

// A datagram is a message on its way over one link.
type datagram struct {
	sender              *Node
	target              *Node // the instance it is meant for; nil: whichever is there
	from, to            int
	method              string
	message             message
	content             string       // the message for people; see Config.Contents
	argsType, replyType reflect.Type // of a request; replyType nil if it wants no reply
	call                *call        // the call it is part of, nil if none
	reply               bool         // it is the call's reply
	failed              bool         // instead of which the handler returned an error
	key                 uint64       // identifies it and determines its fate
	sent                time.Duration
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
	if d.sender.countSentLocked() {
		d.sender.flooded.Store(true)
		go n.config.Report(d.sender.replica, &FloodError{Method: d.method, Messages: floodLimit})
	}
	n.occurrences[content]++
	d.key = uint64(content.number(n.occurrences[content]))
	n.countLocked(d)
	n.datagramEventLocked(EventSend, d)
	if n.deferred[d.from] {
		n.departAfterLocked(0, d)
		return
	}
	n.departLocked(d)
}

func (n *Network) departAfterLocked(wait time.Duration, d *datagram) {
	n.schedule.after(wait, d.key, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.departLocked(d)
	})
}

// departLocked lets a datagram enter its link, once its sender is not stalled.
func (n *Network) departLocked(d *datagram) {
	link := n.links[d.from][d.to]
	switch wait := d.sender.stalledUntil - n.Now(); {
	case d.sender.haltedBefore(n.Now()):
		n.lostLocked(EventLost, d)
	case wait > 0:
		n.departAfterLocked(wait, d)
	case link.cut:
		n.lostLocked(EventCut, d)
	default:
		n.enterLocked(link, d)
	}
}

// enterLocked lets the link's conditions decide on a datagram.
func (n *Network) enterLocked(link *Link, d *datagram) {
	delays := link.conditions.fate(d.key)
	if len(delays) == 0 {
		n.lostLocked(EventLost, d)
		return
	}
	if d.call != nil {
		d.call.open += len(delays) - 1
	}
	for _, delay := range delays {
		n.schedule.after(delay, d.key, func() { n.arrive(d) })
	}
}

// arrive is where a copy of a datagram comes to the end of its link.
func (n *Network) arrive(d *datagram) {
	if !n.diedWithSender(d) && !n.held(d) {
		n.leave(d)
	}
}

// diedWithSender reports whether d was sent in the instant in which its sender
// halted, and then lets it be lost. What a replica's goroutines send in one
// instant they send in any order; whether that came before the crash must not be
// up to the Go scheduler.
func (n *Network) diedWithSender(d *datagram) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	died := d.sender.halted && d.sender.haltedAt == d.sent
	if died {
		n.lostLocked(EventLost, d)
	}
	return died
}

// held reports whether the link holds d back, and if so keeps it.
func (n *Network) held(d *datagram) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	link := n.links[d.from][d.to]
	if link.holding {
		n.datagramEventLocked(EventHeld, d)
		link.held = append(link.held, d)
	}
	return link.holding
}

// leave is where a copy of a datagram leaves its link.
func (n *Network) leave(d *datagram) {
	n.mu.Lock()
	target := n.nodes[d.to]
	cut := n.links[d.from][d.to].cut
	if cut {
		n.lostLocked(EventCut, d)
	}
	n.mu.Unlock()
	if !cut {
		n.reach(d, target)
	}
}

// reach is where a copy of a datagram comes to an instance.
func (n *Network) reach(d *datagram, target *Node) {
	if !n.admit(d, target) {
		return
	}
	switch {
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

// admit reports whether the instance takes the datagram now. If it is stalled
// it takes it later, if it still exists then.
func (n *Network) admit(d *datagram, target *Node) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch wait := target.stalledUntil - n.Now(); {
	case !target.takesLocked(d):
		n.lostLocked(EventDown, d)
	case wait > 0:
		n.schedule.after(wait, d.key, func() { n.reach(d, target) })
	default:
		n.datagramEventLocked(EventDeliver, d)
		return true
	}
	return false
}

// lostLocked notes that a copy of a datagram comes to an end.
func (n *Network) lostLocked(kind EventKind, d *datagram) {
	n.datagramEventLocked(kind, d)
	n.failLocked(d)
}

func (n *Network) datagramEventLocked(kind EventKind, d *datagram) {
	n.eventLocked(Event{Kind: kind, From: d.from, To: d.to, Datagram: d.key, Reply: d.reply,
		Size: len(d.message.bytes), Text: d.method, Content: d.content})
}
