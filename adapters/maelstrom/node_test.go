package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"github.com/raftcheck/raftcheck/adapters/maelstrom/protocol"
)

// nodeEnv makes the test binary a node: "proxy" has lin-kv do its work, "map" keeps what
// it is told to itself.
const nodeEnv = "MAELSTROM_TEST_NODE"

// node is a simple node.
type node struct {
	id     string
	asked  map[int]protocol.Message
	values map[string]json.RawMessage
}

func beNode(kind string) {
	n := node{asked: map[int]protocol.Message{}, values: map[string]json.RawMessage{}}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		m, err := protocol.Parse(lines.Bytes())
		if err != nil {
			panic(err)
		}
		b, err := protocol.ParseBody(m.Body)
		if err != nil {
			panic(err)
		}
		switch {
		case b.Type == "init":
			n.id = b.NodeID
			n.reply(m, b.MsgID, protocol.Body{Type: "init_ok"})
		case b.InReplyTo != nil:
			request, _ := protocol.ParseBody(n.asked[*b.InReplyTo].Body)
			n.reply(n.asked[*b.InReplyTo], request.MsgID, b)
		case kind == "map":
			n.reply(m, b.MsgID, n.carryOut(b))
		default:
			id := len(n.asked) + 1
			n.asked[id] = m
			b.MsgID = &id
			n.say("lin-kv", b)
		}
	}
}

func (n *node) say(dest string, b protocol.Body) {
	os.Stdout.Write(protocol.Message{Src: n.id, Dest: dest, Body: b.JSON()}.Line())
}

func (n *node) reply(to protocol.Message, id *int, b protocol.Body) {
	b.MsgID, b.InReplyTo = nil, id
	n.say(to.Src, b)
}

func (n *node) carryOut(b protocol.Body) protocol.Body {
	key := string(b.Key)
	fail := func(code int) protocol.Body {
		fmt.Fprintf(os.Stderr, "error %d for %s\n", code, b.Type)
		return protocol.Body{Type: "error", Code: &code}
	}
	switch value := n.values[key]; {
	case b.Type == "write":
		n.values[key] = b.Value
	case value == nil:
		return fail(protocol.KeyDoesNotExist)
	case b.Type == "read":
		return protocol.Body{Type: "read_ok", Value: value}
	case string(value) != string(b.From):
		return fail(protocol.PreconditionFailed)
	default:
		n.values[key] = b.To
	}
	return protocol.Body{Type: b.Type + "_ok"}
}
