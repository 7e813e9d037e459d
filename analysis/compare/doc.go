// Package compare sets the positions and acts of two or more actors side by
// side as of a date: where they agree, differ or are silent, what they did
// together, what only one of them did, what changed, who stands nearest, who
// could bridge, and what a bloc could say with one voice.
//
// Everything is a pure function of a corpus and options.
package compare
