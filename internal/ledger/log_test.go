package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"golang.org/x/mod/sumdb/tlog"

	"entente"
	"entente/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// engines runs a test on both engines.
func engines(t *testing.T, test func(t *testing.T, db *sql.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, database(t)) })
	t.Run("postgres", func(t *testing.T) {
		dsn := pgtest.Database(t, "ledger", func(dsn string) error {
			db, err := sql.Open("pgx", dsn)
			if err != nil {
				return err
			}
			_, err = db.Exec(SchemaPostgres)
			return errors.Join(err, db.Close())
		})
		db, err := sql.Open("pgx", dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		test(t, db)
	})
}

func TestLogOnBothEngines(t *testing.T) {
	engines(t, func(t *testing.T, db *sql.DB) {
		ctx := context.Background()
		n := newNode(t, db, "a.example/log", 1)
		var entries []Entry
		for i := range 700 { // more than two tiles
			entries = append(entries, entry(i))
		}
		var opened []Opening
		for _, cut := range [][2]int{{0, 1}, {1, 2}, {2, 300}, {300, 700}} {
			opened = append(opened, n.append(t, entries[cut[0]:cut[1]]...)...)
		}
		var leaves [][]byte
		for i := range opened {
			if i > 0 && !opened[i].Time.After(opened[i-1].Time) {
				t.Fatalf("leaf %d is not later than the one before", i)
			}
			l := opened[i].Leaf()
			leaves = append(leaves, l.Append(nil))
			if err := opened[i].CheckBody(object(i)); err != nil {
				t.Fatal(err)
			}
			if opened[i].CheckBody(object(i+1)) == nil {
				t.Fatal("another object is taken")
			}
		}
		n.tx(t, func(q Querier) error {
			for _, size := range []int64{0, 1, 2, 255, 256, 257, 512, 699, 700} {
				root, err := n.Root(ctx, q, size)
				if err != nil {
					return err
				}
				if root != mth(leaves[:size]) {
					t.Errorf("the root of %d leaves is not that of RFC 6962", size)
				}
			}
			for _, c := range [][2]int64{{0, 1}, {0, 700}, {256, 700}, {699, 700}, {255, 256}, {511, 600}} {
				p, err := n.ProveLeaf(ctx, q, c[0], c[1])
				if err != nil {
					return err
				}
				if err := tlog.CheckRecord(p, c[1], mth(leaves[:c[1]]), c[0], tlog.RecordHash(leaves[c[0]])); err != nil {
					t.Errorf("leaf %d in %d: %v", c[0], c[1], err)
				}
			}
			for _, c := range [][2]int64{{1, 700}, {256, 512}, {300, 700}, {700, 700}} {
				p, err := n.ProveTree(ctx, q, c[0], c[1])
				if err != nil {
					return err
				}
				if err := tlog.CheckTree(p, c[1], mth(leaves[:c[1]]), c[0], mth(leaves[:c[0]])); err != nil {
					t.Errorf("%d to %d: %v", c[0], c[1], err)
				}
			}
			list, err := n.About(ctx, q, "report--5", "")
			if err != nil {
				return err
			}
			if diff := cmp.Diff(opened[5:6], list); diff != "" {
				t.Errorf("about report--5 (-want +got):\n%s", diff)
			}
			if list, err = n.List(ctx, q, 698, 10); err != nil {
				return err
			}
			if diff := cmp.Diff(opened[698:], list); diff != "" {
				t.Errorf("the last leaves (-want +got):\n%s", diff)
			}
			data, err := n.Leaf(ctx, q, 699)
			if err != nil || string(data) != string(leaves[699]) {
				t.Errorf("leaf 699 is %s (%v)", data, err)
			}
			for _, ask := range []func() error{
				func() error { _, err := n.Opening(ctx, q, 700); return err },
				func() error { _, err := n.ProveLeaf(ctx, q, 700, 700); return err },
				func() error { _, err := n.ProveLeaf(ctx, q, 0, 701); return err },
				func() error { _, err := n.ProveTree(ctx, q, 5, 701); return err },
				func() error { _, err := n.Root(ctx, q, 701); return err },
			} {
				if err := ask(); entente.KindOf(err) != entente.NotFound {
					t.Errorf("what is not there: %v", err)
				}
			}
			return nil
		})
	})
}

