// Package tablefile reads tables with any columns, as CSV or XLSX, into
// proposed records. A mapping says which column of the file becomes which
// column of a table of the corpus, and how its values are read; it can be
// guessed from the header and some rows, shown, corrected, saved and loaded.
//
// A value that is missing stays missing: above all a stance that nobody set is
// reported, never filled in.
package tablefile
