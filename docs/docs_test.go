// Package docs tests that what the pages show is real code.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// block is a block of Go, with the comment before it that names the file it is
// from.
var block = regexp.MustCompile("(?m)(?:^<!-- (\\S+) -->\n)?^```go\n((?s:.*?))^```$")

// link is one to a file of the repository.
var link = regexp.MustCompile(`\]\(([^):#]+)\)`)

func TestPagesAboutPluggingIn(t *testing.T) {
	pages, err := filepath.Glob("plugging-in/*.md")
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	blocks := 0
	for _, page := range append(pages, "plugging-in.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, m := range block.FindAllStringSubmatch(string(text), -1) {
			require.NotEmpty(t, m[1], "%s: say which file this is from, in a comment before it:\n%s", page, m[2])
			source, err := os.ReadFile(filepath.Join("..", m[1]))
			require.NoError(t, err)
			require.Contains(t, string(source), m[2], "%s shows what is not in %s", page, m[1])
			blocks++
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(page), m[1]))
			require.NoError(t, err, "%s has a link to what is not there", page)
		}
	}
	require.Positive(t, blocks)
}
