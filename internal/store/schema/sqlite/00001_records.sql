-- +goose Up
CREATE TABLE clock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  public INTEGER NOT NULL,
  at INTEGER NOT NULL
);
INSERT INTO clock (one, seq, public, at) VALUES (1, 0, 0, 0);

CREATE TABLE commits (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL UNIQUE,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  via TEXT NOT NULL,
  changes INTEGER NOT NULL
);

CREATE TABLE versions (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  base INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  layer TEXT NOT NULL,
  body TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (kind, id, version)
);
CREATE INDEX versions_seq ON versions (seq);

-- n is the row's number in the index of words.
CREATE TABLE heads (
  n INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  layer TEXT NOT NULL,
  hash TEXT NOT NULL,
  actor TEXT NOT NULL,
  proposition TEXT NOT NULL,
  source TEXT NOT NULL,
  coder TEXT NOT NULL,
  UNIQUE (kind, id)
);
CREATE INDEX heads_actor ON heads (actor, kind, id) WHERE actor <> '';
CREATE INDEX heads_proposition ON heads (proposition, kind, id) WHERE proposition <> '';
CREATE INDEX heads_source ON heads (source, kind, id) WHERE source <> '';
CREATE INDEX heads_state ON heads (state, kind, id) WHERE state <> 'published';

CREATE TABLE published (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE TABLE blobs (
  hash TEXT PRIMARY KEY,
  media TEXT NOT NULL,
  size INTEGER NOT NULL,
  at INTEGER NOT NULL,
  data BLOB NOT NULL
);

CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");

-- +goose Down
SELECT 1 / 0; -- a store only moves forward: restore a backup instead
