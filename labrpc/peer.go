package labrpc

import (
	"fmt"
	"reflect"

	"github.com/raftcheck/raftcheck/raftiface"
)

// peer is a node's link to one replica.
type peer struct {
	node *Node
	to   int
}

var _ raftiface.Peer = (*peer)(nil)

// Send implements [raftiface.Peer].
func (p *peer) Send(svcMeth string, args any) {
	d, err := p.request(svcMeth, args)
	if err != nil {
		p.report(fmt.Errorf("labrpc: send %s: %w", svcMeth, err))
		return
	}
	n := p.node.net
	n.mu.Lock()
	defer n.mu.Unlock()
	n.transmitLocked(d)
}

// Call implements [raftiface.Peer].
func (p *peer) Call(svcMeth string, args, reply any) bool {
	rv := reflect.ValueOf(reply)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		p.report(fmt.Errorf("labrpc: call %s: reply must be a pointer that is not nil, got %T", svcMeth, reply))
		return false
	}
	d, err := p.request(svcMeth, args)
	if err != nil {
		p.report(fmt.Errorf("labrpc: call %s: %w", svcMeth, err))
		return false
	}
	d.replyType = rv.Type().Elem()
	answer := p.node.net.call(d)
	if answer == nil {
		return false
	}
	if err := decode(*answer, rv.Elem()); err != nil {
		p.report(fmt.Errorf("labrpc: call %s: decode reply %T: %w", svcMeth, reply, err))
		return false
	}
	return true
}

// request returns the datagram for a message to the peer.
func (p *peer) request(svcMeth string, args any) (*datagram, error) {
	p.node.standStillIfFlooded()
	m, err := encode(args)
	if err != nil {
		return nil, err
	}
	return &datagram{sender: p.node, from: p.node.replica, to: p.to, method: svcMeth, message: m,
		content: p.node.net.content(args), note: p.node.net.note(svcMeth, nil, args)}, nil
}

func (p *peer) report(err error) { p.node.net.config.Report(p.node.replica, err) }
