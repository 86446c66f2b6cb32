package outcome

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/harness"
)

const passing = `{"Action":"start","Package":"p/election"}
{"Action":"attr","Package":"p/election","Test":"TestElection/A","Key":"raftcheck.result","Value":"{\"Suite\":\"election\",\"Scenario\":\"A\",\"Seed\":1,\"Replicas\":3,\"Virtual\":2000000000,\"Wall\":1000000000,\"Messages\":80,\"Bytes\":3084,\"Commits\":17,\"Operations\":16}"}
{"Action":"attr","Package":"p/election","Test":"TestElection/A","Key":"other","Value":"ignored"}
{"Action":"skip","Package":"p/election","Test":"TestElection/B"}
{"Action":"pass","Package":"p/election"}
`

const failing = passing + `{"Action":"attr","Package":"p/election","Test":"TestElection/A","Key":"raftcheck.result","Value":"{\"Suite\":\"election\",\"Scenario\":\"A\",\"Seed\":2,\"Replicas\":3,\"Failure\":{\"Property\":\"Election Safety\"},\"Virtual\":2000000000,\"Wall\":1000000000}"}
{"Action":"output","Package":"p/election","Test":"TestElection/A","Output":"=== ATTR noise\n"}
{"Action":"output","Package":"p/election","Test":"TestElection/A","Output":"two leaders in term 3\n"}
{"Action":"fail","Package":"p/election","Test":"TestElection/A"}
`

func outcomeOf(t *testing.T, events string) (*Outcome, string) {
	o, err := Read(strings.NewReader(events))
	require.NoError(t, err)
	var out bytes.Buffer
	o.PrintFailures(&out)
	o.PrintTable(&out)
	return o, out.String()
}

func TestPassingRunIsATable(t *testing.T) {
	o, out := outcomeOf(t, passing)
	require.True(t, o.Passed())
	require.Equal(t, []string{
		"suite  scenario  replicas  seeds  virtual s  wall s  messages  bytes  commits  judged    verdict",
		"election         A         3      1        2.0    1.00        80   3084       17      16     passed",
		"skipped: p/election TestElection/B",
		"1 scenarios, 1 runs, 0 failed; 2 s of virtual time in 1.0 s of scenario time: 2 to 1",
	}, trimmedLines(out))
}

func TestStatesAreCountedBySuite(t *testing.T) {
	run := func(suite, states string) harness.Result {
		r := harness.Result{Suite: suite, Scenario: "A", Wall: 1}
		require.NoError(t, r.States.UnmarshalText([]byte(states+strings.Repeat("0", 256-len(states)))))
		return r
	}
	o := &Outcome{Results: []harness.Result{run("election", "1"), run("chaos", "11"), run("chaos", "0010"), run("chaos", "11")}}
	var out bytes.Buffer
	o.PrintTable(&out)
	require.Contains(t, out.String(), "\nclusters were in about 3 different states: chaos 3, election 1\n")
}

func TestFailingRunNamesScenarioPropertyAndSeed(t *testing.T) {
	o, out := outcomeOf(t, failing)
	require.False(t, o.Passed())
	require.Contains(t, out, "--- FAIL: p/election TestElection/A\ntwo leaders in term 3\n")
	require.NotContains(t, out, "noise")
	require.Contains(t, out, "FAILED 1 of 2: Election Safety, seed 2")
	require.Contains(t, out, "2 runs, 1 failed")
}

func TestFailureIsPrintedWhereItHappened(t *testing.T) {
	_, out := outcomeOf(t, failing+`{"Action":"output","Package":"p/election","Test":"TestElection/A","Output":"--- FAIL: TestElection/A (0.10s)\n"}
{"Action":"output","Package":"p/election","Test":"TestElection","Output":"--- FAIL: TestElection (0.10s)\n"}
{"Action":"fail","Package":"p/election","Test":"TestElection"}
{"Action":"output","Package":"p/election","Output":"FAIL\n"}
{"Action":"fail","Package":"p/election"}
{"Action":"fail","Package":"p/silent"}
`)
	require.Equal(t, 2, strings.Count(out, "--- FAIL"), out)
	require.Contains(t, out, "--- FAIL: p/election TestElection/A\ntwo leaders in term 3\n\n")
	require.Contains(t, out, "--- FAIL: p/silent\n")
}

