#!/usr/bin/env python3
"""A linearizable key-value store for Maelstrom's workload lin-kv: a Raft in one file.

Every operation, a read too, is an entry of the log; whoever leads answers the client.

  --persist      keep term, vote and log in the working directory, in raft.jsonl
  --wrong BUG    be wrong, to see a verdict:
                 stale-read    a node that leads answers reads at once, by what it has applied
                 local-read    so does every node
                 forget        say --persist, and keep nothing
                 stale-append  a follower cuts its log at whatever AppendEntries comes
"""

import argparse
import json
import os
import random
import select
import sys
import time

ELECTION = 0.5  # seconds without a leader, up to twice that
HEARTBEAT = 0.1
FILE = "raft.jsonl"


class Raft:
    def __init__(self, me, ids, options):
        self.me, self.options = me, options
        self.peers = [i for i in ids if i != me]
        self.quorum = len(ids) // 2 + 1
        self.term, self.vote, self.log = 0, None, []  # entries are [term, client, msg_id, op]
        self.role, self.leader = "follower", None
        self.commit = self.applied = 0  # how many entries
        self.state, self.answers = {}, {}
        self.file = None
        if options.persist and options.wrong != "forget":
            self.load()
        self.put_off_election()

    # What outlives the process.

    def load(self):
        if os.path.exists(FILE):
            with open(FILE) as f:
                for line in f:
                    if not line.endswith("\n"):
                        break  # killed while it wrote; nothing was said of that yet
                    saved = json.loads(line)
                    self.term, self.vote = saved["term"], saved["vote"]
                    self.log[saved["at"] :] = saved["entries"]
            with open(FILE, "w") as f:
                f.write(json.dumps({"term": self.term, "vote": self.vote, "at": 0, "entries": self.log}) + "\n")
        self.file = open(FILE, "a")

    def save(self, at=None):
        """Saves term and vote, and the log from an index on if that has changed."""
        if self.file:
            at = len(self.log) if at is None else at
            saved = {"term": self.term, "vote": self.vote, "at": at, "entries": self.log[at:]}
            self.file.write(json.dumps(saved) + "\n")
            self.file.flush()

    # Elections (§5.2, §5.4.1).

    def put_off_election(self):
        self.deadline = time.monotonic() + ELECTION * (1 + random.random())

    def step_down(self, term):
        if term > self.term:
            self.term, self.vote, self.leader = term, None, None
            self.save()
        if self.role != "follower":
            self.role = "follower"
            self.put_off_election()

    def last_term(self):
        return self.log[-1][0] if self.log else 0

    def campaign(self):
        self.term, self.vote, self.role, self.leader = self.term + 1, self.me, "candidate", None
        self.save()
        self.votes = {self.me}
        self.put_off_election()
        for peer in self.peers:
            send(self.me, peer, type="vote", term=self.term, length=len(self.log), last_term=self.last_term())
        self.maybe_lead()

    def on_vote(self, src, m):
        fresh = (m["last_term"], m["length"]) >= (self.last_term(), len(self.log))
        granted = m["term"] == self.term and fresh and self.vote in (None, src)
        if granted:
            self.vote = src
            self.save()
            self.put_off_election()
        send(self.me, src, type="voted", term=self.term, granted=granted)

    def on_voted(self, src, m):
        if self.role == "candidate" and m["term"] == self.term and m["granted"]:
            self.votes.add(src)
            self.maybe_lead()

    def maybe_lead(self):
        if len(self.votes) < self.quorum:
            return
        self.role, self.leader = "leader", self.me
        self.next = {p: len(self.log) for p in self.peers}
        self.match = {p: 0 for p in self.peers}
        self.append(None, None, None)  # commits what is left of former terms (§8)

    # The log (§5.3).

    def append(self, client, msg_id, op):
        self.log.append([self.term, client, msg_id, op])
        self.save(len(self.log) - 1)
        self.news = True

    def replicate(self):
        self.news = False
        self.deadline = time.monotonic() + HEARTBEAT
        for p in self.peers:
            at = self.next[p]
            send(self.me, p, type="append", term=self.term, at=at, before=self.log[at - 1][0] if at else 0,
                 entries=self.log[at : at + 200], commit=self.commit)  # fmt: skip
        self.advance()

    def on_append(self, src, m):
        if m["term"] < self.term:
            send(self.me, src, type="appended", term=self.term, ok=False, length=0)
            return
        self.step_down(m["term"])
        self.leader = src
        self.put_off_election()
        at, entries = m["at"], m["entries"]
        if at > len(self.log) or at and self.log[at - 1][0] != m["before"]:
            send(self.me, src, type="appended", term=self.term, ok=False, length=min(at - 1, len(self.log)))
            return
        if self.options.wrong == "stale-append":
            self.log[at:] = entries
            self.save(at)
        for i, entry in enumerate(entries, at):
            if i >= len(self.log) or self.log[i][0] != entry[0]:
                self.log[i:] = entries[i - at :]
                self.save(i)
                break
        self.commit = max(self.commit, min(m["commit"], at + len(entries)))
        send(self.me, src, type="appended", term=self.term, ok=True, length=at + len(entries))
        self.apply()

    def on_appended(self, src, m):
        if self.role != "leader" or m["term"] != self.term:
            return
        if m["ok"]:
            self.match[src] = max(self.match[src], m["length"])
            self.next[src] = max(self.next[src], m["length"])
        elif m["length"] >= self.match[src]:
            self.next[src] = m["length"]
        self.news = self.news or self.next[src] < len(self.log)
        self.advance()

    def advance(self):
        agreed = sorted([len(self.log), *self.match.values()], reverse=True)[self.quorum - 1]
        if agreed > self.commit and self.log[agreed - 1][0] == self.term:
            self.commit = agreed
            self.apply()

    # The key-value store, and its clients.

    def apply(self):
        while self.applied < min(self.commit, len(self.log)):
            term, client, msg_id, op = self.log[self.applied]
            self.applied += 1
            if client is None:
                continue
            if (client, msg_id) not in self.answers:  # it may be there twice, if it was passed on twice
                self.answers[client, msg_id] = self.carry_out(op)
                if self.role == "leader":
                    send(self.me, client, in_reply_to=msg_id, **self.answers[client, msg_id])

    def carry_out(self, op):
        key = json.dumps(op["key"])
        if op["type"] == "write":
            self.state[key] = op["value"]
            return {"type": "write_ok"}
        if key not in self.state:
            return {"type": "error", "code": 20, "text": "key does not exist"}
        if op["type"] == "read":
            return {"type": "read_ok", "value": self.state[key]}
        if self.state[key] != op["from"]:
            return {"type": "error", "code": 22, "text": "the key holds %s" % self.state[key]}
        self.state[key] = op["to"]
        return {"type": "cas_ok"}

    def on_request(self, client, m):
        wrong = self.options.wrong
        if m["type"] == "read" and (wrong == "local-read" or wrong == "stale-read" and self.role == "leader"):
            send(self.me, client, in_reply_to=m["msg_id"], **self.carry_out(m))
        elif self.role == "leader":
            self.append(client, m["msg_id"], m)
        elif self.leader:
            send(self.me, self.leader, type="pass", term=0, client=client, request=m)
        else:
            send(self.me, client, type="error", code=11, text="there is no leader", in_reply_to=m["msg_id"])

    def on_pass(self, src, m):
        if self.role == "leader":
            self.on_request(m["client"], m["request"])

    def receive(self, src, m):
        if m["type"] in ("read", "write", "cas"):
            self.on_request(src, m)
            return
        if m["term"] > self.term:
            self.step_down(m["term"])
        getattr(self, "on_" + m["type"])(src, m)

    # Time.

    news = False  # something is to be replicated

    def tick(self):
        late = time.monotonic() >= self.deadline
        if self.role == "leader" and (late or self.news):
            self.replicate()
        elif self.role != "leader" and late:
            self.campaign()


def send(src, dest, **body):
    sys.stdout.write(json.dumps({"src": src, "dest": dest, "body": body}) + "\n")


def lines():
    """Yields lists of lines: those that are there, or none when the time has come."""
    wait, rest = None, b""
    while True:
        ready, _, _ = select.select([0], [], [], wait)
        data = os.read(0, 1 << 20) if ready else b""
        if ready and not data:
            return
        *whole, rest = (rest + data).split(b"\n")
        wait = yield whole


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--persist", action="store_true")
    parser.add_argument("--wrong", choices=["stale-read", "local-read", "forget", "stale-append"])
    options = parser.parse_args()
    raft, source = None, lines()
    batch = next(source)
    while True:
        for line in batch:
            message = json.loads(line)
            src, body = message["src"], message["body"]
            if body["type"] == "init":
                raft = Raft(body["node_id"], body["node_ids"], options)
                send(raft.me, src, type="init_ok", in_reply_to=body["msg_id"])
            else:
                raft.receive(src, body)
        if raft:
            raft.tick()
        sys.stdout.flush()
        try:
            batch = source.send(max(0, raft.deadline - time.monotonic()) if raft else None)
        except StopIteration:
            return


main()
