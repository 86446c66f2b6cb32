// Package checker judges what a run of a Raft cluster did.
//
// Clients record what they asked and what they were told with a [Recorder].
// [Check] judges the recorded [History] for linearizability with Porcupine.
// While the run goes on, a [Safety] watches the replicas and reports every
// [Violation] of the Raft paper's safety properties it can see from outside.
package checker
