package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// raftDirs are the names of the Raft's directory over the years, the newest
// first.
var raftDirs = []string{"raft1", "raft"}

// findRaft returns the directory of a package that declares Make: the one that
// was asked for, one where the labs have it, or the only one further below.
func findRaft(asked string) (dir string, err error) {
	if info, err := os.Stat(asked); err != nil || !info.IsDir() {
		return "", fmt.Errorf("-dir %s: there is no such directory", asked)
	}
	looked := []string{asked}
	for _, src := range []string{asked, filepath.Join(asked, "src")} {
		for _, name := range raftDirs {
			looked = append(looked, filepath.Join(src, name))
		}
	}
	var unread error
	for _, dir := range looked {
		sources, _, err := readRaft(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			unread = cmp.Or(unread, err)
		}
		if f, _ := findMake(sources); f != nil {
			return dir, nil
		}
	}
	switch below := raftsBelow(asked); {
	case len(below) == 0 && unread != nil:
		return "", unread
	case len(below) == 0:
		return "", fmt.Errorf("no lab's Raft in %s: looked for a Go file that declares func Make(peers []*labrpc.ClientEnd, me int, persister, applyCh) in %s, and below; the directory has %s",
			asked, strings.Join(looked, ", "), entries(asked))
	case len(below) == 1:
		return below[0], nil
	default:
		return "", fmt.Errorf("there are %d Rafts in %s: give -dir one of %s", len(below), asked, strings.Join(below, ", "))
	}
}

// depth is how far below a directory a Raft is looked for.
const depth = 5

// raftsBelow returns the directories below that declare a Make which takes a
// lab's peers. What cannot be read is somebody else's.
func raftsBelow(asked string) (dirs []string) {
	filepath.WalkDir(asked, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return nil
		}
		below, _ := filepath.Rel(asked, dir)
		if name := d.Name(); dir != asked && strings.HasPrefix(name, ".") || name == "vendor" || strings.Count(below, string(filepath.Separator)) >= depth {
			return fs.SkipDir
		}
		sources, _, _ := readRaft(dir)
		if f, _ := findMake(sources); f != nil && slices.ContainsFunc(typesOf(f.Type.Params), shape[0].MatchString) {
			dirs = append(dirs, dir)
		}
		return nil
	})
	return dirs
}

func entries(dir string) string {
	all, err := os.ReadDir(dir)
	if err != nil || len(all) == 0 {
		return "nothing in it"
	}
	var names []string
	for _, e := range all[:min(len(all), 12)] {
		names = append(names, e.Name())
	}
	if len(all) > 12 {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
