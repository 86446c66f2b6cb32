package raft

import (
	"encoding/gob"
	"fmt"
	"math/bits"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Who is a member is said by entries of the log, and a server goes by the latest one
// that it has, committed or not (§6). One voter comes or goes in one step, as any two
// majorities have a server in common then (thesis, section 4.1). Where more do, a joint
// configuration comes first, in which majorities of both sides decide.
//
// A server that was removed may not have heard of it, and campaign. Pre-votes keep it
// from deposing the leader: who hears from that one would not vote for another.

var _ raftiface.MembershipChanger = (*Raft)(nil)

// maxServers is how many servers a cluster can have whose members change.
const maxServers = 64

// Configuration is the command of an entry that says who is a member. Its fields are
// sets of servers: bit i stands for server i.
type Configuration struct {
	Voters   uint64 // C_new in a joint configuration
	Outgoing uint64 // C_old in a joint configuration, empty otherwise
	Learners uint64 // in a joint configuration also outgoing voters that become learners
}

func init() { gob.Register(Configuration{}) }

// membership is the state of a server that has to do with its members.
type membership struct {
	members      raftiface.Membership // configuration in force: all servers, where members do not change
	membersIndex int                  // index of its entry; log.base for that of the snapshot
	baseConfig   Configuration        // that at log.base; without a snapshot what the cluster began with
}

// configuration returns m as a log has it.
func configuration(m raftiface.Membership) Configuration {
	return Configuration{Voters: set(m.Voters), Outgoing: set(m.Outgoing), Learners: set(m.Learners)}
}

// membership returns c as others know it.
func (c Configuration) membership() raftiface.Membership {
	return raftiface.Membership{Voters: list(c.Voters), Outgoing: list(c.Outgoing), Learners: list(c.Learners &^ c.Outgoing)}
}

func (c Configuration) String() string { return c.membership().String() }

// next returns the configuration that follows a joint one.
func (c Configuration) next() Configuration {
	return Configuration{Voters: c.Voters, Learners: c.Learners}
}

// check reports what keeps c from being a configuration of a cluster of so many servers.
func (c Configuration) check(servers int) error {
	if err := c.membership().Validate(servers); err != nil {
		return err
	}
	return c.next().membership().Validate(servers)
}

func set(servers []int) (s uint64) {
	for _, server := range servers {
		s |= 1 << server
	}
	return s
}

func list(s uint64) (servers []int) {
	for ; s != 0; s &= s - 1 {
		servers = append(servers, bits.TrailingZeros64(s))
	}
	return servers
}

// beginMembers puts the configuration in force with which a server starts, once it has
// restored what it saved.
func (r *Raft) beginMembers(env raftiface.Env) error {
	if !r.does.Membership {
		r.members = raftiface.Everybody(len(r.peers))
		return nil
	}
	if len(r.peers) > maxServers {
		return fmt.Errorf("raft: Env.Peers has %d servers; where members change there are %d at most", len(r.peers), maxServers)
	}
	if err := env.Members.Validate(len(r.peers)); err != nil {
		return fmt.Errorf("raft: Env.Members: %w", err)
	}
	if r.baseConfig == (Configuration{}) {
		r.baseConfig = configuration(env.Members)
	}
	r.useLatest()
	return nil
}

// useLatest puts the latest configuration in the log in force. It is called when the
// log has changed: an entry that is removed is in force no longer.
func (r *Raft) useLatest() {
	if r.does.Membership {
		index, c := r.configurationAt(r.log.lastIndex())
		r.membersIndex, r.members = index, c.membership()
	}
}

// configurationAt returns the latest configuration up to an index that is not below
// log.base, and the index of its entry.
func (r *Raft) configurationAt(index int) (int, Configuration) {
	for ; index > r.log.base; index-- {
		if c, ok := r.log.entry(index).Command.(Configuration); ok {
			return index, c
		}
	}
	return index, r.baseConfig
}

// mayCampaign reports whether this server stands for election: if it is a voter, or was
// one before the latest configuration, and does not know that to be committed. That which
// leaves it out may need its help to be committed (thesis, section 4.2.2). The one before
// is committed, as there is one change at a time.
func (r *Raft) mayCampaign() bool {
	if r.members.Votes(r.me) || r.membersIndex <= r.commitIndex {
		return r.members.Votes(r.me)
	}
	_, before := r.configurationAt(r.membersIndex - 1)
	return before.membership().Votes(r.me)
}

// storedByVoters is storedByQuorum where not all servers are voters. A leader that is
// none does not count itself.
func (r *Raft) storedByVoters() (index int) {
	stored := func(server int) int {
		if server == r.me {
			return r.log.lastIndex()
		}
		return r.progress[server].matchIndex
	}
	for _, voter := range r.members.Members() {
		last := stored(voter)
		if last > index && r.members.Quorum(func(server int) bool { return stored(server) >= last }) {
			index = last
		}
	}
	return index
}

// ChangeMembership implements [raftiface.MembershipChanger]. A leader that has
// committed nothing in its term does not know yet whether a change of an earlier
// leader is under way: an entry of its own has to be committed before.
func (r *Raft) ChangeMembership(to raftiface.Membership) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.role != leader || r.handsOver() || r.log.term(r.commitIndex) != r.currentTerm || r.membersIndex > r.commitIndex {
		return false
	}
	if to.Joint() || to.Validate(len(r.peers)) != nil {
		return false
	}
	next, voters := configuration(to), set(r.members.Voters)
	if bits.OnesCount64(next.Voters^voters) > 1 {
		next.Outgoing = voters
	}
	r.configure(next)
	return true
}

// configure appends a configuration, and begins to replicate to the servers that come
// with it and ends with those that go.
func (r *Raft) configure(c Configuration) {
	before := r.members
	r.log.append(LogEntry{Term: r.currentTerm, Command: c})
	r.persist()
	r.logf("term %d: %v from index %d on", r.currentTerm, r.members, r.membersIndex)
	for _, peer := range before.Members() {
		if peer != r.me && !r.members.Has(peer) {
			r.progress[peer].heartbeat.stop()
		}
	}
	for peer := range r.others() {
		if !before.Has(peer) {
			r.progress[peer] = r.newProgress(peer)
			r.sendHeartbeat(peer)
		}
		r.replicate(peer)
	}
	r.answerReads() // this server may be the only voter
	r.advanceCommitIndex()
}

// configured takes the step that is due when the configuration in force is committed:
// from a joint one to C_new. A leader that is not in C_new has nothing left to do.
func (r *Raft) configured() {
	switch {
	case r.membersIndex > r.commitIndex:
	case r.members.Joint():
		_, c := r.configurationAt(r.membersIndex)
		r.configure(c.next())
	case !r.members.Votes(r.me):
		r.becomeFollower(r.currentTerm)
	}
}

// leads reports whether this server leads and the other one is a member. Either may
// end when an entry is committed.
func (r *Raft) leads(peer int) bool { return r.role == leader && r.members.Has(peer) }
