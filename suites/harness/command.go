package harness

import (
	"fmt"
	"os"
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

// replayWithEnv is the environment variable in which a command that runs tests,
// such as standin, says how the lines begin that replay a failure.
const replayWithEnv = "RAFTCHECK_REPLAY_WITH"

// ReplayCommandOf is [ReplayCommand] for a test of another package.
func ReplayCommandOf(pkg, test string, seed uint64) string {
	if *replayFlag != "" {
		return fmt.Sprintf("%s -run '%s' -seed=%d", *replayFlag, exactly(test), seed)
	}
	command := fmt.Sprintf("%sgo test %s -run '%s' -count=1 -v -raft.seed=%d", os.Getenv(replayWithEnv), pkg, exactly(test), seed)
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
