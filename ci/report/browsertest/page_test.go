package browsertest

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/ci/report"
	"github.com/raftcheck/raftcheck/ci/results"
	"github.com/raftcheck/raftcheck/suites/runfile"
)

// The first page names the failing scenario, and its link leads to the run.
func TestResults(t *testing.T) {
	f := twoLeaders(t)
	b := open(t, f, busy(t))
	text := get[string](b, `document.body.innerText`)
	for _, want := range []string{"1 failed", "1 passed", "demo/TwoLeaders", "Election Safety", "said it is the leader of term", "Busy"} {
		require.Contains(t, text, want)
	}
	b.scheme("light")
	b.screenshot("report-results-light")
	b.do(chromedp.Click(chromedp.CSS(".card h3 a")), chromedp.WaitVisible(chromedp.CSS("canvas.timeline")))
	require.Contains(t, get[string](b, `document.getElementById("where").textContent`), fmt.Sprint("demo/TwoLeaders, seed ", f.Seed))
}

// What the gate knows of several seeds is a line a suite, within the drawing.
func TestGrowth(t *testing.T) {
	var scenarios []results.Scenario
	for i, suite := range []string{"agreement", "chaos"} {
		s := results.Scenario{Suite: suite, Scenario: "A"}
		for seed := range 40 {
			run := results.Run{Seed: uint64(seed)}
			run.States[i*100+seed], run.States[i] = 1+byte(i), 1
			s.Runs = append(s.Runs, run)
		}
		scenarios = append(scenarios, s)
	}
	b := openPage(t, &report.Input{Results: []*results.Results{{Scenarios: scenarios}}})
	require.Regexp(t, `chaos: about \d+ states in 40 seeds`, get[string](b, `document.body.innerText`))
	require.Equal(t, 2, get[int](b, `document.querySelectorAll(".growth .line").length`))
	require.Positive(t, get[int](b, `document.querySelectorAll(".growth .grid").length`))
	require.True(t, get[bool](b, `[...document.querySelectorAll(".growth path, .growth text")].every((e) => {
		const at = e.getBoundingClientRect(), all = e.ownerSVGElement.getBoundingClientRect();
		return at.width > 0 && at.left >= all.left && at.right <= all.right && at.top >= all.top && at.bottom <= all.bottom;
	})`))
	require.Empty(t, get[[]string](b, `window.wrong`))
	b.scheme("light")
	b.screenshot("report-growth")
}

// The timeline of a run begins at its first wrong step, with marks at the messages;
// the links above it lead to these.
func TestTheFirstWrongStep(t *testing.T) {
	f := secondVote(t)
	step := f.FirstStep()
	require.NotNil(t, step)
	require.Len(t, step.Against, 1)
	b := open(t, f)
	text := get[string](b, `document.body.innerText`)
	for _, want := range []string{"▶ first wrong step: " + step.Rule, "Open the timeline at the first wrong step", "in 1 scenario: " + step.Rule} {
		require.Contains(t, text, want)
	}
	b.openRun(0)
	atTheStep := func() {
		t.Helper()
		from, to := b.inView()
		at := step.Event.At.Seconds()
		require.Less(t, from, at)
		require.Greater(t, to, at)
		require.Less(t, to-from, f.Numbers.Virtual.Seconds()/3, "not the whole run")
		require.Contains(t, get[[]string](b, `raftcheck.current.boxes().filter(b => b.item.sign).map(b => b.item.sign + b.item.flight.id)`), "▶"+step.Event.Datagram)
	}
	atTheStep()
	said := get[string](b, `document.querySelector(".wrong").innerText`)
	require.Contains(t, said, step.Rule)
	require.Contains(t, said, step.Facts[0])
	b.scheme("light")
	b.screenshot("report-first-step")
	for sign, e := range map[string]runfile.Event{"◆": step.Against[0], "▶": step.Event} {
		b.click(fmt.Sprintf("%s %.6fs %d → %d %s", sign, e.At.Seconds(), e.From, e.To, e.Short))
		require.Equal(t, e.Datagram, get[string](b, `raftcheck.current.selected().flight.id`))
		from, to := b.inView()
		require.Less(t, from, e.At.Seconds())
		require.Greater(t, to, e.At.Seconds())
	}
	b.press("0")
	b.press("w")
	atTheStep()
}

