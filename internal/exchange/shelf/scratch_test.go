package shelf_test

import (
	"testing"
	"time"

	"entente/internal/exchange/taxii"
)

func TestScratch(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.fill(20000)
		s := time.Now()
		for _, p := range []string{"a", "b", "c"} {
			d.walk(p, pool, taxii.Query{Bodies: true, Limit: 1000})
		}
		t.Log("walks", time.Since(s))
		for range 2 {
			s = time.Now()
			if _, err := d.Loss(t.Context()); err != nil {
				t.Fatal(err)
			}
			t.Log("loss", time.Since(s))
		}
		before, _ := d.book.State(t.Context())
		d.clear("all", "b", 2)
		after, _ := d.book.State(t.Context())
		s = time.Now()
		l, err := d.Left(t.Context(), before, after)
		t.Log("left", len(l), err, time.Since(s))
		d.clear("all", "c", 4)
		s = time.Now()
		d.page("c", pool, taxii.Query{Bodies: true, Limit: 1})
		t.Log("opening", time.Since(s))
	})
}
