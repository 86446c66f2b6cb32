"use strict";
// The view is which part of the run is shown: it pans and zooms, by d3-zoom or
// by its own methods, and asks for a new frame when it has changed.
raftcheck.view = (() => {
  const closest = 2e-6; // seconds in view at the closest

  function make(canvas, model, gutter, changed) {
    let width = 800, base, x;
    const behaviour = d3.zoom().on("zoom", ({ transform }) => {
      x = transform.rescaleX(base);
      changed();
    });
    const target = d3.select(canvas);

    function resize(w) {
      const domain = x && x.domain();
      width = Math.max(w, gutter + 100);
      base = d3.scaleLinear([0, model.end], [gutter, width]);
      x = base.copy();
      behaviour.extent([[gutter, 0], [width, 1]]).scaleExtent([0.8, Math.max(1, model.end / closest)])
        .translateExtent([[gutter - 0.1 * width, 0], [1.1 * width, 1]]);
      if (domain) show(...domain);
    }

    // show brings a stretch of time into view.
    function show(a, b) {
      const k = Math.min(model.end / closest, (width - gutter) / Math.max(1e-9, base(b) - base(a)));
      const middle = base((a + b) / 2);
      behaviour.transform(target, d3.zoomIdentity.translate((gutter + width) / 2 - middle * k, 0).scale(k));
    }

    // pan moves by a part of what is in view, zoom magnifies about a time.
    function pan(part) {
      const [a, b] = x.domain(), d = (b - a) * part;
      show(a + d, b + d);
    }
    function zoom(factor, about) {
      const [a, b] = x.domain(), t = about === undefined || about < a || about > b ? (a + b) / 2 : about;
      show(t - (t - a) / factor, t + (b - t) / factor);
    }
    // reveal moves as little as needed for a time to be well in view.
    function reveal(t) {
      const [a, b] = x.domain(), margin = (b - a) * 0.12;
      if (t < a + margin || t > b - margin) show(t - (b - a) / 2, t + (b - a) / 2);
    }

    target.call(behaviour).on("dblclick.zoom", null);
    // A wheel that is turned sideways, or with shift, pans.
    behaviour.filter((e) => !e.button && !(e.type === "wheel" && (e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY))));
    canvas.addEventListener("wheel", (e) => {
      if (!e.shiftKey && Math.abs(e.deltaX) <= Math.abs(e.deltaY)) return;
      e.preventDefault();
      pan((e.deltaX || e.deltaY) / width);
    }, { passive: false });
    return { resize, show, pan, zoom, reveal, scale: () => x, width: () => width };
  }

  // around returns the stretch to show about a focus: all that contradicts itself,
  // if that is little enough to be legible, or else its last part.
  function around(model, m) {
    if (!m) return [0, Math.min(model.end, 1)];
    let a = m.from;
    const { upTo } = raftcheck.model;
    const at = upTo(model.steps, m.t, (s) => s.t);
    const earliest = model.steps[Math.max(0, at - 400)];
    if (earliest && a < earliest.t) a = earliest.t;
    const few = model.steps[Math.max(0, at - 60)];
    if (few && a > few.t && m.t - few.t < 0.4) a = few.t; // with too little before it, it tells nothing
    const span = Math.max(m.t - a, 0.02);
    return [a - 0.12 * span, m.t + 0.22 * span];
  }

  return { make, around };
})();
