// Package membership judges how a cluster changes its members (section 6 of the Raft
// paper; Ongaro's thesis, chapter 4): one at a time, several at once by joint consensus,
// and learners.
//
// A configuration is in force as soon as it is in the log, or when it is applied: Rafts
// do either, and no story minds which. Nor does one count on a change that a leader has
// taken on; a leader that is cut off may resign.
package membership
