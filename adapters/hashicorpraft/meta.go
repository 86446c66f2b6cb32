package hashicorpraft

import (
	"github.com/hashicorp/raft"
)

// appendMeta encodes what the library wants to know of a snapshot without
// opening it.
func appendMeta(b []byte, m *raft.SnapshotMeta) []byte {
	for _, x := range []uint64{uint64(m.Version), m.Index, m.Term, m.ConfigurationIndex, uint64(m.Size)} {
		b = appendNumber(b, x)
	}
	b = appendString(b, []byte(m.ID))
	return appendConfiguration(b, m.Configuration)
}

func (d *decoder) meta() *raft.SnapshotMeta {
	return &raft.SnapshotMeta{Version: raft.SnapshotVersion(d.number()), Index: d.number(), Term: d.number(),
		ConfigurationIndex: d.number(), Size: int64(d.number()), ID: string(d.string()), Configuration: d.configuration()}
}

func appendConfiguration(b []byte, c raft.Configuration) []byte {
	b = appendNumber(b, uint64(len(c.Servers)))
	for _, s := range c.Servers {
		b = appendNumber(b, uint64(s.Suffrage))
		b = appendString(b, []byte(s.ID))
		b = appendString(b, []byte(s.Address))
	}
	return b
}

func (d *decoder) configuration() (c raft.Configuration) {
	for range d.count() {
		c.Servers = append(c.Servers, raft.Server{
			Suffrage: raft.ServerSuffrage(d.number()), ID: raft.ServerID(d.string()), Address: raft.ServerAddress(d.string())})
	}
	return c
}
