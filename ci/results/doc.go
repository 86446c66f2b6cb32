// Package results is what the gate writes down: results.json, whose form
// [Results] documents, and the journal next to it, from which results.json can
// be made again if the gate is killed.
//
// Everything in results.json but wall_ns depends on the code under test, the
// suites and the seeds and on nothing else. It is sorted, so that runs of the
// same seeds give the same bytes, whether one process judged them or many did
// and their results were merged.
//
//	Entry, Entry, … ──▶ Journal (results.jsonl)
//	      │                 │ Load
//	      └──▶ Builder ◀────┘
//	              │
//	           Results ──Merge──▶ Results ──WriteFile──▶ results.json
//
// # Seeds that nobody judged
//
// A journal begins with the seeds that are to be judged, if that is settled
// beforehand, and says of every batch of them when it begins and when it has
// come to its end. So what is left of a process that was killed says which
// seeds nobody judged, and such results have not passed.
package results
