package labrpc

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// renderLimit bounds a rendered content, in bytes, but for an ellipsis.
	renderLimit = 500
	// renderRoom is what closing brackets and the number of missing elements take.
	renderRoom = 40
	// renderBytes is how much of one string or byte slice is rendered.
	renderBytes = 80
	// renderEntries is how many entries a map may have to be rendered.
	renderEntries = 32
)

// render writes a message's content for people: exported fields by name,
// pointers followed, bytes as text where they are. A value with a String method
// is what that says. Only what fits is looked at, so a snapshot costs no more
// than a vote.
func render(v any) string {
	r := &renderer{}
	r.value(indirect(reflect.ValueOf(v)))
	return r.text()
}

type renderer struct{ strings.Builder }

// full reports whether there is only room left for saying what is missing.
func (r *renderer) full() bool { return r.Len() >= renderLimit-renderRoom }

func (r *renderer) text() string {
	s := r.String()
	if len(s) <= renderLimit {
		return s
	}
	return strings.ToValidUTF8(s[:renderLimit], "") + "…"
}

func (r *renderer) value(v reflect.Value) {
	if !v.IsValid() {
		r.WriteString("nil")
		return
	}
	if s, ok := v.Interface().(fmt.Stringer); ok && !isNilable(v) {
		r.WriteString(fmt.Sprint(s)) // survives a String that panics
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		r.value(v.Elem())
	case reflect.String:
		r.WriteString(renderString(v.String()))
	case reflect.Slice, reflect.Array:
		r.list(v)
	case reflect.Map:
		r.entries(v)
	case reflect.Struct:
		r.fields(v)
	default:
		fmt.Fprint(r, v)
	}
}

// isNilable reports whether v may be nil, which String methods seldom expect.
func isNilable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice:
		return v.IsNil()
	}
	return false
}

func (r *renderer) list(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		b := make([]byte, min(v.Len(), renderBytes+1))
		for i := range b {
			b[i] = byte(v.Index(i).Uint()) // of whatever type made of bytes
		}
		r.WriteString(renderBinary(b, v.Len()))
		return
	}
	r.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			r.WriteByte(' ')
		}
		if r.full() {
			fmt.Fprintf(r, "…%d more", v.Len()-i)
			break
		}
		r.value(v.Index(i))
	}
	r.WriteByte(']')
}

func (r *renderer) entries(v reflect.Value) {
	if v.Len() > renderEntries {
		fmt.Fprintf(r, "map of %d entries", v.Len())
		return
	}
	var entries []string
	for key, value := range v.Seq2() {
		e := &renderer{}
		e.value(key)
		e.WriteByte(':')
		e.value(value)
		entries = append(entries, e.text())
	}
	slices.Sort(entries)
	r.WriteString("map[" + strings.Join(entries, " ") + "]")
}

func (r *renderer) fields(v reflect.Value) {
	r.WriteByte('{')
	first := true
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || r.full() {
			continue
		}
		if !first {
			r.WriteByte(' ')
		}
		first = false
		r.WriteString(field.Name + ":")
		r.value(v.Field(i))
	}
	r.WriteByte('}')
}

func renderString(s string) string {
	if len(s) <= renderBytes {
		return strconv.Quote(s)
	}
	return fmt.Sprintf("%q…(%d bytes)", strings.ToValidUTF8(s[:renderBytes], ""), len(s))
}

// renderBinary writes the beginning of n bytes.
func renderBinary(b []byte, n int) string {
	if utf8.Valid(b) && !slices.ContainsFunc(b, func(c byte) bool { return c < ' ' && c != '\n' && c != '\t' }) {
		return renderString(string(b)) + more(n, len(b))
	}
	shown := b[:min(len(b), renderBytes/2)]
	return fmt.Sprintf("0x%x", shown) + more(n, len(shown))
}

func more(n, shown int) string {
	if n == shown {
		return ""
	}
	return fmt.Sprintf("…(%d bytes)", n)
}
