"use strict";
// Text for people, and elements made of text: nothing here or elsewhere writes
// HTML, so nothing that a run contains can become any.
window.raftcheck = {};
raftcheck.format = (() => {
  const ns = 1e9;

  // seconds writes a time of the run, in seconds, like the reports do.
  const seconds = (t) => t.toFixed(6) + "s";

  // span writes a length of time in the unit that fits.
  function span(s) {
    const a = Math.abs(s);
    if (a >= 1) return trim(s.toFixed(3)) + " s";
    if (a >= 1e-3) return trim((s * 1e3).toFixed(3)) + " ms";
    if (a >= 1e-6) return trim((s * 1e6).toFixed(3)) + " µs";
    return Math.round(s * ns) + " ns";
  }
  const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

  const count = (n) => n.toLocaleString("en-US");

  // plural writes a number of things.
  const plural = (n, one) => `${count(n)} ${one}${n === 1 ? "" : "s"}`;

  // el makes an element: attributes, on… handlers, and children that are
  // elements or text.
  function el(name, attributes, ...children) {
    const e = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) e.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== false) e.setAttribute(key, value === true ? "" : value);
    }
    e.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false));
    return e;
  }

  return { ns, seconds, span, count, plural, el };
})();
