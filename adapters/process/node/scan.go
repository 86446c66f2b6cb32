package node

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// elements returns the parts of a list or of an object, which is known to be valid,
// without the commas and spaces between them.
func elements(raw []byte) (parts [][]byte) {
	inner := bytes.TrimSpace(raw[1 : len(raw)-1])
	depth, begin := 0, 0
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '"':
			i += quoted(inner[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, bytes.TrimSpace(inner[begin:i]))
				begin = i + 1
			}
		}
	}
	if len(inner) > 0 {
		parts = append(parts, bytes.TrimSpace(inner[begin:]))
	}
	return parts
}

// quoted returns the length of the string that valid JSON begins with, its quotes
// included.
func quoted(raw []byte) int {
	for i := 1; ; i++ {
		i += bytes.IndexByte(raw[i:], '"')
		escapes := 0
		for raw[i-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return i + 1
		}
	}
}

// unquoted returns what a string of valid JSON says.
func unquoted(raw []byte) (text string) {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner)
	}
	if err := json.Unmarshal(raw, &text); err != nil {
		panic(err) // it is valid
	}
	return text
}

// cutName parts a field of an object into name and value.
func cutName(field []byte) (name string, raw []byte) {
	n := quoted(field)
	rest := bytes.TrimSpace(field[n:])
	return unquoted(field[:n]), bytes.TrimSpace(rest[1:]) // without the colon
}
