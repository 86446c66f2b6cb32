package main

import "github.com/raftcheck/raftcheck/adapters/maelstrom/trial"

// fileReport is the report for programs.
type fileReport struct {
	Program  []string      `json:"program"`
	Nodes    int           `json:"nodes"`
	Workload string        `json:"workload"`
	Verdict  trial.Verdict `json:"verdict"`
	Scale    float64       `json:"scale"` // of all bounds on time
	Idle     []idleReport  `json:"idle"`
	Stories  []storyReport `json:"stories"`
}

// idleReport is how much of a processor a node takes when it has nothing to do, and for how
// much of the time it waits for one.
type idleReport struct {
	Node   string  `json:"node"`
	Ran    float64 `json:"ran"`
	Waited float64 `json:"waited"`
	Busy   bool    `json:"busy"`
}

// storyReport is what came of a story. Times are in seconds.
type storyReport struct {
	Story       string          `json:"story"`
	Seed        uint64          `json:"seed"`
	Verdict     trial.Verdict   `json:"verdict"`
	Interrupted bool            `json:"interrupted,omitempty"`
	Took        float64         `json:"took"`
	Operations  int             `json:"operations"`
	Messages    int             `json:"messages"`
	Lost        int             `json:"lost"`
	Errors      map[string]int  `json:"errors"`
	Network     string          `json:"network,omitempty"`
	Faults      []faultReport   `json:"faults"`
	Findings    []findingReport `json:"findings"`
	Notes       []string        `json:"notes,omitempty"`
}

type faultReport struct {
	Kind    trial.Kind `json:"kind"`
	At      float64    `json:"at"`
	End     float64    `json:"end"`
	Victims []string   `json:"victims"`
}

type findingReport struct {
	Property string  `json:"property"`
	Class    string  `json:"class"`
	Node     string  `json:"node,omitempty"`
	At       float64 `json:"at"`
	Text     string  `json:"text"`
}

func (r *report) forPrograms(v trial.Verdict) fileReport {
	f := fileReport{Program: append([]string{r.bin}, r.args...), Nodes: r.nodes, Workload: "lin-kv", Verdict: v, Scale: r.scale, Idle: []idleReport{}, Stories: r.stories}
	for _, l := range r.idle {
		f.Idle = append(f.Idle, idleReport{l.Node, l.Ran, l.Waited, l.Busy()})
	}
	return f
}

func newStoryReport(r trial.Result) storyReport {
	s := storyReport{
		Story: r.Story, Seed: r.Seed, Verdict: r.Verdict, Interrupted: r.Interrupted, Took: r.Took.Seconds(), Operations: len(r.History),
		Messages: r.Messages, Lost: r.Lost, Errors: r.Errors, Network: r.Weather.String(), Faults: []faultReport{}, Findings: []findingReport{}, Notes: r.Notes,
	}
	for _, e := range r.Events {
		s.Faults = append(s.Faults, faultReport{e.Kind, e.At.Seconds(), e.End.Seconds(), e.Victims})
	}
	for _, f := range r.Findings {
		s.Findings = append(s.Findings, findingReport{string(f.Property), string(f.Class), f.Node, f.At.Seconds(), f.Text})
	}
	return s
}
