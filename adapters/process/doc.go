// Command process judges a Raft that is a program of any language, which reads events
// from its standard input and writes what it does to its standard output, a line each.
//
// Usage:
//
//	go run github.com/raftcheck/raftcheck/adapters/process [flags] -- COMMAND [ARGUMENTS]
//	go run github.com/raftcheck/raftcheck/adapters/process check [-v] -- COMMAND [ARGUMENTS]
//
//	-suite NAME     only this suite
//	-run PATTERN    only scenarios that match: ReElection, or election/ReElection
//	-seed N         seed of the first run of each scenario (1)
//	-seeds N        how many seeds to run each scenario with (1)
//	-deviations N   suite explore tries every run with so many deviations from its
//	                script (0)
//	-artifacts DIR  where failing scenarios leave what they have
//	-raft.schedule FILE
//	                judge by this schedule of suite chaos alone
//	-json           print a conformance report (docs/conformance.md) on standard
//	                output, and all else on standard error
//
// Flags may also follow the command, behind another --, as they do in the lines that
// replay a failure. What the program has to do is in docs/plugging-in/process.md.
//
// check speaks each event with a small cluster of the program's, without faults, and
// names the first answer that is not the protocol. -v prints all that is said.
//
// It exits with 0 if every scenario passed, with 1 if one did not, and with 2 if the
// program could not be judged, or not by every scenario: it is not there, it does not
// speak the protocol, or Ctrl-C, SIGTERM or a closed terminal ended the command. With
// check, 1 is for an answer that is not the protocol, or if not all events came about.
package main
