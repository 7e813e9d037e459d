-- +goose Up
-- The log: internal/ledger/schema.go says what stands in it.
CREATE TABLE ledger_head (
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

-- What the operators of the node have set: partners, communities, collections,
-- embargoes. The latest row counts; the earlier ones tell what counted when.
CREATE TABLE exchange_settings (
  n BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  body TEXT NOT NULL
);

-- By what partners prove who they are: the hash of a token or password.
CREATE TABLE exchange_credentials (
  id TEXT COLLATE "C" PRIMARY KEY,
  partner TEXT COLLATE "C" NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  secret TEXT NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  last_used BIGINT NOT NULL
);
CREATE INDEX exchange_credentials_partner ON exchange_credentials (partner);

-- How far each collection has come: its latest stamp and its latest revision.
-- Whoever adds holds the row until the commit, so stamps become visible in order.
CREATE TABLE exchange_collections (
  id TEXT COLLATE "C" PRIMARY KEY,
  stamp BIGINT NOT NULL,
  rev BIGINT NOT NULL
);

-- Versions of STIX objects, each kept once and as it came. version_key orders the
-- versions of an object and is empty for an object that has none; level is the
-- effective handling level (1 CLEAR to 5 RED); origin is the partner from whom the
-- object came, empty for the node's own.
CREATE TABLE exchange_objects (
  n BIGINT PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL,
  version_key TEXT COLLATE "C" NOT NULL,
  version TEXT NOT NULL,
  created TEXT NOT NULL,
  type TEXT NOT NULL,
  spec TEXT NOT NULL,
  creator TEXT NOT NULL,
  origin TEXT NOT NULL,
  level BIGINT NOT NULL,
  unresolved BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  at BIGINT NOT NULL,
  size BIGINT NOT NULL,
  digest BYTEA NOT NULL,
  body BYTEA NOT NULL,
  UNIQUE (id, version_key)
);
CREATE INDEX exchange_objects_unresolved ON exchange_objects (n) WHERE unresolved = 1;
CREATE INDEX exchange_objects_creator ON exchange_objects (creator, n);

-- Which objects wait for another one (a marking-definition, what a translation
-- translates), so that they are assessed again when it comes.
CREATE TABLE exchange_waits (
  id TEXT COLLATE "C" NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (id, n)
);

-- What lies in which collection since when. rev rises with every change of the
-- collection, so that a reader fetches only what changed.
CREATE TABLE exchange_entries (
  collection TEXT COLLATE "C" NOT NULL,
  stamp BIGINT NOT NULL,
  n BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  origin TEXT NOT NULL,
  removed BIGINT NOT NULL,
  PRIMARY KEY (collection, stamp)
);
CREATE INDEX exchange_entries_rev ON exchange_entries (collection, rev);
CREATE UNIQUE INDEX exchange_entries_once ON exchange_entries (collection, n) WHERE removed = 0;
CREATE INDEX exchange_entries_object ON exchange_entries (n);

-- What was handed to which partner, and the leaf of the log that records it.
CREATE TABLE exchange_releases (
  partner TEXT COLLATE "C" NOT NULL,
  collection TEXT COLLATE "C" NOT NULL,
  stamp BIGINT NOT NULL,
  leaf BIGINT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (partner, collection, stamp)
);
CREATE INDEX exchange_releases_leaf ON exchange_releases (partner, leaf);
CREATE INDEX exchange_releases_entry ON exchange_releases (collection, stamp);

-- By which settings, and up to which instant, it was worked out last what a partner
-- may take from a collection: what opens later gets a new stamp, so that whoever
-- polls by stamps misses nothing.
CREATE TABLE exchange_doors (
  partner TEXT COLLATE "C" NOT NULL,
  collection TEXT COLLATE "C" NOT NULL,
  revision BIGINT NOT NULL,
  at BIGINT NOT NULL,
  rev BIGINT NOT NULL,
  PRIMARY KEY (partner, collection)
);
CREATE INDEX exchange_doors_rev ON exchange_doors (collection, rev);

-- What became of each request to add, for the partner who made it.
CREATE TABLE exchange_statuses (
  id TEXT COLLATE "C" PRIMARY KEY,
  partner TEXT COLLATE "C" NOT NULL,
  collection TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  body TEXT NOT NULL
);
CREATE INDEX exchange_statuses_at ON exchange_statuses (at);

-- How far the node has read in the collections of its partners.
CREATE TABLE exchange_cursors (
  partner TEXT COLLATE "C" NOT NULL,
  place TEXT COLLATE "C" NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (partner, place)
);

-- What came from partners, apart from everything of the node's own until somebody
-- has decided on it. state: new, accepted, merged, rejected, superseded, aside. record
-- is the record that the object carries ("statements:est-1"), empty for none. leaf is
-- the leaf of the node's own log that records the arrival.
CREATE TABLE exchange_inbox (
  n BIGINT PRIMARY KEY,
  partner TEXT COLLATE "C" NOT NULL,
  collection TEXT COLLATE "C" NOT NULL,
  object TEXT COLLATE "C" NOT NULL,
  version_key TEXT COLLATE "C" NOT NULL,
  version TEXT NOT NULL,
  type TEXT NOT NULL,
  level BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  who TEXT NOT NULL,
  decided BIGINT NOT NULL,
  note TEXT NOT NULL,
  record TEXT COLLATE "C" NOT NULL,
  leaf BIGINT NOT NULL,
  receipt TEXT NOT NULL,
  receipted BIGINT NOT NULL,
  body BYTEA NOT NULL,
  UNIQUE (partner, object, version_key)
);
CREATE INDEX exchange_inbox_state ON exchange_inbox (state, n);
CREATE INDEX exchange_inbox_object ON exchange_inbox (object);
CREATE INDEX exchange_inbox_record ON exchange_inbox (record) WHERE record <> '';
CREATE INDEX exchange_inbox_owed ON exchange_inbox (partner, n) WHERE receipted = 0;

-- RED: encrypted to named people, never in a collection. way: out or in.
CREATE TABLE exchange_sealed (
  id TEXT COLLATE "C" PRIMARY KEY,
  way TEXT NOT NULL,
  partner TEXT COLLATE "C" NOT NULL,
  recipient TEXT NOT NULL,
  at BIGINT NOT NULL,
  leaf BIGINT NOT NULL,
  taken BIGINT NOT NULL,
  body BYTEA NOT NULL
);
CREATE INDEX exchange_sealed_partner ON exchange_sealed (partner, way, at);

-- +goose Down
SELECT 1 / 0; -- a store only moves forward: restore a backup instead
