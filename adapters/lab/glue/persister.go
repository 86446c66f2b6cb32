package glue

import (
	"fmt"
	"reflect"
)

// A PersisterReport says of a checkout's own Persister what it does in another
// way than the lab's.
type PersisterReport struct{ Differences []string }

// ReportPersister writes how the Persisters that a function makes differ from the
// lab's to the file that the environment names.
func ReportPersister(makePersister any) {
	report(PersisterReport{differences(makePersister)})
}

// differences tries out the methods that the lab's Persister has in one year or
// another, as far as they are there.
func differences(makePersister any) (found []string) {
	for _, try := range []func(*persister) string{
		savesBoth("Save"), savesBoth("SaveStateAndSnapshot"),
		removesSnapshot("Save"), removesSnapshot("SaveStateAndSnapshot"),
		keeps("SaveRaftState", "snapshot", "ReadSnapshot"), keeps("SaveSnapshot", "state", "ReadRaftState"),
		counts("RaftStateSize", "state", "ReadRaftState"), counts("SnapshotSize", "snapshot", "ReadSnapshot"),
	} {
		made := reflect.ValueOf(makePersister).Call(nil)[0]
		if text := tried(try, &persister{made}); text != "" {
			found = append(found, text)
		}
	}
	return found
}

// tried returns what a try found, a panic included.
func tried(try func(*persister) string, p *persister) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprintf("it panics where the lab's does not: %v", r)
		}
	}()
	return try(p)
}

// A persister is a checkout's own. Methods that it does not have do nothing.
type persister struct{ value reflect.Value }

// has reports whether it has a method that takes so many byte strings.
func (p *persister) has(method string, params int) bool {
	m := p.value.MethodByName(method)
	return m.IsValid() && m.Type().NumIn() == params
}

func (p *persister) save(method string, data ...[]byte) {
	args := make([]reflect.Value, len(data))
	for i := range data {
		args[i] = reflect.ValueOf(data[i])
	}
	p.value.MethodByName(method).Call(args)
}

// saveAll saves a state and a snapshot by what there is for that.
func (p *persister) saveAll(state, snapshot []byte) {
	for _, method := range []string{"Save", "SaveStateAndSnapshot"} {
		if p.has(method, 2) {
			p.save(method, state, snapshot)
			return
		}
	}
	if p.has("SaveRaftState", 1) {
		p.save("SaveRaftState", state)
	}
	if p.has("SaveSnapshot", 1) {
		p.save("SaveSnapshot", snapshot)
	}
}

func (p *persister) read(method string) string {
	return string(p.value.MethodByName(method).Call(nil)[0].Bytes())
}

func savesBoth(method string) func(*persister) string {
	return func(p *persister) string {
		if !p.has(method, 2) {
			return ""
		}
		p.save(method, []byte("old state"), []byte("old snapshot"))
		p.save(method, []byte("state"), []byte("snapshot"))
		if state, snapshot := p.read("ReadRaftState"), p.read("ReadSnapshot"); state != "state" || snapshot != "snapshot" {
			return fmt.Sprintf("after %s(%q, %q) it reads %q and %q", method, "state", "snapshot", state, snapshot)
		}
		return ""
	}
}

func removesSnapshot(method string) func(*persister) string {
	return func(p *persister) string {
		if !p.has(method, 2) {
			return ""
		}
		p.save(method, []byte("state"), []byte("snapshot"))
		p.save(method, []byte("state"), nil)
		if p.read("ReadSnapshot") != "" {
			return method + "(state, nil) keeps the old snapshot, which the lab's removes"
		}
		return ""
	}
}

func keeps(method, what, read string) func(*persister) string {
	return func(p *persister) string {
		if !p.has(method, 1) || !p.has(read, 0) {
			return ""
		}
		p.saveAll([]byte("old"), []byte("old"))
		before := p.read(read)
		p.save(method, []byte("new"))
		if after := p.read(read); after != before {
			return fmt.Sprintf("%s changes the %s, which the lab's keeps", method, what)
		}
		return ""
	}
}

func counts(method, what, read string) func(*persister) string {
	return func(p *persister) string {
		if !p.has(method, 0) || !p.has(read, 0) {
			return ""
		}
		p.saveAll([]byte("four"), []byte("seventy"))
		if n, want := int(p.value.MethodByName(method).Call(nil)[0].Int()), len(p.read(read)); n != want {
			return fmt.Sprintf("%s is %d for a %s of %d bytes", method, n, what, want)
		}
		return ""
	}
}
