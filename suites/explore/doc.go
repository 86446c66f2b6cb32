// Package explore tries every run that differs little from a plain one.
//
// The plain run, the script, is a short story on a network that does nothing wrong: a
// leader is elected and commits two commands, is cut off with a third one, another leader
// commits a fourth, and once the first one is back a fifth is committed. In further scripts
// services take snapshots meanwhile, or one replica joins and one is removed. How long that
// takes is up to the implementation, so the script is written by a rehearsal.
//
// From there on runs deviate, once, then twice, up to -raft.deviations. A deviation is one
// of these: a message is lost; the next one to the same replica overtakes it; it comes
// only after the script has gone on; it comes twice, then too; a replica that has just
// sent something crashes and soon comes back, comes back when others could have elected a
// leader, or stands still for so long. What repeats what was said before, a heartbeat or
// the answer to it, is let be. Two runs that deviate alike have the same course until
// they do not, see package labrpc, so runs branch off at what the trace says: whatever
// one deviation gives rise to can be the next one.
//
// So a failure has the fewest surprises that this suite knows of, and a pass is a
// sentence that says what was tried: see [harness.Result]. A seed is another script, with
// other delays and elections. What fails is a schedule as those of package chaos are: it
// is reduced and replayed like them.
//
// The idea is that of bounded exhaustive testing, by how far a run departs from a plain
// one: as delay bounding is (Emmi, Qadeer and Rakamarić, Delay-Bounded Scheduling, 2011).
package explore