// Where no wrong step is known, nothing says that there is one.
func TestNoFirstWrongStep(t *testing.T) {
	f := staleRead(t)
	b := open(t, f)
	require.NotContains(t, get[string](b, `document.body.innerText`), "wrong step")
	b.openRun(0)
	require.True(t, get[bool](b, `document.querySelector(".wrong") === null`))
	require.Regexp(t, `(\d+) of (\d+) messages were understood; none of them is a wrong step`, get[string](b, `document.body.innerText`))
	require.NotContains(t, get[string](b, `document.querySelector(".bar").innerText`), "wrong step")

	f.Course = &runfile.Course{Read: 3, Sent: 400}
	b = open(t, f)
	b.openRun(0)
	require.Contains(t, get[string](b, `document.body.innerText`), "3 of 400 messages were understood: this run was judged by what replicas say.")
}

// The key m shows the moment at which an oracle saw the run break, and both facts.
func TestTheMomentItBroke(t *testing.T) {
	f := twoLeaders(t)
	b := open(t, f)
	b.openRun(0)
	atTheMoment := func() {
		t.Helper()
		from, to := b.inView()
		at := f.Moment.At.Seconds()
		require.Less(t, from, at)
		require.Greater(t, to, at)
		require.Less(t, to-from, f.Numbers.Virtual.Seconds()/3, "not the whole run")
		require.Equal(t, 2.0, get[float64](b, `new Set(raftcheck.current.boxes().filter(b => b.item.fact && b.x1 > 104).map(b => b.item.number)).size`),
			"both facts are in view")
	}
	b.press("m")
	atTheMoment()
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.screenshot("report-timeline-" + scheme)
	}
	b.press("0")
	from, to := b.inView()
	require.LessOrEqual(t, from, 0.0)
	require.GreaterOrEqual(t, to, f.Numbers.Virtual.Seconds())
	b.screenshot("report-whole-run")
	b.press("m")
	atTheMoment()
	b.press("0")
	b.click("⚑ The moment it broke")
	atTheMoment()
}

// A history that is not linearizable is marked at the operations that
// contradict each other.
func TestTheContradiction(t *testing.T) {
	f := staleRead(t)
	b := open(t, f)
	b.openRun(0)
	marked := get[[]int](b, `[...new Set(raftcheck.current.boxes().filter(b => b.item.operation && b.item.operation.bad).map(b => b.item.operation.id))]`)
	require.ElementsMatch(t, f.Moment.Operations, marked)
	b.scheme("light")
	b.screenshot("report-contradiction")
}

// Nothing that a command contains is run, or becomes an element, wherever it is
// shown.
func TestHostileCommands(t *testing.T) {
	b := open(t, staleRead(t))
	requireHarmless := func(where string) {
		t.Helper()
		require.Equal(t, "undefined", get[string](b, `typeof window.pwned`), where)
		require.Zero(t, get[int](b, `document.querySelectorAll("img").length`), where)
	}
	require.Contains(t, get[string](b, `document.body.innerText`), "<script>", "it is shown, as text")
	requireHarmless("results")
	b.openRun(0)
	for range 12 {
		b.press("n")
	}
	// hover over every operation and some arrows
	boxes := get[[]struct{ X, Y float64 }](b, `raftcheck.current.boxes().filter(b => b.item.operation).map(b => {
		const r = raftcheck.current.canvas.getBoundingClientRect();
		return {X: r.x + Math.max(b.x0 + 2, 110), Y: r.y + (b.y0 + b.y1) / 2};
	})`)
	require.NotEmpty(t, boxes)
	for _, at := range boxes {
		b.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y))
		b.settle()
		require.Contains(t, get[string](b, `document.querySelector(".tip").innerText`), "<script>")
		b.do(chromedp.MouseClickXY(at.X, at.Y))
		b.settle()
		require.Contains(t, get[string](b, `document.querySelector(".chosen").innerText`), "<script>")
	}
	requireHarmless("timeline")

	// The policy holds even if a script of the page were to make an element.
	b.do(chromedp.Evaluate[chromedp.Void](`document.body.append(Object.assign(document.createElement("script"), {textContent: "window.pwned = 3"}))`))
	requireHarmless("policy")
}

