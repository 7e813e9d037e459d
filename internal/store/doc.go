// Package store keeps the records of a workbench: every version of every record,
// who wrote it, when, why and from which version; nothing is ever overwritten.
//
// A record is named by its kind and id. Kinds that are tables of package
// datapackage hold rows of the corpus; other kinds (documents, comments, notes
// …) hold JSON of their owners. A record has a state; the latest published
// version of each record makes the corpus that the analyses see, and an edit of
// a published record stands beside it as a draft until it is published.
//
// Every write is one commit with a number and an instant that both strictly
// rise, so that "known at" has one meaning on every engine. Two engines keep the
// same data behind the same behaviour: SQLite in one file, and PostgreSQL for
// several servers at once; one suite of tests runs on both.
package store
