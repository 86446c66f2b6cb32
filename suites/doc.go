// Package suites judges a Raft implementation by every suite there is. A module
// that has a Raft plugs it in with a test of a few lines:
//
//	func TestRaft(t *testing.T) {
//		suites.Run(t, raftiface.Implementation{
//			Name: "my raft",
//			Make: func(env raftiface.Env) (raftiface.Raft, error) { … },
//		})
//	}
//
// Each suite is a subtest, and each scenario one of that suite's:
//
//	go test -run 'TestRaft/election/ReElection' -v
//
// The flags -raft.seed, -raft.seeds and the others of package harness choose
// seeds, clock and artifacts. The scenarios are listed in docs/scenarios.md.
package suites
