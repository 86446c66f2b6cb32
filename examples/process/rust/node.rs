//! A Raft in Rust, as a node of raftcheck's process protocol (docs/plugging-in/process.md):
//! elections, a log, persistence and snapshots.
//!
//! Raft is a state machine without clock, network and disk: handle takes an event and returns
//! the answer. Terms and indexes are signed, as integers of the protocol are.

mod json;

use json::Json;
use std::collections::BTreeSet;
use std::io::{BufRead, Write};

const MS: i64 = 1_000_000; // nanoseconds

const HEARTBEAT: i64 = 100; // ms between two rounds of messages of a leader
const ELECTION_MIN: i64 = 400; // ms that a follower waits for a leader, at least
const ELECTION_SPREAD: u64 = 400; // and how much longer at most
const BATCH_BYTES: usize = 1 << 20; // of commands in one message: a line has at most 16 MiB

#[derive(Clone)]
struct Entry {
    term: i64,
    command: Option<String>, // None is the entry that a leader begins its term with
}

impl From<Entry> for Json {
    fn from(entry: Entry) -> Json {
        object! { "term": entry.term, "command": entry.command.as_deref() }
    }
}

impl From<&Json> for Entry {
    fn from(json: &Json) -> Entry {
        let command = json.get("command");
        Entry { term: json.get("term").int(), command: (!command.is_null()).then(|| command.text().to_string()) }
    }
}

#[derive(PartialEq)]
enum Role {
    Follower,
    Candidate,
    Leader,
}

/// What a leader knows of a follower.
#[derive(Clone)]
struct Progress {
    next: i64,
    matches: i64,
    in_flight: bool, // entries are on their way that nobody has acknowledged
}

struct Raft {
    id: i64,
    peers: Vec<i64>,
    random: u64,
    actions: Vec<Json>, // of the event that is being handled

    // What is saved. log[0] is the entry at index base + 1.
    term: i64,
    vote: Option<i64>,
    base: i64, // the latest snapshot contains everything up to this index
    base_term: i64,
    log: Vec<Entry>,
    snapshot: Option<String>,
    dirty: bool,        // the state has changed since it was saved
    new_snapshot: bool, // and so has the snapshot

    role: Role,
    commit: i64,
    applied: i64,
    votes: BTreeSet<i64>,
    progress: Vec<Progress>, // of the replicas, if this one leads
}

impl Raft {
    fn new(init: &Json) -> Raft {
        let id = init.get("replica").int();
        let mut raft = Raft {
            id,
            peers: (0..init.get("replicas").int()).filter(|peer| *peer != id).collect(),
            random: init.get("seed").int() as u64,
            actions: Vec::new(),
            term: 0,
            vote: None,
            base: 0,
            base_term: 0,
            log: Vec::new(),
            snapshot: None,
            dirty: false,
            new_snapshot: false,
            role: Role::Follower,
            commit: 0,
            applied: 0,
            votes: BTreeSet::new(),
            progress: Vec::new(),
        };
        raft.restore(init.get("state"), init.get("snapshot"));
        raft.await_leader();
        raft
    }

    fn restore(&mut self, state: &Json, snapshot: &Json) {
        if !snapshot.is_null() {
            self.snapshot = Some(snapshot.text().to_string());
        }
        if state.is_null() {
            return;
        }
        self.term = state.get("term").int();
        self.vote = Some(state.get("vote").int()).filter(|vote| *vote >= 0);
        self.base = state.get("base").int();
        self.base_term = state.get("baseTerm").int();
        self.log = state.get("log").list().iter().map(Entry::from).collect();
        // The service has restored itself from the snapshot.
        self.commit = self.base;
        self.applied = self.base;
    }

    fn handle(&mut self, event: &Json) -> Json {
        let mut index = None;
        match event.get("event").text() {
            "init" => {}
            "timer" if event.get("timer").text() == "election" => self.stand(),
            "timer" => self.heartbeat(),
            "message" => self.on_message(event.get("from").int(), event.get("body")),
            "start" => index = self.on_start(event.get("command").text()),
            "snapshot" => self.on_snapshot(event.get("index").int(), event.get("snapshot").text()),
            other => panic!("an event {other} was not declared"),
        }
        let actions = self.take_actions();
        object! { "term": self.term, "leader": self.role == Role::Leader, "index": index, "actions": actions }
    }

