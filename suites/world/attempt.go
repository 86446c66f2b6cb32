package world

import "github.com/raftcheck/raftcheck/checker"

// An attempt is a command given to Start whose fate is open.
type attempt struct {
	index  int // 0 until Start has returned
	decide func(fate)
}

// A fate is what became of an attempt, as far as the instance knows.
type fate struct {
	outcome checker.Outcome
	output  checker.Output
	index   int
}

// attempts are those of an instance, by command ID. Each is decided once, and is
// none of them from then on.
type attempts map[int]*attempt

// decide decides the attempt with an ID, if it is open.
func (as attempts) decide(id int, f fate) {
	if a := as[id]; a != nil {
		delete(as, id)
		a.decide(f)
	}
}

// delivered decides the attempts at an index: the fate is that of the command
// that was delivered there alone, for another one may have been at the index that
// Start said.
func (as attempts) delivered(index, command int, f fate) {
	for id, a := range as {
		switch {
		case id == command:
			as.decide(id, f)
		case a.index == index:
			as.decide(id, fate{outcome: checker.NeverHappened})
		}
	}
}

// passedOver decides the attempts up to an index to which a snapshot has moved
// the service: nobody knows what is in it.
func (as attempts) passedOver(index int) {
	for id, a := range as {
		if a.index > 0 && a.index <= index {
			as.decide(id, fate{outcome: checker.Unknown})
		}
	}
}

// lost decides all attempts of an instance that crashes.
func (as attempts) lost() {
	for id := range as {
		as.decide(id, fate{outcome: checker.Unknown})
	}
}