func TestKeyboard(t *testing.T) {
	b := open(t, twoLeaders(t))
	b.openRun(0)
	require.Equal(t, "application", get[string](b, `document.activeElement.getAttribute("role")`), "the timeline has the focus")
	from, to := b.inView()
	b.press(kb.ArrowRight)
	later, _ := b.inView()
	require.Greater(t, later, from)
	b.press(kb.ArrowLeft)
	back, _ := b.inView()
	require.InDelta(t, from, back, (to-from)/1000)
	b.press(kb.ArrowUp)
	a, z := b.inView()
	require.InDelta(t, (to-from)/1.5, z-a, (to-from)/100, "closer")
	b.press(kb.ArrowDown)

	b.press("n")
	first := get[float64](b, `raftcheck.current.selected().t`)
	b.press("n")
	second := get[float64](b, `raftcheck.current.selected().t`)
	require.GreaterOrEqual(t, second, first)
	require.NotEmpty(t, get[string](b, `document.querySelector("[aria-live]").textContent`), "it is read out")
	b.press("p")
	require.Equal(t, first, get[float64](b, `raftcheck.current.selected().t`))
	b.screenshot("report-selected")
	b.press(kb.Escape)
	require.True(t, get[bool](b, `raftcheck.current.selected() === undefined`))
	b.press(kb.End)
	_, end := b.inView()
	require.Greater(t, end, get[float64](b, `raftcheck.current.model.end`))

	b.press(kb.Tab) // every control can be reached, and says what it is
	unnamed := get[int](b, `[...document.querySelectorAll("button, canvas[tabindex], a")].filter(e => !(e.textContent || e.getAttribute("aria-label"))).length`)
	require.Zero(t, unnamed)
	outline := get[string](b, `raftcheck.current.canvas.focus(), getComputedStyle(raftcheck.current.canvas).outlineStyle`)
	require.Equal(t, "solid", outline, "focus is visible")
}

func TestFilters(t *testing.T) {
	b := open(t, twoLeaders(t))
	b.openRun(0)
	before := get[int](b, `raftcheck.current.flightsInView()`)
	b.click("Replies")
	require.Less(t, get[int](b, `raftcheck.current.flightsInView()`), before)
	b.click("4")
	require.Equal(t, 0, get[int](b, `raftcheck.current.boxes().filter(b => b.item.role && b.item.replica === 4).length`))
	require.Equal(t, "false", get[string](b, `[...document.querySelectorAll(".chip")].find(c => c.textContent === "4").getAttribute("aria-pressed")`))
}

func TestThemes(t *testing.T) {
	b := open(t, twoLeaders(t))
	background := func() string { return get[string](b, `getComputedStyle(document.body).backgroundColor`) }
	b.scheme("light")
	light := background()
	b.scheme("dark")
	dark := background()
	require.NotEqual(t, light, dark)
	b.do(chromedp.Click(chromedp.CSS("#theme"))) // auto → light
	require.Equal(t, light, background())
	b.do(chromedp.Click(chromedp.CSS("#theme")))
	b.scheme("light")
	require.Equal(t, dark, background())
}

// A frame of a run of 10,000 events is fast enough for a smooth motion, and only
// what is in view is drawn. The bound is on the fastest frame, which does not
// depend on what else the machine does; the log has more.
func TestSmooth(t *testing.T) {
	f := busy(t)
	b := open(t, f)
	b.openRun(0)
	measure := `(() => {
		const c = raftcheck.current, times = [];
		const [from, to] = %s;
		for (let i = 0; i < 60; i++) {
			const shift = (to - from) * 0.002 * i;
			c.show(from + shift, to + shift);
			const begin = performance.now();
			c.drawNow();
			times.push(performance.now() - begin);
		}
		times.sort((a, b) => a - b);
		return {Least: times[0], Median: times[30], Worst: times[59], Flights: c.flightsInView(), All: c.model.flights.length};
	})()`
	for name, stretch := range map[string]string{
		"whole run": `[0, c.model.end]`, "a tenth": `[c.model.end * 0.4, c.model.end * 0.5]`, "a hundredth": `[c.model.end * 0.4, c.model.end * 0.41]`,
	} {
		got := get[struct{ Least, Median, Worst, Flights, All float64 }](b, fmt.Sprintf(measure, stretch))
		t.Logf("%d events, %s in view (%.0f flights): a frame takes %.1f ms, at best %.1f ms, at worst %.1f ms", len(f.Events), name, got.Flights, got.Median, got.Least, got.Worst)
		require.Less(t, got.Least, 50.0, name)
		if name == "a hundredth" {
			require.Less(t, got.Flights, got.All/10)
		}
	}
}
