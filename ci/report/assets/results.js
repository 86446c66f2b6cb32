"use strict";
// The page of results: what was judged, scenario by scenario.
raftcheck.results = (() => {
  const { el, count, span, plural } = raftcheck.format;
  const signs = { passed: "✓", failed: "✕", "known issue": "!", "unexpected pass": "!", skipped: "–" };
  const ns = (n) => (n ? span(n / 1e9) : "");

  function make(page, open) {
    const failing = page.runs.map((r, i) => ({ ...r, i })).filter((r) => r.property);
    return el("div", { class: "results" },
      summary(page),
      failing.length > 0 && el("section", {}, el("h2", {}, "Failing runs"), el("div", { class: "cards" }, failing.map((r) => card(r, open)))),
      page.alike.length > 0 && el("section", {}, el("h2", {}, "What looks like one bug each"), el("ul", { class: "alike" }, page.alike.map((a) => el("li", {},
        a.text, a.run >= 0 && [" ", el("a", { href: `#run/${a.run}`, onclick: () => open(a.run) }, "Open →")])))),
      page.notes.length > 0 && el("section", {}, el("h2", {}, "Notes"), el("ul", {}, page.notes.map((n) => el("li", {}, n)))),
      page.rows.length > 0 && el("section", {}, el("h2", {}, "Scenarios"), table(page, open)),
      page.growth.length > 0 && el("section", {}, el("h2", {}, "Different states that clusters were in, by seeds"), raftcheck.growth.make(page.growth)),
      page.features.length > 0 && el("section", {}, el("h2", {}, "Conformance by feature"), features(page.features)),
      runs(page, open));
  }

  function summary(page) {
    const by = {};
    for (const r of page.rows) by[r.verdict] = (by[r.verdict] || 0) + 1;
    const order = ["failed", "unexpected pass", "known issue", "passed", "skipped"];
    return el("p", { class: "summary" }, page.subjects.map((s) => el("b", {}, `${s.name} ${s.version}`.trim() + " ")),
      order.filter((v) => by[v]).map((v) => el("span", { class: "verdict-" + v.replace(" ", "-") }, `${signs[v]} ${by[v]} ${v}`)));
  }

  function card(r, open) {
    return el("article", { class: "card" },
      el("h3", {}, el("a", { href: `#run/${r.i}`, onclick: () => open(r.i) }, `${r.suite}/${r.scenario}`), ` seed ${r.seed}`),
      el("p", { class: "bad" }, `✕ ${r.property}`), r.step && el("p", {}, `▶ first wrong step: ${r.step}`), r.facts.slice(0, 2).map((f) => el("p", { class: "fact-line" }, f)),
      el("p", { class: "go" }, el("a", { href: `#run/${r.i}` }, `Open the timeline at ${r.step ? "the first wrong step" : "the moment it broke"} →`)));
  }

  function table(page, open) {
    const head = ["Suite", "Scenario", "Verdict", "Seeds", "Virtual time", "Wall time", "Messages", "Bytes", "Commits", "Judged"];
    return el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, head.map((h, i) => el("th", { scope: "col", class: i > 2 && "number" }, h)))),
      el("tbody", {}, page.rows.map((r) => row(page, r, open)))));
  }

  function row(page, r, open) {
    const run = page.runs.findIndex((x) => x.suite === r.suite && x.scenario === r.scenario);
    const name = run < 0 ? r.scenario : el("a", { href: `#run/${run}`, onclick: () => open(run) }, r.scenario);
    const first = r.failures[0];
    const why = first ? ` ${first.property} (${first.class}), seed ${first.seed}` + (r.failures.length > 1 ? ` (${r.failures.length} of ${r.seeds} seeds)` : "") : r.note ? ` ${r.note}` : "";
    const numbers = [r.seeds || "", ns(r.virtual_ns), ns(r.wall_ns), ...[r.messages, r.bytes, r.commits, r.judged].map((n) => (r.seeds ? count(n) : ""))];
    return el("tr", {}, el("td", {}, r.suite), el("td", {}, name),
      el("td", {}, el("span", { class: "verdict-" + r.verdict.replace(" ", "-") }, `${signs[r.verdict] || "?"} ${r.verdict}`), why && el("span", { class: "why" }, why)),
      numbers.map((n) => el("td", { class: "number" }, String(n))));
  }

  function features(list) {
    return el("div", { class: "scroll" }, el("table", {},
      el("thead", {}, el("tr", {}, ["Feature", "Declared", "Passed", "Failed", "Skipped"].map((h, i) => el("th", { scope: "col", class: i > 1 && "number" }, h)))),
      el("tbody", {}, list.map((f) => el("tr", {}, el("td", {}, f.name), el("td", {}, f.declared ? "yes" : "no"),
        [f.passed, f.failed, f.skipped].map((n) => el("td", { class: "number" }, count(n))))))));
  }

  function runs(page, open) {
    if (page.runs.length === 0) return el("p", { class: "quiet" }, "No run left a run.json: failing ones do, and with -raft.keep all.");
    return el("section", {}, el("h2", {}, `Timelines (${plural(page.runs.length, "run")})`), el("ul", { class: "runs" }, page.runs.map((r, i) => el("li", {},
      el("a", { href: `#run/${i}`, onclick: () => open(i) }, `${r.suite}/${r.scenario}, seed ${r.seed}`), r.property ? ` ✕ ${r.property}` : " ✓ passed"))));
  }

  return { make };
})();
