package raft

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
)

// A record is one log entry encoded for stable storage:
//
//	record = start, LogEntry encoded by gob
//	start  = 1 if a new gob stream begins with this entry, else 0
//
// The whole log is saved with every change, so an entry is encoded once, when
// it is appended, and saving hands over bytes that are there already. A gob
// stream describes each type before its first value: shared by many records, a
// description costs little space, but the records depend on each other. A
// stream therefore ends where the log is cut, and after streamLength entries,
// so that dropping the head of the log leaves few records to encode again.
const (
	startsStream  = 1
	streamLength  = 64
	startByteSize = 1
)

// records are the records of a log's entries, in the buffer that is saved: the
// log's header comes before them.
type records struct {
	buf     []byte       // room for the header, then the records
	ends    []int        // ends[i] is where record i ends in buf
	encoder *gob.Encoder // writes to buf; nil if the next record starts a stream
	run     int          // records in the encoder's stream
}

// begin returns where record i begins in buf.
func (s *records) begin(i int) int {
	if i == 0 {
		return headerSize
	}
	return s.ends[i-1]
}

// size returns the length of record i.
func (s *records) size(i int) int { return s.ends[i] - s.begin(i) }

// bytes returns the buffer, with room for the header.
func (s *records) bytes() []byte {
	if s.buf == nil {
		s.buf = make([]byte, headerSize)
	}
	return s.buf
}

// Write lets the encoder append to the buffer.
func (s *records) Write(p []byte) (int, error) {
	s.buf = append(s.buf, p...)
	return len(p), nil
}

// append adds the record of an entry. It panics, and adds nothing, if the
// entry's command cannot be encoded.
func (s *records) append(e LogEntry) {
	begin := len(s.bytes())
	start := byte(0)
	if s.encoder == nil || s.run == streamLength {
		start, s.encoder, s.run = startsStream, gob.NewEncoder(s), 0
	}
	s.buf = append(s.buf, start)
	if err := s.encoder.Encode(&e); err != nil {
		s.buf, s.encoder = s.buf[:begin], nil
		panic(fmt.Sprintf("raft: a command of type %T cannot be stored: %v", e.Command, err))
	}
	s.run++
	s.ends = append(s.ends, len(s.buf))
}

// truncate keeps the first n records. What the encoder has described may be
// gone with the others, so its stream ends.
func (s *records) truncate(n int) {
	if n == len(s.ends) {
		return
	}
	s.buf = s.buf[:s.begin(n)]
	s.ends = s.ends[:n]
	s.encoder = nil
}

// compact drops the first n records. Those left of the stream it cuts are
// encoded again, from their entries; whole streams are copied.
func (s *records) compact(n int, entries []LogEntry) {
	old := *s
	*s = records{}
	whole := old.nextStream(n)
	for _, e := range entries[n:whole] {
		s.append(e)
	}
	if whole == len(old.ends) {
		return
	}
	from := old.begin(whole)
	shift := len(s.bytes()) - from
	s.buf = append(s.buf, old.buf[from:]...)
	for _, end := range old.ends[whole:] {
		s.ends = append(s.ends, end+shift)
	}
	s.encoder, s.run = old.encoder, old.run
}

// nextStream returns the first record from n on that starts a stream, or the
// number of records.
func (s *records) nextStream(n int) int {
	for n < len(s.ends) && s.buf[s.begin(n)] != startsStream {
		n++
	}
	return n
}

// decodeRecords returns the entries whose records follow the header in state, and
// the records, in state itself.
func decodeRecords(state []byte) ([]LogEntry, records, error) {
	var (
		entries []LogEntry
		stored  = records{buf: state}
		decoder *gob.Decoder
		rest    = bytes.NewReader(state[headerSize:])
	)
	for rest.Len() > 0 {
		start, _ := rest.ReadByte()
		if start == startsStream {
			decoder = gob.NewDecoder(rest)
		}
		if start > startsStream || decoder == nil {
			return nil, records{}, fmt.Errorf("record %d begins with %d", len(entries), start)
		}
		var e LogEntry
		if err := decoder.Decode(&e); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, records{}, fmt.Errorf("record %d: %w", len(entries), err)
		}
		entries = append(entries, e)
		stored.ends = append(stored.ends, len(state)-rest.Len())
	}
	return entries, stored, nil
}
