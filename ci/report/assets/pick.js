"use strict";
// Pick finds what is under the pointer, and says in words what it is.
raftcheck.pick = (() => {
  const { seconds, span } = raftcheck.format;

  // at returns the item at a point of the canvas, undefined if there is none.
  function at(v, px, py) {
    if (px < v.lay.gutter) return undefined;
    for (let i = v.boxes.length - 1; i >= 0; i--) {
      const b = v.boxes[i];
      if (px >= b.x0 - 1 && px <= b.x1 + 1 && py >= b.y0 && py <= b.y1) return b.item;
    }
    return flightAt(v, px, py);
  }

  function flightAt(v, px, py) {
    let best, least = 6;
    raftcheck.paint.inView(v, (f) => {
      if (!raftcheck.paint.visible(v, f)) return;
      const d = distance(raftcheck.paint.ends(v, f), px, py);
      if (d < least) [best, least] = [f, d];
    });
    return best && { flight: best };
  }

  // distance is that of a point from a line's nearest point.
  function distance(p, x, y) {
    const dx = p.x1 - p.x0, dy = p.y1 - p.y0;
    const part = Math.max(0, Math.min(1, ((x - p.x0) * dx + (y - p.y0) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - p.x0 - part * dx, y - p.y0 - part * dy);
  }

  // words returns a title, lines of text and a longer content for an item.
  function words(item) {
    const { flight, operation, role, cut, mark, fault, fact } = item;
    if (flight) {
      return { title: `${flight.method}${flight.reply ? " reply" : ""}  ${flight.from} → ${flight.to}`, lines: raftcheck.model.describeFlight(flight), content: flight.content };
    }
    if (operation) return { title: `#${operation.id} ${operation.input}`, lines: operationLines(operation) };
    if (role) {
      const what = role.role === "leader" ? "says it leads term" : role.role === "down" ? "is down; it was last seen in term" : "follows or stands for election in term";
      return { title: `replica ${item.replica} ${what} ${role.term}`, lines: [`from ${seconds(role.t0)} to ${seconds(role.t1)}`, span(role.t1 - role.t0)] };
    }
    if (cut) return { title: cut.text, lines: [`from ${seconds(cut.t0)} to ${seconds(cut.t1)}`, span(cut.t1 - cut.t0)] };
    if (fault) return { title: fault.text, lines: [`fault at ${seconds(fault.t)}`] };
    if (fact) return { title: `replica ${fact.replica} ${fact.text}`, lines: [`fact ${item.number}, at ${seconds(fact.t)}`] };
    const verb = { boot: "starts", halt: "goes down", start: "takes", apply: "applies", snapshot: "takes a snapshot", install: "installs a" }[mark.k];
    return { title: `replica ${item.replica} ${verb} ${mark.x || ""}`.trim(), lines: [`at ${seconds(mark.t)}`] };
  }

  function operationLines(o) {
    const lines = [`client ${o.client}` + (o.replica >= 0 ? ` at replica ${o.replica}` : "")];
    if (o.outcome === "done") lines.push(`${o.answer}`, `from ${seconds(o.t0)} to ${seconds(o.t1)}, ${span(o.t1 - o.t0)}`);
    if (o.outcome === "unknown") lines.push(`called at ${seconds(o.t0)}; nobody knows whether it took effect`);
    if (o.outcome === "never") lines.push(`called at ${seconds(o.t0)}; it certainly took no effect`);
    if (o.index) lines.push(`log index ${o.index}` + (o.point === undefined ? "" : `, first applied at ${seconds(o.point)}`));
    if (o.bad) lines.push("one of those that cannot all be true");
    return lines;
  }

  return { at, words };
})();
