module github.com/raftcheck/raftcheck/adapters/etcdraft

go 1.26

require (
	github.com/raftcheck/raftcheck v0.0.0
	go.etcd.io/raft/v3 v3.7.0
	google.golang.org/protobuf v1.36.11
)

require github.com/anishathalye/porcupine v1.3.1 // indirect

replace github.com/raftcheck/raftcheck => ../..
