package labrpc

// Link is the way from one replica to another. Its methods are safe for
// concurrent use.
type Link struct {
	net        *Network
	from, to   int
	conditions Conditions
	cut        bool
	holding    bool
	held       []*datagram // copies that wait, in order of arrival
	counters   []*Counter  // one for each method that was used
}

// SetConditions replaces what the link does to datagrams that enter it from now
// on. It panics if a fraction is not from 0 to 1 or a time is negative.
func (l *Link) SetConditions(c Conditions) {
	c.mustBeValid()
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.conditions = c
}

// Cut cuts the link, in this direction only. What enters it or would leave it
// is lost until it is mended.
func (l *Link) Cut() { l.setCut(true) }

// Mend undoes Cut.
func (l *Link) Mend() { l.setCut(false) }

func (l *Link) setCut(cut bool) {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.changeLocked(func() { l.cut = cut })
}

// IsCut reports whether the link is cut.
func (l *Link) IsCut() bool {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	return l.cut
}

// Hold makes datagrams wait at the end of the link until Release.
func (l *Link) Hold() {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.changeLocked(func() { l.holding = true })
}

// Release undoes Hold. What was held arrives now, each datagram at an instant
// of its own, in the order in which it would have arrived. That holds also if
// Hold is called again at once.
func (l *Link) Release() {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.changeLocked(func() { l.holding = false })
	for _, d := range l.held {
		l.net.schedule.after(0, 0, func() { l.net.deliver(d, l.net.leave(d)) })
	}
	l.held = nil
}
