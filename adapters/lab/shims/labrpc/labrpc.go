// Package labrpc stands in for the lab's package of that name.
package labrpc

import (
	"reflect"

	"github.com/raftcheck/raftcheck/raftiface"
)

// ClientEnd is a link to one server.
type ClientEnd struct{ peer raftiface.Peer }

// NewEnd returns the link over a peer.
func NewEnd(peer raftiface.Peer) *ClientEnd { return &ClientEnd{peer} }

// Call sends a request and waits for the reply; false means that none came.
func (e *ClientEnd) Call(svcMeth string, args interface{}, reply interface{}) bool {
	return e.peer.Call(svcMeth, args, innermost(reply))
}

// innermost follows pointers to pointers, as decoding does in the lab's package.
func innermost(reply interface{}) interface{} {
	v := reflect.ValueOf(reply)
	for v.Kind() == reflect.Pointer && v.Elem().Kind() == reflect.Pointer {
		if v = v.Elem(); v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
	}
	if !v.IsValid() {
		return reply
	}
	return v.Interface()
}
