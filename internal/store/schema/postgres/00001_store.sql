-- +goose Up
-- How far the store has come: the latest commit, the latest version of any
-- record, the latest commit that changed what is published, the latest instant.
CREATE TABLE clock (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq BIGINT NOT NULL,
  n BIGINT NOT NULL,
  public BIGINT NOT NULL,
  at BIGINT NOT NULL
);
INSERT INTO clock (one, seq, n, public, at) VALUES (1, 0, 0, 0, 0);

-- n and public are the clock's after the commit: its versions are n - changes + 1 to n.
CREATE TABLE commits (
  seq BIGINT PRIMARY KEY,
  at BIGINT NOT NULL UNIQUE,
  who TEXT COLLATE "C" NOT NULL,
  why TEXT NOT NULL,
  via TEXT NOT NULL,
  changes INTEGER NOT NULL,
  n BIGINT NOT NULL,
  public BIGINT NOT NULL
);
CREATE INDEX commits_who ON commits (who, seq);

-- Rows are added, never changed. live is the n of the version that the public
-- sees once this one is written, 0 for none; facets is empty when the body tells
-- them; text names a row of texts.
CREATE TABLE versions (
  n BIGINT PRIMARY KEY,
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  base INTEGER NOT NULL,
  live BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  layer TEXT COLLATE "C" NOT NULL,
  facets TEXT COLLATE "C" NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  body TEXT COLLATE "C" NOT NULL,
  UNIQUE (kind, id, version)
);
CREATE INDEX versions_private ON versions (n) WHERE layer <> '';

-- The latest version of each record, with its words and filters, hashed to 64
-- bits each. All of it follows from versions.
CREATE TABLE heads (
  n BIGINT NOT NULL UNIQUE,
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  version INTEGER NOT NULL,
  live BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  layer TEXT COLLATE "C" NOT NULL,
  hash TEXT COLLATE "C" NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  words BIGINT[] NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX heads_words ON heads USING gin (words);

-- Text that the search looks at beside a body, by its SHA-256.
CREATE TABLE texts (
  hash TEXT COLLATE "C" PRIMARY KEY,
  text TEXT NOT NULL
);

CREATE TABLE blobs (
  hash TEXT COLLATE "C" PRIMARY KEY,
  media TEXT NOT NULL,
  size BIGINT NOT NULL,
  at BIGINT NOT NULL,
  data BYTEA NOT NULL
);

-- Instants are microseconds since 1970, UTC; 0 is none. Flags are 0 or 1.
CREATE TABLE accounts (
  name TEXT COLLATE "C" PRIMARY KEY,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  subject TEXT NOT NULL,
  disabled INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  locked_until BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  created BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_subject ON accounts (subject) WHERE subject <> '';

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  data BYTEA NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);
CREATE INDEX sessions_expires ON sessions (expires);

CREATE TABLE tokens (
  id TEXT COLLATE "C" PRIMARY KEY,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scopes TEXT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  revoked BIGINT NOT NULL,
  last_used BIGINT NOT NULL
);
CREATE INDEX tokens_account ON tokens (account);

-- Nothing in the program changes or removes an entry of the audit log.
CREATE TABLE audit (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL
);

-- +goose Down
SELECT 1 / 0; -- a store only moves forward: restore a backup instead
