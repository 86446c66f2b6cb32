// Package schematest holds the JSON Schema of the process protocol against the code that
// speaks it. It is a module of its own, for what reads schemas is none of the project's
// concern.
package schematest
