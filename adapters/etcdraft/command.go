package etcdraft

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

// encodeCommand returns the command as an entry's data. Commands are of any
// type; those that are not of a basic one must be registered with
// encoding/gob, as the suites' are.
func encodeCommand(command any) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&command); err != nil {
		panic(fmt.Sprintf("etcdraft: encode a command of type %T: %v", command, err))
	}
	return b.Bytes()
}

// decodeCommand undoes encodeCommand.
func decodeCommand(data []byte) (command any) {
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&command); err != nil {
		panic(fmt.Sprintf("etcdraft: decode a command of %d bytes: %v", len(data), err))
	}
	return command
}
