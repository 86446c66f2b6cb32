package explore

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// A share is the part of the runs that one of several processes tries: all that begin
// with one of every so many first deviations. The zero share is all of them.
type share struct{ part, of int }

// Set reads "2/8", the second of eight shares.
func (s *share) Set(text string) error {
	part, of, _ := strings.Cut(text, "/")
	i, notI := strconv.Atoi(part)
	n, notN := strconv.Atoi(of)
	if cmp.Or(notI, notN) != nil || i < 1 || i > n {
		return fmt.Errorf("a share is I/N, with I from 1 to N, got %q", text)
	}
	*s = share{i, n}
	return nil
}

// String is what a claim says of it.
func (s share) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf(", share %d/%d,", s.part, s.of)
}

// has reports whether the share has runs that begin with a first deviation.
func (s share) has(i int) bool { return s.of == 0 || i%s.of == s.part-1 }
