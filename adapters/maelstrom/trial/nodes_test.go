package trial

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
	"github.com/raftcheck/raftcheck/internal/process"
)

// A behaviour is what a node in this process does with a message.
type behaviour func(n *fake, m protocol.Message, b protocol.Body)

// fake is a life of a node that is no process.
type fake struct {
	id      string
	ids     []string
	behave  behaviour
	hear    func([]byte)
	gone    func(error)
	in      chan []byte
	quit    chan struct{}
	own     map[string]json.RawMessage // its memory
	asked   map[int]protocol.Message   // what it asks a service on whose behalf
	lastID  int
	working float64 // the share of a processor that it takes
	waiting float64 // the share of the time in which it waits for one

	mu     sync.Mutex
	paused chan struct{} // closed when it may go on; nil if it may
	began  time.Time
}

// fakes launches nodes that behave so.
func fakes(behave behaviour) Launch {
	return func(id string, hear func([]byte), gone func(error)) (Node, error) {
		n := &fake{id: id, behave: behave, hear: hear, gone: gone, in: make(chan []byte, 1<<16), quit: make(chan struct{}),
			own: map[string]json.RawMessage{}, asked: map[int]protocol.Message{}, began: time.Now()}
		go n.run()
		return n, nil
	}
}

func (n *fake) run() {
	for {
		select {
		case line := <-n.in:
			if !n.mayGoOn() {
				return
			}
			m, err := protocol.Parse(line)
			if err != nil {
				panic(err)
			}
			b, err := protocol.ParseBody(m.Body)
			if err != nil {
				panic(err)
			}
			switch {
			case b.Type == "init":
				n.ids = b.NodeIDs
			case n.ids == nil:
				panic("a message before init")
			}
			n.behave(n, m, b)
		case <-n.quit:
			return
		}
	}
}

func (n *fake) mayGoOn() bool {
	n.mu.Lock()
	paused := n.paused
	n.mu.Unlock()
	if paused == nil {
		return true
	}
	select {
	case <-paused:
		return true
	case <-n.quit:
		return false
	}
}

func (n *fake) Send(line []byte) bool {
	select {
	case n.in <- line:
		return true
	default:
		return false
	}
}

func (n *fake) Pause() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.paused = make(chan struct{})
	return nil
}

func (n *fake) Resume() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.paused != nil { // it may be another life than the one that was paused
		close(n.paused)
		n.paused = nil
	}
	return nil
}

func (n *fake) Kill()             { close(n.quit) }
func (n *fake) LastWords() string { return "words of " + n.id }

func (n *fake) Work() process.Work {
	of := func(share float64) time.Duration { return time.Duration(share * float64(time.Since(n.began))) }
	return process.Work{Ran: of(n.working), Waited: of(n.waiting)}
}

func (n *fake) say(dest string, b protocol.Body) {
	n.hear(protocol.Message{Src: n.id, Dest: dest, Body: b.JSON()}.Line())
}

func (n *fake) reply(m protocol.Message, request, answer protocol.Body) {
	answer.InReplyTo = request.MsgID
	n.say(m.Src, answer)
}

// isRequest reports whether a client asks for something, after init was answered.
func (n *fake) isRequest(m protocol.Message, b protocol.Body) bool {
	if b.Type == "init" {
		n.reply(m, b, protocol.Body{Type: "init_ok"})
		return false
	}
	return m.Src[0] == 'c'
}

// store carries out a request on a map.
func carryOut(on map[string]json.RawMessage, b protocol.Body) protocol.Body {
	answer, stored := keyValue(b, on[string(b.Key)])
	if stored != nil {
		on[string(b.Key)] = stored
	}
	return answer
}

// oneMap are nodes that are right by magic.
func oneMap() behaviour {
	var mu sync.Mutex
	all := map[string]json.RawMessage{}
	return func(n *fake, m protocol.Message, b protocol.Body) {
		if n.isRequest(m, b) {
			mu.Lock()
			answer := carryOut(all, b)
			mu.Unlock()
			n.reply(m, b, answer)
		}
	}
}

// ownMap are nodes that never speak to each other.
func ownMap(n *fake, m protocol.Message, b protocol.Body) {
	if n.isRequest(m, b) {
		n.reply(m, b, carryOut(n.own, b))
	}
}

// proxy are nodes that have a service do their work.
func proxy(service string) behaviour {
	return func(n *fake, m protocol.Message, b protocol.Body) {
		switch {
		case n.isRequest(m, b):
			n.lastID++
			n.asked[n.lastID] = m
			b.MsgID = &n.lastID
			n.say(service, b)
		case b.InReplyTo != nil:
			asked := n.asked[*b.InReplyTo]
			request, _ := protocol.ParseBody(asked.Body)
			n.reply(asked, request, b)
		}
	}
}

// primary are nodes of which n0 has the say. It tells the others of each write, and
// reads are answered by whoever is asked, with what it was told.
func primary(n *fake, m protocol.Message, b protocol.Body) {
	switch {
	case !n.isRequest(m, b):
		if b.Type == "copy" {
			n.own[string(b.Key)] = b.Value
		}
	case b.Type == "read":
		n.reply(m, b, carryOut(n.own, b))
	case n.id != n.ids[0]:
		n.reply(m, b, unavailable())
	default:
		answer := carryOut(n.own, b)
		for _, id := range n.ids[1:] {
			n.say(id, protocol.Body{Type: "copy", Key: b.Key, Value: n.own[string(b.Key)]})
		}
		n.reply(m, b, answer)
	}
}

// leaderOnly are right by magic, and only n0 serves.
func leaderOnly() behaviour {
	right := oneMap()
	return func(n *fake, m protocol.Message, b protocol.Body) {
		if b.Type != "init" && n.id != n.ids[0] {
			n.reply(m, b, unavailable())
			return
		}
		right(n, m, b)
	}
}

func unavailable() protocol.Body {
	code := 11
	return protocol.Body{Type: "error", Code: &code, Text: "not the leader"}
}

// lateOn behave as oneMap, and otherwise from some time after they were started.
func lateOn(after time.Duration, otherwise behaviour) behaviour {
	right := oneMap()
	return func(n *fake, m protocol.Message, b protocol.Body) {
		if b.Type != "init" && time.Since(n.began) > after {
			otherwise(n, m, b)
			return
		}
		right(n, m, b)
	}
}

// says is a node that writes a line for each request.
func says(format string) behaviour {
	return func(n *fake, m protocol.Message, b protocol.Body) {
		if n.isRequest(m, b) {
			n.hear(fmt.Appendf(nil, format, n.id, m.Src, *b.MsgID))
		}
	}
}
