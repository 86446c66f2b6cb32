package world

import (
	"sync"

	"github.com/raftcheck/raftcheck/checker"
)

// ledger is who proposed what where, and what was committed there.
type ledger struct {
	mu        sync.Mutex
	log       map[int]Command // by index, as first applied anywhere
	texts     map[Command]string
	proposals map[int]proposal
	highest   int // index of a proposal
}

// proposal is a command given to a leader, for telling later what became of it.
type proposal struct {
	op    int // the recorder's ID
	index int // 0 if that is not known
}

func newLedger() ledger {
	return ledger{log: map[int]Command{}, texts: map[Command]string{}, proposals: map[int]proposal{}}
}

// text returns a command's, which every replica that applies it needs.
func (l *ledger) text(cmd Command) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text, known := l.texts[cmd]
	if !known {
		text = cmd.String()
		l.texts[cmd] = text
	}
	return text
}

// applied keeps the command that a replica applied at an index, if it is the
// first there.
func (l *ledger) applied(index int, cmd Command) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.log[index]; !known {
		l.log[index] = cmd
	}
}

// noCommand is the ID in place of a command's where a configuration was applied.
const noCommand = -1

// configured notes that a configuration is at an index, and so no command.
func (l *ledger) configured(index int) { l.applied(index, Command{ID: noCommand}) }

// committed returns the command first applied at an index.
func (l *ledger) committed(index int) (cmd Command, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	cmd, ok = l.log[index]
	return cmd, ok
}

// commits returns at how many indexes a command was applied.
func (l *ledger) commits() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, cmd := range l.log {
		if cmd.ID != noCommand {
			n++
		}
	}
	return n
}

// proposed remembers at which index a command would be committed, 0 if that is
// not known.
func (l *ledger) proposed(id, op, index int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.proposals[id] = proposal{op, index}
	l.highest = max(l.highest, index)
}

// highestProposed returns the highest index that a command was proposed for.
func (l *ledger) highestProposed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.highest
}

// refused forgets a command that no replica took.
func (l *ledger) refused(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.proposals, id)
}

// tellFates tells the recorder, at the end, what the log says of operations whose
// clients never learned it. An operation of a session may have been proposed
// several times: it took effect where it was first in the log, and never happened
// if all its proposals were lost.
func (l *ledger) tellFates(recorder *checker.Recorder) {
	history := recorder.History()
	l.mu.Lock()
	defer l.mu.Unlock()
	effects := map[int]int{} // operation to index
	open := map[int]bool{}
	lost := map[int]bool{}
	for id, p := range l.proposals {
		if history[p.op-1].Outcome != checker.Unknown {
			continue
		}
		cmd, known := l.log[p.index]
		switch first, ok := effects[p.op]; {
		case !known:
			open[p.op] = true
		case cmd.ID != id:
			lost[p.op] = true
		case !ok || p.index < first:
			effects[p.op] = p.index
		}
	}
	for op, index := range effects {
		recorder.TookEffect(op, index)
	}
	for op := range lost {
		if _, ok := effects[op]; !ok && !open[op] {
			recorder.NeverHappened(op)
		}
	}
}
