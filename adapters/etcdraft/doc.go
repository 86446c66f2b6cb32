// Package etcdraft puts etcd's Raft library, go.etcd.io/raft/v3, behind the
// contract of package raftiface and runs all suites on it. It is also an example
// to follow for another library.
//
//	go test .                          # all suites, and the adapter's own tests
//	go test . -run TestRaft -raft.seeds=100
//
// The library does no I/O. It takes ticks, messages and proposals, and answers
// each with a Ready: what to save, then what to send, then what to apply. The
// adapter uses its RawNode, which has no goroutines either, and guards it with a
// mutex. Whoever calls it, the ticker, a handler or the service, handles all that
// comes of the call before the mutex is released ([Raft.Step] is typical). So
// nothing is ever half done, nothing waits, and the order of events is that of
// the calls.
//
// # How the contract is met
//
//   - Start's index (raft.go). A proposal's index cannot be asked for, and
//     Progress.Next and Match of the leader itself lag until the Ready that
//     follows. As each call handles all that comes of it, the index is the one
//     behind the log on disk. Followers would forward proposals;
//     DisableProposalForwarding drops them instead.
//   - Apply order (apply.go). A leader begins its term with an empty entry. It
//     takes an index and is not delivered: the contract allows gaps.
//   - Members (membership.go). The initial configuration is in the storage of
//     every replica, and no entry; who is not in it stands for no election. A
//     configuration is in force, and delivered, when its entry is applied, which
//     is when it is committed. More than one step goes through a joint
//     configuration, which the library leaves by itself (Transition Auto).
//     StepDownOnRemoval is on.
//   - Restart (disk.go). The library starts from its MemoryStorage, which is
//     filled from the Persister. It takes the index of the snapshot found there
//     for the last one applied, and delivers from the next on.
//   - Durability (disk.go, node.go). HardState, entries and snapshot go to the
//     persister in one Save, before the Ready's messages are sent and before
//     Advance, by which a leader counts itself. The Ready's MustSync says when;
//     a commit index alone is not saved.
//   - Messages (apply.go). A Ready brings a snapshot or committed entries, never
//     an older snapshot than what is applied.
//   - Kill (raft.go). It closes a channel. A replica has a goroutine for the
//     ticks and one for the apply channel; both watch it.
//   - Waiting and locks (apply.go). Deliveries go through a queue without a
//     bound, so the mutex is never held while somebody waits.
//   - RPCs (wire.go). The value Make returns is of type Raft, and two of its
//     methods have the shape of a handler: datagrams go to Raft.Step, snapshots
//     to Raft.Install.
//   - Features (implementation.go). Snapshots, ReadIndex, Membership,
//     JointConsensus and Learners, and in a second variant PreVote, CheckQuorum
//     and LeaderTransfer. A third one answers reads by lease, and is judged by
//     suite reads alone.
//
// # Traps
//
// What a reader of the library's documentation may miss, or what differs from
// what it was made for:
//
//   - Nobody is replica 0 (None); replica i is node i+1.
//   - RawNode.Bootstrap puts a configuration entry for each replica into every
//     log, and they must be applied with ApplyConfChange. A MemoryStorage that
//     begins with an empty snapshot, with the configuration and index 0, needs
//     neither.
//   - A message points into the sender's log, and MemoryStorage keeps what it is
//     given. On the wire it must be bytes.
//   - A change that a leader refuses is an empty entry in its log, and no error. It
//     refuses any until it has applied all that was in its log when it was elected.
//   - Learners to be (LearnersNext) still vote, as outgoing ones, and are no
//     Learners.
//   - A snapshot needs the ConfState at its index, which need not be the last that
//     was applied: keep those since the snapshot before.
//   - A snapshot of a configuration without its receiver is ignored. Services that
//     take one whenever it is to be sent never meet that. Here it may be from before
//     the receiver joined, and is what a new node starts from (wire.go).
//   - A leader that removes itself from a cluster of two may leave none that can lead
//     ([etcd 10563]): a service hands over first. Here the library is judged as it is.
//   - A joint configuration is left when an entry is applied, and not while the
//     leader hands over. If it fails to, the next entry is it.
//   - A lost MsgSnap is not sent again. The leader sends nothing else to that
//     follower before ReportSnapshot, not even when the follower answers
//     heartbeats. So snapshots travel by Call, whose result is reported. All
//     other messages may be lost; a datagram's sender never learns of it, so
//     ReportUnreachable is not called.
//   - A saved commit index must not be below the snapshot's, or the next start
//     panics. Saving everything at once takes care of that.
//   - The index of a ReadState may be that of the empty entry. A service that
//     waits until it has applied that index waits for ever; it is given that of
//     the last delivery instead.
//   - A leader that steps down forgets reads without an answer, so a read needs
//     a time limit.
//   - ReadOnlyLeaseBased answers old values, whatever the clocks: CheckQuorum takes
//     up to two election timeouts to notice the loss of a quorum, and the others
//     elect another leader after one.
//   - Broken invariants are panics, by way of the logger, and the default
//     logger's Fatal ends the process. A panic in a handler is caught by the
//     network and fails the scenario. One in the replica's own goroutine would
//     end the test binary, so it is kept, and the next call panics with it.
//   - Election timeouts come from crypto/rand, and there is no way to give the
//     library [raftiface.Env.Rand]. The suites seed crypto/rand.
//   - The debug log has lines for every message; it is left out.
//
// [etcd 10563]: https://github.com/etcd-io/etcd/issues/10563
package etcdraft
