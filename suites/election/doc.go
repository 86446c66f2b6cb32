// Package election judges how leaders are elected (Raft paper, sections 5.2 and
// 5.4.1): that there is one, that there is never more than one in a term, and
// that nobody wins who lacks committed entries.
package election
