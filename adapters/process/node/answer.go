package node

import (
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// An Answer is what a node says to an event.
type Answer struct {
	Term    int
	Leader  bool
	Index   int  // of the command, to Start; 0 if the node does not take it
	OK      bool // to Transfer and Change
	Actions []Action
}

// An Action is one of those of the protocol, to be carried out. It is a pointer to
// one of the types below.
type Action any

// The actions.
type (
	// SaveAction stores the node's state, and a snapshot if there is one.
	SaveAction struct {
		State    []byte // JSON
		Snapshot []byte // nil keeps the latest
	}
	// SendAction sends a datagram.
	SendAction struct {
		To   int
		Body []byte // JSON
	}
	// TimerAction sets a timer, in the place of one of that name.
	TimerAction struct {
		ID    string
		After time.Duration
	}
	// StopAction stops a timer.
	StopAction struct{ ID string }
	// ApplyAction hands a committed command to the service.
	ApplyAction struct {
		Index   int
		Command any
	}
	// InstallAction hands a snapshot to the service.
	InstallAction struct {
		Index    int
		Snapshot []byte
		Members  raftiface.Membership
	}
	// ConfigurationAction hands a committed configuration to the service.
	ConfigurationAction struct {
		Index   int
		Members raftiface.Membership
	}
	// ReadAction answers a Read.
	ReadAction struct {
		ID, Index int
		OK        bool
	}
	// LogAction adds a line to the replica's log.
	LogAction struct{ Text string }
)

// Decode takes an answer to an event apart, in a cluster of so many replicas. Its
// error is a [Mistake].
func Decode(line []byte, to Event, replicas int) (a Answer, err error) {
	defer catch(&err)
	o := parse(line).object("term", "leader", "index", "ok", "actions")
	a.Term = o.get("term").integer(0)
	a.Leader = o.get("leader").truth()
	if v, told := o.onlyTo(to.Event, "index", Start); told {
		a.Index = v.integer(0)
		if a.Index > 0 && !a.Leader {
			v.wrong("no index, or 0, as only a leader takes a command and this answer says that leader is false")
		}
	}
	if v, told := o.onlyTo(to.Event, "ok", Transfer, Change); told {
		a.OK = v.truth()
	}
	for _, action := range o.each("actions") {
		a.Actions = append(a.Actions, action.action(replicas))
	}
	return a, nil
}

// actions are how each is read.
var actions = map[string]func(v value, replicas int) Action{
	"save": func(v value, _ int) Action {
		o := v.object("state", "snapshot")
		save := &SaveAction{State: o.get("state").raw}
		if s, told := o.find("snapshot"); told {
			save.Snapshot = s.bytes()
		}
		return save
	},
	"send": func(v value, replicas int) Action {
		o := v.object("to", "body")
		return &SendAction{To: o.get("to").replica(replicas), Body: o.get("body").json()}
	},
	"timer": func(v value, _ int) Action {
		o := v.object("id", "after")
		return &TimerAction{ID: o.get("id").name(), After: time.Duration(o.get("after").integer(1))}
	},
	"stop": func(v value, _ int) Action { return &StopAction{v.object("id").get("id").name()} },
	"apply": func(v value, _ int) Action {
		o := v.object("index", "command")
		return &ApplyAction{Index: o.get("index").integer(1), Command: o.get("command").command()}
	},
	"install": func(v value, replicas int) Action {
		o := v.object("index", "snapshot", "members")
		install := &InstallAction{Index: o.get("index").integer(1), Snapshot: o.get("snapshot").bytes()}
		if m, told := o.find("members"); told {
			install.Members = m.members(replicas)
		}
		return install
	},
	"configuration": func(v value, replicas int) Action {
		o := v.object("index", "members")
		return &ConfigurationAction{o.get("index").integer(1), o.get("members").members(replicas)}
	},
	"read": func(v value, _ int) Action {
		o := v.object("id", "index", "ok")
		r := &ReadAction{ID: o.get("id").integer(1), OK: o.get("ok").truth()}
		if r.OK {
			r.Index = o.get("index").integer(0)
		}
		return r
	},
	"log": func(v value, _ int) Action { return &LogAction{v.text()} },
}

// action reads an object whose one field names the action.
func (v value) action(replicas int) Action {
	o := v.anyObject()
	for name, inner := range o.fields {
		if read := actions[name]; read != nil && len(o.fields) == 1 {
			return read(inner, replicas)
		}
	}
	v.wrong("an object with one of the fields save, send, timer, stop, apply, install, configuration, read and log")
	return nil
}
