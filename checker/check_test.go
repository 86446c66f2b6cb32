package checker

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// want is the verdict that the first line of a recorded history expects:
// "# illegal: what it is".
var want = regexp.MustCompile(`^# (ok|illegal|malformed): .+`)

// recorded returns the recorded histories and what Check must say of them.
func recorded(tb testing.TB) (names []string, histories map[string]History, verdicts map[string]Verdict) {
	files, err := filepath.Glob("testdata/*.jsonl")
	require.NoError(tb, err)
	require.NotEmpty(tb, files)
	histories, verdicts = make(map[string]History), make(map[string]Verdict)
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(tb, err)
		text, err := os.ReadFile(file)
		require.NoError(tb, err)
		first := want.FindSubmatch(text)
		require.NotNil(tb, first, "%s must begin with a line like # illegal: what it is", file)
		h, err := ReadHistory(f)
		require.NoError(tb, err, file)
		require.NoError(tb, f.Close())
		name := filepath.Base(file)
		names = append(names, name)
		histories[name], verdicts[name] = h, Verdict(first[1])
	}
	return names, histories, verdicts
}

func TestRecordedHistories(t *testing.T) {
	names, histories, verdicts := recorded(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			result := Check(histories[name], Limits{})
			require.Equal(t, verdicts[name], result.Verdict, result.Explain())
			t.Log(result.Explain())
		})
	}
}

func BenchmarkRecordedHistories(b *testing.B) {
	names, histories, verdicts := recorded(b)
	for _, name := range names {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if got := Check(histories[name], Limits{}).Verdict; got != verdicts[name] {
					b.Fatalf("verdict is %s, want %s", got, verdicts[name])
				}
			}
		})
	}
}
