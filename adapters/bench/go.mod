module github.com/raftcheck/raftcheck/adapters/bench

go 1.26

// hashicorp/raft draws its timeouts from the global source of math/rand, which
// rand.Seed leaves alone unless this says otherwise.
godebug randseednop=0

replace (
	github.com/raftcheck/raftcheck => ../..
	github.com/raftcheck/raftcheck/adapters/etcdraft => ../etcdraft
	github.com/raftcheck/raftcheck/adapters/hashicorpraft => ../hashicorpraft
)

require (
	github.com/raftcheck/raftcheck v0.0.0
	github.com/raftcheck/raftcheck/adapters/etcdraft v0.0.0-00010101000000-000000000000
	github.com/raftcheck/raftcheck/adapters/hashicorpraft v0.0.0-00010101000000-000000000000
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	github.com/fatih/color v1.13.0 // indirect
	github.com/hashicorp/go-hclog v1.6.3 // indirect
	github.com/hashicorp/go-immutable-radix v1.3.1 // indirect
	github.com/hashicorp/go-metrics v0.7.0 // indirect
	github.com/hashicorp/go-msgpack/v2 v2.1.5 // indirect
	github.com/hashicorp/golang-lru v1.0.2 // indirect
	github.com/hashicorp/raft v1.8.0 // indirect
	github.com/mattn/go-colorable v0.1.12 // indirect
	github.com/mattn/go-isatty v0.0.14 // indirect
	go.etcd.io/raft/v3 v3.7.0 // indirect
	golang.org/x/sys v0.47.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
