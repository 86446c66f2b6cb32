package trial

import (
	"slices"
	"time"
)

// Load is how much a node has worked.
type Load struct {
	Node string
	// Ran is the share of a processor that it took, and Waited the share of the time in
	// which it waited for one.
	Ran, Waited float64

	ran, waited time.Duration
	known       bool
}

// Busy reports whether a node works that has nothing to do: several of such share the
// processors, so none of them may take a whole one.
func (l Load) Busy() bool { return l.Ran > 0.25 }

// work returns how much a node has worked in this life.
func (n *network) work(id string) Load {
	l := Load{Node: id}
	if node := n.node(id); node != nil {
		l.ran, l.waited, l.known = node.Work()
	}
	return l
}

// waited returns for how long the nodes have waited for a processor, in all.
func (n *network) waited() (all time.Duration) {
	for _, id := range n.ids {
		all += n.work(id).waited
	}
	return all
}

// node returns a node, nil if it is killed.
func (n *network) node(id string) Node {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nodes[id].node
}

func (n *network) lastWords(id string) string {
	if node := n.node(id); node != nil {
		return words(node)
	}
	return ""
}

func (n *network) index(id string) int { return slices.Index(n.ids, id) }

func (n *network) setReady(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nodes[id].ready = true
}

// isReady reports whether clients may ask the node.
func (n *network) isReady(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.nodes[id].ready
}
