// Package browsertest opens the report page in a real browser. It is a module
// of its own, for what drives the browser is none of the project's concern.
package browsertest
