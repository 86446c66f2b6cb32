package harness

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/suites/world"
)

func TestSuiteValidate(t *testing.T) {
	good := scenario(func(*world.Cluster) {})
	require.NoError(t, Suite{Name: "test", Scenarios: []Scenario{good}}.Validate())

	for want, change := range map[string]func(*Scenario){
		`scenario "" needs a name, a claim, a paper section and a story`:         func(sc *Scenario) { sc.Name = "" },
		`scenario "Scenario" needs a name, a claim, a paper section and a story`: func(sc *Scenario) { sc.Claim = "" },
		`scenario Scenario has 0 replicas, want at least 1`:                      func(sc *Scenario) { sc.Replicas = 0 },
		`scenario Scenario takes snapshots but does not need the feature`:        func(sc *Scenario) { sc.SnapshotEvery = 1 },
	} {
		bad := good
		change(&bad)
		require.ErrorContains(t, Suite{Name: "test", Scenarios: []Scenario{bad}}.Validate(), want)
	}
	for _, change := range []func(*Scenario){
		func(sc *Scenario) { sc.Paper = "" },
		func(sc *Scenario) { sc.Story = nil },
	} {
		bad := good
		change(&bad)
		require.Error(t, Suite{Name: "test", Scenarios: []Scenario{bad}}.Validate())
	}
	require.ErrorContains(t, Suite{Name: "test", Scenarios: []Scenario{good, good}}.Validate(), "two scenarios called Scenario")
}
