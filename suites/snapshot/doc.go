// Package snapshot judges log compaction (Raft paper, section 7): that it
// bounds what is stored, that a replica too far behind is sent a snapshot, and
// that no snapshot, however late, often or inconvenient it comes, moves a
// replica back or loses what it acknowledged.
package snapshot
