// Package reads judges what a client reads where a stale answer is near: on the
// old side of a partition, from a leader that stood still, right after an
// election, on a follower that lags (Raft paper, section 8; Ongaro's thesis,
// section 6.4). Each replica is asked, whatever it believes itself to be. A
// read goes through the log, or by ReadIndex if the implementation declares it.
// What is answered must be linearizable; that nothing is answered is no fault.
package reads
