package node

import _ "embed"

// Schema is a JSON Schema of the lines of the protocol.
//
//go:embed process.schema.json
var Schema []byte
