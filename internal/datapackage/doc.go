// Package datapackage reads, checks and writes a corpus as files: a
// Frictionless tabular Data Package, that is one CSV file per table and a
// datapackage.json that carries the schema.
//
// The list in tables.go is the one definition of the format: it gives the
// reader, the writer and the schema, so they cannot drift apart. Reading
// reports every fault at once and returns no corpus when there is one; writing
// is deterministic, so read and write give the same bytes.
package datapackage
