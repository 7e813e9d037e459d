// Package rollcall holds what the importers of vote files share: a fast reader
// of CSV that keeps only the row at hand, a builder that gathers votes into an
// archive, and the report of what was used, skipped and does not add up.
package rollcall
