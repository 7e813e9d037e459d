package inbox_test

import (
	"path/filepath"
	"testing"
	"time"

	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
)

// BenchmarkReceive takes in what a partner sends, in pages of 1000, each a
// transaction of its own: the records of the embedded corpus, and objects of another
// tool's.
func BenchmarkReceive(b *testing.B) {
	run := func(b *testing.B, d *desk, list []*stix.Object) {
		partner := "p"
		for b.Loop() {
			partner += "x"
			for from := 0; from < len(list); from += 1000 {
				d.receive(partner, arrivals(handling.Green, list[from:min(from+1000, len(list))]...))
			}
		}
		b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "objects/s")
	}
	b.Run("records", func(b *testing.B) {
		d := openDesk(b, filepath.Join(b.TempDir(), "work.entente"))
		list, err := mapping.Export(d.corpus, nil, mapping.Options{Creator: creator, Times: func(datapackage.Ref) (time.Time, time.Time, bool) { return day, day, true }})
		if err != nil {
			b.Fatal(err)
		}
		run(b, d, list)
	})
	b.Run("synthetic", func(b *testing.B) {
		d := openDesk(b, filepath.Join(b.TempDir(), "work.entente"))
		var list []*stix.Object
		for raw := range stix.Synthetic(5000, 1, []stix.ID{handling.Green.Mark()}) {
			o, err := stix.Read(raw)
			if err != nil {
				b.Fatal(err)
			}
			list = append(list, o)
		}
		run(b, d, list)
	})
}
