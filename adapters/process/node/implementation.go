package node

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/raftcheck/raftcheck/raftiface"
)

// Implementation asks a node what it is, and describes it to the suites. Each replica
// is a process of its own.
func Implementation(c Command) (raftiface.Implementation, error) {
	impl, resets, err := c.hello()
	if err != nil {
		return raftiface.Implementation{}, err
	}
	program := &program{command: c, resets: resets}
	impl.Translate = translate
	impl.Make = func(env raftiface.Env) (raftiface.Raft, error) {
		r, err := newRaft(env, program)
		if err != nil {
			return nil, err // not r: a nil *Raft in an interface is not nil
		}
		return r, nil
	}
	if err := impl.Validate(); err != nil {
		return raftiface.Implementation{}, fmt.Errorf("what node %v says of itself: %w", c, err)
	}
	return impl, nil
}

// hello asks a process what the node is, and whether it resets.
func (c Command) hello() (impl raftiface.Implementation, resets bool, err error) {
	p, err := c.Run()
	if err != nil {
		return impl, false, err
	}
	defer p.End()
	line, err := p.Ask(Event{Event: Hello, Protocol: Version}.Line())
	if err == nil {
		impl, resets, err = DecodeHello(line)
	}
	if err != nil {
		return impl, false, fmt.Errorf("node %v, event hello: %w\n%s", c, err, p.Obituary())
	}
	return impl, resets, nil
}

// DecodeHello takes the answer to Hello apart: what the node is, and whether an Init has
// a process of it begin a new life. Its error is a [Mistake].
func DecodeHello(line []byte) (impl raftiface.Implementation, resets bool, err error) {
	defer catch(&err)
	o := parse(line).object("protocol", "name", "version", "features", "timing", "sizes", "trailing_entries", "elections_only", "known", "resets")
	if v := o.get("protocol"); v.integer(0) != Version {
		v.wrong(fmt.Sprintf("%d, the version of the protocol", Version))
	}
	impl.Name, impl.Version = o.get("name").text(), o.get("version").text()
	for _, name := range o.each("features") {
		name.declare(&impl.Features)
	}
	if v, told := o.find("timing"); told {
		impl.Timing = v.timing()
	}
	for _, size := range o.each("sizes") {
		impl.Sizes = append(impl.Sizes, size.integer(1))
	}
	if v, told := o.find("trailing_entries"); told {
		impl.TrailingEntries = v.integer(0)
	}
	if v, told := o.find("elections_only"); told {
		impl.ElectionsOnly = v.truth()
	}
	for _, issue := range o.each("known") {
		impl.Known = append(impl.Known, issue.known())
	}
	if v, told := o.find("resets"); told {
		resets = v.truth()
	}
	return impl, resets, nil
}

// notOfNodes are features that are not up to a node: how the adapter saves.
const notOfNodes = "UnlockedSaves"

// declare sets the feature that the value names.
func (v value) declare(features *raftiface.Features) {
	var names []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[raftiface.Features]()) {
		if field.Name != notOfNodes {
			names = append(names, field.Name)
		}
	}
	name := v.text()
	if !slices.Contains(names, name) {
		v.wrong("one of the features " + strings.Join(names, ", "))
	}
	reflect.ValueOf(features).Elem().FieldByName(name).SetBool(true)
}

func (v value) known() raftiface.KnownIssue {
	o := v.object("scenario", "property", "facts", "reason", "address", "rare")
	k := raftiface.KnownIssue{Scenario: o.get("scenario").text(), Property: o.get("property").text(), Reason: o.get("reason").text()}
	if facts, told := o.find("facts"); told {
		k.Facts = facts.text()
	}
	if address, told := o.find("address"); told {
		k.Address = address.text()
	}
	if rare, told := o.find("rare"); told {
		k.Rare = rare.truth()
	}
	return k
}

func (v value) timing() (t raftiface.Timing) {
	o := v.object("election", "heartbeat")
	if d, told := o.find("election"); told {
		t.Election = time.Duration(d.integer(1))
	}
	if d, told := o.find("heartbeat"); told {
		t.Heartbeat = time.Duration(d.integer(1))
	}
	return t
}
