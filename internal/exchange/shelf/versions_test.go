package shelf_test

import (
	"testing"
	"time"

	"entente/internal/exchange/taxii"
)

// TestManyVersions: a partner that brings very many versions of one object is
// bounded, and keeps nobody waiting.
func TestManyVersions(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		raws := make([]string, 6000)
		for i := range raws {
			raws[i] = thing{n: 1, version: i, maker: aID, mark: clear0}.raw()
		}
		start := time.Now()
		st := d.post("a", pool, raws...)
		if st.SuccessCount != 2000 || st.FailureCount != 4000 {
			t.Errorf("%d of 6000 versions were taken, want 2000", st.SuccessCount)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("it took %s", took)
		}
		if st := d.post("a", pool, raws[0], thing{n: 1, version: 7000, maker: aID, mark: clear0}.raw(), thing{n: 2, maker: aID, mark: clear0}.raw()); st.SuccessCount != 2 {
			t.Errorf("afterwards: %+v", st)
		}
		if p := d.page("b", pool, taxii.Query{}); len(p.Records) != 2 {
			t.Errorf("%d objects are there", len(p.Records))
		}
	})
}
