package main

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert/yaml"
	"github.com/stretchr/testify/require"
)

// parsed returns a YAML file as maps and lists.
func parsed(t *testing.T, path string) map[string]any {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var all map[string]any
	require.NoError(t, yaml.Unmarshal(data, &all))
	return all
}

// at follows keys and places into what was parsed.
func at(t *testing.T, x any, path ...any) any {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, ok := x.(map[string]any)
			require.True(t, ok, "%v at %v", path, step)
			x = m[key]
		case int:
			list, ok := x.([]any)
			require.True(t, ok && key < len(list), "%v at %v", path, step)
			x = list[key]
		}
	}
	return x
}

func TestKubernetesJob(t *testing.T) {
	spec := at(t, parsed(t, "kubernetes/job.yaml"), "spec")
	require.Equal(t, "Indexed", at(t, spec, "completionMode"))
	require.Equal(t, strconv.Itoa(at(t, spec, "completions").(int)), at(t, spec, "template", "spec", "containers", 0, "env", 0, "value"),
		"there are as many shards as pods")
	rules := at(t, spec, "podFailurePolicy", "rules")
	require.Equal(t, "FailIndex", at(t, rules, 0, "action"))
	require.Equal(t, []any{exitViolated}, at(t, rules, 0, "onExitCodes", "values"))
	require.Equal(t, "FailJob", at(t, rules, 1, "action"))
	require.Equal(t, []any{exitUsage}, at(t, rules, 1, "onExitCodes", "values"))
}

func TestGitHubWorkflow(t *testing.T) {
	action := at(t, parsed(t, "github/action.yml"), "inputs")
	jobs := at(t, parsed(t, "github/workflow.yml"), "jobs")
	with := at(t, jobs, "judge", "steps", 2, "with").(map[string]any)
	for name := range with {
		require.Contains(t, action, name)
	}
	require.Len(t, at(t, jobs, "judge", "strategy", "matrix", "shard"), with["shards"].(int))
}
