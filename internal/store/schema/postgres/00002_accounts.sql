-- +goose Up
-- Instants are microseconds since 1970, UTC; 0 is none. Flags are 0 or 1.
CREATE TABLE accounts (
  name TEXT PRIMARY KEY,
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
  id TEXT PRIMARY KEY,
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
