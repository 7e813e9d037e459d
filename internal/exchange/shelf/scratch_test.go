package shelf_test

import (
	"context"
	"testing"

	"entente/internal/store"
)

func TestScratch(t *testing.T) {
	d := newDesk(t, t.TempDir()+"/x.entente")
	d.put(pool, thing{n: 1, mark: green})
	for _, s := range []string{
		"SELECT n, origin FROM exchange_entries WHERE collection = 'x' AND stamp IN (1,2,3,4,5,6) AND removed = 0 ORDER BY stamp",
		"UPDATE exchange_entries SET removed = 2, rev = 1 WHERE collection = 'x' AND removed = 0 AND stamp IN (1,2,3,4,5,6)",
		"UPDATE exchange_entries SET removed = 1, rev = 1 WHERE collection = 'x' AND removed <> 1 AND n IN (1,2,3)",
		"SELECT n, stamp FROM exchange_entries WHERE collection = 'x' AND removed = 0 AND n IN (1,2,3)",
		"SELECT e.stamp FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n WHERE o.id = 'x' AND e.collection = 'x' AND e.removed = 0 ORDER BY o.version_key",
		"SELECT e.collection, e.stamp FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n WHERE e.removed = 0 AND o.id IN ('a','b')",
		"SELECT stamp FROM exchange_releases WHERE collection = 'x' AND stamp IN (1,2,3) AND partner = 'x'",
		"SELECT count(*) FROM exchange_entries WHERE collection = 'x' AND rev > 5 AND removed <> 0",
		"SELECT e.stamp, o.id FROM exchange_entries e JOIN exchange_objects o ON o.n = e.n WHERE e.collection = 'x' AND e.rev > 5",
		"SELECT e.stamp, o.id FROM exchange_entries e JOIN exchange_objects o ON o.n = e.n WHERE e.collection = 'x' ORDER BY e.stamp",
		"SELECT partner, revision, at FROM exchange_doors WHERE collection = 'x' AND rev > 5",
		"SELECT n, id, version, created, creator, origin, revoked, digest, level FROM exchange_objects WHERE id IN ('a','b') ORDER BY n",
		"SELECT creator, origin FROM exchange_objects WHERE n IN (SELECT MIN(n) FROM exchange_objects WHERE creator IN ('a','b') GROUP BY creator)",
		"SELECT o.id, o.origin, o.body FROM exchange_objects o WHERE o.id IN ('a','b') AND o.version_key = (SELECT MAX(l.version_key) FROM exchange_objects l WHERE l.id = o.id)",
		"SELECT DISTINCT r.partner, o.id, o.version_key FROM exchange_objects o JOIN exchange_entries e ON e.n = o.n JOIN exchange_releases r ON r.collection = e.collection AND r.stamp = e.stamp WHERE o.id IN ('a')",
		"SELECT e.stamp FROM exchange_entries e JOIN exchange_objects o ON o.n = e.n WHERE e.removed = 0 AND e.collection = 'x' ORDER BY e.collection, e.stamp LIMIT 5",
		"SELECT e.stamp FROM exchange_entries e JOIN exchange_objects o ON o.n = e.n WHERE e.removed = 0 AND o.id IN ('a','b') ORDER BY e.collection, e.stamp LIMIT 5",
		"SELECT n FROM exchange_waits WHERE id IN ('a')",
	} {
		_ = d.st.Read(t.Context(), func(ctx context.Context, q store.Querier) error {
			rows, err := q.QueryContext(ctx, "EXPLAIN QUERY PLAN "+s)
			if err != nil {
				t.Error(err)
				return nil
			}
			out := ""
			for rows.Next() {
				var a, b, c int
				var x string
				_ = rows.Scan(&a, &b, &c, &x)
				out += "\n      " + x
			}
			_ = rows.Close()
			t.Log(s + out)
			return rows.Err()
		})
	}
}
