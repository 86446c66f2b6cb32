package raft

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// The Raft state on stable storage is a header of fixed size and the log's
// records (record.go). The header has room reserved in front of the records, so
// one buffer is what is saved, and saving it costs filling in the header and
// the checksum. Log and snapshot are saved in one step, always: each is useless
// without the other.
type header struct {
	Magic    uint32 // says what this is, and in which format
	Checksum uint32 // of all that follows it
	Term     int64  // currentTerm
	VotedFor int64
	Base     int64 // log.base, and so the index of the stored snapshot
	BaseTerm int64 // log.baseTerm

	Members Configuration // at Base, where members change (§6)
}

const (
	magic          = 'R' | 'f'<<8 | 't'<<16 | '2'<<24
	headerSize     = 64
	checksumOffset = 8 // where what it covers begins
)

var (
	byteOrder = binary.LittleEndian
	crcTable  = crc32.MakeTable(crc32.Castagnoli)
)

// persist saves the persistent state of Figure 2. It is called after each
// change to it and before the lock is released, so no message shows a state
// that is not stored.
func (r *Raft) persist() {
	r.useLatest() // the log may end with other members (§6)
	state := r.log.records.bytes()
	fillHeader(state, header{
		Magic:    magic,
		Term:     int64(r.currentTerm),
		VotedFor: int64(r.votedFor),
		Base:     int64(r.log.base),
		BaseTerm: int64(r.log.baseTerm),
		Members:  r.baseConfig,
	})
	r.persister.Save(state, r.snapshot)
}

func fillHeader(state []byte, h header) {
	if _, err := binary.Encode(state, byteOrder, h); err != nil {
		panic(err) // the buffer has room for a header
	}
	byteOrder.PutUint32(state[checksumOffset-4:], crc32.Checksum(state[checksumOffset:], crcTable))
}

// restore takes over what an earlier instance of this server saved. The service
// restores itself from the snapshot, so that counts as applied.
func (r *Raft) restore() error {
	state := r.persister.ReadRaftState()
	if len(state) == 0 {
		if n := r.persister.SnapshotSize(); n > 0 {
			return fmt.Errorf("raft: persisted state: a snapshot of %d bytes, but no Raft state", n)
		}
		r.votedFor = nobody
		return nil
	}
	h, log, err := decodeState(state, len(r.peers))
	if err != nil {
		return fmt.Errorf("raft: persisted state: %w", err)
	}
	r.currentTerm = int(h.Term)
	r.votedFor = int(h.VotedFor)
	r.log = log
	if h.Base > 0 {
		r.snapshot = r.persister.ReadSnapshot()
		r.baseConfig = h.Members
	}
	r.commitIndex = r.log.base
	r.lastApplied = r.log.base
	return nil
}

// decodeState takes apart what persist saved on a server of a cluster of the
// given size, or says what keeps it from being that. The log takes the state over.
func decodeState(state []byte, servers int) (header, raftLog, error) {
	h, err := decodeHeader(state, servers)
	if err != nil {
		return header{}, raftLog{}, err
	}
	log := raftLog{base: int(h.Base), baseTerm: int(h.BaseTerm)}
	log.entries, log.records, err = decodeRecords(state)
	if err != nil {
		return header{}, raftLog{}, fmt.Errorf("log: %w", err)
	}
	previous := log.baseTerm
	for i, e := range log.entries {
		if e.Term < max(previous, 1) || e.Term > int(h.Term) {
			return header{}, raftLog{}, fmt.Errorf("log: entry %d has term %d, after term %d and in term %d",
				log.base+1+i, e.Term, previous, h.Term)
		}
		previous = e.Term
		if c, ok := e.Command.(Configuration); ok {
			if err := c.check(servers); err != nil {
				return header{}, raftLog{}, fmt.Errorf("log: entry %d: %w", log.base+1+i, err)
			}
		}
	}
	return h, log, nil
}

func decodeHeader(state []byte, servers int) (header, error) {
	var h header
	if _, err := binary.Decode(state, byteOrder, &h); err != nil {
		return h, fmt.Errorf("%d bytes are too few for a header", len(state))
	}
	if h.Magic != magic {
		return h, fmt.Errorf("begins with %#x, not with %#x; it is of another program or format", h.Magic, magic)
	}
	if sum := crc32.Checksum(state[checksumOffset:], crcTable); sum != h.Checksum {
		return h, fmt.Errorf("checksum is %#x, but says %#x; it is damaged", sum, h.Checksum)
	}
	if h.Term < 0 || h.VotedFor < nobody || h.VotedFor >= int64(servers) {
		return h, fmt.Errorf("term %d with a vote for %d, in a cluster of %d", h.Term, h.VotedFor, servers)
	}
	if h.Base < 0 || h.BaseTerm < 0 || h.BaseTerm > h.Term || (h.Base == 0) != (h.BaseTerm == 0) {
		return h, fmt.Errorf("snapshot up to index %d of term %d, in term %d", h.Base, h.BaseTerm, h.Term)
	}
	if h.Members != (Configuration{}) {
		if err := h.Members.check(servers); err != nil {
			return h, fmt.Errorf("members: %w", err)
		}
	}
	return h, nil
}
