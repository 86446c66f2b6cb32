package labrpc

import "time"

// LinkState is what a link lets through.
type LinkState string

// The states of a link.
const (
	LinkOpen LinkState = "open" // neither cut nor held
	LinkCut  LinkState = "cut"  // loses everything
	LinkHeld LinkState = "held" // lets datagrams wait; one that is also cut is LinkCut
)

// LinkChange says that a link came into another state.
type LinkChange struct {
	At       time.Duration
	From, To int
	State    LinkState
}

// LinkChanges returns, in order, how the links changed from open, as all are at
// first. The changes are no part of the trace, whose events show what they did.
func (n *Network) LinkChanges() []LinkChange {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]LinkChange(nil), n.changes...)
}

func (l *Link) stateLocked() LinkState {
	switch {
	case l.cut:
		return LinkCut
	case l.holding:
		return LinkHeld
	}
	return LinkOpen
}

// changeLocked changes the link and notes if that makes a difference.
func (l *Link) changeLocked(change func()) {
	before := l.stateLocked()
	change()
	if after := l.stateLocked(); after != before {
		l.net.changes = append(l.net.changes, LinkChange{l.net.Now(), l.from, l.to, after})
	}
}
