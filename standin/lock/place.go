package lock

import (
	"fmt"
	"iter"
	"path"
	"runtime"
	"strconv"
	"strings"
)

// A place is where a lock was asked for: the caller's program counter and that of
// its caller, for a caller that does nothing but lock.
type place [2]uintptr

// ownFrames are those of runtime.Callers, caller, Lock's method and its user's in
// package sync.
const ownFrames = 4

// caller returns the place where the user of package sync is.
func caller() (at place) {
	runtime.Callers(ownFrames, at[:])
	return at
}

// String returns function, file and line of the place, and of its caller.
func (at place) String() string {
	var named []string
	for f := range at.frames() {
		named = append(named, fmt.Sprintf("%s (%s:%d)", f.Function, f.File, f.Line))
	}
	return strings.Join(named, ", called by ")
}

// steady returns a text for the place, and for its caller, that stays as it is when
// other functions change or the program is built elsewhere: function, and line within
// it.
func (at place) steady() string {
	var text []byte
	for f := range at.frames() {
		if text != nil {
			text = append(text, ", called by "...)
		}
		text = append(text, path.Base(f.Function)...)
		if f.Func != nil { // it is not inlined: the others are short
			_, begin := f.Func.FileLine(f.Entry)
			text = append(text, ':')
			text = strconv.AppendInt(text, int64(f.Line-begin), 10)
		}
	}
	return string(text)
}

// frames yields the place and its caller, as far as they are outside of package
// sync.
func (at place) frames() iter.Seq[runtime.Frame] {
	return func(yield func(runtime.Frame) bool) {
		frames := runtime.CallersFrames(at[:])
		for more := true; more; {
			var f runtime.Frame
			f, more = frames.Next()
			if f.Function != "" && f.Function != "runtime.goexit" && !isSync(f.Function) && !yield(f) {
				return
			}
		}
	}
}

// isSync reports whether a function is package sync's, or its stand-in's.
func isSync(function string) bool {
	return strings.HasPrefix(strings.TrimPrefix(function, "github.com/raftcheck/raftcheck/standin/"), "sync.")
}
