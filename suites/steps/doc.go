// Package steps follows the messages of a run as an abstract Raft would, and names
// the first one that no correct Raft sends.
//
// Oracles that watch what replicas say of themselves and deliver see a bug by its
// consequence: two leaders, an entry that is gone. The message that was wrong came
// seconds before. What [Reader] returns understands messages by the names of the Raft paper's
// Figure 2, in any spelling and with what is common beside them, or by what the
// implementation says of them. A [Course] keeps, of each replica, what its messages
// said: its votes, what it acknowledged, what it was sent; and holds each further
// message against that, by rules that follow from the paper's.
//
// # What is held against what
//
// A message counts as said when it left a living replica. In the instant of a crash
// nobody can tell what left before it, so that is not said. What a message says was
// true at some time before it left: a goroutine may have come to send it late. So
// terms, which never fall, order what one replica says, and times do only where a
// reply's request came after something was said.
//
// What a leader of a later term may have replaced since is not held against a
// replica. A pre-vote binds nobody.
//
// That a replica saves before it promises is seen by how often it has saved: if it has
// not since it learnt of an entry or a candidate, it cannot have saved what it says
// now. What the saved bytes mean need not be known.
//
// A Raft whose messages are not understood is not judged: a course says how many it
// could read. Where some are not, only those rules speak that hold one message against
// another; what no message seems to have said may be in what was not understood.
package steps
