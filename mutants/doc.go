// Command mutants measures what the suites catch: it puts known bugs into the
// reference Raft, one at a time, and runs every scenario on each.
//
// Usage, in the root of the module:
//
//	go run ./mutants [flags]
//
//	-run REGEXP    only mutants whose name matches
//	-suite NAMES   only the scenarios of these suites, such as election,agreement
//	-budget N      seeds to try with a mutant that survives seed 1 (50)
//	-jobs N        mutants judged at the same time (number of processors); where
//	               there are fewer, their seeds are spread over processes
//	-quick         stop at the first scenario that kills a mutant
//	-replay        only run what killed each mutant last time, from results.json;
//	               a mutant that survives that is a failure
//	-json          print the kills as JSON instead of a table
//	-variants      run the suites on the correct variants instead; a failure of
//	               one is a failure
//	-seeds N       seeds of each scenario, with -variants (1)
//	-chaos N       further seeds of suite chaos, with -variants (0)
//	-stalls        build the variants with the stand-ins for packages sync and time,
//	               without which the scenarios are skipped in which locks stall
//	-update        write mutants/matrix.jsonl, which has all kills, and what is made of
//	               it: mutants/results.json, docs/mutants.md and docs/bugs.md. Fail if
//	               kept.go lacks the reason to keep a scenario. With -run only these
//	               mutants are judged; with -variants, write docs/variants.md
//
// A mutant is a patch to raft/ under mutants/corpus, in a folder named for what
// it concerns: a header of "Key: value" lines, an empty line, and a unified
// diff. The header's keys are
//
//	Breaks       the property that the bug breaks, as in package checker or world
//	What         the bug, in a sentence
//	Schedule     what has to happen for it to show
//	Source       where somebody shipped it, if anybody did
//	Equivalent   why no schedule can show it; the mutant then does not count
//	First        the rule of package steps that the first wrong message breaks, or
//	             several with commas between if that depends on the run; or
//	             "none: " and why no message is wrong. Needed where Breaks is a
//	             property of class safety
//	Needs        stalls, if it shows only where locks stall: it is built with the
//	             stand-ins for packages sync and time then; or features, if it is in
//	             what the thesis adds: raft.Full is judged then; or leases, and it is
//	             raft.Leased
//
// A variant is a patch of the same form under mutants/variants: a Raft that is
// correct, but differs from the reference in a habit. Its header says What is
// different and why that is Correct. One that is Slow says why: verdicts of class
// cost are no failures then. One that Needs features is a variant of raft.Full.
//
// A patch under mutants/python puts the bug of the mutant of that name, its twin, into
// examples/process/python, so that a replica is seen to be judged alike in whatever
// language: a test of adapters/process/node has what kills the twin, as results.json
// says, kill it by the same property. Where the example sends other messages than the
// reference, the header names another Scenario, and says Because of what.
//
// Patches are applied by git to copies of the files, and the copies put in their
// place for the build by the go command's -overlay: the checkout is never
// written. A patch that does not apply, or does not compile, is an error.
//
// A mutant counts as killed if a scenario failed with a verdict of its own: each
// runs in a process of its own (-raft.isolate), so that one that hangs, panics
// or ends its process has one too. The command exits with 1 if a mutant survives
// that is not equivalent.
package main