// A leaf and the fact that it records are there together or not at all: in the
// transaction that is rolled back, in the one that is committed, and in a file
// that is copied in the middle, as a crash would leave it.
func TestLeafAndFactTogether(t *testing.T) {
	engines(t, func(t *testing.T, db *sql.DB) {
		if _, err := db.Exec("CREATE TABLE facts (n BIGINT PRIMARY KEY)"); err != nil {
			t.Fatal(err)
		}
		n := newNode(t, db, "a.example/log", 1)
		count := func() (facts, leaves, size int64) {
			if err := db.QueryRow("SELECT (SELECT count(*) FROM facts), (SELECT coalesce(sum(count), 0) FROM ledger_leaves), (SELECT size FROM ledger_head)").Scan(&facts, &leaves, &size); err != nil {
				t.Fatal(err)
			}
			return facts, leaves, size
		}
		stop := errors.New("stop")
		kept := int64(0)
		for i := range int64(60) {
			err := n.try(func(q Querier) error {
				if _, err := q.ExecContext(context.Background(), "INSERT INTO facts (n) VALUES ($1)", i); err != nil {
					return err
				}
				if _, err := n.Append(context.Background(), q, entry(int(i))); err != nil {
					return err
				}
				if i%3 == 0 {
					return stop
				}
				return nil
			})
			if err == nil {
				kept++
			} else if !errors.Is(err, stop) {
				t.Fatal(err)
			}
			if facts, leaves, size := count(); facts != kept || leaves != kept || size != kept {
				t.Fatalf("after %d: %d facts, %d leaves, size %d, want %d", i, facts, leaves, size, kept)
			}
		}
		// What is left is a sound log.
		n.sign(t)
		n.append(t, entry(99))
		n.sign(t)
	})
}

// A copy of the database file and its journal at any moment is what a power cut
// leaves: it holds whole transactions only.
func TestCrash(t *testing.T) {
	db := database(t)
	if _, err := db.Exec("CREATE TABLE facts (n BIGINT PRIMARY KEY)"); err != nil {
		t.Fatal(err)
	}
	n := newNode(t, db, "a.example/log", 1)
	var path string
	if err := db.QueryRow("SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil {
		t.Fatal(err)
	}
	check := func(i int) {
		dir := t.TempDir()
		for _, end := range []string{"", "-wal"} {
			copyFile(t, path+end, filepath.Join(dir, "copy.db"+end))
		}
		copied, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "copy.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = copied.Close() }()
		var facts, leaves, size int64
		if err := copied.QueryRow("SELECT (SELECT count(*) FROM facts), (SELECT coalesce(sum(count), 0) FROM ledger_leaves), (SELECT size FROM ledger_head)").Scan(&facts, &leaves, &size); err != nil {
			t.Fatal(err)
		}
		if facts != leaves || leaves != size || facts > int64(i) {
			t.Fatalf("copy %d: %d facts, %d leaves, size %d", i, facts, leaves, size)
		}
		c := &node{n.Log, copied, n.key, n.clock}
		c.sign(t)
	}
	for i := range 20 {
		n.tx(t, func(q Querier) error {
			if _, err := q.ExecContext(context.Background(), "INSERT INTO facts (n) VALUES ($1)", i); err != nil {
				return err
			}
			if i%4 == 0 {
				check(i) // between the fact and its leaf
			}
			_, err := n.Append(context.Background(), q, entry(i))
			if i%4 == 1 {
				check(i) // before the commit
			}
			return err
		})
		if i%4 == 2 {
			check(i + 1)
		}
	}
}

func TestWritersTakeTurns(t *testing.T) {
	engines(t, func(t *testing.T, db *sql.DB) {
		n := newNode(t, db, "a.example/log", 1)
		const writers, each = 4, 12
		errs := make(chan error, writers)
		for w := range writers {
			l, err := New(Options{Origin: n.Origin(), Now: time.Now, Random: seeded(uint64(w))})
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for i := range each {
					if err := retry(db, func(q Querier) error {
						_, err := l.Append(context.Background(), q, entry(w*100+i), entry(w*100+50+i))
						return err
					}); err != nil {
						errs <- err
						return
					}
				}
				errs <- nil
			}()
		}
		for range writers {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		n.tx(t, func(q Querier) error {
			var leaves [][]byte
			list, err := between(context.Background(), q, 0, 2*writers*each)
			if err != nil {
				return err
			}
			for _, o := range list {
				l := o.Leaf()
				leaves = append(leaves, l.Append(nil))
			}
			root, err := n.Root(context.Background(), q, 2*writers*each)
			if err != nil {
				return err
			}
			if len(leaves) != 2*writers*each || root != mth(leaves) {
				t.Errorf("%d leaves, and their root is not the log's", len(leaves))
			}
			return nil
		})
	})
}

