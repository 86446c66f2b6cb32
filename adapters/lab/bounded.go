package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// bounds are what judging one checkout of a class may take. A student's program
// runs in it.
type bounds struct {
	time      time.Duration
	memory    int // MiB, of all its processes together
	processes int
	output    int // MiB, of the files in its own directories
}

func (b *bounds) flags(flags *flag.FlagSet) {
	flags.DurationVar(&b.time, "time", 15*time.Minute, "how long judging a checkout of a class may take")
	flags.IntVar(&b.memory, "memory", 4096, "how many MiB a checkout of a class may hold")
	flags.IntVar(&b.processes, "processes", 200, "how many processes a checkout of a class may have at a time")
	flags.IntVar(&b.output, "output", 1024, "how many MiB a checkout of a class may write: its report, temporary files and artifacts")
}

// boundedEnv tells the command that it judges a checkout of a class, and how many
// MiB a file may have.
const boundedEnv = "RAFTCHECK_LAB_BOUNDED"

const mebi = 1 << 20

// run runs a command, and all that it starts, within the bounds. It returns which
// of them the command broke, nil if none: it was ended then.
func (b bounds) run(ctx context.Context, command *exec.Cmd, dirs []string) (broke, err error) {
	command.Env = append(command.Environ(), boundedEnv+"="+strconv.Itoa(b.output))
	if err := command.Start(); err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	watch := time.NewTicker(250 * time.Millisecond)
	defer watch.Stop()
	deadline := time.After(b.time)
	for {
		select {
		case err := <-ended:
			endTree(command.Process.Pid)
			return nil, err
		case <-ctx.Done():
			broke = context.Cause(ctx)
		case <-deadline:
			broke = fmt.Errorf("it took more than %v", b.time)
		case <-watch.C:
			broke = b.broken(command.Process.Pid, dirs)
		}
		if broke != nil {
			end(command.Process, ended)
			return broke, nil
		}
	}
}

// A command that is asked to end has this long to hear of it before what it
// started is ended, and then to say what it has found.
const (
	hearing = 250 * time.Millisecond
	grace   = 10 * time.Second
)

// end ends a command with all that it started.
func end(p *os.Process, ended <-chan error) {
	ask(p)
	select {
	case <-ended:
		endTree(p.Pid)
		return
	case <-time.After(hearing):
		endTree(p.Pid)
	}
	select {
	case <-ended:
	case <-time.After(grace):
		endTree(p.Pid)
		p.Kill()
		<-ended
	}
}

// broken returns the bound that a process and its descendants break.
func (b bounds) broken(pid int, dirs []string) error {
	processes, memory := usage(pid)
	switch size := sizeOf(dirs); {
	case memory > b.memory*mebi:
		return fmt.Errorf("it held more than %d MiB", b.memory)
	case processes > b.processes:
		return fmt.Errorf("it had more than %d processes", b.processes)
	case size > b.output*mebi:
		return fmt.Errorf("it wrote more than %d MiB", b.output)
	}
	return nil
}

// sizeOf returns how many bytes the files in some directories have.
func sizeOf(dirs []string) (size int) {
	for _, dir := range dirs {
		filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			if info, err := d.Info(); err == nil {
				size += int(info.Size())
			}
			return nil
		})
	}
	return size
}
