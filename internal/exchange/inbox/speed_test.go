package inbox_test

import (
	"testing"
	"time"

	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix/mapping"
)

// BenchmarkReceive takes the whole embedded corpus as a partner's, in pages of 1000,
// each its own transaction.
func BenchmarkReceive(b *testing.B) {
	both := map[string]func() *desk{"sqlite": func() *desk { return openDesk(b, b.TempDir()+"/work.entente") }}
	for name, open := range both {
		b.Run(name, func(b *testing.B) {
			d := open()
			list, err := mapping.Export(d.corpus, nil, mapping.Options{Creator: creator, Times: func(datapackage.Ref) (time.Time, time.Time, bool) { return day, day, true }})
			if err != nil {
				b.Fatal(err)
			}
			partner := "p"
			for b.Loop() {
				partner += "x"
				for from := 0; from < len(list); from += 1000 {
					d.receive(partner, arrivals(handling.Green, list[from:min(from+1000, len(list))]...))
				}
			}
			b.ReportMetric(float64(len(list)*b.N)/b.Elapsed().Seconds(), "objects/s")
		})
	}
}
