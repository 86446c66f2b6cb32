// Package leadership judges who may campaign, and who may go on leading: pre-votes,
// by which a replica asks whether it could win before it raises its term (Ongaro's
// thesis, section 9.6), and leaders that resign when they do not hear from a quorum
// (section 6.2). Each of the two makes up for what the other one does to a cluster
// whose links are cut in part.
package leadership