    /// The actions of an event. The state goes first: whatever is sent or applied may depend on
    /// all that the event has changed, and a crash may come after any save.
    fn take_actions(&mut self) -> Vec<Json> {
        let mut actions = Vec::new();
        if self.dirty {
            let state = object! {
                "term": self.term, "vote": self.vote.unwrap_or(-1),
                "base": self.base, "baseTerm": self.base_term, "log": self.log.clone(),
            };
            let snapshot = self.snapshot.as_deref().filter(|_| self.new_snapshot);
            actions.push(object! { "save": object! { "state": state, "snapshot": snapshot } });
            self.dirty = false;
            self.new_snapshot = false;
        }
        actions.append(&mut self.actions);
        actions
    }

    fn act(&mut self, action: Json) {
        self.actions.push(action);
    }

    fn send(&mut self, to: i64, body: Json) {
        self.act(object! { "send": object! { "to": to, "body": body } });
    }

    fn set_timer(&mut self, id: &str, ms: i64) {
        self.act(object! { "timer": object! { "id": id, "after": ms * MS } });
    }

    fn stop_timer(&mut self, id: &str) {
        self.act(object! { "stop": object! { "id": id } });
    }

    /// Numbers that follow from the seed alone (splitmix64).
    fn random(&mut self, below: u64) -> i64 {
        self.random = self.random.wrapping_add(0x9e3779b97f4a7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d049bb133111eb);
        ((z ^ (z >> 31)) % below) as i64
    }

    // The log

    fn last_index(&self) -> i64 {
        self.base + self.log.len() as i64
    }

    fn last_term(&self) -> i64 {
        self.log.last().map_or(self.base_term, |entry| entry.term)
    }

    /// The entry at an index, if that is in the log.
    fn entry(&self, index: i64) -> Option<&Entry> {
        self.log.get(usize::try_from(index - self.base - 1).ok()?)
    }

    fn term_at(&self, index: i64) -> Option<i64> {
        if index == self.base {
            return Some(self.base_term);
        }
        self.entry(index).map(|entry| entry.term)
    }

    /// The entries behind an index, as many as go into one message.
    fn entries_after(&self, index: i64) -> Vec<Entry> {
        let mut bytes = 0;
        let fits = |entry: &&Entry| {
            let first = bytes == 0;
            bytes += 1 + entry.command.as_ref().map_or(0, String::len);
            first || bytes <= BATCH_BYTES
        };
        self.log[(index - self.base) as usize..].iter().take_while(fits).cloned().collect()
    }

    fn append(&mut self, command: Option<&str>) {
        self.log.push(Entry { term: self.term, command: command.map(str::to_string) });
        self.dirty = true;
        self.commit_by_majority(); // a cluster of one needs nobody else
    }

    /// Puts a snapshot in the place of the log up to an index, and keeps what is behind it if
    /// that belongs to the same log.
    fn compact(&mut self, index: i64, term: i64, snapshot: &str) {
        if self.term_at(index) == Some(term) {
            self.log.drain(..(index - self.base) as usize);
        } else {
            self.log.clear();
        }
        self.base = index;
        self.base_term = term;
        self.snapshot = Some(snapshot.to_string());
        self.dirty = true;
        self.new_snapshot = true;
    }

    fn advance_commit(&mut self, index: i64) {
        self.commit = self.commit.max(index);
        while self.applied < self.commit {
            self.applied += 1;
            if let Some(command) = self.entry(self.applied).and_then(|entry| entry.command.as_deref()) {
                let apply = object! { "apply": object! { "index": self.applied, "command": command } };
                self.act(apply);
            }
        }
    }

    // Elections

    fn majority(&self) -> usize {
        (self.peers.len() + 1) / 2 + 1
    }

    fn await_leader(&mut self) {
        let ms = ELECTION_MIN + self.random(ELECTION_SPREAD);
        self.set_timer("election", ms);
    }

    /// A newer term makes a follower of everyone. The election timer of a follower goes on, so
    /// that candidates who cannot win do not keep others from standing.
    fn observe_term(&mut self, term: i64) {
        if term > self.term {
            self.term = term;
            self.vote = None;
            self.dirty = true;
            self.follow();
        }
    }

    fn follow(&mut self) {
        if self.role == Role::Leader {
            self.stop_timer("heartbeat");
            self.await_leader();
        }
        self.role = Role::Follower;
    }

