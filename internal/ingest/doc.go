// Package ingest holds what the readers of foreign files share: the proposal
// that each of them makes, the look-up of names in the target corpus, ids that
// stay the same from one import to the next, and the bounds of what is read.
//
// A reader takes a file and proposes records; it knows no store and changes
// nothing. What it could not use it reports by row, with the reason: nothing is
// dropped in silence, and no missing value is made up. The readers stand in the
// folders beside this file; package ingest/all lists them.
package ingest
