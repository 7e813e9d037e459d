package ledger

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver

	"golang.org/x/mod/sumdb/tlog"
)

// seeded gives the same bytes in every run.
func seeded(seed uint64) io.Reader {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

// clock is a clock that the test moves.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 1, 2, 3, 4, 5, 678_901_000, time.UTC)} }

func (c *clock) now() time.Time { return c.at }

func (c *clock) add(d time.Duration) { c.at = c.at.Add(d) }

// database opens an SQLite file with the log's tables, set up as a store sets it
// up.
func database(t testing.TB) *sql.DB {
	t.Helper()
	settings := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-65536)&_pragma=mmap_size(268435456)"
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "log.db")+settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec(SchemaSQLite); err != nil {
		t.Fatal(err)
	}
	return db
}

// node is a log over a database, with its key.
type node struct {
	*Log
	db    *sql.DB
	key   *Key
	clock *clock
}

func newNode(t testing.TB, db *sql.DB, name string, seed uint64) *node {
	t.Helper()
	c := newClock()
	l, err := New(Options{Origin: name, Now: c.now, Random: seeded(seed)})
	if err != nil {
		t.Fatal(err)
	}
	key, err := GenerateKey(seeded(seed+1000), name)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{l, db, key, c}
	n.tx(t, func(q Querier) error { return l.Init(context.Background(), q) })
	return n
}

// tx runs fn in a transaction and commits.
func (n *node) tx(t testing.TB, fn func(q Querier) error) {
	t.Helper()
	if err := n.try(fn); err != nil {
		t.Fatal(err)
	}
}

func (n *node) try(fn func(q Querier) error) error {
	tx, err := n.db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

func (n *node) append(t testing.TB, entries ...Entry) []Opening {
	t.Helper()
	var out []Opening
	n.tx(t, func(q Querier) (err error) {
		out, err = n.Append(context.Background(), q, entries...)
		return err
	})
	n.clock.add(time.Minute)
	return out
}

func (n *node) sign(t testing.TB) *Checkpoint {
	t.Helper()
	var c *Checkpoint
	n.tx(t, func(q Querier) (err error) {
		c, err = n.Sign(context.Background(), q, n.key)
		return err
	})
	return c
}

// object is a synthetic object in JSON.
func object(i int) []byte {
	return fmt.Appendf(nil, `{"type":"report","id":"report--%d","name":"Synthetic report %d","modified":"2026-01-02T03:04:05.000Z"}`, i, i)
}

func entry(i int) Entry {
	return Entry{Kind: Published, Object: fmt.Sprintf("report--%d", i), Version: "2026-01-02T03:04:05.000Z", Body: object(i), Plain: i%2 == 0}
}

// mth is the Merkle tree hash straight from the definition in RFC 6962, section
// 2.1: an oracle that shares nothing with the code under test but SHA-256.
func mth(leaves [][]byte) tlog.Hash {
	switch len(leaves) {
	case 0:
		return tlog.Hash(sum())
	case 1:
		return tlog.Hash(sum([]byte{0}, leaves[0]))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	left, right := mth(leaves[:k]), mth(leaves[k:])
	return tlog.Hash(sum([]byte{1}, left[:], right[:]))
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if os.IsNotExist(err) {
		return
	}
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
