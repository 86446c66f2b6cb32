package broken

import (
	"testing"

	"github.com/raftcheck/raftcheck/raft"
	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// TestMessages convicts by the message that is wrong, before anything comes of it.
func TestMessages(t *testing.T) { convict(t, messages) }

var messages = []conviction{
	{
		name: "a second vote", in: elections,
		broken: func(raftiface.Env) breakage {
			return breakage{vote: func(r *Raft, args *raft.RequestVoteArgs, reply *raft.RequestVoteReply) {
				r.Raft.RequestVote(args, reply)
				reply.VoteGranted = reply.Term == args.Term
			}}
		},
		property: steps.OneVote,
		says:     []string{`replica (\d) votes for replica \d in term (\d+), in which it voted for replica \d at \d+\.\d+s`},
	},
	{
		name: "an acknowledgement of what is not saved", in: restarts,
		broken: func(raftiface.Env) breakage {
			return breakage{env: func(env *raftiface.Env) { env.Persister = &lateDisk{Persister: env.Persister} }}
		},
		property: steps.SavedFirst,
		says:     []string{`replica \d (takes index 1 of term 1|votes for replica \d in term 1); it has saved nothing since`},
	},
}
