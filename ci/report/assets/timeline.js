"use strict";
// The timeline of one run: canvas, filters, keys, and the panel beside it.
raftcheck.timeline = (() => {
  const { el, seconds, plural } = raftcheck.format;
  const { upTo } = raftcheck.model;
  const kinds = [["requests", "Requests"], ["replies", "Replies"], ["log", "Log"], ["states", "States"], ["clients", "Clients"], ["faults", "Faults"]];

  function make(run, host) {
    const model = raftcheck.model.build(run);
    const shown = { replicas: new Set(Array(model.replicas).keys()), kinds: new Set(kinds.map((k) => k[0])) };
    const canvas = el("canvas", { tabindex: "0", role: "application", class: "timeline", "aria-describedby": "keys",
      "aria-label": `Timeline of ${run.suite}/${run.scenario}, seed ${run.seed}: ${plural(model.replicas, "replica")}, ${plural(run.events.length, "event")}` });
    const tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    const stage = el("div", { class: "stage" }, canvas, tip);
    const panel = raftcheck.panel.make(model, { select, goTo: (t) => focusOn(t) });
    const v = { ctx: canvas.getContext("2d", { alpha: false }), model, shown, boxes: [], selected: undefined };
    const view = raftcheck.view.make(canvas, model, 104, () => ask());
    const overview = raftcheck.overview.make(model, focusOn);
    const stats = { frames: 0, last: 0, worst: 0 };
    let asked = false, index = -1; // of the selected step

    function relayout() {
      v.lay = raftcheck.layout.make(model, shown);
      const width = stage.clientWidth, scale = devicePixelRatio || 1;
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(v.lay.height * scale);
      canvas.style.width = width + "px";
      canvas.style.height = v.lay.height + "px";
      view.resize(width);
      ask();
    }

    function ask() {
      if (asked) return;
      asked = true;
      requestAnimationFrame(draw);
    }

    function draw() {
      asked = false;
      const begin = performance.now();
      const scale = devicePixelRatio || 1;
      v.x = view.scale();
      v.width = view.width();
      v.c = v.c || raftcheck.paint.colours(document.documentElement);
      v.ctx.setTransform(scale, 0, 0, scale, 0, 0);
      raftcheck.paint.frame(v);
      overview.draw(v.c, v.x.domain());
      panel.around(index >= 0 ? v.selected.t : middle(), index, isShown);
      stats.frames++;
      stats.last = performance.now() - begin;
      stats.worst = Math.max(stats.worst, stats.last);
    }

    // middle is the time that matters in view: the focus, or else the middle.
    function middle() {
      const [a, b] = v.x.domain(), m = model.focus;
      return m && m.t >= a && m.t <= b ? m.t : (a + b) / 2;
    }

    const isShown = (s) => shown.kinds.has(s.group) && (s.lanes.length === 0 || s.lanes.every((i) => shown.replicas.has(i)));

    function select(step) {
      index = model.steps.indexOf(step);
      const id = step.event && step.event.d;
      v.selected = { t: step.t, lane: step.lane, flight: id && model.flights.find((f) => f.id === id && (f.t1 === step.t || step.event.k === "send")) };
      panel.show(step, v.selected.flight);
      view.reveal(step.t);
      ask();
    }

    // next selects the next step that is shown, or the one before.
    function next(by) {
      let i = index >= 0 ? index + by : upTo(model.steps, middle(), (s) => s.t) - (by < 0 ? 1 : 0);
      while (i >= 0 && i < model.steps.length && !isShown(model.steps[i])) i += by;
      if (model.steps[i]) select(model.steps[i]);
    }

    function clear() {
      index = -1;
      v.selected = undefined;
      panel.show();
      ask();
    }

    function focusOn(t) {
      const [a, b] = v.x ? v.x.domain() : raftcheck.view.around(model, model.focus);
      view.show(t - (b - a) / 2, t + (b - a) / 2);
    }

    function moment() {
      if (!model.moment) return;
      lookAt(model.moment);
      panel.say(`The moment it broke: ${seconds(model.moment.t)}. ${model.moment.why}`);
    }
    function wrongStep() {
      if (!model.wrong) return;
      lookAt(model.wrong);
      panel.say(`The first wrong step: ${seconds(model.wrong.t)}. ${model.wrong.rule}`);
    }
    function lookAt(focus) {
      clear();
      view.show(...raftcheck.view.around(model, focus));
      canvas.focus({ preventScroll: true });
    }
    const whole = () => view.show(-0.01 * model.end, 1.04 * model.end);

    const keys = {
      ArrowLeft: () => view.pan(-0.15), ArrowRight: () => view.pan(0.15),
      ArrowUp: () => zoomAtSelected(1.5), ArrowDown: () => zoomAtSelected(1 / 1.5),
      "+": () => zoomAtSelected(1.5), "=": () => zoomAtSelected(1.5), "-": () => zoomAtSelected(1 / 1.5),
      PageUp: () => view.pan(-0.9), PageDown: () => view.pan(0.9),
      Home: () => focusOn(0), End: () => focusOn(model.end),
      n: () => next(1), p: () => next(-1), m: moment, w: wrongStep, 0: whole, Escape: clear,
    };
    const zoomAtSelected = (factor) => view.zoom(factor, v.selected && v.selected.t);
    canvas.addEventListener("keydown", (e) => {
      const f = !e.ctrlKey && !e.metaKey && !e.altKey && keys[e.key];
      if (!f) return;
      e.preventDefault();
      hideTip();
      f();
    });

    function hideTip() { tip.hidden = true; }
    canvas.addEventListener("pointermove", (e) => {
      const item = !e.buttons && raftcheck.pick.at(v, e.offsetX, e.offsetY);
      canvas.classList.toggle("over", !!item);
      if (!item) return hideTip();
      const w = raftcheck.pick.words(item);
      tip.replaceChildren(el("b", {}, w.title), ...w.lines.map((l) => el("div", {}, l)), w.content ? el("code", {}, w.content) : "");
      tip.hidden = false;
      const left = Math.min(e.offsetX + 14, stage.clientWidth - tip.offsetWidth - 6);
      tip.style.left = Math.max(4, left) + "px";
      tip.style.top = (e.offsetY + 18 + tip.offsetHeight > stage.clientHeight ? Math.max(2, e.offsetY - tip.offsetHeight - 10) : e.offsetY + 18) + "px";
    });
    canvas.addEventListener("pointerleave", hideTip);
    canvas.addEventListener("click", (e) => {
      const item = raftcheck.pick.at(v, e.offsetX, e.offsetY);
      const step = item && stepOf(item);
      if (step) select(step);
    });

    function stepOf({ flight, operation, fault, mark, fact }) {
      if (flight) return model.steps.find((s) => s.event && s.event.d === flight.id && s.event.k === "send");
      if (operation) return model.steps.find((s) => s.operation === operation);
      if (mark) return model.steps.find((s) => s.event === mark);
      const t = (fault || fact || {}).t;
      return model.steps.find((s) => s.t === t);
    }

    // selectMessage selects the sending of a message, or shows when it was if the page
    // has left it out.
    function selectMessage({ d, t }) {
      const step = model.steps.find((s) => s.event && s.event.d === d && s.event.k === "send");
      if (step) select(step);
      else focusOn(t);
      canvas.focus({ preventScroll: true });
    }

    function toggle(set, value, label) {
      const b = el("button", { class: "chip", "aria-pressed": "true", type: "button", onclick: () => {
        if (!set.delete(value)) set.add(value);
        b.setAttribute("aria-pressed", String(set.has(value)));
        relayout();
      } }, label);
      return b;
    }

    const button = (label, title, onclick, cls) => el("button", { type: "button", class: cls, title, onclick }, label);
    const bar = el("div", { class: "bar", role: "toolbar", "aria-label": "Timeline" },
      model.wrong && button("▶ First wrong step", "key w", wrongStep, "primary"),
      model.moment && button("⚑ The moment it broke", "key m", moment, model.wrong ? undefined : "primary"),
      button("Whole run", "key 0", whole),
      el("span", { class: "pair" }, button("−", "zoom out, key ↓", () => zoomAtSelected(1 / 1.5)), button("+", "zoom in, key ↑", () => zoomAtSelected(1.5))),
      el("span", { class: "pair" }, button("◂ Event", "previous event, key p", () => next(-1)), button("Event ▸", "next event, key n", () => next(1))));
    const filters = el("div", { class: "bar filters" },
      el("span", { role: "group", "aria-label": "Replicas shown" }, el("span", { class: "label" }, "Replicas"), [...shown.replicas].map((i) => toggle(shown.replicas, i, String(i)))),
      el("span", { role: "group", "aria-label": "Kinds shown" }, el("span", { class: "label" }, "Show"), kinds.map(([kind, label]) => toggle(shown.kinds, kind, label))));

    host.append(el("div", { class: "run" },
      el("div", { class: "main" }, raftcheck.panel.wrongStep(model, selectMessage), bar, filters, overview.canvas, stage, raftcheck.panel.legend()),
      panel.element));
    relayout();
    view.show(...raftcheck.view.around(model, model.focus));
    const observer = new ResizeObserver(() => stage.clientWidth !== view.width() && relayout());
    observer.observe(stage);
    return {
      model, stats, canvas, moment, whole, select, domain: () => view.scale().domain(), show: view.show,
      boxes: () => v.boxes, flightsInView: () => v.inView, selected: () => v.selected,
      recolour: () => { v.c = undefined; ask(); }, drawNow: draw, close: () => observer.disconnect(),
    };
  }

  return { make };
})();
