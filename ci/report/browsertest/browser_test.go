package browsertest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/report"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

var screenshots = flag.String("screenshots", "", "directory to write screenshots of the page to")

// chromium returns the path of the browser to test with, empty if there is none.
func chromium() string {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); name != "" && err == nil {
			return path
		}
	}
	return ""
}

// running is the browser that all tests share, each with a tab of its own.
var running context.Context

// patience is how long a page may take for all that a test does with it.
const patience = 2 * time.Minute

func TestMain(m *testing.M) {
	flag.Parse()
	ctx, cancel := context.WithCancel(context.Background())
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 940))
	if path := chromium(); path != "" {
		options = append(options, chromedp.ExecPath(path))
		ctx, _ = chromedp.NewExecAllocator(ctx, options...)
		running, _ = chromedp.NewContext(ctx)
	}
	code := m.Run()
	if running != nil {
		chromedp.Cancel(running) // waits until the browser has ended
	}
	cancel()
	os.Exit(code)
}

// start returns the context of the browser, which the first test starts.
func start(t *testing.T) context.Context {
	const missing = "no Chromium: install the package chromium, or set CHROMIUM to its path"
	switch {
	case running == nil && os.Getenv("CI") != "":
		t.Fatal(missing)
	case running == nil:
		t.Skip(missing)
	}
	require.NoError(t, chromedp.Do(running))
	return running
}

// A browser shows one page, as a file that somebody downloaded.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// open writes the page for the runs and opens it.
func open(t *testing.T, runs ...*runfile.File) *browser {
	t.Helper()
	in := &report.Input{}
	for _, f := range runs {
		in.Runs = append(in.Runs, report.Run{File: f})
	}
	return openPage(t, in)
}

// openPage writes the page and opens it.
func openPage(t *testing.T, in *report.Input) *browser {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, report.NewPage(in, report.DefaultLimits).Write(file))
	require.NoError(t, file.Close())

	ctx, cancel := chromedp.NewContext(start(t))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	b.do(chromedp.Navigate("file://"+path), chromedp.WaitVisible(chromedp.CSS("main > *")))
	b.do(chromedp.Evaluate[chromedp.Void](`window.wrong = []; window.addEventListener("error", e => window.wrong.push(e.message)); null`))
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// get evaluates an expression in the page.
func get[T any](b *browser, expression string) (value T) {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err, expression)
	return value
}

// settle waits for the next frame to be drawn. Nothing may have gone wrong in
// the page up to then.
func (b *browser) settle() {
	b.t.Helper()
	wrong, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](
		`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(window.wrong))))`, chromedp.EvalAwaitPromise))
	require.NoError(b.t, err)
	require.Empty(b.t, wrong)
}

// openRun opens the timeline of a run.
func (b *browser) openRun(i int) {
	b.t.Helper()
	b.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`location.hash = "#run/%d"`, i)), chromedp.WaitVisible(chromedp.CSS("canvas.timeline")))
	b.settle()
}

func (b *browser) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
	b.settle()
}

// inView returns the stretch of time in view, in seconds.
func (b *browser) inView() (from, to float64) {
	b.t.Helper()
	domain := get[[]float64](b, `raftcheck.current.domain()`)
	return domain[0], domain[1]
}

func (b *browser) scheme(name string) {
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}})
		return err
	}))
	b.settle()
}

// click clicks the button with a text.
func (b *browser) click(text string) {
	b.t.Helper()
	b.do(chromedp.Click(fmt.Sprintf(`//button[normalize-space(.)=%q]`, text)))
	b.settle()
}

// screenshot writes what the window shows, if the flag asks for it.
func (b *browser) screenshot(name string) {
	if *screenshots == "" {
		return
	}
	data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(*screenshots, name+".png"), data, 0o666))
}
