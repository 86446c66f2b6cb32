package labrpc

// Link is the way from one replica to another. Its methods are safe for
// concurrent use.
type Link struct {
	net        *Network
	conditions Conditions
	cut        bool
	holding    bool
	held       []func() // deliveries that wait, in order of arrival
}

// SetConditions replaces what the link does to datagrams that enter it from now
// on.
func (l *Link) SetConditions(c Conditions) {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.conditions = c
}

// Cut cuts the link, in this direction only. What enters it or would arrive
// over it is lost until it is mended.
func (l *Link) Cut() { l.setCut(true) }

// Mend undoes Cut.
func (l *Link) Mend() { l.setCut(false) }

func (l *Link) setCut(cut bool) {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.cut = cut
}

// IsCut reports whether the link is cut.
func (l *Link) IsCut() bool {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	return l.cut
}

// Hold makes datagrams wait where they would arrive, until Release.
func (l *Link) Hold() {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.holding = true
}

// Release undoes Hold. What was held arrives now, each datagram at an instant
// of its own, in the order in which it would have arrived.
func (l *Link) Release() {
	l.net.mu.Lock()
	defer l.net.mu.Unlock()
	l.holding = false
	for _, arrive := range l.held {
		l.net.afterLocked(0, arrive)
	}
	l.held = nil
}
