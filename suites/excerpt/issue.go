package excerpt

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/raftcheck/raftcheck/suites/runfile"
)

// maxBlock is how many bytes a block of text has at most, so that all of an issue
// fits into the 65,536 characters that GitHub takes.
const maxBlock = 8 << 10

// A Section is a part of an issue with a title.
type Section struct{ Title, Text string }

// Issue tells of a failed run as Markdown, for an issue tracker. What more there is
// comes before the command that replays the run.
func Issue(f *runfile.File, more ...Section) string {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s\n\n", title(f))
	if f.Failure != nil {
		fmt.Fprintf(&b, "Broken: %s.\n\n%s", f.Failure.Claim, block(strings.Join(f.Failure.Facts, "\n")))
	}
	fmt.Fprintf(&b, "Implementation: `%s %s`. ", inline(f.Implementation.Name), inline(f.Implementation.Version))
	fmt.Fprintf(&b, "The scenario claims: %s (%s)\n\n", f.Claim, f.Paper)
	if s := f.FirstStep(); s != nil {
		fmt.Fprintf(&b, "### First wrong step\n\nIt breaks: %s.\n\n%s", s.Rule, block(stepText(s)))
	}
	fmt.Fprintf(&b, "### Cluster\n\n%s\n", standings(f))
	fmt.Fprintf(&b, "### Around it\n\n%s", block(columns(f, false)))
	for _, s := range more {
		fmt.Fprintf(&b, "### %s\n\n%s", s.Title, block(s.Text))
	}
	fmt.Fprintf(&b, "### Replay\n\n%s", block(f.Replay))
	return b.String()
}

// stepText is the facts of a step, and the messages with all that they say.
func stepText(s *runfile.Step) string {
	var b strings.Builder
	for _, fact := range s.Facts {
		fmt.Fprintln(&b, fact)
	}
	for _, e := range append(s.Against, s.Event) {
		fmt.Fprintf(&b, "%12.6fs  %d→%d  %s  %s\n", e.At.Seconds(), e.From, e.To, says(e), e.Content)
	}
	return b.String()
}

// inline returns text that may stand between two backticks.
func inline(text string) string { return strings.ReplaceAll(printable(text), "`", "'") }

var backticks = regexp.MustCompile("`+")

// block returns text as a block of code that nothing in it can end.
func block(text string) string {
	text = strings.TrimRight(text, "\n")
	if len(text) > maxBlock {
		cut := maxBlock
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "\n… cut short"
	}
	fence := "```"
	for _, run := range backticks.FindAllString(text, -1) {
		fence = max(fence, run+"`")
	}
	return fmt.Sprintf("%s\n%s\n%s\n\n", fence, text, fence)
}
