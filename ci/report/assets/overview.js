"use strict";
// The overview is the whole run in one strip: how much happens when, faults,
// the moment, and which part is in view. Click or drag to go there.
raftcheck.overview = (() => {
  const height = 44;

  function make(model, goTo) {
    const { el } = raftcheck.format;
    const canvas = el("canvas", { class: "overview", "aria-hidden": "true" });
    let density; // messages per pixel column, counted once per width

    function count(width) {
      if (density && density.length === width) return;
      density = new Float64Array(width);
      for (const s of model.steps) density[Math.min(width - 1, Math.max(0, Math.floor((s.t / model.end) * width)))]++;
    }

    function draw(colours, domain) {
      const width = canvas.clientWidth, scale = devicePixelRatio || 1;
      if (!width) return;
      if (canvas.width !== Math.round(width * scale)) {
        canvas.width = Math.round(width * scale);
        canvas.height = Math.round(height * scale);
      }
      count(width);
      const ctx = canvas.getContext("2d"), x = (t) => (t / model.end) * width;
      ctx.setTransform(scale, 0, 0, scale, 0, 0);
      ctx.fillStyle = colours.lane;
      ctx.fillRect(0, 0, width, height);
      const most = Math.log1p(Math.max(...density));
      ctx.fillStyle = colours.msg;
      ctx.globalAlpha = 0.55;
      for (let i = 0; i < width; i++) {
        const h = most ? (Math.log1p(density[i]) / most) * (height - 12) : 0;
        ctx.fillRect(i, height - h, 1, h);
      }
      ctx.globalAlpha = 1;
      ctx.fillStyle = colours.warn;
      for (const f of model.faults) raftcheck.paint.diamond(ctx, x(f.t), 6, 2.5);
      ctx.fillStyle = colours.bad;
      for (const mark of [model.wrong, model.moment]) if (mark) ctx.fillRect(x(mark.t) - 1, 0, 2, height);
      const a = x(domain[0]), b = Math.max(a + 3, x(domain[1]));
      ctx.fillStyle = colours.accent;
      ctx.globalAlpha = 0.16;
      ctx.fillRect(a, 0, b - a, height);
      ctx.globalAlpha = 1;
      ctx.strokeStyle = colours.accent;
      ctx.lineWidth = 1.5;
      ctx.strokeRect(a + 0.75, 0.75, b - a - 1.5, height - 1.5);
    }

    const jump = (e) => goTo((e.offsetX / canvas.clientWidth) * model.end);
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      jump(e);
    });
    canvas.addEventListener("pointermove", (e) => e.buttons && jump(e));
    return { canvas, draw };
  }

  return { make };
})();
