package node

import (
	"bytes"
	"encoding/json"

	"github.com/raftcheck/raftcheck/raftiface"
	"github.com/raftcheck/raftcheck/suites/steps"
)

// translate says what a body means whose type and fields have the paper's names. Of
// others nothing is known.
func translate(_ string, content any, _ bool) (told raftiface.Message, ok bool) {
	m, isMessage := content.(*Message)
	if !isMessage {
		return told, false
	}
	var body map[string]any
	decoder := json.NewDecoder(bytes.NewReader(m.Body))
	decoder.UseNumber()
	if decoder.Decode(&body) != nil {
		return told, false
	}
	return steps.ReadObject(body)
}
