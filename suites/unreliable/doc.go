// Package unreliable judges a Raft on networks that lose, delay, double and
// reorder messages, and by replicas that stand still or come and go (Raft
// paper, sections 2 and 5.1): safety never depends on timing, and what a client
// saw committed stays.
package unreliable
