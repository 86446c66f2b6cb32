package process

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
)

// artifacts matches the directories that package harness makes for what failing
// runs leave.
const artifacts = "raftcheck-*-seed*"

// A Temp is a directory for all temporary files of a command and of those that
// it starts: who is killed cannot remove its own.
type Temp struct {
	Dir string
}

// NewTemp makes a directory whose name begins with prefix.
func NewTemp(prefix string) (Temp, error) {
	dir, err := os.MkdirTemp("", prefix)
	return Temp{dir}, err
}

// Use has a command, and all that it starts, keep its temporary files there.
func (t Temp) Use(c *exec.Cmd) {
	c.Env = append(c.Environ(), "TMPDIR="+t.Dir, "TMP="+t.Dir, "TEMP="+t.Dir)
}

// Remove removes the directory and what is in it. With keep, what failing runs
// left stays, and the directory with it if they left anything.
func (t Temp) Remove(keep bool) error {
	if !keep {
		return os.RemoveAll(t.Dir)
	}
	all, err := os.ReadDir(t.Dir)
	kept := 0
	for _, e := range all {
		if ok, _ := filepath.Match(artifacts, e.Name()); ok {
			kept++
			continue
		}
		err = errors.Join(err, os.RemoveAll(filepath.Join(t.Dir, e.Name())))
	}
	if kept > 0 || err != nil {
		return err
	}
	return os.Remove(t.Dir)
}
