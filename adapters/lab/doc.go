// Command lab judges the Raft in a checkout of the MIT 6.824/6.5840 labs, of any
// year since 2016 or of a course that builds on them, without changing or writing
// a file in it.
//
// Usage:
//
//	go run github.com/raftcheck/raftcheck/adapters/lab -dir PATH/TO/6.5840/src [flags]
//	go run github.com/raftcheck/raftcheck/adapters/lab -list FILE [flags]
//
//	-dir DIR        the checkout: its src directory, the one above, or the Raft's own;
//	                given several times, a class
//	-list FILE      a class: one checkout a line
//	-part A         elections alone, for a Raft that does no more yet
//	-suite NAME     only this suite
//	-run PATTERN    only scenarios that match: ReElection, or election/ReElection
//	-seed N         seed of the first run of each scenario (1)
//	-seeds N        how many seeds to run each scenario with (1)
//	-race           build with the race detector
//	-strict         fail scenarios whose killed replicas leave goroutines, and
//	                those that cost more than their bound
//	-deviations N   suite explore tries every run with so many deviations from its
//	                script (1)
//	-artifacts DIR  where failing scenarios leave what they have
//	-raft.schedule FILE
//	                judge by this schedule of suite chaos alone
//	-json           print a conformance report (docs/conformance.md) on standard
//	                output, and all else on standard error
//
// and for a class
//
//	-out DIR        where the table, the page and the reports go
//	-time D, -memory MIB, -processes N, -output MIB
//	                what judging one checkout may take
//
// It makes a module in a temporary directory from copies of the student's Go
// files, with the lab's own packages (labrpc, labgob, tester1, the Persister)
// replaced by stand-ins over raftcheck's, builds a test that runs all suites, and
// runs it, a process a scenario, so that a hang, a panic or a log.Fatal costs
// only the scenario it happens in. Positions in panics are those of the
// student's files.
//
// A class is judged a process a checkout, within bounds that keep one from costing
// another its verdict. They are no protection against programs that mean harm: see
// docs/plugging-in/lab.md.
//
// It exits with 0 if every scenario passed, with 1 if one did not, and with 2 if
// the checkout could not be judged, or not by every scenario: Ctrl-C, SIGTERM or a
// closed terminal end it with all that it started. It prints what was judged until
// then, and leaves nothing but what failing scenarios left. A second signal ends
// it at once.
package main