// retry runs a transaction that takes its writing lock at once, as the store
// does, and again when the engine asks for it.
func retry(db *sql.DB, fn func(q Querier) error) error {
	for try := 0; ; try++ {
		err := func() error {
			conn, err := db.Conn(context.Background())
			if err != nil {
				return err
			}
			defer func() { _ = conn.Close() }()
			begin := "BEGIN IMMEDIATE"
			if strings.Contains(fmt.Sprintf("%T", db.Driver()), "stdlib") {
				begin = "BEGIN"
			}
			if _, err := conn.ExecContext(context.Background(), begin); err != nil {
				return err
			}
			if err := fn(conn); err != nil {
				_, _ = conn.ExecContext(context.Background(), "ROLLBACK")
				return err
			}
			_, err = conn.ExecContext(context.Background(), "COMMIT")
			return err
		}()
		if err == nil || try == 50 || !strings.Contains(err.Error(), "locked") {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestClockThatStandsOrGoesBack(t *testing.T) {
	n := newNode(t, database(t), "a.example/log", 1)
	first := n.append(t, entry(1), entry(2), entry(3))
	n.clock.add(-time.Hour)
	point := n.sign(t)
	second := n.append(t, entry(4))
	var got []time.Duration
	for _, o := range append(first, second...) {
		got = append(got, o.Time.Sub(first[0].Time))
	}
	if diff := cmp.Diff([]time.Duration{0, time.Microsecond, 2 * time.Microsecond, 3 * time.Microsecond}, got); diff != "" {
		t.Errorf("times of the leaves (-want +got):\n%s", diff)
	}
	if at := point.Time(); at.Before(first[2].Time.Truncate(time.Second)) {
		t.Errorf("the checkpoint says %s, before its last leaf", at)
	}
}

func TestOneLogOneName(t *testing.T) {
	ctx := context.Background()
	db := database(t)
	empty, err := New(Options{Origin: "a.example/log", Now: time.Now, Random: seeded(1)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := empty.Append(ctx, db, entry(1)); entente.KindOf(err) != entente.NotFound {
		t.Errorf("a log that was not started: %v", err)
	}
	n := newNode(t, db, "a.example/log", 1)
	n.tx(t, func(q Querier) error { return n.Init(ctx, q) }) // a second time
	other, err := New(Options{Origin: "b.example/log", Now: time.Now, Random: seeded(1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Init(ctx, db); entente.KindOf(err) != entente.Conflict {
		t.Errorf("a second name: %v", err)
	}
	if _, err := other.Append(ctx, db, entry(1)); entente.KindOf(err) != entente.Conflict {
		t.Errorf("a leaf under a second name: %v", err)
	}
	for _, bad := range []string{"", "a b", "a+b", "a\nb", "cosignature/v1", receiptForm, strings.Repeat("a", 300)} {
		if _, err := New(Options{Origin: bad, Now: time.Now, Random: seeded(1)}); entente.KindOf(err) != entente.Invalid {
			t.Errorf("the name %q: %v", bad, err)
		}
	}
}

// The columns of [Tables] are those of the schema, on both engines.
func TestTablesAreThoseOfTheSchema(t *testing.T) {
	engines(t, func(t *testing.T, db *sql.DB) {
		for _, table := range Tables {
			rows, err := db.Query("SELECT * FROM " + table.Name + " ORDER BY " + table.Order)
			if err != nil {
				t.Fatal(err)
			}
			got, err := rows.Columns()
			if err != nil || rows.Err() != nil {
				t.Fatal(err, rows.Err())
			}
			_ = rows.Close() //nolint:sqlclosecheck // in a loop
			var want []string
			for _, c := range table.Columns {
				want = append(want, c.Name)
			}
			if diff := cmp.Diff(got, want); diff != "" {
				t.Errorf("columns of %s (-schema +list):\n%s", table.Name, diff)
			}
		}
	})
}
