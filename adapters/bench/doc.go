// Command bench compares Rafts on the same simulated network: the reference,
// etcd's and HashiCorp's. It writes the table in docs/bench.md:
//
//	go -C adapters/bench run . -o ../../docs/bench.md
//
// The network is labrpc's reliable one, with three replicas. Commits a second
// are of wall time, on one processor, so they compare what the implementations
// and their adapters cost, simulation included, not how fast they are on real
// disks and networks. Everything else is in virtual time or counted, and exact
// for a seed.
package main
