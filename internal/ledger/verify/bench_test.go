package verify

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"entente/internal/ledger"
)

// BenchmarkFolder exports and verifies a log of ENTENTE_LEAVES leaves (20,000
// without it), of which b can open one in a hundred, and prints leaves per
// second.
func BenchmarkFolder(b *testing.B) {
	count := 20_000
	if s := os.Getenv("ENTENTE_LEAVES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		count = n
	}
	w := newWorld(b)
	for from := 0; from < count; from += 50_000 {
		var entries []ledger.Entry
		for i := from; i < min(count, from+50_000); i++ {
			who := nameC
			if i%100 == 0 {
				who = nameB
			}
			entries = append(entries, w.entry(ledger.Released, i, who))
		}
		w.append(entries...)
	}
	w.witness(nameB)
	dir := filepath.Join(b.TempDir(), "folder")
	start := time.Now()
	w.tx(func(q ledger.Querier) error {
		_, err := w.log.Export(context.Background(), q, dir, ledger.ExportOptions{For: nameB, Key: w.keys[nameA], Body: func(_ context.Context, o *ledger.Opening) ([]byte, error) {
			return w.bodies[o.Object+" "+o.Version], nil
		}})
		return err
	})
	exported := time.Since(start)
	b.ResetTimer()
	start = time.Now()
	runs := 0
	for b.Loop() {
		r, err := Folder(context.Background(), dir, w.options())
		if err != nil || !r.OK() || r.Size != int64(count) {
			b.Fatalf("%v\n%s", err, list(r))
		}
		runs++
	}
	b.ReportMetric(float64(runs*count)/time.Since(start).Seconds(), "leaves/s")
	b.ReportMetric(float64(count)/exported.Seconds(), "exported/s")
}
