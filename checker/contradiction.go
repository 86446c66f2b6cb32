package checker

import "time"

// Contradiction is what makes a history illegal, for those who draw it.
type Contradiction struct {
	// Claim is half a sentence that says it.
	Claim string
	// At is the time by which it is complete, whatever comes later.
	At time.Duration
	// Operations are the IDs of those that cannot all be true, in order of
	// their calls. It is the one answer too many where only a search could
	// tell, and empty where it did not find out which.
	Operations []int
}

// Contradiction returns what [Result.Explain] tells in words. ok is false
// unless the verdict is Illegal.
func (r Result) Contradiction() (c Contradiction, ok bool) {
	if r.Verdict != Illegal {
		return Contradiction{}, false
	}
	c = Contradiction{Claim: r.finding.claim, At: r.finding.at}
	for _, op := range r.finding.core {
		c.Operations = append(c.Operations, op.ID)
	}
	if len(c.Operations) == 0 && r.finding.last != nil {
		c.Operations = []int{r.finding.last.ID}
	}
	return c, true
}
