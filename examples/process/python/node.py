#!/usr/bin/env python3
"""A Raft replica in one file, for raftcheck's process protocol (version 1).

It reads an event a line from its standard input and answers each with a line: its
term, whether it leads, and what it does. It has elections, a log, persistence and
snapshots, as in Figures 2 and 13 of the Raft paper, and messages that are datagrams:
what is lost is noticed at the next heartbeat. It shows how little it takes to be judged,
not how to build a fast Raft.
"""

import json
import random
import sys

MS = 1_000_000  # nanoseconds
HEARTBEAT = 100 * MS
ELECTION = (300, 600)  # ms; whole ones, so that timers do not meet what others do

HELLO = {
    "protocol": 1,
    "name": "python-example",
    "version": "1",
    "features": ["Snapshots"],
    "timing": {"election": 5_000 * MS, "heartbeat": HEARTBEAT},
    "resets": True,  # an init begins a new life: main makes a new Node
}

FOLLOWER, CANDIDATE, LEADER = "follower", "candidate", "leader"


class Node:
    """A replica. Methods called on_… answer an event; handle_… take a message."""

    # Events

    def on_init(self, event):
        self.me = event["replica"]
        self.others = [i for i in range(event["replicas"]) if i != self.me]
        self.random = random.Random(event["seed"])
        saved = event.get("state") or {"term": 0, "vote": None, "base": 0, "base_term": 0, "log": []}
        self.term = saved["term"]
        self.vote = saved["vote"]
        self.base = saved["base"]  # index of the last entry that the snapshot covers
        self.base_term = saved["base_term"]
        self.log = saved["log"]  # log[0] is entry base + 1
        self.snapshot = event.get("snapshot", "")
        self.commit = self.applied = self.base  # the service begins with the snapshot
        self.role = FOLLOWER
        self.set_election_timer()

    def on_timer(self, event):
        if event["timer"] == "election":
            self.campaign()
        elif event["timer"] == "heartbeat":
            self.heartbeat()

    def on_start(self, event):
        if self.role != LEADER:
            return None
        self.log.append({"term": self.term, "command": event["command"]})
        self.dirty = True
        for peer in self.others:
            self.replicate(peer)
        self.advance_commit()  # where there are no others
        return {"index": self.last()}

    def on_snapshot(self, event):
        if event["index"] > self.base:
            self.compact(event["index"], self.term_at(event["index"]), event["snapshot"])

    def on_message(self, event):
        body = event["body"]
        if body["term"] > self.term:
            self.become_follower(body["term"])
        handle = {
            "RequestVote": self.handle_request_vote,
            "RequestVoteReply": self.handle_vote,
            "AppendEntries": self.handle_append_entries,
            "AppendEntriesReply": self.handle_appended,
            "InstallSnapshot": self.handle_install_snapshot,
            "InstallSnapshotReply": self.handle_installed,
        }[body["type"]]
        handle(event["from"], body)

    # Elections (§5.2, §5.4.1)

    def campaign(self):
        self.term += 1
        self.vote = self.me
        self.dirty = True
        self.role = CANDIDATE
        self.votes = {self.me}
        self.do("log", f"term {self.term}: begins an election")
        self.set_election_timer()
        for peer in self.others:
            self.send(peer, "RequestVote", candidateId=self.me, lastLogIndex=self.last(), lastLogTerm=self.last_term())
        self.count_votes()

    def handle_request_vote(self, candidate, body):
        up_to_date = (body["lastLogTerm"], body["lastLogIndex"]) >= (self.last_term(), self.last())
        granted = body["term"] == self.term and self.vote in (None, candidate) and up_to_date
        if granted:
            if self.vote is None:
                self.vote = candidate
                self.dirty = True
            self.set_election_timer()
        self.send(candidate, "RequestVoteReply", voteGranted=granted)

    def handle_vote(self, voter, body):
        if self.role == CANDIDATE and body["term"] == self.term and body["voteGranted"]:
            self.votes.add(voter)
            self.count_votes()

    def count_votes(self):
        if not self.is_quorum(len(self.votes)):
            return
        self.role = LEADER
        self.do("log", f"term {self.term}: leads")
        self.do("stop", {"id": "election"})
        self.next = {peer: self.last() + 1 for peer in self.others}
        self.match = {peer: 0 for peer in self.others}
        self.probing = {peer: True for peer in self.others}  # next is a guess
        self.heartbeat()

    def become_follower(self, term):
        if term > self.term:
            self.term = term
            self.vote = None
            self.dirty = True
        was, self.role = self.role, FOLLOWER
        if was == LEADER:
            self.do("stop", {"id": "heartbeat"})
            self.set_election_timer()

    # Replication (§5.3)

    def heartbeat(self):
        for peer in self.others:
            self.send_entries(peer)
        self.do("timer", {"id": "heartbeat", "after": HEARTBEAT})

    def replicate(self, peer):
        """Sends what is new. While a follower is probed that waits for the answer, or
        for the next heartbeat."""
        if not self.probing[peer]:
            self.send_entries(peer)

    def send_entries(self, peer):
        previous = self.next[peer] - 1
        if previous < self.base:
            self.send(peer, "InstallSnapshot", leaderId=self.me, lastIncludedIndex=self.base,
                      lastIncludedTerm=self.base_term, data=self.snapshot)
            self.probing[peer] = True
            return
        self.send(peer, "AppendEntries", leaderId=self.me, prevLogIndex=previous, prevLogTerm=self.term_at(previous),
                  entries=self.log[previous - self.base:], leaderCommit=self.commit)
        if not self.probing[peer]:
            self.next[peer] = self.last() + 1

    def handle_append_entries(self, leader, body):
        if body["term"] < self.term:
            self.send(leader, "AppendEntriesReply", success=False, nextIndex=0)
            return
        self.become_follower(body["term"])
        self.set_election_timer()
        previous, entries = body["prevLogIndex"], body["entries"]
        if previous < self.base:  # what the snapshot covers is committed, and so the same
            entries = entries[self.base - previous:]
            previous = self.base
        elif previous > self.last() or self.term_at(previous) != body["prevLogTerm"]:
            self.send(leader, "AppendEntriesReply", success=False, nextIndex=self.conflict(previous))
            return
        self.merge(previous, entries)
        match = max(body["prevLogIndex"] + len(body["entries"]), previous)
        self.commit_to(min(body["leaderCommit"], match))
        self.send(leader, "AppendEntriesReply", success=True, matchIndex=match)

    def conflict(self, index):
        """Returns where a leader may try next: before all entries of the term that is
        wrong, or behind the last entry (end of §5.3)."""
        if index > self.last():
            return self.last() + 1
        wrong = self.term_at(index)
        while index > self.base + 1 and self.term_at(index - 1) == wrong:
            index -= 1
        return index

    def merge(self, previous, entries):
        """Puts entries behind the previous one. Those that are there stay, with what
        follows them: the message may be an old one."""
        for i, entry in enumerate(entries):
            index = previous + 1 + i
            if index <= self.last() and self.term_at(index) == entry["term"]:
                continue
            self.log[index - self.base - 1:] = entries[i:]
            self.dirty = True
            return

    def handle_appended(self, peer, body):
        if self.role != LEADER or body["term"] < self.term:
            return
        if body["success"]:
            self.acknowledged(peer, body["matchIndex"])
            return
        hint = max(body["nextIndex"], self.match[peer] + 1)  # the term that is wrong may begin before
        if not self.probing[peer] or hint < self.next[peer]:
            self.next[peer] = min(hint, self.last() + 1)
            self.probing[peer] = True
            self.send_entries(peer)

    def acknowledged(self, peer, match):
        self.match[peer] = max(self.match[peer], match)
        if self.probing[peer] or self.next[peer] <= self.match[peer]:
            self.probing[peer] = False
            self.next[peer] = self.match[peer] + 1
            if self.next[peer] <= self.last():
                self.send_entries(peer)
        self.advance_commit()

    def advance_commit(self):
        """Commits what a quorum has, if its last entry is of this term (§5.4.2)."""
        stored = sorted([self.last()] + [self.match[peer] for peer in self.others])
        index = stored[(len(stored) - 1) // 2]
        if index > self.commit and self.term_at(index) == self.term:
            self.commit_to(index)

    def commit_to(self, index):
        self.commit = max(self.commit, index)
        while self.applied < self.commit:
            self.applied += 1
            self.do("apply", {"index": self.applied, "command": self.entry(self.applied)["command"]})

    # Snapshots (§7)

    def compact(self, index, term, snapshot):
        """Has a snapshot stand for the log up to an index. What is behind it stays if
        it belongs there."""
        if index <= self.last() and self.term_at(index) == term:
            self.log = self.log[index - self.base:]
        else:
            self.log = []
        self.base, self.base_term, self.snapshot = index, term, snapshot
        self.dirty = self.new_snapshot = True

    def handle_install_snapshot(self, leader, body):
        if body["term"] < self.term:
            self.send(leader, "InstallSnapshotReply", matchIndex=0)
            return
        self.become_follower(body["term"])
        self.set_election_timer()
        index = body["lastIncludedIndex"]
        if index > self.commit:
            self.compact(index, body["lastIncludedTerm"], body["data"])
            self.commit = self.applied = index
            self.do("install", {"index": index, "snapshot": self.snapshot})
        self.send(leader, "InstallSnapshotReply", matchIndex=index)

    def handle_installed(self, peer, body):
        if self.role == LEADER and body["term"] == self.term:
            self.acknowledged(peer, body["matchIndex"])

    # The log

    def last(self):
        return self.base + len(self.log)

    def last_term(self):
        return self.term_at(self.last())

    def entry(self, index):
        return self.log[index - self.base - 1]

    def term_at(self, index):
        return self.base_term if index == self.base else self.entry(index)["term"]

    def is_quorum(self, count):
        return 2 * count > len(self.others) + 1

    # Actions

    def do(self, action, value):
        self.actions.append({action: value})

    def send(self, to, kind, **fields):
        self.do("send", {"to": to, "body": {"type": kind, "term": self.term, **fields}})

    def set_election_timer(self):
        self.do("timer", {"id": "election", "after": self.random.randint(*ELECTION) * MS})

    def begin_answer(self):
        self.actions = []
        self.dirty = False  # something changed that has to be saved
        self.new_snapshot = False

    def answer(self, more):
        """Returns the answer to an event. What changed is saved before anything is sent
        or applied that depends on it."""
        if self.dirty:
            save = {"state": {"term": self.term, "vote": self.vote, "base": self.base, "base_term": self.base_term, "log": self.log}}
            if self.new_snapshot:
                save["snapshot"] = self.snapshot
            self.actions.insert(0, {"save": save})
        return {"term": self.term, "leader": self.role == LEADER, "actions": self.actions, **(more or {})}


def main():
    for line in sys.stdin:
        event = json.loads(line)
        if event["event"] == "hello":
            answer = HELLO
        else:
            if event["event"] == "init":
                node = Node()
            node.begin_answer()
            more = getattr(node, "on_" + event["event"])(event)
            answer = node.answer(more)
        sys.stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
        sys.stdout.flush()


main()
