package trial

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
	"github.com/raftcheck/raftcheck/checker"
)

// story returns one of the stories, everything declared.
func story(t *testing.T, name string) Story {
	for _, s := range Stories(Declared{Persists: true, Duplicates: true}, 3) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no story %s", name)
	return Story{}
}

// tried runs a story in virtual time and judges it.
func tried(t *testing.T, launch Launch, name string, change func(*Config)) Result {
	var r *Record
	synctest.Test(t, func(t *testing.T) {
		c := Config{Launch: launch, Nodes: 3, Story: story(t, name), Seed: 1}
		if change != nil {
			change(&c)
		}
		var err error
		r, err = Run(t.Context(), c)
		require.NoError(t, err)
	})
	return Judge(r)
}

func text(r Result) string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, f.String())
	}
	return strings.Join(all, "\n")
}

func TestRightNodesAreValid(t *testing.T) {
	for _, s := range Stories(Declared{Persists: true, Duplicates: true}, 3) {
		t.Run(s.Name, func(t *testing.T) {
			for name, launch := range map[string]Launch{"one map": fakes(oneMap()), "proxy": fakes(proxy("lin-kv")), "leader only": fakes(leaderOnly())} {
				r := tried(t, launch, s.Name, nil)
				require.Equal(t, Valid, r.Verdict, "%s: %s", name, text(r))
				require.Greater(t, r.Linear.Operations, 100, name)
				require.Less(t, r.Took, s.Length+10*time.Second, "nobody waits for those that refuse")
				require.Equal(t, len(s.Faults) > 0, len(r.Events) > 0, "faults come")
				require.Equal(t, name == "leader only", len(r.Notes) > 0, "%v", r.Notes)
			}
		})
	}
}

func TestWrongNodesAreInvalid(t *testing.T) {
	for _, c := range []struct {
		name   string
		story  string
		launch Launch
		says   []string
	}{
		{"a map for each", "Steady", fakes(ownMap), []string{"Linearizability violated at ", "(safety): key ", " is not linearizable: "}},
		{"seq-kv", "Steady", fakes(proxy("seq-kv")), []string{"Linearizability violated"}},
		{"stale reads", "Partitions", fakes(primary), []string{"Linearizability violated"}},
		{"stale reads", "Delays", fakes(primary), []string{"Linearizability violated"}},
		{"forgets when killed", "Kills", fakes(ownMap), []string{"Linearizability violated"}},
		{"no JSON", "Steady", fakes(says("hello from %s to %s, %d")), []string{
			"Protocol violated at 0.000s (contract): n", `expected a message, {"src":…,"dest":…,"body":…} (invalid character 'h'`, "got hello from n", "its last lines on standard error:\n  words of n"}},
		{"another's name", "Steady", fakes(says(`{"src":"me%s","dest":"%s","body":{"type":"read_ok","in_reply_to":%d}}`)), []string{`expected src "n`, `got {"src":"men`}},
		{"no such request", "Steady", fakes(says(`{"src":"%s","dest":"%s","body":{"type":"write_ok","in_reply_to":7%d}}`)), []string{"expected in_reply_to to be the msg_id of a request that c", " sent (1 to 2), got {"}},
		{"no reply to anything", "Steady", fakes(says(`{"src":"%s","dest":"%s","body":{"type":"write_ok","msg_id":%d}}`)), []string{"expected in_reply_to in what c"}},
		{"no such answer", "Steady", fakes(says(`{"src":"%s","dest":"%s","body":{"type":"ok","in_reply_to":%d}}`)), []string{`expected a write_ok or an error in reply to put(`, `got type "ok": {"type":"ok"`}},
		{"nobody there", "Steady", fakes(says(`{"src":"%s","dest":"x%s","body":{"type":"ok","in_reply_to":%d}}`)), []string{"expected the dest of a node, of a client that asked, or of a service"}},
		{"no request", "Steady", fakes(says(`{"src":"%s","dest":"lin-kv","body":{"to":"%s","msg_id":%d}}`)), []string{"expected a body with a type"}},
		{"silence", "Steady", fakes(func(*fake, protocol.Message, protocol.Body) {}), []string{"Progress violated at 20.000s (liveness): n", "expected init_ok within 20s of init, got nothing", "words of n"}},
		{"silence after init", "Steady", fakes(func(n *fake, m protocol.Message, b protocol.Body) { n.isRequest(m, b) }), []string{
			"Progress violated at 15.000s (liveness): expected a node that serves a write within 15s after the nodes were started, with a quiet network, got none\n  n0: no answer (13 times)\n  n1: "}},
		{"refusal", "Steady", fakes(func(n *fake, m protocol.Message, b protocol.Body) {
			if n.isRequest(m, b) {
				n.reply(m, b, unavailable())
			}
		}), []string{"got none\n  n0: error 11 temporarily-unavailable (15"}},
		{"an end", "Steady", fakes(lateOn(time.Second, func(n *fake, _ protocol.Message, _ protocol.Body) { go n.gone(errors.New("it fell asleep")) })), []string{
			"Exit violated at 1.", "expected a node that runs on, but it fell asleep\nits last lines on standard error:\n  words of n"}},
		{"nothing after faults", "Pauses", fakes(lateOn(3*time.Second, func(*fake, protocol.Message, protocol.Body) {})), []string{
			"Progress violated at 20.000s (liveness): expected a node that serves a write within 10s after the last fault was over, at 10.000s, got none\n"}},
		{"one does not serve after faults", "Pauses", fakes(lateOn(3*time.Second, leaderOnly())), []string{
			"Progress violated", "expected that every node serves a write within 10s after the last fault was over, at 10.000s, as every one did before the faults, got\n  n", "error 11 temporarily-unavailable"}},
	} {
		t.Run(c.name+" "+c.story, func(t *testing.T) {
			r := tried(t, c.launch, c.story, nil)
			require.Equal(t, Invalid, r.Verdict, text(r))
			for _, s := range c.says {
				require.Contains(t, text(r), s)
			}
		})
	}
}

