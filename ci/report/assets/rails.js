"use strict";
// Rails are the replicas' own strips: cuts on top, role and term, what was
// taken and applied; and what lies over all of them.
(() => {
  const { upTo } = raftcheck.model;
  const paint = raftcheck.paint;
  const { text, font, line } = paint;
  let hatch; // a pattern, made anew for each theme

  paint.names = names;
  paint.rails = rails;
  paint.moment = moment;
  paint.wrongStep = wrongStep;
  paint.selection = selection;

  function rails(v) {
    v.lay.lanes.forEach((lane, i) => {
      cutBands(v, lane, v.model.cuts[i]);
      roleBands(v, lane, i);
      log(v, lane, i);
    });
  }

  // bands calls f with every stretch in view and its pixels, clipped to the view.
  function bands(v, list, f) {
    const [a, b] = v.x.domain();
    for (let i = upTo(list, a, (s) => s.t1); i < list.length && list[i].t0 <= b; i++) {
      const x0 = Math.max(v.lay.gutter, v.x(list[i].t0)), x1 = Math.min(v.width, v.x(list[i].t1));
      f(list[i], x0, Math.max(x0 + 1, x1));
    }
  }

  function pattern(ctx, c) {
    if (hatch && hatch.colour === c.hatch) return hatch.fill;
    const tile = document.createElement("canvas");
    tile.width = tile.height = 6;
    const t = tile.getContext("2d");
    t.strokeStyle = c.hatch;
    t.lineWidth = 1.3;
    for (const d of [-6, 0, 6]) line(t, d, 6, d + 6, 0);
    hatch = { colour: c.hatch, fill: ctx.createPattern(tile, "repeat") };
    return hatch.fill;
  }

  function cutBands(v, lane, list) {
    const { ctx, c, lay } = v;
    bands(v, list, (s, x0, x1) => {
      const y = lane.top, h = lay.rail.cut;
      ctx.fillStyle = c.warn;
      ctx.globalAlpha = s.full ? 0.45 : 0.25;
      ctx.fillRect(x0, y, x1 - x0, h);
      ctx.globalAlpha = 1;
      ctx.fillStyle = pattern(ctx, c);
      ctx.fillRect(x0, y, x1 - x0, h);
      v.boxes.push({ x0, x1, y0: y - 12, y1: y + h, item: { cut: s } });
      ctx.font = font(10, 600);
      ctx.textBaseline = "middle";
      const room = Math.min(x1 - x0 - 8, ctx.measureText(s.text).width);
      if (room < Math.min(70, ctx.measureText(s.text).width)) return;
      ctx.fillStyle = c.panel;
      ctx.fillRect(x0 + 3, y - 11, room + 2, 12);
      ctx.fillStyle = c.warn;
      text(ctx, s.text, x0 + 4, y - 5, room + 1);
    });
  }

  function roleBands(v, lane, replica) {
    const { ctx, c, lay } = v;
    const y = lane.top + lay.rail.cut, h = lay.rail.role;
    bands(v, v.model.roles[replica], (s, x0, x1) => {
      const colour = c.terms[s.term % c.terms.length];
      ctx.fillStyle = c.panel;
      ctx.fillRect(x0, y, x1 - x0, h);
      if (s.role === "down") {
        ctx.fillStyle = pattern(ctx, c);
        ctx.fillRect(x0, y, x1 - x0, h);
      } else {
        ctx.globalAlpha = s.role === "leader" ? 1 : 0.22;
        ctx.fillStyle = colour;
        ctx.fillRect(x0, y, x1 - x0, h);
        ctx.globalAlpha = 1;
      }
      ctx.strokeStyle = s.role === "down" ? c.muted : colour;
      ctx.lineWidth = 1;
      ctx.strokeRect(x0 + 0.5, y + 0.5, Math.max(0, x1 - x0 - 1), h - 1);
      ctx.font = font(11, s.role === "leader" ? 700 : 400);
      ctx.textBaseline = "middle";
      ctx.fillStyle = s.role === "leader" ? c["on-term"] : c.ink;
      const name = fitting(ctx, roleNames(s), x1 - x0 - 9);
      if (s.role === "down") plate(ctx, c, name, x0 + 4, y, h);
      ctx.fillText(name, x0 + 5, y + h / 2 + 1);
      v.boxes.push({ x0, x1, y0: y, y1: y + h, item: { role: s, replica } });
    });
  }

  // roleNames are what a stretch may be called, the longest first.
  function roleNames(s) {
    if (s.role === "leader") return [`★ leader, term ${s.term}`, `★ term ${s.term}`, `★${s.term}`, "★"];
    return s.role === "down" ? ["✕ down", "✕"] : [`term ${s.term}`, String(s.term)];
  }

  const fitting = (ctx, names, room) => names.find((s) => ctx.measureText(s).width <= room) || "";

  // plate gives text on hatching a quiet ground.
  function plate(ctx, c, s, x, y, h) {
    if (!s) return;
    const ink = ctx.fillStyle;
    ctx.fillStyle = c.panel;
    ctx.fillRect(x, y + 2, ctx.measureText(s).width + 3, h - 4);
    ctx.fillStyle = ink;
  }

  // log draws what a replica took (▲), applied (●), and of snapshots (■), each
  // with its index, and how far it had applied where the view begins.
  function log(v, lane, replica) {
    const { ctx, c, lay, x } = v;
    const y = lane.top + lay.rail.cut + lay.rail.role, h = lay.rail.log, mid = y + h / 2;
    const marks = v.model.marks[replica], [a, b] = x.domain();
    const first = upTo(marks, a, (m) => m.t);
    ctx.font = font(10);
    ctx.textBaseline = "middle";
    let free = lay.gutter, lastPixel = -9;
    for (let i = first; i < marks.length && marks[i].t <= b; i++) {
      const m = marks[i], px = x(m.t);
      if (m.k === "boot" || m.k === "halt") {
        life(v, m, px, lane);
        continue;
      }
      if (!v.shown.kinds.has("log") || px - lastPixel < 0.7) continue;
      lastPixel = px;
      ctx.fillStyle = m.k === "start" ? c.accent : m.k === "apply" ? c.ok : c.ink;
      mark(ctx, m.k, px, mid);
      v.boxes.push({ x0: px - 4, x1: px + 4, y0: y, y1: y + h, item: { mark: m, replica } });
      if (!m.i) continue;
      const label = String(m.i), w = ctx.measureText(label).width;
      const next = i + 1 < marks.length ? x(marks[i + 1].t) : Infinity;
      if (px + 6 < free || next - px < w + 10) continue;
      ctx.fillStyle = c.ink;
      ctx.font = font(10);
      ctx.fillText(label, px + 6, mid + 1);
      free = px + 8 + w;
    }
    if (v.shown.kinds.has("log")) appliedSoFar(v, marks, first, mid);
  }

  function appliedSoFar(v, marks, first, mid) {
    for (let i = first - 1; i >= 0 && marks[i].k !== "boot"; i--) {
      if (marks[i].k !== "apply" && marks[i].k !== "install") continue;
      const next = first < marks.length ? v.x(marks[first].t) : Infinity;
      v.ctx.font = font(10);
      v.ctx.fillStyle = v.c.muted;
      text(v.ctx, `applied ${marks[i].i}`, v.lay.gutter + 4, mid + 1, next - v.lay.gutter - 12);
      return;
    }
  }

  function mark(ctx, kind, x, y) {
    ctx.beginPath();
    if (kind === "start") {
      ctx.moveTo(x, y - 4);
      ctx.lineTo(x + 4, y + 3.5);
      ctx.lineTo(x - 4, y + 3.5);
    } else if (kind === "apply") {
      ctx.arc(x, y, 2.8, 0, 7);
    } else {
      ctx.rect(x - 3, y - 3, 6, 6);
    }
    ctx.fill();
  }

  // life marks the beginning and the end of an instance.
  function life(v, m, px, lane) {
    const { ctx, c } = v;
    ctx.strokeStyle = m.k === "halt" ? c.bad : c.ok;
    ctx.lineWidth = 2;
    line(ctx, px, lane.top, px, lane.bottom);
    ctx.font = font(10, 700);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.fillText(m.k === "halt" ? "✕" : "▶", px + 3, lane.bottom - 7);
    v.boxes.push({ x0: px - 3, x1: px + 9, y0: lane.bottom - 15, y1: lane.bottom, item: { mark: m, replica: m.f } });
  }

  // flag draws a line over all lanes at a time, and what it is beside its top.
  function flag(v, t, label, leftwards) {
    const { ctx, c, lay } = v, px = Math.round(v.x(t)) + 0.5;
    ctx.strokeStyle = c.bad;
    ctx.lineWidth = 2;
    ctx.setLineDash([6, 4]);
    line(ctx, px, lay.axis - 6, px, lay.height);
    ctx.setLineDash([]);
    ctx.font = font(11, 700);
    ctx.textBaseline = "middle";
    const w = ctx.measureText(label).width + 10;
    const left = leftwards || px + w > v.width ? px - w : px;
    ctx.fillStyle = c.bad;
    ctx.fillRect(left, lay.axis - 22, w, 16);
    ctx.fillStyle = c.panel;
    ctx.fillText(label, left + 5, lay.axis - 13);
  }

  // wrongStep draws the line of the first wrong step, and marks its message and those
  // that it is held against.
  function wrongStep(v) {
    const { wrong, flights } = v.model, { ctx, c } = v;
    if (!wrong) return;
    flag(v, wrong.t, "▶ first wrong step", true);
    for (const e of wrong.messages) {
      const flight = flights.find((f) => f.id === e.d);
      if (!flight || !paint.visible(v, flight)) continue;
      const p = paint.ends(v, flight), sign = e.wrong ? "▶" : "◆";
      ctx.strokeStyle = e.wrong ? c.bad : c.warn;
      ctx.lineWidth = 3;
      line(ctx, p.x0, p.y0, p.x1, p.y1);
      badge(v, p.x0, p.y0, sign, { flight, sign }, ctx.strokeStyle);
    }
  }

  // moment draws the line at which the property broke, and the facts.
  function moment(v) {
    const m = v.model.moment;
    if (!m) return;
    flag(v, m.t, "⚑ broke here", false);
    m.facts.forEach((f, i) => fact(v, f, i));
    if (v.shown.kinds.has("clients")) contradiction(v);
  }

  // contradiction numbers the operations that contradict each other, side by
  // side where they are too close.
  function contradiction(v) {
    const ends = new Map(); // by row, where the latest badge is
    const bad = v.model.operations.filter((op) => op.bad && op.t0 <= v.x.domain()[1]);
    for (const op of bad) {
      const px = Math.max(v.x(op.t0), (ends.get(op.y) ?? -99) + 19);
      ends.set(op.y, px);
      badge(v, px, op.y + op.h / 2, op.bad, { operation: op });
    }
  }

  function fact(v, f, i) {
    const lane = v.lay.lanes[f.replica];
    if (!lane) return;
    badge(v, v.x(f.t), lane.top + v.lay.rail.cut + v.lay.rail.role / 2, i + 1, { fact: f, number: i + 1 });
  }

  function badge(v, px, y, sign, item, colour) {
    const { ctx, c } = v;
    ctx.fillStyle = colour || c.bad;
    ctx.strokeStyle = c.panel;
    ctx.lineWidth = 2;
    ctx.beginPath();
    ctx.arc(px, y, 9, 0, 7);
    ctx.fill();
    ctx.stroke();
    ctx.fillStyle = c.panel;
    ctx.font = font(11, 700);
    ctx.textAlign = "center";
    ctx.fillText(String(sign), px, y + 1);
    ctx.textAlign = "left";
    v.boxes.push({ x0: px - 9, x1: px + 9, y0: y - 9, y1: y + 9, item });
  }

  // selection draws where the selected step is.
  function selection(v) {
    const s = v.selected;
    if (!s) return;
    const { ctx, c, lay } = v, px = Math.round(v.x(s.t)) + 0.5;
    ctx.strokeStyle = c.accent;
    ctx.lineWidth = 1.5;
    line(ctx, px, lay.axis - 6, px, lay.height);
    const lane = lay.lanes[s.lane];
    if (lane) {
      ctx.lineWidth = 2.5;
      ctx.strokeRect(px - 7, lane.top - 3, 14, lay.railHeight + 6);
    }
    const flight = s.flight;
    if (!flight || !paint.visible(v, flight)) return;
    const p = paint.ends(v, flight);
    ctx.lineWidth = 2.5;
    line(ctx, p.x0, p.y0, p.x1, p.y1);
  }

  function names(v) {
    const { ctx, c, lay } = v;
    ctx.strokeStyle = c.line;
    ctx.lineWidth = 1;
    line(ctx, lay.gutter - 0.5, 0, lay.gutter - 0.5, lay.height);
    ctx.textBaseline = "middle";
    ctx.fillStyle = c.muted;
    ctx.font = font(11);
    text(ctx, "time", 10, lay.axis / 2, 80);
    if (v.shown.kinds.has("faults")) text(ctx, "faults", 10, lay.faults + 7, 80);
    for (const row of lay.clients) text(ctx, `client ${row.client}`, 10, row.top + 8, 84);
    lay.lanes.forEach((lane, i) => {
      ctx.fillStyle = c.ink;
      ctx.font = font(13, 600);
      text(ctx, `replica ${i}`, 10, lane.top + lay.rail.cut + lay.rail.role / 2 + 1, 90);
      ctx.fillStyle = c.muted;
      ctx.font = font(10);
      text(ctx, "log", 10, lane.bottom - 7, 80);
    });
  }
})();
