// Package labrpc simulates the network between the replicas of a cluster.
//
// A [Network] has a directed [Link] for every ordered pair of replicas. A
// datagram that enters a link may be delayed, lost, duplicated or made late by
// the link's [Conditions]; a link can also be cut, or hold what arrives until
// it is released. An RPC ([raftiface.Peer.Call]) is two datagrams, the request
// on one link and the reply on the opposite one; a one-way message
// ([raftiface.Peer.Send]) is one.
//
// # One seed, one trace
//
// Nothing here draws from a shared stream of random numbers. What becomes of a
// datagram is a pure function of the seed, the link, the content and how often
// that content was sent on that link before, so it does not depend on the
// order in which goroutines happen to run. And no two events of the network
// share an instant, not even modulo a millisecond: see [Network.After]. Inside
// a [testing/synctest] bubble the same seed therefore gives the same [Trace].
//
// One thing is left to the Go scheduler: which is which of two calls with the
// same content on the same link at the same instant, from two goroutines.
//
// # Messages
//
// Arguments and replies are encoded when they are sent and decoded for each
// delivery, so sender and receiver share no memory. The rules are those of
// encoding/gob: exported fields only, function and channel fields left out,
// and types that marshal themselves are left to do so. Unlike gob's, the
// encoding of a value is always the same bytes, whatever was encoded before
// it, which is what fates are derived from; nil and empty stay apart; and types
// that are sent inside interfaces need no registration.
//
// # Services
//
// What a replica serves are the exported methods of any value, found by
// reflection as in net/rpc and the 6.824 lab: see [Node.Serve].
package labrpc
