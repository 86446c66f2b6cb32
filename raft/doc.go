// Package raft is a Raft to be read beside the paper: Diego Ongaro and John
// Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended
// Version)", 2014. It does what sections 5 and 7 describe; with [Full] also section 6,
// and some of what Ongaro's thesis adds, in files of their own; with [Leased] a little
// more.
// Section numbers in comments are the paper's, and so are the names of
// messages and fields (Figures 2 and 13).
//
//	paper                                            file
//	Figure 2, State                                  raft.go
//	Figure 2, Rules for Servers: roles    §5.1       role.go
//	Leader election                       §5.2, §5.4.1  election.go
//	Log replication                       §5.3       appendentries.go, replication.go
//	Commitment and application            §5.3, §5.4.2  commit.go, apply.go
//	The log and its indexes               §5.3, §7   log.go
//	Persistent state                      Figure 2   persist.go, record.go
//	Log compaction                        §7         snapshot.go
//
//	thesis                                           file
//	Pre-votes                             9.6        prevote.go
//	A leader without a quorum resigns     6.2        checkquorum.go
//	Leadership is handed over             3.10       transfer.go
//	Members change (the paper's §6)       4          membership.go
//	Reads that are no entries             6.4, §8    readindex.go
//	Reads by lease                        6.4.1      lease.go
//
// Where the paper leaves a choice:
//
//   - A rejected AppendEntries carries a hint by which the leader skips a whole
//     term at a time (end of §5.3; AppendEntriesReply).
//   - AppendEntries are capped in entries and bytes, and several may be on
//     their way to a follower at once (replication.go).
//   - A snapshot travels whole in one InstallSnapshot; Figure 13's offset and
//     done are for those too large for a message.
//   - A new leader commits a no-op of its own, an entry without a command, only
//     where reads bypass the log (readindex.go). The paper asks for one only
//     there (§8), and without it a cluster that is given no commands has an empty
//     log. So entries of earlier terms wait for the first command of the new one
//     (§5.4.2).
//
// # Use
//
// [New] starts a server from a [raftiface.Env]; [Make] is the same in the form
// of the MIT 6.824 labs. [Implementation] is what the suites take, or [Full]. Commands are
// stored with encoding/gob, as interface values: their types must be
// registered with [encoding/gob.Register].
//
// # Concurrency
//
// One mutex guards all of a server's state. It is never held while the server
// waits for an answer, for the apply channel or for time to pass. What is sent
// follows from the state at the event that causes it: messages are made under
// the lock by whoever handles the event, and only handed to the network on
// goroutines of their own. Together with a source of randomness that is drawn
// from in one place, under the lock, this makes a server's behaviour a function
// of the events that reach it.
//
// Besides goroutines that wait for an answer, a server has one that delivers
// to the apply channel. Timers are run by package time; an idle server has
// nothing to do between two of them.
package raft
