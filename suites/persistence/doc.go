// Package persistence judges what replicas keep across crashes (Raft paper,
// section 5 and Figure 2, "Persistent state on all servers"): that term, vote
// and log are stored before anybody relies on them, whenever the crash comes.
package persistence
