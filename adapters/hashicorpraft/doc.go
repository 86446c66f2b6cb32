// Package hashicorpraft puts github.com/hashicorp/raft behind the contract of
// package raftiface and runs all suites on it, once with pre-vote and once
// without.
//
//	go test .                          # all suites, and the adapter's own tests
//	go test . -run 'TestRaft$' -raft.seeds=100
//
// The library brings its own goroutines and wants a transport, three stores and
// a state machine. The adapter is these five, and behaves like those that come
// with the library or are used with it, so that what goes wrong with them goes
// wrong here.
//
// # How the contract is met
//
//   - Start's index (starts.go, raft.go). The library tells a command's index
//     once it is committed. Start needs it at once: it marks the entry by its
//     Extensions, and the log store knows it again when the library stores it,
//     which it does in the same instant. A leader that waits for its disk does
//     not take the command, and Start refuses it.
//   - Apply order (fsm.go). The FSM sends what it is given: commands and
//     configurations. The library keeps no-ops to itself.
//   - Restart (fsm.go). The library delivers everything behind its snapshot
//     again, once a leader has committed something.
//   - Durability (disk.go). The three stores are one disk, and each operation of
//     theirs is one Save: a crash may fall between any two. What a reader sees
//     has been saved.
//   - Messages (snapshot.go, fsm.go): see below.
//   - Kill (raft.go). It closes a channel that the transport, the pipelines and the
//     FSM watch, and shuts the library down, without waiting. The library's
//     shutdown waits for nobody, so nobody closes the transport but Kill.
//   - Waiting and locks (disk.go). The library holds no mutex while it saves,
//     and the disk's own lock is a channel. So a save may take its time:
//     UnlockedSaves.
//   - RPCs (rpc.go, transport.go). What travels is the library's own messages,
//     encoded by the network. Empty AppendEntries go to the library's heartbeat
//     handler on the delivering goroutine, beside whatever the library's main
//     goroutine does, as they do over TCP.
//   - Members (membership.go). Env.Members is what a replica that is in it is
//     bootstrapped with, and so the entry at index 1 of every log; the service
//     does not hear of that one. A replica that is not in it has no configuration,
//     with which the library stands for no election. Learners are non-voters.
//     ChangeMembership is answered as Start is: by the log store, which sees the
//     configuration when the library appends it.
//   - Reads (reads.go). ReadIndex is the commit index and VerifyLeader, as the
//     library means it. A leader answers once it has committed an entry of its term,
//     with the index of the last command or configuration up to there.
//   - Features. Snapshots; CheckQuorum, the library's leader lease; ReadIndex;
//     LeaderTransfer; Membership; Learners; PreVote in one variant.
//
// # Snapshots
//
// The service hands over its state as of an index; the library takes snapshots
// of the FSM's state as of the entry that the FSM applied last, a little later.
// So the FSM's state is the content handed over last and the entries since, and
// a snapshot is both. Whoever installs it delivers the content under its own
// index and term, unless the service is past it, and then the entries the
// service has not seen. After a restart the service has restored the content, and
// the FSM begins with the entries. The persister's snapshot is the content
// alone; the rest is part of the Raft state, and they are saved together.
//
// The library keeps with a snapshot the configuration at its own index, so the FSM
// keeps the one at the content's.
//
// Where the library moves its FSM back to an older state, the adapter does not
// hide that.
//
// # Replay
//
// The library draws its timeouts from the global source of math/rand, in all its
// goroutines. The adapter makes them depend on the seed (dice.go), for which
// go.mod and the test set randseednop=0 and GOMAXPROCS=1. Most scenarios then
// have the same trace each time; with many messages at once some do not, since
// the library selects at random between channels that are ready. A replay is
// best effort.
//
// # Traps
//
//   - A future of ApplyLog that was accepted may never be answered after a
//     shutdown: nothing may wait for it. One of VerifyLeader has no other way to be
//     heard of, so Kill gives the library time to answer.
//   - GetConfiguration tells no index and not what is committed, and Stats neither.
//     The FSM knows the latest configuration that is committed, with its index; and
//     the library takes a change only if that is the one it goes by.
//   - InmemStore keeps pointers to the entries it is given, and an
//     InmemSnapshotStore shows a snapshot before its content is there.
//   - Entries must be stored with gaps. After a crash between saving an
//     installed snapshot and dropping the log before it, the log goes on
//     behind the snapshot. A store that says it is monotonic instead has the
//     library drop its whole log when it installs a snapshot, acknowledged
//     entries included.
//   - BootstrapCluster saves twice and cannot be repeated after a crash in
//     between; it is done in memory, and saved at once.
//   - NewRaft saves the term it has just read. What is there already is not saved
//     again, or Make would wait for the disk.
//   - A follower rejects entries behind its own snapshot if its log has none
//     there (TrailingLogs is 0 here). See known.go.
//   - The library hands failed requests of a pipeline on as if they had been
//     answered, and stops listening to a pipeline at a rejection. One that it
//     still feeds then blocks for ever if both sides wait for each other,
//     heartbeats going on: hashicorp/raft issue 612. The adapter's pipeline waits
//     where the library's does, but has one call under way at a time, as calls
//     overtake each other.
package hashicorpraft
