"use strict";
// Paint draws what is in view on a canvas. It keeps the boxes of what it drew
// for the pointer to find.
raftcheck.paint = (() => {
  const { upTo } = raftcheck.model;
  const font = (size, weight) => `${weight || 400} ${size}px system-ui, "Segoe UI", "DejaVu Sans", sans-serif`;
  const long = 0.5; // seconds; flights that took longer are looked for separately
  const labelsBelow = 220; // flights in view up to which they get labels
  const glyphsBelow = 1200; // and heads and marks of every kind

  function colours(root) {
    const style = getComputedStyle(root);
    const get = (name) => style.getPropertyValue("--" + name).trim();
    const c = {};
    for (const name of ["panel", "ink", "muted", "line", "lane", "accent", "bad", "warn", "ok", "msg", "on-term", "hatch", "bad-soft"]) c[name] = get(name);
    c.terms = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => get("term" + i));
    return c;
  }

  // frame draws one frame. v has ctx, width, model, lay, x (a scale from
  // seconds), c (colours), shown (filters), selected, scroll.
  function frame(v) {
    const { ctx } = v;
    v.boxes = [];
    ctx.fillStyle = v.c.panel;
    ctx.fillRect(0, 0, v.width, v.lay.height);
    ctx.save();
    ctx.beginPath();
    ctx.rect(v.lay.gutter, 0, v.width - v.lay.gutter, v.lay.height);
    ctx.clip();
    grid(v);
    lanes(v);
    if (v.shown.kinds.has("faults")) faults(v);
    if (v.shown.kinds.has("clients")) clients(v);
    flights(v);
    raftcheck.paint.rails(v);
    raftcheck.paint.moment(v);
    raftcheck.paint.wrongStep(v);
    raftcheck.paint.selection(v);
    ctx.restore();
    raftcheck.paint.names(v);
  }

  // text writes text that fits, cut short if need be, and reports whether it
  // wrote anything.
  function text(ctx, s, x, y, room) {
    if (room < 14) return false;
    if (ctx.measureText(s).width > room) {
      const each = ctx.measureText("n").width;
      const n = Math.floor((room - 8) / each);
      if (n < 3) return false;
      s = s.slice(0, n) + "…";
    }
    ctx.fillText(s, x, y);
    return true;
  }

  function grid(v) {
    const { ctx, x, c, lay } = v;
    const ticks = x.ticks(Math.max(3, Math.floor((v.width - lay.gutter) / 110)));
    const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
    const digits = Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9)));
    ctx.font = font(11);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    for (const t of ticks) {
      const px = Math.round(x(t)) + 0.5;
      if (px < lay.gutter + 18) continue;
      ctx.strokeStyle = c.line;
      ctx.lineWidth = 1;
      line(ctx, px, lay.axis - 4, px, lay.height);
      ctx.fillStyle = c.muted;
      ctx.fillText(t.toFixed(digits) + "s", px, lay.axis / 2);
    }
    ctx.textAlign = "left";
  }

  function line(ctx, x0, y0, x1, y1) {
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
  }

  function lanes(v) {
    for (const lane of v.lay.lanes) {
      if (!lane) continue;
      v.ctx.fillStyle = v.c.lane;
      v.ctx.fillRect(v.lay.gutter, lane.top, v.width, v.lay.railHeight);
    }
  }

  // faults alternate between two rows, so that each has room up to the next but
  // one.
  function faults(v) {
    const { ctx, x, c, lay, model } = v;
    ctx.font = font(11);
    ctx.textBaseline = "middle";
    const [a, b] = x.domain();
    const first = upTo(model.faults, a, (f) => f.t);
    if (first > 0) earlierFault(v, first);
    for (let i = first; i < model.faults.length && model.faults[i].t <= b; i++) {
      const f = model.faults[i], px = x(f.t);
      const y = lay.faults + (i % 2) * lay.faultRow + 7;
      ctx.fillStyle = c.warn;
      diamond(ctx, px, y, 4);
      v.boxes.push({ x0: px - 6, x1: px + 6, y0: y - 7, y1: y + 7, item: { fault: f } });
      const next = i + 2 < model.faults.length ? x(model.faults[i + 2].t) : Infinity;
      ctx.fillStyle = c.ink;
      text(ctx, f.text, px + 8, y, Math.min(next - px - 18, v.width - px - 12, 400));
      ctx.strokeStyle = c.warn;
      ctx.globalAlpha = 0.35;
      line(ctx, Math.round(px) + 0.5, y + 5, Math.round(px) + 0.5, lay.height);
      ctx.globalAlpha = 1;
    }
  }

  // earlierFault says what the latest fault before the view was, if there is
  // room for it.
  function earlierFault(v, first) {
    const { ctx, x, c, lay, model } = v, f = model.faults[first - 1];
    const row = (first - 1) % 2;
    const next = model.faults[first + 1] ? x(model.faults[first + 1].t) : Infinity;
    ctx.fillStyle = c.muted;
    text(ctx, `◂ ${f.t.toFixed(3)}s ${f.text}`, lay.gutter + 5, lay.faults + row * lay.faultRow + 7, Math.min(next, v.width) - lay.gutter - 16);
  }

  function diamond(ctx, x, y, r) {
    ctx.beginPath();
    ctx.moveTo(x, y - r - 1);
    ctx.lineTo(x + r, y);
    ctx.lineTo(x, y + r + 1);
    ctx.lineTo(x - r, y);
    ctx.fill();
  }

  function clients(v) {
    const { ctx, x, c, model } = v;
    const [a, b] = x.domain();
    ctx.textBaseline = "middle";
    for (const op of model.operations) {
      if (op.t0 > b) break;
      const px0 = x(op.t0);
      const px1 = Math.max(x(op.t1), px0 + 3);
      if (op.t0 < a && px1 < v.lay.gutter) continue;
      operation(ctx, c, op, px0, px1, x, v.lay.gutter);
      v.boxes.push({ x0: px0, x1: px1, y0: op.y, y1: op.y + op.h, item: { operation: op } });
    }
  }

  function operation(ctx, c, op, px0, px1, x, gutter) {
    const mid = op.y + op.h / 2;
    ctx.setLineDash(op.outcome === "done" ? [] : [3, 3]);
    ctx.lineWidth = op.bad ? 2 : 1;
    ctx.strokeStyle = op.bad ? c.bad : op.outcome === "done" ? c.accent : c.muted;
    ctx.fillStyle = op.bad ? c["bad-soft"] : c.panel;
    ctx.beginPath();
    ctx.roundRect(px0, op.y + 0.5, px1 - px0, op.h, 3);
    if (op.outcome === "done") ctx.fill();
    ctx.stroke();
    ctx.setLineDash([]);
    if (op.point !== undefined) {
      ctx.fillStyle = op.bad ? c.bad : c.accent;
      diamond(ctx, Math.min(Math.max(x(op.point), px0 + 1), px1 - 1), op.y + op.h, 3);
    }
    if (op.h < 12) return;
    const from = Math.max(px0, gutter) + (op.bad ? 14 : 5);
    let label = op.input + (op.outcome === "done" ? " " + op.answer : op.outcome === "unknown" ? " ?" : " never");
    if (op.index) label += ` @${op.index}`;
    ctx.font = font(11, op.bad ? 700 : 400);
    ctx.fillStyle = op.bad ? c.bad : c.ink;
    text(ctx, label, from, mid + 1, px1 - from - 3);
  }

  // inView calls f with every flight that is at least partly in view.
  function inView(v, f) {
    const all = v.model.flights, [a, b] = v.x.domain();
    if (!v.model.longFlights) v.model.longFlights = all.filter((e) => e.t1 - e.t0 > long);
    for (const e of v.model.longFlights) if (e.t0 < a - long && e.t1 >= a) f(e);
    for (let i = upTo(all, a - long, (e) => e.t0); i < all.length && all[i].t0 <= b; i++) if (all[i].t1 >= a || all[i].how !== "deliver") f(all[i]);
  }

  const visible = (v, f) => v.shown.kinds.has(f.group) && v.lay.lanes[f.from] && v.lay.lanes[f.to] && f.from !== f.to;

  // ends returns the two points of a flight's line.
  function ends(v, f) {
    const from = v.lay.lanes[f.from], to = v.lay.lanes[f.to], down = f.from < f.to;
    const p = { x0: v.x(f.t0), y0: down ? from.bottom : from.top, x1: v.x(f.t1), y1: down ? to.top : to.bottom };
    if (f.how === "deliver" || f.how === "down") return p;
    // It ends between the lanes: a stub, at least as long as can be seen.
    const part = Math.min(30, 0.6 * Math.abs(p.y1 - p.y0));
    p.x1 = Math.max(p.x1, p.x0 + 9);
    p.y1 = p.y0 + (down ? part : -part);
    return p;
  }

  function flights(v) {
    const { ctx, c } = v;
    const shown = [];
    inView(v, (f) => visible(v, f) && shown.push(f));
    v.inView = shown.length;
    const styles = [
      { pick: (f) => f.how === "deliver" && !f.late && f.copies < 2 && !f.reply, colour: c.msg, width: 1, dash: [] },
      { pick: (f) => f.how === "deliver" && !f.late && f.copies < 2 && f.reply, colour: c.msg, width: 1, dash: [2, 3] },
      { pick: (f) => f.how === "deliver" && (f.late || f.copies > 1), colour: c.warn, width: 1.5, dash: [7, 3] },
      { pick: (f) => f.how !== "deliver", colour: c.bad, width: 1.25, dash: [] },
    ];
    const dense = shown.length > glyphsBelow;
    for (const style of styles) {
      const drawn = dense ? thin(v, shown.filter(style.pick)) : shown.filter(style.pick);
      ctx.strokeStyle = ctx.fillStyle = style.colour;
      ctx.lineWidth = style.width;
      ctx.globalAlpha = dense ? 0.45 : 0.9;
      ctx.setLineDash(dense ? [] : style.dash);
      ctx.beginPath();
      for (const f of drawn) {
        const p = ends(v, f);
        ctx.moveTo(p.x0, p.y0);
        ctx.lineTo(p.x1, p.y1);
      }
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.globalAlpha = 1;
      if (!dense) for (const f of drawn) glyph(v, f, ends(v, f));
    }
    if (shown.length <= labelsBelow) flightLabels(v, shown);
  }

  // thin leaves out flights that would be drawn on top of each other.
  function thin(v, list) {
    const seen = new Set(), n = v.model.replicas;
    return list.filter((f) => {
      const key = (Math.round(v.x(f.t0)) * 8192 + Math.min(8191, Math.round(v.x(f.t1) - v.x(f.t0)))) * n * n + f.from * n + f.to;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }

  // glyph ends a flight: an arrow head, ✕ for lost, ⊣ for a cut link, ○ for a
  // replica that is down, ▯ for held back, ×2 for a copy.
  function glyph(v, f, p) {
    const { ctx } = v;
    const angle = Math.atan2(p.y1 - p.y0, p.x1 - p.x0);
    ctx.save();
    ctx.translate(p.x1, p.y1);
    ctx.rotate(angle);
    ctx.beginPath();
    if (f.how === "deliver") {
      ctx.moveTo(0, 0);
      ctx.lineTo(-7, 3);
      ctx.lineTo(-7, -3);
      ctx.fill();
    } else {
      if (f.how === "cut") {
        ctx.moveTo(0, -5);
        ctx.lineTo(0, 5);
      } else if (f.how === "down") {
        ctx.arc(-4, 0, 4, 0, 7);
      } else if (f.how === "lost") {
        ctx.moveTo(-4, -4);
        ctx.lineTo(4, 4);
        ctx.moveTo(4, -4);
        ctx.lineTo(-4, 4);
      } else {
        ctx.rect(-2, -4, 4, 8);
      }
      ctx.stroke();
    }
    ctx.restore();
    if (f.how === "deliver" && (f.copies > 1 || f.late)) {
      ctx.font = font(10, 600);
      ctx.textBaseline = "middle";
      ctx.fillText([f.copies > 1 && `×${f.copies}`, f.late && "late"].filter(Boolean).join(" "), p.x1 + 4, p.y1 + (p.y1 > p.y0 ? -8 : 8));
    }
  }

  // flightLabels names the messages where there is room.
  function flightLabels(v, shown) {
    const { ctx, c } = v;
    const taken = [];
    ctx.font = font(10);
    ctx.textBaseline = "middle";
    for (const f of shown) {
      if (f.reply) continue;
      const p = ends(v, f), s = f.method.slice(f.method.lastIndexOf(".") + 1);
      const w = ctx.measureText(s).width, x = p.x0 + 6, y = p.y0 + (p.y1 > p.y0 ? 9 : -9);
      if (taken.some((t) => x < t.x1 + 4 && x + w > t.x0 - 4 && Math.abs(y - t.y) < 11)) continue;
      taken.push({ x0: x, x1: x + w, y });
      ctx.fillStyle = c.panel;
      ctx.globalAlpha = 0.85;
      ctx.fillRect(x - 2, y - 6, w + 4, 12);
      ctx.globalAlpha = 1;
      ctx.fillStyle = f.how === "deliver" ? c.muted : c.bad;
      ctx.fillText(s, x, y);
    }
  }

  return { frame, colours, ends, inView, visible, line, text, font, diamond };
})();
