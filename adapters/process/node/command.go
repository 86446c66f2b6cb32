package node

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

// encodeCommand returns the command as the bytes that a node keeps: each by itself, as
// a stream of package gob names a type once.
func encodeCommand(command any) []byte {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(&command); err != nil {
		panic(fmt.Sprintf("node: encode a command of type %T: %v", command, err))
	}
	return b.Bytes()
}

// decodeCommand undoes encodeCommand.
func decodeCommand(data []byte) (command any, err error) {
	err = gob.NewDecoder(bytes.NewReader(data)).Decode(&command)
	return command, err
}
