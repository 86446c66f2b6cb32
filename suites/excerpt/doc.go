// Package excerpt tells a failed run by what is around the first wrong step, or
// else around the moment it broke: as text with a column a replica, [Around], and
// as Markdown for an issue tracker, [Issue]. It knows a run by its
// [runfile.File] alone.
package excerpt
