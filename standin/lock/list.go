package lock

// A list is a list of waiters, without memory of its own, so that the race
// detector does not see it. The zero list is empty.
type list struct {
	root node
}

// A node is a waiter's place in a list.
type node struct {
	previous, next *node
	waiter         *waiter
}

//go:norace
func (l *list) add(n *node) {
	if l.root.next == nil {
		l.root.previous, l.root.next = &l.root, &l.root
	}
	n.previous, n.next = l.root.previous, &l.root
	n.previous.next, n.next.previous = n, n
}

// remove takes a node out. It still knows what came after it.
//
//go:norace
func (l *list) remove(n *node) {
	n.previous.next, n.next.previous = n.next, n.previous
	if l.root.next == &l.root {
		l.root.previous, l.root.next = nil, nil
	}
}

// first returns the node that was added before all others, nil if there is none.
//
//go:norace
func (l *list) first() *node { return l.root.next }

// after returns the node that was added next, nil if there is none.
//
//go:norace
func (l *list) after(n *node) *node {
	if n.next == &l.root {
		return nil
	}
	return n.next
}
