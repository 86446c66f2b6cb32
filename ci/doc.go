// Command ci runs the suites as a gate: it judges every scenario with as many
// seeds as it is told to or has time for, prints them as a table, and ends with
// a code that says what came of it. It drives go test -json. docs/ci.md shows
// how to set it up.
//
// Usage:
//
//	go run ./ci [flags] [package ...] [-raft.flag ...]
//	go run ./ci merge [flags] DIR ...
//	go run ./ci report [flags] DIR ...
//	go run ./ci around DIR ...
//	go run ./ci watch [flags] [package ...]
//
// Packages are those of go test; the default is ./suites/.... From another
// module it is
//
//	go run github.com/raftcheck/raftcheck/ci ./...
//
// with the packages whose tests run the suites. Flags of the test binaries may
// follow them.
//
// It exits with
//
//	 0  if every seed that was to be judged was, and all passed;
//	 1  if a property is violated, or a cost is worse than the baseline;
//	 2  if the gate could not judge: code does not build, a test failed that is
//	    no scenario, a process died or was killed, Porcupine could not decide,
//	    the harness failed, or seeds were not judged;
//	64  if it was called wrongly.
//
// A violation that was seen counts for more than what could not be judged. go run
// itself ends with 1 for every code but 0: build the command where they matter.
//
// Ctrl-C, SIGTERM and a closed terminal end it with all that it started. What was
// judged until then is printed and written, but for the JUnit report and a new
// baseline. A second signal ends it at once.
//
// # Processors
//
// Every process that runs scenarios has one processor. From four seeds on, those
// of a scenario are spread over processes (-raft.procs); as many packages are
// tested at the same time as leave no processor idle, and none overburdened.
//
// # Seeds
//
// -seed is the base; the seed at index i is the base plus i. Without -mode all
// -seeds (1) are run at once. With -mode=pr and -mode=batch they are run in
// batches, the first of which is the plain run with the base, until they end or
// no other batch fits into -budget. A pull request that is broken is given up
// after the batch that shows it. In a batch run failures are shown by kind:
// scenario, property and the shape of the facts, with their number, the first
// seed and a replay command.
//
// TEST_SHARD_INDEX and TEST_TOTAL_SHARDS choose a part of the seeds; package
// plan says which. With -o DIR the results are in DIR/results.json, and while the
// gate runs, in DIR/results.jsonl. Package results documents both. Merging the
// directories of all shards gives what one process would have written. report
// makes one page of them; see package report.
//
// # Watching
//
// watch runs the suites now and whenever a Go file below the working directory is
// saved: first what failed last time, with the seed it failed with, and then
// everything. A run that a save overtakes is ended.
package main
