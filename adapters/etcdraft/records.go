package etcdraft

import (
	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

// records are the log's entries as they are in the image on disk. All of the
// log is saved with each change, so an entry is encoded once, when it is
// appended: Protocol Buffers let a message be put together from parts.
type records struct {
	bytes []byte
	ends  []int // ends[i] is where entry i ends in bytes
}

// append adds entries behind the first n, in place of those that are there.
func (r *records) append(n int, entries []*raftpb.Entry) {
	r.bytes, r.ends = r.bytes[:r.end(n)], r.ends[:n]
	for _, e := range entries {
		r.bytes = appendPart(r.bytes, &raftpb.Message{Entries: []*raftpb.Entry{e}})
		r.ends = append(r.ends, len(r.bytes))
	}
}

// drop removes the first n entries, or all if there are fewer.
func (r *records) drop(n int) {
	n = min(n, len(r.ends))
	cut := r.end(n)
	r.bytes = append([]byte(nil), r.bytes[cut:]...)
	r.ends = append([]int(nil), r.ends[n:]...)
	for i := range r.ends {
		r.ends[i] -= cut
	}
}

// end returns where the first n entries end.
func (r *records) end(n int) int {
	if n == 0 {
		return 0
	}
	return r.ends[n-1]
}

// with returns the entries together with a message's other parts. The result is
// valid until the next change.
func (r *records) with(parts *raftpb.Message) []byte { return appendPart(r.bytes, parts) }

func appendPart(bytes []byte, part *raftpb.Message) []byte {
	bytes, err := proto.MarshalOptions{}.MarshalAppend(bytes, part)
	must(err)
	return bytes
}
