// Package all lists the readers of foreign files and gives them one form: a
// file in memory, settings and a resolver in, a proposal out.
//
// To add a reader, write its package and add one entry to [Kinds].
package all
