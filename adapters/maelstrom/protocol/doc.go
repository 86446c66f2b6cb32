// Package protocol is what Maelstrom's nodes, clients and services say to each other: an
// envelope of JSON in a line, and in it the requests and answers of workload lin-kv.
//
// It is as strict as what Maelstrom documents and no stricter: bodies may have fields
// that nobody knows, and what nodes say among themselves is their own business.
package protocol
