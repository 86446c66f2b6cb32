package report

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"

	"github.com/raftcheck/raftcheck/internal/outcome"
	"github.com/raftcheck/raftcheck/suites/harness"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

//go:embed assets
var assets embed.FS

// scripts are the page's, in the order in which they need each other.
var scripts = []string{
	"vendor/d3.min.js", "format.js", "model.js", "layout.js", "paint.js", "rails.js", "pick.js",
	"overview.js", "view.js", "panel.js", "timeline.js", "growth.js", "results.js", "main.js",
}

// Limits bound a page, which a browser has to hold.
type Limits struct {
	// Runs is how many runs have a timeline, failing ones first.
	Runs int
	// Messages is how many events of messages a timeline has: of more, those
	// around the moment at which it broke.
	Messages int
}

// DefaultLimits make pages that open at once.
var DefaultLimits = Limits{Runs: 40, Messages: 60_000}

// Page is what report.html shows.
type Page struct {
	Subjects []runfile.Subject `json:"subjects"`
	Rows     []Row             `json:"rows"`
	Growth   []Growth          `json:"growth"`
	Features []Feature         `json:"features"`
	Notes    []string          `json:"notes"`
	Alike    []Alike           `json:"alike"`
	Runs     []Entry           `json:"runs"`

	files []*runfile.File // those of Runs
}

// Entry names a run in the page's lists.
type Entry struct {
	Suite    string   `json:"suite"`
	Scenario string   `json:"scenario"`
	Seed     uint64   `json:"seed"`
	Property string   `json:"property"` // empty: it passed
	Facts    []string `json:"facts"`
	Step     string   `json:"step"` // the rule that the first wrong step breaks, empty: none is known
}

// Alike are scenarios whose failures look like one bug.
type Alike struct {
	Text string `json:"text"`
	Run  int    `json:"run"` // of Page.Runs, the one to start with; -1: it has no timeline
}

// NewPage puts a page together.
func NewPage(in *Input, limits Limits) *Page {
	p := &Page{Subjects: in.subjects(), Rows: in.rows(), Growth: in.growth(), Features: []Feature{}, Notes: in.notes(), Runs: []Entry{}}
	for _, r := range in.Reports {
		p.Features = append(p.Features, features(r)...)
	}
	shown := in.Runs[:min(limits.Runs, len(in.Runs))]
	if left := len(in.Runs) - len(shown); left > 0 {
		p.Notes = append(p.Notes, fmt.Sprintf("%d of %d runs have a timeline here, failing ones first; the flag -runs asks for more.", len(shown), len(in.Runs)))
	}
	for _, run := range shown {
		entry := Entry{Suite: run.Suite, Scenario: run.Scenario, Seed: run.Seed, Facts: []string{}}
		if f := run.Failure; f != nil {
			entry.Property = f.Property
			entry.Facts = append(entry.Facts, f.Facts...)
		}
		if s := run.FirstStep(); s != nil {
			entry.Step = s.Rule
		}
		p.Runs = append(p.Runs, entry)
		p.files = append(p.files, withLists(trimmed(run.File, limits.Messages)))
	}
	p.Alike = in.alike(shown)
	return p
}

// alike returns what failing runs have in common.
func (in *Input) alike(shown []Run) []Alike {
	var clues []harness.Clue
	for _, run := range in.Runs {
		if c := harness.ClueOf(run.File); c != nil {
			clues = append(clues, *c)
		}
	}
	all := []Alike{}
	for _, a := range outcome.AlikeOf(clues) {
		first := slices.IndexFunc(shown, func(r Run) bool {
			c := harness.ClueOf(r.File)
			return c != nil && *c == a.Clues[0]
		})
		all = append(all, Alike{a.String(), first})
	}
	return all
}

func (in *Input) subjects() []runfile.Subject {
	all := []runfile.Subject{}
	seen := map[runfile.Subject]bool{}
	add := func(s runfile.Subject) {
		if !seen[s] {
			seen[s] = true
			all = append(all, s)
		}
	}
	for _, r := range in.Reports {
		add(runfile.Subject(r.Implementation))
	}
	for _, r := range in.Runs {
		add(r.Implementation)
	}
	return all
}

// withLists returns a run in which no list is missing: the scripts count on
// them.
func withLists(f *runfile.File) *runfile.File {
	out := *f
	out.Events = append([]runfile.Event{}, f.Events...)
	out.Faults = append([]runfile.Fault{}, f.Faults...)
	out.Links = append([]runfile.Link{}, f.Links...)
	out.Operations = append([]runfile.Operation{}, f.Operations...)
	if f.Failure != nil {
		failure := *f.Failure
		failure.Facts = append([]string{}, failure.Facts...)
		out.Failure = &failure
	}
	if s := f.FirstStep(); s != nil {
		course, step := *f.Course, *s
		step.Facts, step.Against = append([]string{}, s.Facts...), append([]runfile.Event{}, s.Against...)
		course.First, out.Course = &step, &course
	}
	return &out
}

// trimmed returns a run with at most n events of messages: most of them from
// before its focus, or its end. All others stay, for what a replica is at some
// time follows from those before.
func trimmed(f *runfile.File, n int) *runfile.File {
	total, before := 0, 0
	focus, known := f.Focus()
	for _, e := range f.Events {
		if e.Datagram != "" {
			total++
			if !known || e.At <= focus {
				before++
			}
		}
	}
	if total <= n {
		return f
	}
	first := min(max(0, before-n*4/5), total-n)
	out := *f
	out.Events = nil
	i := 0
	for _, e := range f.Events {
		if e.Datagram != "" {
			i++
			if i <= first || i > first+n {
				continue
			}
		}
		out.Events = append(out.Events, e)
	}
	out.Dropped += total - n
	return &out
}

var pageTemplate = template.Must(template.New("page.html").ParseFS(assets, "assets/page.html"))

// Write writes the page as HTML.
func (p *Page) Write(w io.Writer) error {
	parts := struct {
		Policy, Style, Page string
		Runs, Scripts       []string
	}{Style: asset("style.css")}
	var allowed []string
	for _, name := range scripts {
		parts.Scripts = append(parts.Scripts, asset(name))
		allowed = append(allowed, hash(asset(name)))
	}
	parts.Policy = fmt.Sprintf("default-src 'none'; script-src %s; style-src %s; base-uri 'none'; form-action 'none'",
		strings.Join(allowed, " "), hash(parts.Style))
	var err error
	if parts.Page, err = embedded(p); err != nil {
		return err
	}
	for _, f := range p.files {
		run, err := embedded(f)
		if err != nil {
			return err
		}
		parts.Runs = append(parts.Runs, run)
	}
	if err := pageTemplate.Execute(w, parts); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// embedded returns v as JSON that may stand in a script element: package json
// escapes the characters that could end it or its lines.
func embedded(v any) (string, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("embed %T: %w", v, err)
	}
	return string(data), nil
}

// hash returns how a Content Security Policy names an inline script or style.
func hash(content string) string {
	sum := sha256.Sum256([]byte(content))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func asset(name string) string {
	data, err := assets.ReadFile("assets/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(data)
}
