// Package agreement judges how logs are replicated and committed (Raft paper,
// sections 5.3 and 5.4.2): that a quorum suffices and less does not, that logs
// which parted are made one again, and that what was committed stays.
package agreement
