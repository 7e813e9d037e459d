// Package layers holds the table of the project's layers and the test that
// keeps every package in its place: data flows one way, from files to records,
// to an immutable Corpus, to pure analyses, to faces, and nothing imports
// upward. The package is never part of the program.
package layers
