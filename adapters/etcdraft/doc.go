// Package etcdraft puts etcd's Raft behind the contract.
package etcdraft
