"use strict";
// The model is a run as the timeline needs it: what flew between replicas, what
// each replica was at each time, what the clients did. Times are in seconds.
raftcheck.model = (() => {
  const { ns, seconds, span } = raftcheck.format;

  // group says which filter an event belongs to.
  const group = {
    send: "requests", deliver: "requests", lost: "requests", cut: "requests", down: "requests", held: "requests",
    start: "log", apply: "log", snapshot: "log", install: "log",
    state: "states", boot: "states", halt: "states", fault: "faults",
  };

  function build(run) {
    // When the run is over every replica is killed: no crash that tells anything.
    const over = run.numbers.virtual_ns;
    const events = run.events.filter((e) => e.k !== "halt" || e.t < over).map((e) => ({ ...e, t: e.t / ns }));
    const m = {
      run, replicas: run.replicas,
      faults: run.faults.map((f) => ({ t: f.t / ns, text: f.x })),
      flights: flights(events),
      marks: perReplica(run.replicas, events.filter((e) => ["boot", "halt", "start", "apply", "snapshot", "install"].includes(e.k))),
      moment: run.moment && {
        ...run.moment, t: run.moment.at / ns,
        facts: (run.moment.facts || []).map((f) => ({ ...f, t: f.at / ns })),
      },
    };
    m.wrong = wrongStep(run.course && run.course.first);
    m.end = Math.max(1e-3, run.numbers.virtual_ns / ns, ...m.faults.slice(-1).map((f) => f.t), m.moment ? m.moment.t : 0);
    m.roles = roles(run.replicas, events, m.end);
    m.cuts = cuts(run.replicas, run.links, m.end);
    m.operations = operations(run, events, m.end);
    m.clients = [...new Set(m.operations.map((o) => o.client))].sort((a, b) => a - b);
    m.steps = steps(m, events);
    if (m.moment) m.moment.from = Math.min(m.moment.t, ...m.moment.facts.map((f) => f.t), ...m.operations.filter((o) => o.bad).map((o) => o.t0));
    m.focus = m.wrong || m.moment; // where to look first
    return m;
  }

  // wrongStep is the first message that no correct Raft sends, and what it is held
  // against, undefined if none is known.
  function wrongStep(first) {
    if (!first) return undefined;
    const marked = (e, wrong) => ({ ...e, t: e.t / ns, wrong, says: `${e.f} → ${e.to} ${e.s || e.x || ""}` });
    const messages = [...first.against.map((e) => marked(e, false)), marked(first.event, true)];
    return { rule: first.rule, facts: first.facts, messages, t: first.event.t / ns, from: Math.min(...messages.map((e) => e.t)) };
  }

  function perReplica(n, events) {
    const lists = Array.from({ length: n }, () => []);
    for (const e of events) if (e.f >= 0 && e.f < n) lists[e.f].push(e);
    return lists;
  }

  // flights are the copies of messages, from send to whatever became of them.
  function flights(events) {
    const sent = new Map();
    const all = [];
    for (const e of events) {
      if (!e.d) continue;
      if (e.k === "send") {
        sent.set(e.d, { send: e, ends: [], held: [] });
        continue;
      }
      const message = sent.get(e.d);
      if (!message) continue; // its beginning was left out
      (e.k === "held" ? message.held : message.ends).push(e);
    }
    for (const { send, ends, held } of sent.values()) {
      const copies = ends.filter((e) => e.k === "deliver").length;
      const base = {
        from: send.f, to: send.to, t0: send.t, method: send.x || "", reply: !!send.r, size: send.n || 0,
        content: send.c || "", id: send.d, copies, group: send.r ? "replies" : "requests",
      };
      if (ends.length === 0) all.push({ ...base, t1: held.length ? held[0].t : send.t, how: held.length ? "held" : "open", copy: 1 });
      ends.forEach((e, i) => all.push({ ...base, t1: e.t, how: e.k, copy: i + 1, held: held[i] && held[i].t }));
    }
    all.sort((a, b) => a.t0 - b.t0);
    markLate(all);
    return all;
  }

  // markLate marks what took much longer than usual.
  function markLate(all) {
    const took = all.filter((f) => f.how === "deliver").map((f) => f.t1 - f.t0).sort((a, b) => a - b);
    const limit = Math.max(0.05, 4 * (took[took.length >> 1] || 0));
    for (const f of all) f.late = f.how === "deliver" && f.t1 - f.t0 > limit;
  }

  // roles are the stretches in which a replica was in one term and role. A
  // replica that restarts is taken to be in the term it was in, until it says.
  function roles(n, events, end) {
    const all = Array.from({ length: n }, () => []);
    const now = Array.from({ length: n }, () => ({ role: "off", term: 0, t0: 0 }));
    const become = (i, t, role, term) => {
      const was = now[i];
      if (was.role === role && was.term === term) return;
      if (was.role !== "off" && t > was.t0) all[i].push({ ...was, t1: t });
      now[i] = { role, term, t0: t };
    };
    for (const e of events) {
      if (e.f < 0 || e.f >= n) continue;
      if (e.k === "boot") become(e.f, e.t, "follower", now[e.f].term);
      if (e.k === "halt") become(e.f, e.t, "down", now[e.f].term);
      if (e.k === "state") become(e.f, e.t, e.lead ? "leader" : "follower", e.term || 0);
    }
    for (let i = 0; i < n; i++) become(i, end, "off", -1);
    return all;
  }

  // cuts are the stretches in which links of a replica let nothing through.
  function cuts(n, links, end) {
    const all = Array.from({ length: n }, () => []);
    const state = Array.from({ length: n }, () => Array(n).fill("open"));
    const now = Array.from({ length: n }, () => ({ text: "", t0: 0 }));
    const note = (i, t, text, full) => {
      if (now[i].text === text) return;
      if (now[i].text && t > now[i].t0) all[i].push({ ...now[i], t1: t });
      now[i] = { text, full, t0: t };
    };
    links.forEach((l, at) => {
      const t = l.t / ns;
      state[l.f][l.to] = l.s;
      if (at + 1 < links.length && links[at + 1].t === l.t) return; // all of an instant count as one
      for (let i = 0; i < n; i++) note(i, t, ...describeCut(state, i));
    });
    for (let i = 0; i < n; i++) note(i, end, "");
    return all;
  }

  function describeCut(state, i) {
    const both = [], to = [], from = [], held = [];
    for (let j = 0; j < state.length; j++) {
      if (j === i) continue;
      const out = state[i][j] === "cut", back = state[j][i] === "cut";
      if (out && back) both.push(j);
      else if (out) to.push(j);
      else if (back) from.push(j);
      if (state[i][j] === "held") held.push(j);
    }
    const full = state.length > 1 && both.length === state.length - 1;
    const parts = [];
    if (full) parts.push("cut off from all");
    else if (both.length) parts.push("cut off from " + both.join(", "));
    if (to.length) parts.push("cannot reach " + to.join(", "));
    if (from.length) parts.push("cannot hear " + from.join(", "));
    if (held.length) parts.push("held back to " + held.join(", "));
    return [parts.join("; "), full];
  }

  // operations are the clients' calls. The point at which one took effect is
  // not known from outside; the first time its index was applied is close.
  function operations(run, events, end) {
    const applied = new Map();
    for (const e of events) if (e.k === "apply" && e.i && !applied.has(e.i)) applied.set(e.i, e.t);
    const bad = new Map(((run.moment && run.moment.operations) || []).map((id, i) => [id, i + 1]));
    const all = run.operations.map((o) => ({
      ...o, t0: o.call / ns, t1: isOpen(o, end) ? end : o.return / ns, open: isOpen(o, end), bad: bad.get(o.id) || 0,
      point: o.index ? applied.get(o.index) : undefined,
    }));
    all.sort((a, b) => a.t0 - b.t0);
    endOpen(all);
    return all;
  }

  // endOpen ends what never had an answer with the client's next call: until
  // then it waited.
  function endOpen(all) {
    const waiting = new Map();
    for (const o of all) {
      const before = waiting.get(o.client);
      if (before) before.t1 = o.t0;
      if (o.open) waiting.set(o.client, o);
      else waiting.delete(o.client);
    }
  }

  // isOpen reports whether the client never had an answer during the run.
  const isOpen = (o, end) => o.outcome === "unknown" || (o.outcome === "never" && o.return / ns >= end);

  // steps are all that happened, in order, to step through and to list.
  function steps(m, events) {
    const all = [];
    for (const e of events) {
      if (e.k === "fault") continue; // m.faults has them
      const g = e.r ? "replies" : group[e.k] || "states";
      const who = e.to >= 0 ? `${e.f} → ${e.to}` : String(e.f);
      const text = e.d ? `${e.k} ${e.x}${e.r ? " reply" : ""}` : `${word(e.k)} ${e.x || ""}`.trim();
      all.push({ t: e.t, lane: e.k === "deliver" || e.k === "down" ? e.to : e.f, lanes: e.to >= 0 ? [e.f, e.to] : [e.f], group: g, who, text, content: e.c, event: e });
    }
    for (const f of m.faults) all.push({ t: f.t, lane: -1, lanes: [], group: "faults", who: "fault", text: f.text });
    for (const o of m.operations) {
      all.push({ t: o.t0, lane: -1, lanes: [], group: "clients", who: `client ${o.client}`, text: "calls " + o.input, operation: o });
      if (o.outcome === "done") all.push({ t: o.t1, lane: -1, lanes: [], group: "clients", who: `client ${o.client}`, text: `${o.input} ${o.answer}`, operation: o });
    }
    return all.sort((a, b) => a.t - b.t);
  }

  const word = (kind) => ({ boot: "starts", halt: "goes down", state: "says:", apply: "applies", start: "takes", install: "installs" }[kind] || kind);

  // describe says in lines what became of a message.
  function describeFlight(f) {
    const fate = {
      deliver: `arrived at ${seconds(f.t1)}, ${span(f.t1 - f.t0)} later`,
      lost: "lost on the way", cut: `met a cut link at ${seconds(f.t1)}`,
      down: `found replica ${f.to} down at ${seconds(f.t1)}`,
      held: `held back since ${seconds(f.t1)}`, open: "still under way at the end",
    }[f.how];
    const lines = [`sent at ${seconds(f.t0)}`, fate];
    if (f.late) lines.push("late: much slower than most");
    if (f.copies > 1) lines.push(`doubled: this is copy ${f.copy} of ${f.copies}`);
    if (f.held && f.how !== "held") lines.push(`was held back from ${seconds(f.held)}`);
    lines.push(`${f.size} bytes, message ${f.id}`);
    return lines;
  }

  // upTo returns how many of a list sorted by key come before a value.
  function upTo(list, value, key) {
    let low = 0, high = list.length;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (key(list[mid]) < value) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  return { build, describeFlight, upTo };
})();
