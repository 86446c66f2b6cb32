module example.com/tinyraft

go 1.26

require github.com/raftcheck/raftcheck v0.0.0

require github.com/anishathalye/porcupine v1.3.1 // indirect

replace github.com/raftcheck/raftcheck => ../..
