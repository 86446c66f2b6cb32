package excerpt_test

import _ "github.com/raftcheck/raftcheck/suites/harness" // its flags: go test ./suites/... passes them to this package, too
