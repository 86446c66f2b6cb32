package glue

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/raftcheck/raftcheck/raftiface"
)

// ReportEnv is the environment variable with the path of the file to which
// [ReportFit] and [ReportPersister] write.
const ReportEnv = "RAFTCHECK_LAB_REPORT"

// A Fit is how a checkout that builds fits the contract.
type Fit struct {
	// Lacks says what is missing for it to be judged, "" if nothing is.
	Lacks string
	// Notes say what is not judged, or judged in another way than somebody might
	// think.
	Notes []string
}

// ReportFit writes how a checkout fits to the file that the environment names.
func ReportFit(c Checkout) { report(fitOf(c)) }

func report(v any) {
	data, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(os.Getenv(ReportEnv), data, 0o666)
	}
	if err != nil {
		panic(err)
	}
}

// fitOf says how a checkout fits, from its types.
func fitOf(c Checkout) (f Fit) {
	constructor := reflect.TypeOf(c.Make)
	raft, form := constructor.Out(0), formOf(constructor.In(3).Elem())
	if err := errors.Join(lacks(raft), form.fits()); err != nil {
		return Fit{Lacks: err.Error()}
	}
	if _, ok := raft.MethodByName("Snapshot"); !ok {
		return f
	}
	switch {
	case !raft.Implements(reflect.TypeFor[raftiface.Snapshotter]()):
		f.Notes = append(f.Notes, "snapshots are not judged: the method Snapshot is not Snapshot(index int, snapshot []byte)")
	case c.SnapshotUnwritten:
		f.Notes = append(f.Notes, "snapshots are not judged: the method Snapshot does nothing yet")
	case !form.hasSnapshots():
		f.Notes = append(f.Notes, "snapshots are not judged: ApplyMsg lacks one of SnapshotValid bool, Snapshot []byte and SnapshotIndex int")
	}
	return f
}

// lacks returns what every year's Raft has and this one does not.
func lacks(raft reflect.Type) error {
	var missing []string
	if !starts(raft) {
		missing = append(missing, "Start(command interface{}) (int, int, bool)")
	}
	if !raft.Implements(reflect.TypeFor[interface{ GetState() (int, bool) }]()) {
		missing = append(missing, "GetState() (int, bool)")
	}
	if missing == nil {
		return nil
	}
	return fmt.Errorf("expected %v, which Make returns, to have the method %s; found %s", raft, strings.Join(missing, " and "), methods(raft))
}

// starts reports whether a type has a Start that the lab's tester could call.
func starts(raft reflect.Type) bool {
	t := signature(raft, "Start")
	if t == nil || t.NumIn() != 1 || t.NumOut() != 3 {
		return false
	}
	command := t.In(0)
	return command.Kind() == reflect.Interface && command.NumMethod() == 0 &&
		t.Out(0) == reflect.TypeFor[int]() && t.Out(1) == reflect.TypeFor[int]() && t.Out(2) == reflect.TypeFor[bool]()
}

// signature returns a method's type without its receiver, nil if there is no such
// method.
func signature(t reflect.Type, name string) reflect.Type {
	m, ok := t.MethodByName(name)
	switch {
	case !ok:
		return nil
	case t.Kind() == reflect.Interface:
		return m.Type
	}
	return reflect.Zero(t).Method(m.Index).Type()
}

// methods lists the methods of a type.
func methods(t reflect.Type) string {
	var all []string
	for i := range t.NumMethod() {
		name := t.Method(i).Name
		all = append(all, name+strings.TrimPrefix(signature(t, name).String(), "func"))
	}
	if all == nil {
		return "none"
	}
	return strings.Join(all, ", ")
}
