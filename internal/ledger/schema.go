package ledger

// The tables of the log. Rows of ledger_leaves, ledger_nodes, ledger_index and
// ledger_receipts are only ever added; ledger_head is the one row by which
// writers take turns. Instants are microseconds since 1970, UTC.
//
//	ledger_head         size, the last instant used, and the tree's right edge
//	ledger_leaves       runs of leaves that were written together: how many from
//	                    leaf n on, their openings (see [Opening.Append], each behind
//	                    its length as two bytes) and their hashes; a run never
//	                    crosses a multiple of 256, so a tile is made of whole runs
//	ledger_nodes        roots of complete subtrees of 256^level leaves: the tiles
//	                    of level 1 and above
//	ledger_index        the leaves about an object, by the first eight bytes of
//	                    the SHA-256 of its id
//	ledger_checkpoints  signed notes, of this node's log and of partners' logs;
//	                    those that are not proven are kept as evidence only
//	ledger_receipts     signed receipts of partners
const (
	// SchemaSQLite makes the tables in SQLite.
	SchemaSQLite = `CREATE TABLE ledger_head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  peaks BLOB NOT NULL
);

CREATE TABLE ledger_leaves (
  n INTEGER PRIMARY KEY,
  count INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  data BLOB NOT NULL
);

CREATE TABLE ledger_nodes (
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (level, n)
) WITHOUT ROWID;

CREATE TABLE ledger_index (
  object INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (object, n)
) WITHOUT ROWID;

CREATE TABLE ledger_checkpoints (
  origin TEXT NOT NULL,
  size INTEGER NOT NULL,
  root TEXT NOT NULL,
  at INTEGER NOT NULL,
  proven INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (origin, size, root)
);

CREATE TABLE ledger_receipts (
  released INTEGER PRIMARY KEY,
  leaf INTEGER NOT NULL UNIQUE,
  object TEXT NOT NULL,
  version TEXT NOT NULL,
  partner TEXT NOT NULL,
  at INTEGER NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX ledger_receipts_object ON ledger_receipts (object, version);
`

	// SchemaPostgres makes the tables in PostgreSQL.
	SchemaPostgres = `CREATE TABLE ledger_head (
  one INT PRIMARY KEY CHECK (one = 1),
  origin TEXT NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  peaks BYTEA NOT NULL
);

CREATE TABLE ledger_leaves (
  n BIGINT PRIMARY KEY,
  count INT NOT NULL,
  hashes BYTEA NOT NULL,
  data BYTEA NOT NULL
);

CREATE TABLE ledger_nodes (
  level INT NOT NULL,
  n BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  PRIMARY KEY (level, n)
);

CREATE TABLE ledger_index (
  object BIGINT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (object, n)
);

CREATE TABLE ledger_checkpoints (
  origin TEXT COLLATE "C" NOT NULL,
  size BIGINT NOT NULL,
  root TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  proven INT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (origin, size, root)
);

CREATE TABLE ledger_receipts (
  released BIGINT PRIMARY KEY,
  leaf BIGINT NOT NULL UNIQUE,
  object TEXT NOT NULL,
  version TEXT NOT NULL,
  partner TEXT NOT NULL,
  at BIGINT NOT NULL,
  note TEXT NOT NULL
);
CREATE INDEX ledger_receipts_object ON ledger_receipts (object, version);
`
)

// Table describes a table of the log for a backup: everything in it must be
// kept, byte by byte.
type Table struct {
	Name    string
	Columns []Column
	Order   string // columns that order the rows
}

// Column is a column of a [Table].
type Column struct {
	Name string
	Type string // text, whole or bytes
}

// Tables lists the tables of the log.
var Tables = []Table{
	{"ledger_head", []Column{{"one", "whole"}, {"origin", "text"}, {"size", "whole"}, {"at", "whole"}, {"peaks", "bytes"}}, "one"},
	{"ledger_leaves", []Column{{"n", "whole"}, {"count", "whole"}, {"hashes", "bytes"}, {"data", "bytes"}}, "n"},
	{"ledger_nodes", []Column{{"level", "whole"}, {"n", "whole"}, {"hash", "bytes"}}, "level, n"},
	{"ledger_index", []Column{{"object", "whole"}, {"n", "whole"}}, "object, n"},
	{"ledger_checkpoints", []Column{{"origin", "text"}, {"size", "whole"}, {"root", "text"}, {"at", "whole"}, {"proven", "whole"}, {"note", "text"}}, "origin, size, root"},
	{"ledger_receipts", []Column{{"released", "whole"}, {"leaf", "whole"}, {"object", "text"}, {"version", "text"}, {"partner", "text"}, {"at", "whole"}, {"note", "text"}}, "released"},
}
