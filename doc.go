// Package entente holds the words and the rules of cyber diplomacy as data:
// who the actors are, what they said, signed and voted for, on what source,
// and how a position as of a date follows from that evidence.
//
// Records (the plain structs) are what a corpus stores. A [Corpus] is an
// immutable, indexed snapshot of them. A [Position] is always derived, never
// stored; see [Corpus.Position] for the rule.
//
// The package depends on the standard library only and does no input or
// output.
package entente
