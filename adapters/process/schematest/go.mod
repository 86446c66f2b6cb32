module github.com/raftcheck/raftcheck/adapters/process/schematest

go 1.26

replace github.com/raftcheck/raftcheck => ../../..

require (
	github.com/raftcheck/raftcheck v0.0.0
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3
	github.com/stretchr/testify v1.12.1
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/text v0.14.0 // indirect
)
