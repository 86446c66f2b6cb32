package node

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzScan takes objects, lists and strings apart as package json does.
func FuzzScan(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, ` { "a" : 1 , "b\"}" : [ 1 , {"c":"]"} ] } `, `["\\", "\\\"", "," , [ ] ]`, `{"a":{"b":[{}]},"a":null}`, `[1,-2.5e3,true,false,null,"é\u00e9"]`,
		`"plain"`, `"\"\\"`, "\"\xff\"",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		v := parse(text)
		var fields map[string]json.RawMessage
		var list []json.RawMessage
		var said string
		switch v.raw[0] {
		case '{':
			require.NoError(t, json.Unmarshal(text, &fields))
			got := v.anyObject().fields
			require.Len(t, got, len(fields))
			for name, raw := range fields {
				require.Equal(t, string(raw), string(got[name].raw))
			}
		case '"':
			require.NoError(t, json.Unmarshal(text, &said))
			require.Equal(t, said, v.text())
		case '[':
			require.NoError(t, json.Unmarshal(text, &list))
			got := v.list()
			require.Len(t, got, len(list))
			for i, raw := range list {
				require.Equal(t, string(raw), string(got[i].raw))
			}
		}
	})
}
