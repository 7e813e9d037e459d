package store

import "entente/internal/ledger"

// backupTable is a table of the database as a backup holds it: every row is a
// JSON array of its columns.
type backupTable struct {
	name    string
	columns []backupColumn
	order   string // that of the rows in the backup
}

type backupColumn struct {
	name string
	kind columnKind
}

type columnKind int

const (
	textColumn columnKind = iota
	wholeColumn
	bytesColumn
)

func texts(names ...string) []backupColumn  { return columnsOf(textColumn, names) }
func wholes(names ...string) []backupColumn { return columnsOf(wholeColumn, names) }

func columnsOf(kind columnKind, names []string) []backupColumn {
	out := make([]backupColumn, len(names))
	for i, n := range names {
		out[i] = backupColumn{n, kind}
	}
	return out
}

func join(lists ...[]backupColumn) (out []backupColumn) {
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// backupTables is everything that a backup holds. What is not here is made
// again from it (heads and the index of words), or is over when the store moves
// (sessions).
var backupTables = append([]backupTable{
	{"commits", join(wholes("seq", "at"), texts("who", "why", "via"), wholes("changes", "n", "public")), "seq"},
	{"texts", texts("hash", "text"), "hash"},
	{"versions", join(wholes("n"), texts("kind", "id"), wholes("version", "base", "live", "seq"), texts("state", "layer", "facets", "text", "body")), "n"},
	{"blobs", join(texts("hash", "media"), wholes("size", "at"), columnsOf(bytesColumn, []string{"data"})), "hash"},
	{
		"accounts", join(texts("name", "role", "password", "subject"), wholes("disabled", "failed", "locked_until", "epoch", "created", "changed", "version")), "name",
	},
	{"tokens", join(texts("id", "account", "name", "hash", "scopes"), wholes("created", "expires", "revoked", "last_used")), "id"},
	{"audit", join(wholes("id", "at"), texts("who", "action", "object", "outcome", "detail")), "id"},
	{"exchange_settings", join(wholes("n", "at"), texts("who", "why", "body")), "n"},
	{"exchange_credentials", join(texts("id", "partner", "kind", "name", "secret"), wholes("created", "expires", "revoked", "last_used")), "id"},
	{"exchange_collections", join(texts("id"), wholes("stamp", "rev")), "id"},
	{
		"exchange_objects", join(wholes("n"), texts("id", "version_key", "version", "created", "type", "spec", "creator", "origin"),
			wholes("level", "unresolved", "revoked", "at", "size"), columnsOf(bytesColumn, []string{"digest", "body"})), "n",
	},
	{"exchange_waits", join(texts("id"), wholes("n")), "id, n"},
	{"exchange_entries", join(texts("collection"), wholes("stamp", "n", "rev"), texts("origin"), wholes("removed")), "collection, stamp"},
	{"exchange_releases", join(texts("partner", "collection"), wholes("stamp", "leaf", "at")), "partner, collection, stamp"},
	{"exchange_doors", join(texts("partner", "collection"), wholes("revision", "at", "rev")), "partner, collection"},
	{"exchange_statuses", join(texts("id", "partner", "collection"), wholes("at"), texts("body")), "id"},
	{"exchange_cursors", join(texts("partner", "place", "body"), wholes("at")), "partner, place"},
	{
		"exchange_inbox", join(wholes("n"), texts("partner", "collection", "object", "version_key", "version", "type"), wholes("level", "revoked", "at"),
			texts("state", "who"), wholes("decided"), texts("note", "record"), wholes("leaf"), texts("receipt"), wholes("receipted"), columnsOf(bytesColumn, []string{"body"})), "n",
	},
	{"exchange_sealed", join(texts("id", "way", "partner", "recipient"), wholes("at", "leaf", "taken"), columnsOf(bytesColumn, []string{"body"})), "id"},
}, ledgerTables()...)

// ledgerKinds are the words of package ledger for the kinds of its columns.
var ledgerKinds = map[string]columnKind{"text": textColumn, "whole": wholeColumn, "bytes": bytesColumn}

// ledgerTables are the tables of the log, which package ledger describes.
func ledgerTables() []backupTable {
	out := make([]backupTable, len(ledger.Tables))
	for i, t := range ledger.Tables {
		out[i] = backupTable{name: t.Name, order: t.Order}
		for _, c := range t.Columns {
			out[i].columns = append(out[i].columns, backupColumn{c.Name, ledgerKinds[c.Type]})
		}
	}
	return out
}
