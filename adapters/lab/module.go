package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A goMod is a go.mod file as go mod edit -json describes it, as far as it
// matters here.
type goMod struct {
	path   string
	Module struct{ Path string }
	Go     string
	// Require and Replace are as they are in the file.
	Require []moduleVersion
	Replace []struct{ Old, New moduleVersion }
}

type moduleVersion struct{ Path, Version string }

// readModule looks for a go.mod file in the directory that has the lab's
// packages, in the one above, and on up to the one that was asked for. Without
// one, nobody knows for which Go the checkout was written. Its loops have the
// meaning of today then: old programs that work rarely rely on the other one.
func (c *checkout) readModule(src, asked string) error {
	c.root, c.src, c.module = src, ".", "6.824"
	for _, dir := range upwards(src, asked) {
		name := filepath.Join(dir, "go.mod")
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		out, err := exec.Command("go", "mod", "edit", "-json", name).Output()
		if err != nil {
			return fmt.Errorf("the go command cannot read %s: %s", name, stderrOf(err))
		}
		c.goMod = &goMod{path: name}
		if err := json.Unmarshal(out, c.goMod); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if c.goMod.Module.Path == "" {
			return fmt.Errorf("%s has no module line", name)
		}
		below, err := filepath.Rel(dir, src)
		c.root, c.src, c.module = dir, filepath.ToSlash(below), c.goMod.Module.Path
		c.old = sharesLoopVariables(c.goMod.Go)
		return err
	}
	return nil
}

// upwards returns a directory, the one above, and those on up to top if that is
// above them.
func upwards(dir, top string) []string {
	dirs := []string{dir, filepath.Dir(dir)}
	for strings.HasPrefix(dirs[len(dirs)-1], top+string(filepath.Separator)) {
		dirs = append(dirs, filepath.Dir(dirs[len(dirs)-1]))
	}
	return dirs
}

// loopsPerIteration is the Go 1.x in which a loop's variable became new for each
// iteration.
const loopsPerIteration = 22

// sharesLoopVariables reports whether the Go version of a go.mod file is one
// whose loops have a single variable for all iterations.
func sharesLoopVariables(version string) bool {
	minor, err := strconv.Atoi(strings.Split(version+".0", ".")[1])
	return version == "" || err == nil && strings.HasPrefix(version, "1.") && minor < loopsPerIteration
}

// stderrOf returns what a command that failed said.
func stderrOf(err error) string {
	var failed *exec.ExitError
	if errors.As(err, &failed) && len(failed.Stderr) > 0 {
		return strings.TrimSpace(string(failed.Stderr))
	}
	return err.Error()
}

// local returns the package of the checkout that is imported as part of its
// module, by a relative path, or from a GOPATH.
func (c *checkout) local(from, imported string) (pkg string, ok bool) {
	switch rest, inModule := strings.CutPrefix(imported, c.module+"/"); {
	case inModule:
		return rest, true
	case strings.HasPrefix(imported, "."):
		return path.Join(from, imported), true
	}
	// A GOPATH may have its src above the checkout, and then its packages are
	// imported by longer paths than they have here.
	for rest, more := imported, true; more; _, rest, more = strings.Cut(rest, "/") {
		pkg := path.Join(c.src, rest)
		info, err := os.Stat(filepath.Join(c.root, filepath.FromSlash(pkg)))
		if err == nil && info.IsDir() {
			return pkg, !isStandard(imported)
		}
		if c.goMod != nil {
			break
		}
	}
	return path.Join(c.src, path.Base(imported)), slices.Contains(labPackages, path.Base(imported))
}

// isStandard reports whether the go command knows a package as its own.
func isStandard(imported string) bool {
	out, err := exec.Command("go", "list", "-f", "{{.Standard}}", imported).Output()
	return err == nil && strings.TrimSpace(string(out)) == "true"
}
