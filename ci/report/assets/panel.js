"use strict";
// The panel beside the timeline: why the run failed, what is selected, and what
// happened around it, as text.
raftcheck.panel = (() => {
  const { el, seconds, span, count } = raftcheck.format;
  const before = 6, after = 14; // events listed around the one in question

  function make(model, { select, goTo }) {
    const live = el("div", { class: "visually-hidden", "aria-live": "polite" });
    const chosen = el("div", { class: "chosen" });
    const list = el("ol", { class: "events" });
    const element = el("aside", { "aria-label": "Details" },
      verdict(model, goTo),
      el("section", {}, el("h3", {}, "Selected"), chosen),
      el("section", {}, el("h3", {}, "Around it"), list), live);
    show();

    function show(step, flight) {
      if (!step) {
        chosen.replaceChildren(el("p", { class: "quiet" }, "Click an arrow, a mark or an operation, or press n for the next event."));
        return;
      }
      const words = flight ? raftcheck.pick.words({ flight }) : step.operation ? raftcheck.pick.words({ operation: step.operation })
        : { title: `${/^\d+$/.test(step.who) ? "replica " : ""}${step.who} ${step.text}`, lines: [`at ${seconds(step.t)}`] };
      chosen.replaceChildren(el("b", {}, words.title), words.lines.map((l) => el("div", {}, l)).reduce((f, e) => (f.append(e), f), document.createDocumentFragment()),
        words.content ? el("pre", {}, words.content) : "");
      say(`${seconds(step.t)}: ${step.who}, ${step.text}. ${words.lines.join(". ")}`);
    }

    const say = (text) => { live.textContent = text; };

    let last = "";
    // around lists what is shown before and after a time.
    function around(t, index, isShown) {
      const at = index >= 0 ? index : raftcheck.model.upTo(model.steps, t, (s) => s.t);
      const rows = [];
      for (let i = at - 1, n = 0; i >= 0 && n < before; i--) if (isShown(model.steps[i])) rows.unshift(i), n++;
      for (let i = at, n = 0; i < model.steps.length && n <= after; i++) if (isShown(model.steps[i])) rows.push(i), n++;
      const key = rows.join() + ":" + index;
      if (key === last) return;
      last = key;
      list.replaceChildren(...rows.map((i) => row(model.steps[i], i === index)));
    }

    function row(step, current) {
      return el("li", { class: [current && "current", model.moment && step.t === model.moment.t && "broke"].filter(Boolean).join(" ") || undefined },
        el("button", { type: "button", tabindex: "-1", onclick: () => select(step), "aria-current": current && "true" },
          el("time", {}, seconds(step.t)), el("span", { class: "who" }, step.who), el("span", { class: "what" }, step.text)));
    }

    return { element, show, around, say };
  }

  // verdict says why the run failed, and how to see it again.
  function verdict(model, goTo) {
    const { run, moment } = model, f = run.failure;
    const parts = [];
    if (f) {
      parts.push(el("h3", { class: "bad" }, `✕ ${f.property}`), el("p", {}, f.claim));
      const bad = model.operations.filter((o) => o.bad);
      if (moment && moment.facts.length) {
        parts.push(numbered(moment.facts.map((fact) => [fact.t, `${seconds(fact.t)} replica ${fact.replica} ${fact.text}`]), goTo));
      } else if (bad.length) {
        parts.push(el("p", {}, `${moment.why}:`), numbered(bad.map((o) => [o.t0, `${seconds(o.t0)} to ${o.open ? "?" : seconds(o.t1)} ${o.input} ${o.answer || ""}, client ${o.client}`]), goTo),
          el("details", {}, el("summary", {}, "In full"), f.facts.map((fact) => el("pre", {}, fact))));
      } else {
        parts.push(...f.facts.map((fact) => el("pre", { class: "fact-text" }, fact)));
      }
      if (f.detail) parts.push(el("details", {}, el("summary", {}, "More"), el("pre", {}, f.detail)));
    } else {
      parts.push(el("h3", { class: "ok" }, "✓ Passed"));
    }
    parts.push(el("p", { class: "quiet" }, `Claim: ${run.claim} (${run.paper})`), understood(run), replay(run.replay), numbers(model));
    return el("section", { class: f ? "verdict failed" : "verdict" }, parts);
  }

  // wrongStep says what the first wrong step breaks, with links to it and to the
  // messages that it is held against; nothing if there is none.
  function wrongStep({ wrong }, goTo) {
    return wrong && el("section", { class: "wrong", "aria-label": "The first wrong step" },
      el("h2", {}, `▶ First wrong step: ${wrong.rule}`), wrong.facts.map((f) => el("p", {}, f)),
      el("p", {}, wrong.messages.map((e) => el("button", { type: "button", class: "small", onclick: () => goTo(e) },
        `${e.wrong ? "▶" : "◆"} ${seconds(e.t)} ${e.says}`))));
  }

  // understood says how many messages were, if no wrong step is among them.
  function understood({ course }) {
    if (!course || course.first) return "";
    const few = course.read < course.sent / 2;
    return el("p", { class: "quiet" }, `${count(course.read)} of ${count(course.sent)} messages were understood` + (few ? ": this run was judged by what replicas say." : "; none of them is a wrong step."));
  }

  // numbered lists what contradicts what, with the numbers of the timeline.
  const numbered = (list, goTo) => el("ol", { class: "facts" }, list.map(([t, text], i) => el("li", {},
    el("button", { type: "button", class: "fact", onclick: () => goTo(t) }, el("span", { class: "badge" }, String(i + 1)), el("span", {}, text)))));

  function replay(command) {
    const done = el("span", { class: "quiet", role: "status" });
    const copy = () => navigator.clipboard ? navigator.clipboard.writeText(command).then(() => { done.textContent = "copied"; }, () => { done.textContent = "select and copy it"; }) : (done.textContent = "select and copy it");
    return el("div", { class: "replay" }, el("div", {}, "Replay ", el("button", { type: "button", class: "small", onclick: copy }, "Copy"), " ", done), el("code", {}, command));
  }

  function numbers({ run, end }) {
    const n = run.numbers;
    const left = run.dropped ? ` (${count(run.dropped)} earlier ones left out)` : "";
    return el("p", { class: "quiet" }, `${span(end)} of cluster time, ${count(n.events)} events${left}, ${count(n.messages)} messages, ${count(n.judged)} operations judged, trace ${n.trace || "none"}`);
  }

  // legend explains marks by shape as well as by colour.
  function legend() {
    const items = [["★", "leader of a term; the colour is the term's"], ["▒", "down"], ["▨", "cut off, held back"], ["→", "request; dotted: reply"],
      ["⤍", "late or doubled (×2)"], ["✕", "lost"], ["⊣", "met a cut link"], ["○", "receiver down"], ["▲", "command taken, with its index"],
      ["●", "applied"], ["■", "snapshot"], ["◆", "fault; on an operation: its index was first applied"], ["①", "contradict each other"],
      ["▶", "the first wrong step"], ["◆", "on a message: the first wrong step is held against it"]];
    return el("details", { class: "legend" }, el("summary", {}, "Legend and keys"),
      el("ul", {}, items.map(([sign, text]) => el("li", {}, el("b", {}, sign), " ", text))),
      el("p", { id: "keys" }, "Keys on the timeline: ← → pan, ↑ ↓ zoom, n and p next and previous event, w the first wrong step, m the moment it broke, 0 the whole run, Home and End, Page Up and Page Down, Escape. Drag to pan, wheel to zoom, shift and wheel to pan."));
  }

  return { make, legend, wrongStep };
})();
