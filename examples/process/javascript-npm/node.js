'use strict';
// The library @markwylde/liferaft as a replica. It keeps its log on a disk, and neither its term
// nor its vote: with the argument "kept" they are saved for it.

const { serve } = require('./virtual.js');
const LifeRaft = require('@markwylde/liferaft');
const Log = require('@markwylde/liferaft/log');
const memdown = require('memdown');

const kept = process.argv.includes('kept');

const HELLO = { protocol: 1, name: `@markwylde/liferaft${kept ? ', term and vote kept' : ''}`, version: require('@markwylde/liferaft/package.json').version };

// A database in memory whose content is told: what the library stores is saved with it.
class Disk extends memdown {
  constructor(saved) {
    super();
    this.content = saved;
    this.dirty = false;
    for (const [key, value] of Object.entries(saved)) super._put(Buffer.from(key), Buffer.from(value), {}, () => {});
  }

  _put(key, value, options, callback) {
    this.content[key] = value.toString();
    this.dirty = true;
    super._put(key, value, options, callback);
  }

  _del(key, options, callback) {
    delete this.content[key];
    this.dirty = true;
    super._del(key, options, callback);
  }
}

// The library's log, which also tells where a command is: the library says only which one is
// committed.
const indexes = new WeakMap();

class IndexedLog extends Log {
  async getUncommittedEntriesUpToIndex(...bounds) {
    const entries = await super.getUncommittedEntriesUpToIndex(...bounds);
    for (const { command, index } of entries) indexes.set(command, index);
    return entries;
  }
}

const address = (replica) => `replica ${replica}`;

class Replica {
  constructor({ replica, replicas, state }, act) {
    this.act = act;
    this.requests = new Map(); // callbacks of those that are not answered, by number
    this.requested = 0;
    this.disk = new Disk(state?.content ?? {});
    this.applyCommitted();
    this.raft = new LifeRaft(address(replica), {
      'election min': 400,
      'election max': 800,
      heartbeat: 100,
      Log: IndexedLog,
      adapter: () => this.disk,
    });
    if (kept && state) {
      this.raft.term = state.term;
      this.raft.votes.for = state.vote;
    }
    this.saved = { ...state };
    this.raft.on('commit', (command) => act({ apply: { index: indexes.get(command), command: command.bytes } }));
    this.raft.on('error', (error) => act({ log: `${error}` }));
    for (let peer = 0; peer < replicas; peer++) {
      if (peer !== replica) this.raft.join(address(peer), (packet, callback) => this.request(peer, packet, callback));
    }
  }

  // The library says nothing of entries that were committed before it was started.
  applyCommitted() {
    for (const key of Object.keys(this.disk.content).sort()) {
      const { index, committed, command } = JSON.parse(this.disk.content[key]);
      if (committed) this.act({ apply: { index, command: command.bytes } });
    }
  }

  state() {
    return { term: this.raft.term, leader: this.raft.state === LifeRaft.LEADER };
  }

  save() {
    const state = { content: this.disk.content };
    if (kept) {
      state.term = this.raft.term;
      state.vote = this.raft.votes.for;
    }
    if (!this.disk.dirty && state.term === this.saved.term && state.vote === this.saved.vote) return [];
    this.disk.dirty = false;
    this.saved = state;
    return [{ save: { state } }];
  }

  on({ event, from, body, command }) {
    return event === 'start' ? this.onStart(command) : this.onMessage(from, body);
  }

  async onStart(bytes) {
    if (this.raft.state !== LifeRaft.LEADER) return {};
    await this.raft.command({ bytes });
    return { index: (await this.raft.log.getLastInfo()).index };
  }

  // A packet of the library is a request: the receiver may answer it. Both are datagrams.
  request(to, packet, callback) {
    const number = ++this.requested;
    this.requests.set(number, callback);
    this.act({ send: { to, body: { ...inPaper(packet), number, packet } } });
  }

  onMessage(from, { number, reply, packet }) {
    if (!reply) {
      this.raft.emit('data', packet, (answer) => {
        if (answer) this.act({ send: { to: from, body: { ...inPaper(answer), number, reply: true, packet: answer } } });
      });
    } else if (this.requests.has(number)) {
      this.requests.get(number)(undefined, packet);
      this.requests.delete(number);
    }
  }
}

// A packet in the words of the paper, so that raftcheck can hold it against others.
function inPaper({ type, term, last, data }) {
  const entries = type === 'append' && data ? data.map((entry) => ({ term: entry.term })) : []; // the packet has the rest
  switch (type) {
    case 'vote':
      return { type: 'RequestVote', term, lastLogIndex: last.index, lastLogTerm: last.term };
    case 'voted':
      return { type: 'RequestVoteReply', term, voteGranted: data.granted };
    case 'append':
      return { type: 'AppendEntries', term, prevLogIndex: last.index, prevLogTerm: last.term, entries, leaderCommit: last.committedIndex };
    case 'append ack':
      return { type: 'AppendEntriesReply', term, success: true, matchIndex: data.index };
    case 'append fail':
      return { type: 'AppendEntriesReply', term, success: false };
  }
  return {};
}

serve(HELLO, (init, act) => new Replica(init, act));
