//go:build race

package labrpc

// raceDetector says that the race detector watches.
const raceDetector = true
