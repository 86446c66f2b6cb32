package hashicorpraft

import (
	"bytes"
	"errors"
	"io"

	"github.com/hashicorp/raft"
)

// Failure is the error with which a replica answered; empty for none.
type Failure string

func (f Failure) err() error {
	if f == "" {
		return nil
	}
	return errors.New(string(f))
}

// What travels is the library's own messages. An answer also says whether the
// library answered with an error.
type (
	// AppendEntriesReply answers [Raft.AppendEntries].
	AppendEntriesReply struct {
		Response raft.AppendEntriesResponse
		Failure  Failure
	}
	// RequestVoteReply answers [Raft.RequestVote].
	RequestVoteReply struct {
		Response raft.RequestVoteResponse
		Failure  Failure
	}
	// RequestPreVoteReply answers [Raft.RequestPreVote].
	RequestPreVoteReply struct {
		Response raft.RequestPreVoteResponse
		Failure  Failure
	}
	// TimeoutNowReply answers [Raft.TimeoutNow].
	TimeoutNowReply struct {
		Response raft.TimeoutNowResponse
		Failure  Failure
	}
	// InstallSnapshotArgs are a request and the snapshot that follows it.
	InstallSnapshotArgs struct {
		Request raft.InstallSnapshotRequest
		Data    []byte
	}
	// InstallSnapshotReply answers [Raft.InstallSnapshot].
	InstallSnapshotReply struct {
		Response raft.InstallSnapshotResponse
		Failure  Failure
	}
)

// AppendEntries handles the RPC of that name.
func (r *Raft) AppendEntries(args *raft.AppendEntriesRequest, reply *AppendEntriesReply) {
	reply.Failure = handle(r.transport, args, nil, &reply.Response)
}

// RequestVote handles the RPC of that name.
func (r *Raft) RequestVote(args *raft.RequestVoteRequest, reply *RequestVoteReply) {
	reply.Failure = handle(r.transport, args, nil, &reply.Response)
}

// RequestPreVote handles the RPC of that name.
func (r *Raft) RequestPreVote(args *raft.RequestPreVoteRequest, reply *RequestPreVoteReply) {
	reply.Failure = handle(r.transport, args, nil, &reply.Response)
}

// TimeoutNow handles the RPC of that name.
func (r *Raft) TimeoutNow(args *raft.TimeoutNowRequest, reply *TimeoutNowReply) {
	reply.Failure = handle(r.transport, args, nil, &reply.Response)
}

// InstallSnapshot handles the RPC of that name.
func (r *Raft) InstallSnapshot(args *InstallSnapshotArgs, reply *InstallSnapshotReply) {
	reply.Failure = handle(r.transport, &args.Request, bytes.NewReader(args.Data), &reply.Response)
}

// handle gives a message to the library and waits for its answer, or for Kill.
// A heartbeat goes to the library's heartbeat handler right here, on the
// delivering goroutine, beside whatever the library's main goroutine does.
func handle[Response any](t *transport, command any, data io.Reader, response *Response) Failure {
	answers := make(chan raft.RPCResponse, 1)
	rpc := raft.RPC{Command: command, Reader: data, RespChan: answers}
	if handler := t.heartbeatHandler(); isHeartbeat(command) && handler != nil {
		handler(rpc)
	} else {
		select {
		case t.consumer <- rpc:
		case <-t.stop:
			return stopped
		}
	}
	select {
	case a := <-answers:
		if r, ok := a.Response.(*Response); ok && r != nil {
			*response = *r
		}
		if a.Error != nil {
			return Failure(a.Error.Error())
		}
		return ""
	case <-t.stop:
		return stopped
	}
}

// stopped is what a killed replica answers, to nobody.
var stopped = Failure(raft.ErrTransportShutdown.Error())

func (t *transport) heartbeatHandler() func(raft.RPC) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.heartbeat
}

// isHeartbeat tells heartbeats from other messages as the library's TCP
// transport does.
func isHeartbeat(command any) bool {
	a, ok := command.(*raft.AppendEntriesRequest)
	//lint:ignore SA1019 the library's transport looks at it too
	return ok && a.Term != 0 && (len(a.Addr) > 0 || a.Leader != nil) &&
		a.PrevLogEntry == 0 && a.PrevLogTerm == 0 && len(a.Entries) == 0 && a.LeaderCommitIndex == 0
}
