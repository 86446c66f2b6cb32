'use strict';
// A Raft in JavaScript, as a node of raftcheck's process protocol
// (docs/plugging-in/process.md): elections, a log, persistence and snapshots.
//
// The class Raft is a state machine without clock, network and disk: handle() takes an event
// and returns the answer. The lines of JSON are at the end of the file.

const MS = 1_000_000; // nanoseconds

const HEARTBEAT = 100; // ms between two rounds of messages of a leader
const ELECTION_MIN = 400; // ms that a follower waits for a leader, at least
const ELECTION_SPREAD = 400; // and how much longer at most
const BATCH_CHARS = 1 << 20; // of commands in one message: a line has at most 16 MiB

const HELLO = {
  protocol: 1,
  name: 'javascript-example',
  version: '1.0',
  features: ['Snapshots'],
  timing: { election: 5000 * MS, heartbeat: HEARTBEAT * MS },
  resets: true,
};

// Numbers in [0, 1) that follow from the seed alone (mulberry32). Math.random() would make
// every run another one.
function generator(seed) {
  // The seed has up to 53 bits, and bit operations keep 32 of them.
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Raft {
  constructor({ replica, replicas, seed, state, snapshot }) {
    this.id = replica;
    this.peers = [...Array(replicas).keys()].filter((peer) => peer !== replica);
    this.majority = Math.floor(replicas / 2) + 1;
    this.random = generator(seed);
    this.actions = []; // of the event that is being handled

    // What is saved. log[0] is the entry at index base + 1. An entry is {term, command}; the
    // one that a new leader begins its term with has no command.
    const saved = state ?? { term: 0, vote: null, base: 0, baseTerm: 0, log: [] };
    this.term = saved.term;
    this.vote = saved.vote;
    this.base = saved.base; // the latest snapshot contains everything up to this index
    this.baseTerm = saved.baseTerm;
    this.log = saved.log;
    this.snapshot = snapshot; // base64, or undefined
    this.dirty = false; // whether the state has changed since it was saved
    this.newSnapshot = false; // whether the snapshot has, too

    this.role = 'follower';
    this.commitIndex = this.base;
    this.lastApplied = this.base; // the service has restored itself from the snapshot
    this.votes = new Set();
    this.nextIndex = []; // of the leader, by replica
    this.matchIndex = [];
    this.inFlight = []; // whether entries are on their way that nobody has acknowledged

    this.awaitLeader();
  }

  handle(event) {
    let index;
    if (event.event === 'timer' && event.timer === 'election') this.stand();
    if (event.event === 'timer' && event.timer === 'heartbeat') this.heartbeat();
    if (event.event === 'message') this.onMessage(event.from, event.body);
    if (event.event === 'start') index = this.onStart(event.command);
    if (event.event === 'snapshot') this.onSnapshot(event.index, event.snapshot);
    const actions = this.takeActions(); // of init, too: the constructor sets a timer
    // A field that is undefined does not get into the JSON.
    return { term: this.term, leader: this.role === 'leader', index, actions };
  }

  // The actions of an event. The state goes first: whatever is sent or applied may depend on
  // all that the event has changed, and a crash may come after any save.
  takeActions() {
    const actions = this.actions;
    this.actions = [];
    if (this.dirty) {
      const { term, vote, base, baseTerm, log } = this;
      const save = { state: { term, vote, base, baseTerm, log } };
      if (this.newSnapshot) save.snapshot = this.snapshot;
      actions.unshift({ save });
      this.dirty = this.newSnapshot = false;
    }
    return actions;
  }

  send(to, body) {
    this.actions.push({ send: { to, body } });
  }

  setTimer(id, ms) {
    this.actions.push({ timer: { id, after: ms * MS } });
  }

  // The log

  get lastIndex() {
    return this.base + this.log.length;
  }

  get lastTerm() {
    return this.termAt(this.lastIndex);
  }

  entryAt(index) {
    return this.log[index - this.base - 1];
  }

  // The term of the entry at the index, and undefined outside of the log.
  termAt(index) {
    return index === this.base ? this.baseTerm : this.entryAt(index)?.term;
  }

  // The entries behind the index, as many as go into one message.
  entriesAfter(index) {
    let end = index - this.base;
    let chars = 0;
    do {
      chars += this.log[end]?.command?.length ?? 0;
      end++;
    } while (end < this.log.length && chars < BATCH_CHARS);
    return this.log.slice(index - this.base, end);
  }

  // Puts the snapshot in the place of the log up to the index, and keeps what is behind it if
  // that belongs to the same log.
  compact(index, term, snapshot) {
    this.log = this.termAt(index) === term ? this.log.slice(index - this.base) : [];
    this.base = index;
    this.baseTerm = term;
    this.snapshot = snapshot;
    this.dirty = this.newSnapshot = true;
  }

  advanceCommit(index) {
    this.commitIndex = Math.max(this.commitIndex, index);
    while (this.lastApplied < this.commitIndex) {
      const index = ++this.lastApplied;
      const { command } = this.entryAt(index);
      if (command !== undefined) this.actions.push({ apply: { index, command } });
    }
  }

  // Elections

  awaitLeader() {
    this.setTimer('election', ELECTION_MIN + Math.floor(this.random() * ELECTION_SPREAD));
  }

  // A newer term makes a follower of everyone. The election timer of a follower goes on, so
  // that candidates who cannot win do not keep others from standing.
  observeTerm(term) {
    if (term <= this.term) return;
    this.term = term;
    this.vote = null;
    this.dirty = true;
    this.becomeFollower();
  }

  becomeFollower() {
    if (this.role === 'leader') {
      this.actions.push({ stop: { id: 'heartbeat' } });
      this.awaitLeader();
    }
    this.role = 'follower';
  }

  stand() {
    this.role = 'candidate';
    this.term++;
    this.vote = this.id;
    this.votes = new Set([this.id]);
    this.dirty = true;
    this.awaitLeader();
    const { term, id: candidateId, lastIndex: lastLogIndex, lastTerm: lastLogTerm } = this;
    const request = { type: 'RequestVote', term, candidateId, lastLogIndex, lastLogTerm };
    for (const peer of this.peers) this.send(peer, request);
    this.countVotes(); // in a cluster of one it has all
  }

  countVotes() {
    if (this.votes.size >= this.majority) this.lead();
  }

  lead() {
    this.role = 'leader';
    for (const peer of this.peers) {
      this.nextIndex[peer] = this.lastIndex + 1;
      this.matchIndex[peer] = 0;
    }
    this.actions.push({ stop: { id: 'election' } });
    this.actions.push({ log: `term ${this.term}: leads` });
    // Entries of former terms are committed only together with one of this term: with this
    // one they need not wait for the next command.
    this.append({ term: this.term });
    this.heartbeat();
  }

  // Replication

  append(entry) {
    this.log.push(entry);
    this.dirty = true;
    this.commitByMajority(); // a cluster of one needs nobody else
  }

  // Sends to all, and so repeats what got lost.
  heartbeat() {
    this.setTimer('heartbeat', HEARTBEAT);
    for (const peer of this.peers) this.replicate(peer);
  }

  replicate(peer) {
    const prev = this.nextIndex[peer] - 1;
    if (prev < this.base) {
      this.inFlight[peer] = true;
      this.send(peer, {
        type: 'InstallSnapshot',
        term: this.term,
        leaderId: this.id,
        lastIncludedIndex: this.base,
        lastIncludedTerm: this.baseTerm,
        data: this.snapshot,
      });
      return;
    }
    const entries = this.entriesAfter(prev);
    this.inFlight[peer] = entries.length > 0;
    this.send(peer, {
      type: 'AppendEntries',
      term: this.term,
      leaderId: this.id,
      prevLogIndex: prev,
      prevLogTerm: this.termAt(prev),
      entries,
      leaderCommit: this.commitIndex,
    });
  }

  // Sends what the peer lacks, unless it is on the way: then the acknowledgement or the next
  // heartbeat goes on, and each entry is sent once.
  replicateNew(peer) {
    if (!this.inFlight[peer] && this.nextIndex[peer] <= this.lastIndex) this.replicate(peer);
  }

  commitByMajority() {
    const indexes = this.peers.map((peer) => this.matchIndex[peer]);
    indexes.push(this.lastIndex);
    indexes.sort((a, b) => b - a);
    const index = indexes[this.majority - 1];
    // An entry of a former term may still be overwritten, wherever it is stored (Figure 8).
    if (this.termAt(index) === this.term) this.advanceCommit(index);
  }

  // Events

  onStart(command) {
    if (this.role !== 'leader') return 0;
    this.append({ term: this.term, command });
    for (const peer of this.peers) this.replicateNew(peer);
    return this.lastIndex;
  }

  onSnapshot(index, snapshot) {
    if (index > this.base) this.compact(index, this.termAt(index), snapshot);
  }

  onMessage(from, body) {
    this.observeTerm(body.term);
    this['on' + body.type](from, body); // each type has a method below
  }

  onRequestVote(from, { term, lastLogIndex, lastLogTerm }) {
    const upToDate =
      lastLogTerm > this.lastTerm ||
      (lastLogTerm === this.lastTerm && lastLogIndex >= this.lastIndex);
    const free = this.vote === null || this.vote === from;
    const voteGranted = term === this.term && free && upToDate;
    if (voteGranted) {
      this.vote = from;
      this.dirty = true;
      this.awaitLeader();
    }
    this.send(from, { type: 'RequestVoteReply', term: this.term, voteGranted });
  }

  onRequestVoteReply(from, { term, voteGranted }) {
    if (this.role !== 'candidate' || term !== this.term || !voteGranted) return;
    this.votes.add(from);
    this.countVotes();
  }

  onAppendEntries(from, { term, prevLogIndex, prevLogTerm, entries, leaderCommit }) {
    const reply = { type: 'AppendEntriesReply', success: false, matchIndex: 0, prevLogIndex };
    if (term === this.term) {
      this.becomeFollower();
      this.awaitLeader();
      // What the snapshot contains is committed, so the leader's log agrees up to there.
      if (prevLogIndex < this.base || this.termAt(prevLogIndex) === prevLogTerm) {
        this.store(prevLogIndex, entries);
        reply.success = true;
        reply.matchIndex = Math.max(prevLogIndex + entries.length, this.base);
        this.advanceCommit(Math.min(leaderCommit, reply.matchIndex));
      } else {
        reply.nextIndex = this.firstDoubt(prevLogIndex);
      }
    }
    reply.term = this.term;
    this.send(from, reply);
  }

  // Takes the entries behind index prev into the log. Only a conflict cuts it: a message that
  // comes late must not remove what has been acknowledged since.
  store(prev, entries) {
    entries.forEach((entry, i) => {
      const index = prev + 1 + i;
      if (index <= this.base || this.termAt(index) === entry.term) return;
      this.log.length = index - this.base - 1;
      this.log.push(entry);
      this.dirty = true;
    });
  }

  // From where a leader should send if the entry at index prev is not the leader's: the end of
  // the log if it is too short, else the beginning of the term that is wrong, so that a
  // leader goes back by terms and not by entries.
  firstDoubt(prev) {
    if (prev > this.lastIndex) return this.lastIndex + 1;
    let index = prev;
    while (index - 1 > this.commitIndex && this.termAt(index - 1) === this.termAt(prev)) index--;
    return index;
  }

  onAppendEntriesReply(from, body) {
    if (body.success) return this.onAcknowledged(from, body);
    // A refusal of something older than what was sent last says nothing new.
    const latest = body.prevLogIndex === this.nextIndex[from] - 1;
    if (this.role !== 'leader' || body.term !== this.term || !latest) return;
    this.nextIndex[from] = Math.max(body.nextIndex, this.matchIndex[from] + 1);
    this.replicate(from);
  }

  onInstallSnapshotReply(from, body) {
    this.onAcknowledged(from, body);
  }

  onAcknowledged(from, { term, matchIndex }) {
    if (this.role !== 'leader' || term !== this.term) return;
    if (matchIndex > this.matchIndex[from]) {
      this.matchIndex[from] = matchIndex;
      this.nextIndex[from] = matchIndex + 1;
      this.inFlight[from] = false;
      this.commitByMajority();
    }
    this.replicateNew(from);
  }

  onInstallSnapshot(from, { term, lastIncludedIndex, lastIncludedTerm, data }) {
    const reply = { type: 'InstallSnapshotReply', term: this.term, matchIndex: 0 };
    if (term === this.term) {
      this.becomeFollower();
      this.awaitLeader();
      reply.matchIndex = lastIncludedIndex;
      // One that comes late must not take the service back.
      if (lastIncludedIndex > this.commitIndex) {
        this.compact(lastIncludedIndex, lastIncludedTerm, data);
        this.commitIndex = this.lastApplied = lastIncludedIndex;
        this.actions.push({ install: { index: lastIncludedIndex, snapshot: data } });
      }
    }
    this.send(from, reply);
  }
}

// A line in, a line out. The input is not split by readline, which takes more characters than
// the newline for the end of a line.
let raft;

function answerTo(line) {
  const event = JSON.parse(line);
  if (event.event === 'hello') return HELLO;
  if (event.event === 'init') raft = new Raft(event); // nothing is left of a life before
  return raft.handle(event);
}

let input = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk) => {
  const lines = (input + chunk).split('\n');
  input = lines.pop();
  for (const line of lines) process.stdout.write(JSON.stringify(answerTo(line)) + '\n');
});
