package harness

import (
	"fmt"
	"strings"

	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Course follows the messages of a run of which the trace has kept what they say,
// from the begin on; else it is that of no message.
func (e *Evidence) Course() steps.Course {
	events := e.account.Events()
	if len(events) == 0 || e.account.Trace.Len() > len(events) {
		return steps.Course{}
	}
	return steps.Follow(e.scenario.Replicas, events)
}

// tellFirstStep tells of the first wrong step of a failure: what it breaks, and
// the messages. It is empty if none is known.
func (e *Evidence) tellFirstStep() string {
	s := e.Course().First
	if s == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  first wrong step: %s\n", s.Rule)
	for _, fact := range s.Facts {
		fmt.Fprintf(&b, "    %s\n", fact)
	}
	for _, event := range append(s.Against, s.Event) {
		fmt.Fprintf(&b, "    %s\n", withContent(event))
	}
	return b.String()
}

// withContent renders an event with what the message says.
func withContent(e labrpc.Event) string {
	return strings.TrimRight(fmt.Sprintf("%v  %s", e, e.Content), " ")
}