    fn stand(&mut self) {
        self.role = Role::Candidate;
        self.term += 1;
        self.vote = Some(self.id);
        self.votes = BTreeSet::from([self.id]);
        self.dirty = true;
        self.await_leader();
        let request = object! {
            "type": "RequestVote", "term": self.term, "candidateId": self.id,
            "lastLogIndex": self.last_index(), "lastLogTerm": self.last_term(),
        };
        for peer in self.peers.clone() {
            self.send(peer, request.clone());
        }
        self.count_votes(); // in a cluster of one it has all
    }

    fn count_votes(&mut self) {
        if self.votes.len() < self.majority() {
            return;
        }
        self.role = Role::Leader;
        self.progress = vec![Progress { next: self.last_index() + 1, matches: 0, in_flight: false }; self.peers.len() + 1];
        self.stop_timer("election");
        self.act(object! { "log": format!("term {}: leads", self.term).as_str() });
        // Entries of former terms are committed only together with one of this term: with this
        // one they need not wait for the next command.
        self.append(None);
        self.heartbeat();
    }

    // Replication

    /// Sends to all, and so repeats what got lost.
    fn heartbeat(&mut self) {
        self.set_timer("heartbeat", HEARTBEAT);
        for peer in self.peers.clone() {
            self.replicate(peer);
        }
    }

    fn replicate(&mut self, peer: i64) {
        let prev = self.progress[peer as usize].next - 1;
        let Some(prev_term) = self.term_at(prev) else {
            return self.send_snapshot(peer);
        };
        let entries = self.entries_after(prev);
        self.progress[peer as usize].in_flight = !entries.is_empty();
        let request = object! {
            "type": "AppendEntries", "term": self.term, "leaderId": self.id,
            "prevLogIndex": prev, "prevLogTerm": prev_term, "entries": entries, "leaderCommit": self.commit,
        };
        self.send(peer, request);
    }

    fn send_snapshot(&mut self, peer: i64) {
        self.progress[peer as usize].in_flight = true;
        let request = object! {
            "type": "InstallSnapshot", "term": self.term, "leaderId": self.id,
            "lastIncludedIndex": self.base, "lastIncludedTerm": self.base_term, "data": self.snapshot.as_deref(),
        };
        self.send(peer, request);
    }

    /// Sends what the peer lacks, unless it is on the way: then the acknowledgement or the next
    /// heartbeat goes on, and each entry is sent once.
    fn replicate_new(&mut self, peer: i64) {
        let progress = &self.progress[peer as usize];
        if !progress.in_flight && progress.next <= self.last_index() {
            self.replicate(peer);
        }
    }

    fn commit_by_majority(&mut self) {
        let mut stored: Vec<i64> = self.peers.iter().map(|peer| self.progress[*peer as usize].matches).collect();
        stored.push(self.last_index());
        stored.sort_by(|a, b| b.cmp(a));
        let index = stored[self.majority() - 1];
        // An entry of a former term may still be overwritten, wherever it is stored (Figure 8).
        if self.term_at(index) == Some(self.term) {
            self.advance_commit(index);
        }
    }

    // Events

    fn on_start(&mut self, command: &str) -> Option<i64> {
        if self.role != Role::Leader {
            return None;
        }
        self.append(Some(command));
        for peer in self.peers.clone() {
            self.replicate_new(peer);
        }
        Some(self.last_index())
    }

    fn on_snapshot(&mut self, index: i64, snapshot: &str) {
        if index > self.base {
            let term = self.term_at(index).expect("what was applied is in the log");
            self.compact(index, term, snapshot);
        }
    }

    fn on_message(&mut self, from: i64, body: &Json) {
        let term = body.get("term").int();
        self.observe_term(term);
        let current = term == self.term;
        match body.get("type").text() {
            "RequestVote" => self.on_request_vote(from, body, current),
            "RequestVoteReply" if current => self.on_vote(from, body),
            "AppendEntries" => self.on_append_entries(from, body, current),
            "InstallSnapshot" => self.on_install_snapshot(from, body, current),
            "AppendEntriesReply" if current && !body.get("success").bool() => self.on_refusal(from, body),
            "AppendEntriesReply" | "InstallSnapshotReply" if current => self.on_acknowledged(from, body),
            _ => {} // a reply of an earlier term
        }
    }

    fn on_request_vote(&mut self, from: i64, body: &Json, current: bool) {
        let theirs = (body.get("lastLogTerm").int(), body.get("lastLogIndex").int());
        let free = self.vote.is_none_or(|vote| vote == from);
        let granted = current && free && theirs >= (self.last_term(), self.last_index());
        if granted {
            self.vote = Some(from);
            self.dirty = true;
            self.await_leader();
        }
        self.send(from, object! { "type": "RequestVoteReply", "term": self.term, "voteGranted": granted });
    }