// TestCutOffTestsFailIfARunDid is of go test that was ended while a test had a
// failed run, another one a known issue, and another one none.
func TestCutOffTestsFailIfARunDid(t *testing.T) {
	run := func(test, failure string) string {
		return `{"Action":"attr","Package":"p","Test":"` + test + `","Key":"raftcheck.result","Value":"{\"Suite\":\"s\",\"Scenario\":\"` + test + `\",\"Failure\":` + failure + `}"}` + "\n"
	}
	says := func(test, text string) string {
		return `{"Action":"output","Package":"p","Test":"` + test + `","Output":"` + text + `\n"}` + "\n"
	}
	failure := `{\"Property\":\"Election Safety\"}`
	o, err := Read(strings.NewReader(run("Bad", failure) + says("Bad", "two leaders") + run("Known", failure+`,\"Known\":true`) +
		run("Good", "null") + run("Ended", failure) + `{"Action":"fail","Package":"p","Test":"Ended"}` + "\n" + `{"Action":"outp`))
	require.ErrorContains(t, err, "not JSON")
	require.Equal(t, []string{"p Ended"}, o.Failed)
	o.CutOff()
	require.Equal(t, []string{"p Ended", "p Bad"}, o.Failed)
	var out bytes.Buffer
	o.PrintFailures(&out)
	require.Contains(t, out.String(), "--- FAIL: p Bad\ntwo leaders\n")
	out.Reset()
	o.PrintTable(&out)
	require.Regexp(t, `Bad .* FAILED 1 of 1: Election Safety`, out.String())
	require.Regexp(t, `Known .* passed, not counted 1 of 1: Election Safety`, out.String())
	require.Contains(t, out.String(), "4 runs, 2 failed")
}

// TestOutcomesOfOnePackage adds two runs of a package up, one of which passed.
func TestOutcomesOfOnePackage(t *testing.T) {
	all, _ := outcomeOf(t, `{"Action":"output","Package":"p","Test":"T","Output":"one\n"}
{"Action":"fail","Package":"p","Test":"T"}
{"Action":"fail","Package":"p","Test":"U"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p"}`)
	other, _ := outcomeOf(t, `{"Action":"output","Package":"p","Test":"T","Output":"two\n"}
{"Action":"fail","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Test":"U","Output":"--- PASS: U (0.00s)\n"}
{"Action":"pass","Package":"p","Test":"U"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"pass","Package":"p"}`)
	all.Add(other)
	var out bytes.Buffer
	all.PrintFailures(&out)
	require.Equal(t, "--- FAIL: p T\none\ntwo\n\n--- FAIL: p U\n\n", out.String())
}

func TestRunWithoutScenariosIsNoPass(t *testing.T) {
	o, out := outcomeOf(t, `{"Action":"pass","Package":"p/empty"}`)
	require.False(t, o.Passed())
	require.Contains(t, out, "no scenario was run")
}

func TestForeignOutputIsAnError(t *testing.T) {
	_, err := Read(strings.NewReader("FAIL p [build failed]\n"))
	require.ErrorContains(t, err, `not JSON: "FAIL p [build failed]"`)
	_, err = Read(strings.NewReader(`{"Action":"attr","Key":"raftcheck.result","Value":"nonsense","Package":"p","Test":"T"}`))
	require.ErrorContains(t, err, "p T: the result is not JSON")
}

func trimmedLines(s string) (lines []string) {
	for line := range strings.Lines(s) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// TestPiecesOfAnAttributeAreNoText reads what test2json makes of a line that is
// longer than its buffer.
func TestPiecesOfAnAttributeAreNoText(t *testing.T) {
	says := func(test, text string) string {
		return `{"Action":"output","Package":"p","Test":"` + test + `","Output":"` + text + `"}` + "\n"
	}
	_, out := outcomeOf(t, says("A", "=== ATTR  A raftcheck.result begin")+says("A", " middle")+says("B", "of B\\n")+says("A", " end\\n")+says("A", "of A\\n")+
		`{"Action":"fail","Package":"p","Test":"A"}`+"\n"+`{"Action":"fail","Package":"p","Test":"B"}`)
	require.Contains(t, out, "--- FAIL: p A\nof A\n\n")
	require.Contains(t, out, "--- FAIL: p B\nof B\n\n")
}

// TestAlike reads the clues of failures in four scenarios, three of which show the
// same. Of one it is not known how long it was.
func TestAlike(t *testing.T) {
	clue := func(scenario, shows string, seed, events int) string {
		return fmt.Sprintf(`{"Action":"attr","Package":"p","Test":"T/s/%s","Key":"raftcheck.clue","Value":"{\"Suite\":\"s\",\"Scenario\":\"%s\",\"Seed\":%d,\"Shows\":\"%s\",\"At\":1500000000,\"Events\":%d}"}`+"\n", scenario, scenario, seed, shows, events)
	}
	o, _ := outcomeOf(t, clue("Died", "one vote", 1, 0)+clue("Long", "one vote", 1, 900)+clue("Long", "one vote", 2, 800)+
		clue("Other", "a panic", 1, 0)+clue("Short", "one vote", 3, 42))
	var out bytes.Buffer
	o.PrintAlike(&out)
	require.Equal(t, `what looks like one bug each, by the first wrong step, or by where it panicked or hung:
  in 3 scenarios: one vote
    start with s/Short, seed 3: event 42 of its trace, at 1.500000s
  in 1 scenario: a panic
    start with s/Other, seed 1
`, out.String())
	var none bytes.Buffer
	new(Outcome).PrintAlike(&none)
	require.Empty(t, none.String())
}
