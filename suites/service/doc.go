// Package service judges a Raft by what clients see of a key-value service on
// top of it (Raft paper, section 8; Ongaro's thesis, section 6.3): one client
// or many, while links lose messages, the cluster is partitioned, all of it
// crashes, and logs are compacted. A client that is not answered asks again,
// and what it asks for is done once.
package service
