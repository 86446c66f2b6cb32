// Package tester stands in for the lab's package of that name, as far as a Raft
// uses it. Its Persister is in persister.go.
package tester

// The lab's drawings of a run are annotated by these. There are no drawings
// here, so they do nothing.

// Annotate marks an event.
func Annotate(tag, desp, details string) {}

// AnnotateInterval marks what began at start and ends now.
func AnnotateInterval(tag string, start int64, desp, details string) {}

// AnnotateContinuous marks what begins now.
func AnnotateContinuous(tag, desp, details string) {}

// AnnotateContinuousEnd marks the end of what AnnotateContinuous began.
func AnnotateContinuousEnd(tag string) {}

// AnnotatePointColor is Annotate in a colour.
func AnnotatePointColor(tag, desp, details, bgcolor string) {}

// AnnotateIntervalColor is AnnotateInterval in a colour.
func AnnotateIntervalColor(tag string, start int64, desp, details, bgcolor string) {}

// AnnotateContinuousColor is AnnotateContinuous in a colour.
func AnnotateContinuousColor(tag, desp, details, bgcolor string) {}

// AnnotateInfo marks an event of no server's.
func AnnotateInfo(desp, details string) {}

// AnnotateInfoInterval is AnnotateInterval for no server.
func AnnotateInfoInterval(start int64, desp, details string) {}

// GetAnnotateTimestamp returns what the functions for intervals take as start.
func GetAnnotateTimestamp() int64 { return 0 }

// GetAnnotatorTimestamp is GetAnnotateTimestamp as the lab of 2026 calls it.
func GetAnnotatorTimestamp() int64 { return 0 }

// PostAnnotatorInfoInterval is AnnotateInfoInterval as the lab of 2026 calls it.
func PostAnnotatorInfoInterval(start int64, desp, details string) {}
