//go:build unix

package congruence

import (
	"syscall"
	"testing"
)

// cpu is the processor time of this process so far, in seconds.
func cpu(tb testing.TB) float64 {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// BenchmarkMillion is the aim of the project: 1,000,000 synthetic statements on
// 6,000 propositions by 193 actors, duplicates per document removed, to the
// congruence matrix in less than one second of processor time after load.
func BenchmarkMillion(b *testing.B) {
	for _, c := range []struct {
		name  string
		scale Scale
		norm  Norm
		mixed bool // documents in no order of time
	}{
		{"binary", Scale{Kind: Binary}, NoNorm, false},
		{"binary-mixed", Scale{Kind: Binary}, NoNorm, true},
		{"binary-jaccard", Scale{Kind: Binary}, Jaccard, false},
		{"stances", Stances(), NoNorm, false},
		{"stances-cosine-mixed", Stances(), Cosine, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			ev := synthetic(20210219, 1_000_000, 193, 6_000, c.scale)
			if c.mixed {
				for e, d := range ev.Document {
					ev.Document[e] = int32(int64(d) * 7919 % 200_000)
					ev.Day[e] = int32(int64(d) * 104_729 % 9_000)
				}
			}
			o := Default()
			o.Norm = c.norm
			b.ReportAllocs()
			start := cpu(b)
			for b.Loop() {
				if _, err := New(ev, o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpu(b)-start)/float64(b.N), "cpu-s/op")
		})
	}
}

// BenchmarkBootstrap is twenty draws of 200,000 documents with the same million
// statements.
func BenchmarkBootstrap(b *testing.B) {
	ev := synthetic(20210219, 1_000_000, 193, 6_000, Scale{Kind: Binary})
	start := cpu(b)
	for b.Loop() {
		if _, err := NewWithInterval(ev, Default(), Bootstrap{Unit: Document, Draws: 20, Level: 0.95, Seed: 1}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric((cpu(b)-start)/float64(b.N), "cpu-s/op")
}
