package store

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
var backupTables = []backupTable{
	{"commits", join(wholes("seq", "at"), texts("who", "why", "via"), wholes("changes", "n", "public")), "seq"},
	{"texts", texts("hash", "text"), "hash"},
	{"versions", join(wholes("n"), texts("kind", "id"), wholes("version", "base", "live", "seq"), texts("state", "layer", "facets", "text", "body")), "n"},
	{"blobs", join(texts("hash", "media"), wholes("size", "at"), columnsOf(bytesColumn, []string{"data"})), "hash"},
	{
		"accounts", join(texts("name", "role", "password", "subject"), wholes("disabled", "failed", "locked_until", "epoch", "created", "changed", "version")), "name",
	},
	{"tokens", join(texts("id", "account", "name", "hash", "scopes"), wholes("created", "expires", "revoked", "last_used")), "id"},
	{"audit", join(wholes("id", "at"), texts("who", "action", "object", "outcome", "detail")), "id"},
}