    fn on_vote(&mut self, from: i64, body: &Json) {
        if self.role == Role::Candidate && body.get("voteGranted").bool() {
            self.votes.insert(from);
            self.count_votes();
        }
    }

    fn on_append_entries(&mut self, from: i64, body: &Json, current: bool) {
        let prev = body.get("prevLogIndex").int();
        let mut matches = None;
        if current {
            self.follow();
            self.await_leader();
            // What the snapshot contains is committed, so the leader's log agrees up to there.
            if prev < self.base || self.term_at(prev) == Some(body.get("prevLogTerm").int()) {
                let entries = body.get("entries").list();
                self.store(prev, entries);
                let agreed = self.base.max(prev + entries.len() as i64);
                self.advance_commit(agreed.min(body.get("leaderCommit").int()));
                matches = Some(agreed);
            }
        }
        let reply = object! {
            "type": "AppendEntriesReply", "term": self.term, "success": matches.is_some(),
            "matchIndex": matches.unwrap_or(0), "prevLogIndex": prev, "nextIndex": self.first_doubt(prev),
        };
        self.send(from, reply);
    }

    /// Takes the entries behind index prev into the log. Only a conflict cuts it: a message that
    /// comes late must not remove what has been acknowledged since.
    fn store(&mut self, prev: i64, entries: &[Json]) {
        for (index, entry) in (prev + 1..).zip(entries.iter().map(Entry::from)) {
            if index <= self.base || self.term_at(index) == Some(entry.term) {
                continue;
            }
            self.log.truncate((index - self.base - 1) as usize);
            self.log.push(entry);
            self.dirty = true;
        }
    }

    /// From where a leader should send if the entry at index prev is not the leader's: the end of
    /// the log if it is too short, else the beginning of the term that is wrong, so that a leader
    /// goes back by terms and not by entries.
    fn first_doubt(&self, prev: i64) -> i64 {
        if prev > self.last_index() {
            return self.last_index() + 1;
        }
        let wrong = self.term_at(prev);
        let mut index = prev;
        while index - 1 > self.commit && self.term_at(index - 1) == wrong {
            index -= 1;
        }
        index
    }

    fn on_install_snapshot(&mut self, from: i64, body: &Json, current: bool) {
        let index = body.get("lastIncludedIndex").int();
        if current {
            self.follow();
            self.await_leader();
            // One that comes late must not take the service back.
            if index > self.commit {
                let data = body.get("data").text();
                self.compact(index, body.get("lastIncludedTerm").int(), data);
                self.commit = index;
                self.applied = index;
                self.act(object! { "install": object! { "index": index, "snapshot": data } });
            }
        }
        let matches = if current { index } else { 0 };
        self.send(from, object! { "type": "InstallSnapshotReply", "term": self.term, "matchIndex": matches });
    }

    fn on_refusal(&mut self, from: i64, body: &Json) {
        if self.role != Role::Leader {
            return;
        }
        // A refusal of something older than what was sent last says nothing new.
        let progress = &mut self.progress[from as usize];
        if body.get("prevLogIndex").int() == progress.next - 1 {
            progress.next = body.get("nextIndex").int().max(progress.matches + 1);
            self.replicate(from);
        }
    }

    fn on_acknowledged(&mut self, from: i64, body: &Json) {
        if self.role != Role::Leader {
            return;
        }
        let matches = body.get("matchIndex").int();
        let progress = &mut self.progress[from as usize];
        if matches > progress.matches {
            *progress = Progress { next: matches + 1, matches, in_flight: false };
            self.commit_by_majority();
        }
        self.replicate_new(from);
    }
}

fn main() {
    let hello = object! {
        "protocol": 1, "name": "rust-example", "version": "1.0", "features": vec!["Snapshots"],
        "timing": object! { "election": 5000 * MS, "heartbeat": HEARTBEAT * MS },
    };
    let mut raft = None;
    let mut output = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let event = Json::parse(&line.expect("a line in UTF-8"));
        let answer = match event.get("event").text() {
            "hello" => hello.clone(),
            "init" => raft.insert(Raft::new(&event)).handle(&event),
            _ => raft.as_mut().expect("an init comes first").handle(&event),
        };
        writeln!(output, "{answer}").expect("somebody who reads the answer");
    }
}
