// Package raftiface is the contract between a Raft implementation and the
// suites that judge it.
//
// An implementation is described by an [Implementation]: a name, a Make
// function that starts one replica from an [Env], and what the implementation
// declares of itself (features, timing, known issues). The suites start a
// cluster of such replicas over a simulated network, drive a replicated
// key-value service on top of it, and judge what they see.
//
// # What a replica must do
//
// Each obligation is checked by some scenario; a replica that breaks one is
// failed with the obligation's name.
//
//  1. Apply order. The indexes a replica delivers on its apply channel rise
//     strictly. Gaps are allowed, for entries that are not commands (no-ops,
//     configuration changes). If a command that [Raft.Start] was given is
//     committed, it is delivered at the index Start returned, and only there.
//  2. Restart. After a restart a replica delivers every committed command
//     after its latest saved snapshot again, in order. The service restores
//     itself from [Persister.ReadSnapshot] before that; a replica may deliver
//     that same snapshot first, but need not.
//  3. Durability. Current term, vote and log are on the [Persister] before any
//     message that depends on them leaves the replica, and before Start's
//     command is counted towards a quorum (Raft paper, Figure 2: "updated on
//     stable storage before responding to RPCs"). A leader may save the entries
//     that it sends meanwhile (thesis, section 10.2.1).
//  4. Messages. Exactly one of CommandValid, SnapshotValid and MembershipValid is
//     set in an [ApplyMsg]. A snapshot never moves a replica back: its index is
//     not below what the replica has delivered already.
//  5. Kill. A killed replica stops: a bounded virtual time later no goroutine
//     of its own is left. See [Raft.Kill].
//  6. Waiting. A replica that waits, blocks: it sleeps, or waits on channels,
//     conditions or timers. One that spins is reported, not waited for.
//  7. Locks. Start, GetState, Snapshot and Kill return within seconds, and RPC
//     handlers, too. No lock that they need is held while the replica waits for
//     the service to take what it sends on the apply channel: the service may
//     call Start, GetState and Snapshot between two receives. Nor is one held for
//     long while it sleeps, or waits for a reply.
//
// That is all that is owed by a replica whose packages are built with the
// stand-ins for packages sync and time, as those of lab checkouts are, and those
// of other modules by command github.com/raftcheck/raftcheck/standin. With the
// originals time stands still while a goroutine waits for a mutex. Then no lock
// that another goroutine waits for, whatever for, is held for any time at all.
//
// What is no obligation: to save or restore a commit index; to be silent after
// an election (most libraries append an empty entry then, which takes an index);
// to take a command whenever GetState says leader (a leader may have stepped down
// since, or be handing over).
//
// # Members
//
// The members of a cluster change if Features declare Membership; otherwise all of
// Env.Peers are members, always. What is asked of a replica then:
//
//   - Each configuration is an entry of the log, at an index of its own. Its replica
//     delivers it, in the order of indexes, when it is committed, a joint one too.
//     Env.Members is no entry.
//   - A configuration is in force on a replica when it is appended (the paper) or when
//     it is applied (etcd-raft); suites take either. One that is cut from the log
//     with what follows it, as a later leader does not have it, is in force no longer.
//   - Votes and acknowledgements count if they come from voters of the configuration in
//     force; in a joint one, from a majority of both sides.
//   - A snapshot carries the configuration at its index.
//   - A learner, a replica that was removed, and one that has not joined yet answer as
//     others do, and vote if they are asked: they may have missed that they are voters.
//     They stand for no election, unless their own removal may still be undone.
//   - Who is to vote may learn first, by a configuration that adds those learners only.
//   - A leader that removes itself may lead until that is committed, and soon after does
//     so no longer; or it hands over, or steps down, before.
//   - A replica that was removed may go on running, and is not to disturb the others.
//     It may be added again, on what it has saved. It is not to stop by itself.
//
// # Commands
//
// A command is a value of a type that is registered with encoding/gob. A replica
// may keep it as it is, or encode it and deliver an equal value; it must not
// change it. A library that takes bytes only has its adapter encode commands,
// with an encoder of its own for each, since a gob stream names a type once.
// Messages may carry commands as they are: the network copies what it is given.
//
// # Time, randomness and goroutines
//
// Scenarios run in a [testing/synctest] bubble, so a replica uses package time
// as always and an hour passes in seconds. With the original, whoever sleeps wakes
// at the very instant that he slept for; a deadline that is now has neither passed
// nor is it still to come. A replica may start goroutines as it likes. It may only
// wait for what happens inside the bubble: no files, no sockets, no channels made
// in a package variable or an init function. Random numbers come from [Env.Rand],
// so that one seed always gives one trace; package crypto/rand, from which some
// libraries draw, is seeded too, unless the test is parallel.
//
// A panic in a goroutine that the replica started ends the process, and with it
// the scenarios after this one, unless each has its own (-raft.isolate). An
// adapter does better that recovers it, and panics with the same value in the
// next call from outside, which the harness can catch.
//
// A message's fate is drawn from its content, so a replica keeps what has no
// meaning out of it: addresses, wall-clock times, and bytes of encoding/gob, in
// which a type's number says how many types the process encoded before. A library
// that sends several messages in one instant from several goroutines sends
// different ones, or does so at instants of their own.
//
// # RPCs
//
// The value Make returns is registered as an RPC receiver under the name of
// its type, in the manner of net/rpc: a type Raft with a method
//
//	func (r *Raft) RequestVote(args *RequestVoteArgs, reply *RequestVoteReply)
//
// is reached by env.Peers[i].Call("Raft.RequestVote", args, reply), and one
// with a method
//
//	func (r *Raft) Step(m *Message)
//
// by env.Peers[i].Send("Raft.Step", m). A handler may take the arguments of a
// call by value, and it may return an error, as net/rpc wants it:
//
//	func (r *Raft) RequestVote(args RequestVoteArgs, reply *RequestVoteReply) error
//
// An error that is not nil is a Call that returns false although it was
// executed, as soon as the news of it has come back over the network; it may be
// lost like any reply, and the reply is not used. The error itself goes no
// further. Handlers run on goroutines of their own, several at a time. A Raft
// that wraps the value with the handlers names that value instead: see
// [RPCReceiver].
//
// Messages whose fields are called as in Figure 2 of the paper, in any spelling, are
// understood, and so are others of which [Implementation.Translate] says what they
// mean. A run ends at the first that no correct Raft sends: package
// [github.com/raftcheck/raftcheck/suites/steps] has the rules.
package raftiface
