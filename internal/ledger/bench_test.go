package ledger

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

// BenchmarkAppend writes leaves in one transaction over SQLite, salted and with
// a partner, from objects of about 300 bytes: the work of a release in bulk. It
// prints leaves per second. ENTENTE_LEAVES sets their number (1,000,000 in
// docs/methods/ledger.md), 20,000 without it.
func BenchmarkAppend(b *testing.B) {
	count := 20_000
	if s := os.Getenv("ENTENTE_LEAVES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		count = n
	}
	n := newNode(b, database(b), "a.example/log", 1)
	entries := make([]Entry, count)
	for i := range entries {
		entries[i] = Entry{
			Kind: Released, Object: fmt.Sprintf("report--%08x-0000-4000-8000-000000000000", uint32(i)*2654435761), Version: "2026-01-02T03:04:05.000Z", Collection: "c1", Partner: "b.example/log",
			Body: fmt.Appendf(nil, `{"type":"report","spec_version":"2.1","id":"report--%d","created":"2026-01-02T03:04:05.000Z","modified":"2026-01-02T03:04:05.000Z","name":"Synthetic report %d","published":"2026-01-02T03:04:05.000Z","object_refs":["identity--1"],"object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]}`, i, i),
		}
	}
	b.ResetTimer()
	start := time.Now()
	leaves := 0
	for b.Loop() {
		for rest := entries; len(rest) > 0; { // a bulk write comes in parts
			part := rest[:min(len(rest), 100_000)]
			rest = rest[len(part):]
			n.append(b, part...)
			leaves += len(part)
		}
	}
	b.ReportMetric(float64(leaves)/time.Since(start).Seconds(), "leaves/s")
	b.StopTimer()
	start = time.Now()
	n.sign(b)
	b.ReportMetric(float64(time.Since(start).Microseconds())/1000, "ms/checkpoint")
	start = time.Now()
	const proofs = 200
	for i := range proofs {
		if _, err := n.Prove(context.Background(), n.db, int64(i*leaves/proofs)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(time.Since(start).Microseconds())/proofs/1000, "ms/proof")
}
