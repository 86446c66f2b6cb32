// Package checker judges what a run of a Raft cluster did.
//
// There are two judges, which know different things and can both be right to
// complain alone.
//
// # Histories
//
// Clients record what they asked and what they were told with a [Recorder].
// The result is a [History], which [Check] judges for linearizability by the
// rules of [Apply]: after the run, on the wall clock, within [Limits] of time
// and memory. It knows nothing of Raft, only what clients saw.
//
//	h := recorder.History()
//	result := checker.Check(h, checker.Limits{})
//	if result.Verdict != checker.Ok {
//		t.Error(result.Explain())
//	}
//
// There are four verdicts, and one of them is a pass. A check that ran out of
// time or memory is [Undecided], and a recording that can't be one is
// [Malformed]. docs/checker.md says how a verdict is reached, and what it costs.
//
// What a history can prove depends on how well outcomes are told apart. A
// client that gives up leaves an operation that may take effect at any later
// time, which excuses much; so a harness that finds out that the operation
// never happened, because another command took its log index, says so. Values
// that are written once make contradictions plain, and log indexes make legal
// histories cheap to prove; neither is required.
//
// A history is kept as JSON lines, by [History.Write] and [ReadHistory]:
//
//	# a comment
//	{"id":1,"client":0,"replica":2,"call":"1.2s","return":"1.23s","input":{"kind":"get","key":"x"},"outcome":"done","output":{"value":"a","found":true},"index":7}
//
// # Safety
//
// While a run goes on, a [Safety] watches replicas: the terms they show, what
// Start answers, what they deliver. It holds them to the safety properties of
// the Raft paper (Figure 3) and to the contract of package raftiface, as far as
// that can be seen from outside, and a [Violation] names the facts that
// contradict each other.
package checker
