-- +goose Up
CREATE TABLE clock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL,
  public BIGINT NOT NULL,
  at BIGINT NOT NULL
);
INSERT INTO clock (one, seq, public, at) VALUES (1, 0, 0, 0);

CREATE TABLE commits (
  seq BIGINT PRIMARY KEY,
  at BIGINT NOT NULL UNIQUE,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  via TEXT NOT NULL,
  changes INTEGER NOT NULL
);

CREATE TABLE versions (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  base INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  state TEXT NOT NULL,
  layer TEXT NOT NULL,
  body TEXT NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (kind, id, version)
);
CREATE INDEX versions_seq ON versions (seq);

CREATE TABLE heads (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  layer TEXT NOT NULL,
  hash TEXT NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  proposition TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  coder TEXT COLLATE "C" NOT NULL,
  words TSVECTOR NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX heads_actor ON heads (actor, kind, id) WHERE actor <> '';
CREATE INDEX heads_proposition ON heads (proposition, kind, id) WHERE proposition <> '';
CREATE INDEX heads_source ON heads (source, kind, id) WHERE source <> '';
CREATE INDEX heads_state ON heads (state, kind, id) WHERE state <> 'published';
CREATE INDEX heads_words ON heads USING gin (words);

CREATE TABLE published (
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
);

CREATE TABLE blobs (
  hash TEXT PRIMARY KEY,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  data BYTEA NOT NULL
);

-- +goose Down
SELECT 1 / 0; -- a store only moves forward: restore a backup instead
