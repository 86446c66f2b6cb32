package labrpc_test

import (
	"fmt"

	"github.com/raftcheck/raftcheck/labrpc"
)

// VoteArgs and VoteReply are what a call carries. Fields that are sent start
// with a capital letter.
type VoteArgs struct{ Term, Candidate int }

type VoteReply struct{ Granted bool }

// Raft is a service. Its methods are called by its type's name and theirs.
type Raft struct{ term int }

func (r *Raft) RequestVote(args *VoteArgs, reply *VoteReply) {
	reply.Granted = args.Term > r.term
}

// Two replicas, a service, a call. Tests do the same inside synctest.Test, where
// time costs nothing.
func Example() {
	network := labrpc.New(labrpc.Config{Replicas: 2, Seed: 1, Conditions: labrpc.Reliable})
	defer network.Close()
	candidate, voter := network.Boot(0), network.Boot(1)
	if err := voter.Serve(&Raft{term: 3}); err != nil {
		fmt.Println(err)
		return
	}

	var reply VoteReply
	ok := candidate.Peers()[1].Call("Raft.RequestVote", &VoteArgs{Term: 4, Candidate: 0}, &reply)
	fmt.Println(ok, reply.Granted)

	network.Link(1, 0).Cut() // replies no longer arrive
	ok = candidate.Peers()[1].Call("Raft.RequestVote", &VoteArgs{Term: 5, Candidate: 0}, &reply)
	fmt.Println(ok)

	messages, _ := network.Total()
	fmt.Println(messages, "messages")
	// Output:
	// true true
	// false
	// 2 messages
}
