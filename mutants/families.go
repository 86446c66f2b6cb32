package main

import "strings"

// A family is of bugs that go wrong in the same place: a folder of the corpus.
type family struct {
	folder, title string
	// happens is what such a bug does, and why that is a bug.
	happens string
	// further are bugs of the family that no mutant has: what they were, and where
	// somebody reported them.
	further [][2]string
}

// slips is the folder of bugs that could be of any other family.
const slips = "mechanical"

// families are all folders of the corpus, in the order of the page.
var families = []family{
	{"election", "Votes and offices",
		"Two replicas lead in one term, or one leads that lacks what was committed. A vote is given twice, in a term or over a crash; votes are counted that were given in another term, or by nobody; a voter does not compare logs; a replica takes office in a term that it has not won. Nothing is lost at that moment: the entries that one leader commits and the other replaces are, a few messages later.",
		[][2]string{
			{"a leader that resigns, or sees its leadership handed to another, clears its vote of the term", "https://github.com/nats-io/nats-server/pull/7698"},
			{"with pre-votes, stepping down within a term frees a real vote", "https://github.com/microsoft/CCF/pull/8094"},
			{"a candidate of a higher term is asked by a leader of a lower one, and the two terms are compared in different handlers", "https://github.com/vesoft-inc/nebula/issues/685"},
			{"heartbeats are handled beside the main loop, and set term and role while that goes on", "https://github.com/hashicorp/raft/issues/695"},
		}},
	{"replication", "Logs and acknowledgements",
		"Two logs have different entries at one index and term, or a replica says that it has what it has not. A request is taken behind an entry that is not there; what was acknowledged is cut off by an older message, or what conflicts stays; an answer counts for more than was asked, in another term, or though it was a refusal. The leader then counts a quorum that does not exist, and the next one replaces what clients were told.",
		[][2]string{
			{"a late refusal is taken for a new one, and the follower cuts off what was committed", "https://github.com/microsoft/CCF/pull/5991"},
			{"entries of a catch-up that was given up cut the log below what was committed since", "https://github.com/nats-io/nats-server/pull/7424"},
			{"nextIndex falls to matchIndex by a late rejection", "https://github.com/etcd-io/raft/pull/149"},
		}},
	{"commit", "The commit index",
		"A replica takes for committed what no quorum stores, or what a quorum stores but a later leader may still replace (§5.4.2). It applies that, its clients are answered, and another replica applies something else at the index.",
		[][2]string{
			{"entries of older terms are committed by counting", "https://github.com/nats-io/nats-server/pull/7955"},
			{"the commit index rises by a refusal", "https://arxiv.org/abs/2406.17455"},
		}},
	{"persistence", "Storage and crashes",
		"A replica says what it has not saved, and after a crash it has never said so: it votes once more, lacks what it acknowledged, or is in an older term. Or it saves in parts, and a crash between two of them leaves what never was.",
		[][2]string{
			{"currentTerm and votedFor are kept in memory over changes of role only", "https://github.com/Mininglamp-OSS/octo-im/pull/42"},
			{"on restart a log is taken that does not begin behind the snapshot", "https://github.com/nats-io/nats-server/pull/7620"},
			{"truncating and appending are two durable steps", "https://github.com/hashicorp/raft/pull/113"},
		}},
	{"snapshot", "Snapshots",
		"What a snapshot stands for and what the log has do not meet. A late one moves a replica back or cuts off what it acknowledged; entries below the boundary are acknowledged unread; index, term and content are of different moments; or a follower that needs one is never sent it.",
		[][2]string{
			{"restoring merges into the state instead of replacing it", "https://github.com/belaban/jgroups-raft/issues/301"},
			{"entries are looked for at the very index where the snapshot ends, and the log is reset", "https://github.com/nats-io/nats-server/pull/8321"},
			{"a leader that has just installed a snapshot appends with a wrong predecessor", "https://github.com/rabbitmq/ra/commit/919a6484"},
		}},
	{"apply", "Delivery to the service",
		"Replicas agree, and their services do not: an entry is delivered twice, out of order, not at all, or as it was before it was replaced. Every message is right, so only what the services apply and clients are answered shows it.",
		[][2]string{
			{"one who waits for an index is answered whatever command came to stand there", "https://thesquareplanet.com/blog/students-guide-to-raft/"},
			{"a command that is given twice is applied twice", "https://github.com/RedisLabs/redisraft/issues/52"},
		}},
	{"reads", "Reads beside the log",
		"A read is answered by a replica that has asked nobody, or knows less than its predecessor had told its clients: a client sees an older value after a newer one. The log is right throughout.",
		[][2]string{
			{"the only replica of a cluster answers by a commit index that was saved later than clients were answered", "https://github.com/etcd-io/raft/pull/105"},
			{"a follower answers before it has applied up to the index", "https://github.com/etcd-io/etcd/issues/13464"},
		}},
	{"contract", "Locks and goroutines",
		"The protocol is right, and the program around it is not: it waits under a lock, spins, panics at what may well happen, leaves goroutines behind, or says by Start and GetState what is not so.",
		nil},
	{"stalls", "Checks that go stale",
		"Each critical section is right, and two of them are not: what one has checked the next acts on, and between the two the replica has gone on to another term, role or log. A goroutine may stand still before any lock, for as long as a collection of garbage or a busy machine wants; where that is never tried such bugs pass every test.",
		[][2]string{
			{"leadership is tested before the lock is taken, and entries are sent after: a deposed leader sends in the term that it has just learned", "https://github.com/nats-io/nats-server/pull/7297"},
			{"a proposal of an earlier office is queued and appended in a later one", "https://github.com/nats-io/nats-server/pull/8370"},
		}},
	{"leadership", "Pre-votes, resignations and transfers",
		"What the thesis adds to the paper is on, and does what it is there against: a replica without a quorum deposes a leader that has one, a leader without one goes on, or the vote of a term is given twice. A leader that hands over loses what it takes meanwhile, or never takes anything again.",
		[][2]string{
			{"a leader that hands over takes writes meanwhile", "https://github.com/hashicorp/raft/pull/581"},
		}},
	{"membership", "Changes of members",
		"Two quorums have no replica in common: two changes under way at once, several voters in a step, one side of a joint configuration alone, or a configuration that is not the one in force, as its entry was cut off, is in a snapshot, or was forgotten over a restart. Who counts is wrong by one: a learner, one that was removed, a leader that has removed itself. Or a change comes to no end, and who is needed for a quorum refuses to be.",
		[][2]string{
			{"a candidate has a change that is committed and that it has not applied, and goes by the one before", "https://github.com/etcd-io/etcd/issues/12133"},
			{"a new leader does not know that a change is under way, as it ignores the one in its log", "https://github.com/eBay/NuRaft/pull/67"},
			{"a voter refuses the snapshot in which it is a learner", "https://github.com/etcd-io/etcd/pull/10864"},
			{"who is handed over to campaigns before it has what made it a voter", "https://github.com/databendlabs/openraft/issues/1805"},
		}},
	{"liveness", "No progress",
		"A quorum can talk, and no leader comes of it, or no commit. Timers start anew by what should not start them, or do not by what should; a term is not taken over or told; votes are not free.",
		[][2]string{
			{"a leader keeps replicas loyal that the others cannot do without, and cannot commit itself", "https://github.com/databendlabs/openraft/issues/2080"},
			{"an isolated replica comes back with a huge term", "https://github.com/etcd-io/etcd/issues/14893"},
			{"a follower that is sent a snapshot answers no candidate", "https://github.com/rabbitmq/ra/commit/e1256f81"},
		}},
	{slips, "Slips of the pen",
		"An operator, a bound or an index is off by one or the wrong way round. Each of them is a bug of one of the other families; they are here to show that the suites do not only catch what somebody thought of.",
		nil},
}

// beyond are kinds of bugs that nothing here shows, as the contract has no words for
// them.
var beyond = [][2]string{
	{"storage that fails, and is not believed", "https://github.com/nats-io/nats-server/pull/8290, https://github.com/lni/dragonboat/pull/409"},
	{"storage that completes later, in another order, or for an entry that was replaced since", "https://github.com/etcd-io/raft/pull/8, https://github.com/rabbitmq/ra/pull/637, https://github.com/tikv/raft-rs/pull/561"},
	{"disks that are lost or damaged", "https://github.com/etcd-io/etcd/issues/21178, https://github.com/nats-io/nats-server/pull/7580"},
}

// anchor is the name of the family's section in a link.
func (f family) anchor() string {
	return strings.ReplaceAll(strings.ToLower(f.title), " ", "-")
}

// has reports whether a mutant is of the family.
func (f family) has(m Mutant) bool { return strings.HasPrefix(m.Name, f.folder+"/") }