func TestStoryIsTold(t *testing.T) {
	r := tried(t, fakes(oneMap()), "Kills", nil)
	require.NotEmpty(t, r.Events)
	require.Regexp(t, `^\d\.\d{3}s  killed, and started again at \d\.\d{3}s: n\d`, r.Events[0].String())
	r = tried(t, fakes(primary), "Partitions", nil)
	require.Contains(t, fmt.Sprint(r.Events), ": n0 (n0 had spoken most)")
	require.Positive(t, r.Lost)
	require.Positive(t, r.Errors["error 11 temporarily-unavailable"])
}

// share has nodes take a share of a processor, and wait for one for a share of the time.
func share(launch Launch, working, waiting float64) Launch {
	return func(id string, hear func([]byte), gone func(error)) (Node, error) {
		n, err := launch(id, hear, gone)
		n.(*fake).working, n.(*fake).waiting = working, waiting
		return n, err
	}
}

func TestNodesThatWaitBusily(t *testing.T) {
	r := tried(t, share(fakes(oneMap()), 0.9, 0), "Steady", nil)
	require.Equal(t, Valid, r.Verdict, text(r))
	require.Equal(t, []string{"nodes wait busily: of a processor, with nothing to do, takes n0 90%, n1 90%, n2 90%; have them block until there is input, or time is up"}, r.Notes)
	require.Empty(t, tried(t, share(fakes(oneMap()), 0.1, 0), "Steady", nil).Notes)
}

// TestBusyMachine has nodes that say nothing from some time on, which proves nothing when
// they do not get to run.
func TestBusyMachine(t *testing.T) {
	for waiting, says := range map[float64]string{
		0:   "Progress violated at 20.000s (liveness): expected a node that serves a write within 10s",
		0.5: "Progress violated at 30.044s (liveness): expected a node that serves a write within 10s",
		0.9: "Harness at 50.000s (no verdict): expected a node that serves a write within 10s",
	} {
		launch := fakes(lateOn(3*time.Second, func(*fake, protocol.Message, protocol.Body) {}))
		r := tried(t, share(launch, 0, waiting), "Pauses", nil)
		require.Contains(t, text(r), says)
		require.Equal(t, waiting > 0.8, strings.Contains(text(r), "\n"+errBusy.Error()))
	}
}

func TestInterrupted(t *testing.T) {
	var r *Record
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		var err error
		r, err = Run(ctx, Config{Launch: fakes(oneMap()), Nodes: 3, Story: story(t, "Partitions"), Seed: 1})
		require.NoError(t, err)
	})
	require.True(t, r.Interrupted)
	require.Less(t, r.Took, 5*time.Second)
	result := Judge(r)
	require.Equal(t, Unknown, result.Verdict)
	require.Equal(t, checker.Ok, result.Linear.Verdict)
	require.Greater(t, result.Linear.Operations, 50)
}

func TestStartFails(t *testing.T) {
	_, err := Run(t.Context(), Config{Nodes: 3, Story: story(t, "Steady"), Launch: func(id string, _ func([]byte), _ func(error)) (Node, error) {
		return nil, errors.New("no such program")
	}})
	require.EqualError(t, err, "no such program")
}

func TestWorse(t *testing.T) {
	require.Equal(t, Valid, Worse(Valid, Valid))
	require.Equal(t, Unknown, Worse(Unknown, Valid))
	require.Equal(t, Invalid, Worse(Unknown, Invalid))
}
