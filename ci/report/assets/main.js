"use strict";
// Main reads the page's data, goes where the address says, and keeps the theme.
(() => {
  const { el } = raftcheck.format;
  const page = JSON.parse(document.getElementById("page").textContent);
  const main = document.querySelector("main");
  const where = document.getElementById("where");
  raftcheck.page = page;

  function go() {
    const m = /^#run\/(\d+)$/.exec(location.hash);
    const i = m ? Number(m[1]) : -1;
    if (raftcheck.current) raftcheck.current.close();
    raftcheck.current = undefined;
    main.replaceChildren();
    if (i >= 0 && i < page.runs.length) return openRun(i);
    where.textContent = "";
    main.append(raftcheck.results.make(page, () => {}));
  }

  function openRun(i) {
    const run = JSON.parse(document.getElementById("run-" + i).textContent);
    where.textContent = `${run.suite}/${run.scenario}, seed ${run.seed}, ${run.implementation.name} ${run.implementation.version}`;
    raftcheck.current = raftcheck.timeline.make(run, main);
    raftcheck.current.canvas.focus({ preventScroll: true });
  }

  const themes = ["auto", "light", "dark"];
  const button = document.getElementById("theme");
  function theme(name) {
    document.documentElement.dataset.theme = name;
    button.textContent = `Theme: ${name}`;
    if (raftcheck.current) raftcheck.current.recolour();
  }
  button.addEventListener("click", () => theme(themes[(themes.indexOf(document.documentElement.dataset.theme) + 1) % themes.length]));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => raftcheck.current && raftcheck.current.recolour());
  document.querySelector("header nav").append(...page.runs.length ? [el("a", { href: "#results" }, "Results")] : []);
  window.addEventListener("hashchange", go);
  theme("auto");
  go();
})();
