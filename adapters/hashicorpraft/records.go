package hashicorpraft

import (
	"bytes"
	"slices"
	"time"

	"github.com/hashicorp/raft"
)

// records are the entries of a log, encoded one after the other, as they are
// saved: with every save the whole log is, so an entry is encoded only once.
// Indexes rise but may have gaps, which the library relies on after it has
// installed a snapshot.
//
// A records value never changes: put and remove return another one. They may
// share memory, so of the values that put returned for one and the same value
// only the last may be used.
type records struct {
	indexes []uint64
	ends    []int // of the records in bytes
	bytes   []byte
}

// put adds an entry, in place of one with the same index if there is one.
func (r records) put(log *raft.Log) records {
	i, found := slices.BinarySearch(r.indexes, log.Index)
	if i == len(r.indexes) {
		return r.append(log)
	}
	after := i
	if found {
		after++
	}
	return r.slice(0, i).append(log).concat(r.slice(after, len(r.indexes)))
}

func (r records) append(log *raft.Log) records {
	r.bytes = appendRecord(r.bytes, log)
	r.indexes = append(r.indexes, log.Index)
	r.ends = append(r.ends, len(r.bytes))
	return r
}

// remove drops the entries from index min to index max.
func (r records) remove(min, max uint64) records {
	from, _ := slices.BinarySearch(r.indexes, min)
	to, found := slices.BinarySearch(r.indexes, max)
	if found {
		to++
	}
	if from >= to {
		return r
	}
	return r.slice(0, from).concat(r.slice(to, len(r.indexes)))
}

// slice returns the records numbered from i to j-1. What is appended to it goes
// to memory of its own.
func (r records) slice(i, j int) records {
	begin := r.begin(i)
	s := records{indexes: slices.Clip(r.indexes[i:j]), bytes: slices.Clip(r.bytes[begin:r.begin(j)])}
	for _, end := range r.ends[i:j] {
		s.ends = append(s.ends, end-begin)
	}
	return s
}

// concat returns the records with others, of higher indexes, after them.
func (r records) concat(others records) records {
	shift := len(r.bytes)
	r.bytes = append(r.bytes, others.bytes...)
	r.indexes = append(r.indexes, others.indexes...)
	for _, end := range others.ends {
		r.ends = append(r.ends, end+shift)
	}
	return r
}

// begin returns where record number i begins.
func (r records) begin(i int) int {
	if i == 0 {
		return 0
	}
	return r.ends[i-1]
}

// get decodes the entry with an index.
func (r records) get(index uint64, log *raft.Log) error {
	i, found := slices.BinarySearch(r.indexes, index)
	if !found {
		return raft.ErrLogNotFound
	}
	d := decoder{rest: r.bytes[r.begin(i):r.ends[i]]}
	*log = d.record()
	return d.err
}

// decodeRecords returns the records that make up bytes.
func decodeRecords(bytes []byte) (records, error) {
	r := records{bytes: slices.Clip(bytes)}
	d := decoder{rest: bytes}
	for len(d.rest) > 0 {
		log := d.record()
		if d.err != nil {
			return records{}, d.err
		}
		if n := len(r.indexes); n > 0 && log.Index <= r.indexes[n-1] {
			return records{}, errMalformed
		}
		r.indexes = append(r.indexes, log.Index)
		r.ends = append(r.ends, len(bytes)-len(d.rest))
	}
	return r, nil
}

func appendRecord(b []byte, log *raft.Log) []byte {
	b = appendNumber(b, log.Index)
	b = appendNumber(b, log.Term)
	b = appendNumber(b, uint64(log.Type))
	b = appendNumber(b, uint64(nanoseconds(log.AppendedAt)))
	b = appendString(b, log.Data)
	return appendString(b, log.Extensions)
}

// record returns an entry in memory of its own.
func (d *decoder) record() raft.Log {
	log := raft.Log{Index: d.number(), Term: d.number(), Type: raft.LogType(d.number())}
	if at := int64(d.number()); at != 0 {
		log.AppendedAt = time.Unix(0, at)
	}
	log.Data = bytes.Clone(d.string())
	log.Extensions = bytes.Clone(d.string())
	return log
}

// nanoseconds returns a time as a number, 0 for none.
func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
