package hashicorpraft

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"

	"github.com/hashicorp/raft"

	"github.com/raftcheck/raftcheck/raftiface"
)

// transport carries the library's messages as calls. What it receives, it hands
// to the library as the library's own TCP transport does.
type transport struct {
	peers    []raftiface.Peer
	me       int
	dice     *dice
	consumer chan raft.RPC
	stop     <-chan struct{} // closed by Kill

	mu        sync.Mutex
	heartbeat func(raft.RPC)
}

var (
	_ raft.Transport   = (*transport)(nil)
	_ raft.WithPreVote = (*transport)(nil)
)

func newTransport(env raftiface.Env, d *dice, stop <-chan struct{}) *transport {
	return &transport{peers: env.Peers, me: env.Me, dice: d, consumer: make(chan raft.RPC), stop: stop}
}

// serverAddress returns a replica's address, which is also its ID: its number.
func serverAddress(replica int) raft.ServerAddress {
	return raft.ServerAddress(strconv.Itoa(replica))
}

// errNoReply says that a call failed; whether it was executed is not known.
var errNoReply = errors.New("hashicorpraft: no reply")

// call calls a method of the replica at an address. It fails without a message
// after Kill, so that the library's loops come to their end soon.
func (t *transport) call(target raft.ServerAddress, method string, args, reply any) error {
	if isClosed(t.stop) {
		return raft.ErrTransportShutdown
	}
	to, err := strconv.Atoi(string(target))
	if err != nil || to < 0 || to >= len(t.peers) {
		return fmt.Errorf("hashicorpraft: there is no replica %q", target)
	}
	if !t.peers[to].Call("Raft."+method, args, reply) {
		return errNoReply
	}
	return nil
}

// AppendEntries implements [raft.Transport].
func (t *transport) AppendEntries(_ raft.ServerID, target raft.ServerAddress, args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	defer t.dice.shake("appended to " + string(target))
	return t.appendEntries(target, args, resp)
}

func (t *transport) appendEntries(target raft.ServerAddress, args *raft.AppendEntriesRequest, resp *raft.AppendEntriesResponse) error {
	var reply AppendEntriesReply
	err := t.call(target, "AppendEntries", args, &reply)
	*resp = reply.Response
	return errors.Join(err, reply.Failure.err())
}

// RequestVote implements [raft.Transport].
func (t *transport) RequestVote(_ raft.ServerID, target raft.ServerAddress, args *raft.RequestVoteRequest, resp *raft.RequestVoteResponse) error {
	var reply RequestVoteReply
	err := t.call(target, "RequestVote", args, &reply)
	*resp = reply.Response
	return errors.Join(err, reply.Failure.err())
}

// RequestPreVote implements [raft.WithPreVote].
func (t *transport) RequestPreVote(_ raft.ServerID, target raft.ServerAddress, args *raft.RequestPreVoteRequest, resp *raft.RequestPreVoteResponse) error {
	var reply RequestPreVoteReply
	err := t.call(target, "RequestPreVote", args, &reply)
	*resp = reply.Response
	return errors.Join(err, reply.Failure.err())
}

// TimeoutNow implements [raft.Transport].
func (t *transport) TimeoutNow(_ raft.ServerID, target raft.ServerAddress, args *raft.TimeoutNowRequest, resp *raft.TimeoutNowResponse) error {
	var reply TimeoutNowReply
	err := t.call(target, "TimeoutNow", args, &reply)
	*resp = reply.Response
	return errors.Join(err, reply.Failure.err())
}

// InstallSnapshot implements [raft.Transport]. The library streams a snapshot;
// here all of it travels in one call.
func (t *transport) InstallSnapshot(_ raft.ServerID, target raft.ServerAddress, args *raft.InstallSnapshotRequest, resp *raft.InstallSnapshotResponse, data io.Reader) error {
	defer t.dice.shake("installed on " + string(target))
	content, err := io.ReadAll(data)
	if err != nil {
		return err
	}
	var reply InstallSnapshotReply
	err = t.call(target, "InstallSnapshot", &InstallSnapshotArgs{Request: *args, Data: content}, &reply)
	*resp = reply.Response
	return errors.Join(err, reply.Failure.err())
}

// Consumer implements [raft.Transport].
func (t *transport) Consumer() <-chan raft.RPC { return t.consumer }

// LocalAddr implements [raft.Transport].
func (t *transport) LocalAddr() raft.ServerAddress { return serverAddress(t.me) }

// EncodePeer implements [raft.Transport].
func (t *transport) EncodePeer(_ raft.ServerID, addr raft.ServerAddress) []byte {
	t.dice.encoded()
	return []byte(addr)
}

// DecodePeer implements [raft.Transport].
func (t *transport) DecodePeer(addr []byte) raft.ServerAddress { return raft.ServerAddress(addr) }

// SetHeartbeatHandler implements [raft.Transport].
func (t *transport) SetHeartbeatHandler(handler func(raft.RPC)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.heartbeat = handler
}

func isClosed(ch <-chan struct{}) bool {
	select {
	case <-ch:
		return true
	default:
		return false
	}
}
