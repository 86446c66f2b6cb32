"use strict";
// How many different states clusters had been in, seed by seed: a line a suite.
raftcheck.growth = (() => {
  const { el, count, plural } = raftcheck.format;
  const width = 640, height = 220, left = 56, bottom = 24, top = 12, right = 110;

  // svg makes an element of a drawing.
  function svg(name, attributes, ...children) {
    const e = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
    e.append(...children.flat(Infinity));
    return e;
  }

  function make(all) {
    const last = (g) => g.points[g.points.length - 1];
    const most = (of) => Math.max(...all.map((g) => last(g)[of]));
    const x = d3.scaleLinear([0, most("seeds")], [left, width - right]);
    const y = d3.scaleLinear([0, most("states")], [height - bottom, top]).nice();
    const line = (g) => "M" + g.points.map((p) => `${x(p.seeds)},${y(p.states)}`).join("L");
    const told = all.map((g) => `${g.suite}: about ${plural(last(g).states, "state")} in ${plural(last(g).seeds, "seed")}`);
    return el("figure", { class: "growth" },
      svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": told.join("; ") },
        y.ticks(4).map((n) => [svg("path", { class: "grid", d: `M${left},${y(n)}H${width - right}` }), label(left - 6, y(n) + 4, "end", count(n))]),
        x.ticks(6).filter(Number.isInteger).map((n) => label(x(n), height - 6, "middle", count(n))),
        all.map((g, i) => svg("path", { class: "line", stroke: colour(i), d: line(g) })),
        apart(all.map((g) => y(last(g).states) + 4)).map((at, i) => label(x(last(all[i]).seeds) + 6, at, "start", all[i].suite, colour(i)))),
      el("figcaption", {}, told.map((text) => el("div", {}, text))));
  }

  const label = (x, y, anchor, text, fill = "currentColor") => svg("text", { x, y, "text-anchor": anchor, fill }, text);
  const colour = (i) => `hsl(${210 + 137 * i} 65% 50%)`;

  // apart moves names down that would lie on one another.
  function apart(places) {
    let free = 0;
    return places.map((at) => (free = Math.max(at, free) + 12) - 12);
  }

  return { make };
})();
