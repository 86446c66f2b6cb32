module github.com/raftcheck/raftcheck/adapters/etcdraft

go 1.26

require (
	github.com/raftcheck/raftcheck v0.0.0
	github.com/stretchr/testify v1.12.1
	go.etcd.io/raft/v3 v3.7.0
	google.golang.org/protobuf v1.36.11
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/raftcheck/raftcheck => ../..
