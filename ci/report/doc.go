// Package report shows runs to people: report.html, one page that needs no
// network, and exports for Perfetto and ShiViz. It reads what the harness leaves
// of a run (run.json, a [runfile.File]), what the gate writes down
// (results.json) and conformance reports.
//
//	DIR… ──Find──▶ Input ──NewPage──▶ Page ──Write──▶ report.html
//	                  └── Perfetto, ShiViz ──▶ next to each run.json
//
// What a run contains, an implementation can have put there: the bytes of a
// command, a panic, a name. So none of it becomes HTML. It is embedded as JSON in
// which "<", ">", "&" and the line separators of Unicode are escaped; the page's
// scripts make text of it and nothing else; and the page's Content Security
// Policy lets no script run but those, by their hashes.
package report
