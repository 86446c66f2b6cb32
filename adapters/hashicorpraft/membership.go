package hashicorpraft

import (
	"slices"
	"strconv"

	"github.com/hashicorp/raft"

	"github.com/raftcheck/raftcheck/raftiface"
)

// bootstrapIndex is where the log of each replica that began with the cluster, and
// so that of each that joins it, has Env.Members. To the library it is an entry like
// any other; nobody asked for it, so the service does not hear of it.
const bootstrapIndex = 1

// members is a configuration and its index in the log. The zero value is none.
type members struct {
	index   uint64
	servers raft.Configuration
}

// ChangeMembership implements [raftiface.MembershipChanger]. The library waits with a
// change while it leads and another one is not committed; here it is given no time
// to wait, so that it takes the change at once or not at all. It is to start from
// the configuration that the FSM was given last.
func (r *Raft) ChangeMembership(to raftiface.Membership) bool {
	from := r.fsm.members()
	replica, ok := soleDifference(membershipOf(from.servers), to)
	if !ok || from.index == 0 || r.raft.State() != raft.Leader {
		return false
	}
	placed, ok := r.starts.beginChange()
	if !ok {
		return false
	}
	defer r.starts.end(changeMark)
	_, ok = r.placeOf(r.request(replica, from, to), placed)
	return ok
}

// request asks the library to change what a replica is.
func (r *Raft) request(replica int, from members, to raftiface.Membership) raft.IndexFuture {
	address := serverAddress(replica)
	id := raft.ServerID(address)
	switch {
	case to.Votes(replica):
		return r.raft.AddVoter(id, address, from.index, startPatience)
	case !to.Has(replica):
		return r.raft.RemoveServer(id, from.index, startPatience)
	case membershipOf(from.servers).Votes(replica):
		return r.raft.DemoteVoter(id, from.index, startPatience)
	}
	return r.raft.AddNonvoter(id, address, from.index, startPatience)
}

// soleDifference returns the replica that two configurations differ in, if it is one.
func soleDifference(from, to raftiface.Membership) (replica int, ok bool) {
	if to.Joint() {
		return 0, false
	}
	both := slices.Concat(from.Members(), to.Members())
	slices.Sort(both)
	both = slices.DeleteFunc(slices.Compact(both), func(i int) bool {
		return from.Votes(i) == to.Votes(i) && from.Has(i) == to.Has(i)
	})
	if len(both) != 1 {
		return 0, false
	}
	return both[0], true
}

// membershipOf returns the library's configuration in the contract's terms.
func membershipOf(c raft.Configuration) (m raftiface.Membership) {
	for _, server := range c.Servers {
		replica, err := strconv.Atoi(string(server.ID))
		if err != nil {
			panic("hashicorpraft: the configuration has a server that is no replica: " + string(server.ID))
		}
		if server.Suffrage == raft.Voter {
			m.Voters = append(m.Voters, replica)
		} else {
			m.Learners = append(m.Learners, replica)
		}
	}
	slices.Sort(m.Voters)
	slices.Sort(m.Learners)
	return m
}

// configurationOf returns a configuration, which is not joint, in the library's terms.
func configurationOf(m raftiface.Membership) (c raft.Configuration) {
	for _, replica := range m.Members() {
		suffrage := raft.Nonvoter
		if m.Votes(replica) {
			suffrage = raft.Voter
		}
		c.Servers = append(c.Servers, raft.Server{Suffrage: suffrage, ID: raft.ServerID(serverAddress(replica)), Address: serverAddress(replica)})
	}
	return c
}
