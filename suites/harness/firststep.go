package harness

import (
	"fmt"
	"strings"

	"github.com/raftcheck/raftcheck/checker"
	"github.com/raftcheck/raftcheck/labrpc"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// Course is what came of following the messages of the run.
func (e *Evidence) Course() steps.Course { return e.account.Course }

// tellCourse tells of the first wrong step of a run that failed by a property: the
// messages, and what it breaks if that is not the property. If no step is known it
// tells how many messages were understood.
func tellCourse(c steps.Course, failed checker.Property) string {
	switch {
	case c.First != nil && c.First.Rule == failed:
		return "  first wrong step, and what it is held against:\n" + tellMessages(c.First)
	case c.First != nil:
		return fmt.Sprintf("  first wrong step: %s\n    %s\n", c.First.Breaks(), strings.Join(c.First.Facts, "\n    ")) + tellMessages(c.First)
	case c.Sent == 0:
		return ""
	case c.Read < c.Sent/2:
		return fmt.Sprintf("  messages:  not read: judged by what replicas say (%d of %d understood)\n", c.Read, c.Sent)
	}
	return fmt.Sprintf("  messages:  %d of %d understood, no wrong step among them\n", c.Read, c.Sent)
}

// tellMessages tells of a wrong step and of the events that it is held against.
func tellMessages(s *steps.Step) string {
	var b strings.Builder
	for _, event := range append(s.Against, s.Event) {
		fmt.Fprintf(&b, "    %s\n", withContent(event))
	}
	return b.String()
}

// withContent renders an event with what the message says.
func withContent(e labrpc.Event) string {
	return strings.TrimRight(fmt.Sprintf("%v  %s", e, e.Content), " ")
}
