package harness

import (
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
)

// ReplayCommand returns the command that runs a scenario's test again with a
// seed, from anywhere in the module.
func ReplayCommand(test string, seed uint64) string {
	pkg := "."
	if info, ok := debug.ReadBuildInfo(); ok {
		pkg = strings.TrimSuffix(info.Path, ".test")
	}
	return ReplayCommandOf(pkg, test, seed)
}

// ReplayCommandOf is [ReplayCommand] for a test of another package.
func ReplayCommandOf(pkg, test string, seed uint64) string {
	if *replayFlag != "" {
		return fmt.Sprintf("%s -run '%s' -seed=%d", *replayFlag, exactly(test), seed)
	}
	command := fmt.Sprintf("go test %s -run '%s' -count=1 -v -raft.seed=%d", pkg, exactly(test), seed)
	if *realtimeFlag {
		command += " -raft.realtime"
	}
	return command
}

// exactly returns the pattern for -run that matches one test and no other.
func exactly(test string) string {
	var pattern []string
	for part := range strings.SplitSeq(test, "/") {
		pattern = append(pattern, "^"+regexp.QuoteMeta(part)+"$")
	}
	return strings.Join(pattern, "/")
}
