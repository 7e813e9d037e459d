package shelf_test

import (
	"bytes"
	"os"
	"strconv"
	"testing"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// corpusSize is how many objects the benchmarks use; ENTENTE_OBJECTS sets it.
func corpusSize(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("ENTENTE_OBJECTS"))
	if os.Getenv("ENTENTE_OBJECTS") == "" {
		return 10_000
	}
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// envelopes packs a synthetic corpus.
func envelopes(n, each int) (out [][]byte) {
	var buf bytes.Buffer
	in := 0
	flush := func() {
		if in > 0 {
			out = append(out, append(bytes.Clone(buf.Bytes()), "]}"...))
		}
		buf.Reset()
		in = 0
	}
	for raw := range stix.Synthetic(n, 1, []stix.ID{handling.Clear.Mark(), handling.Green.Mark(), handling.Amber.Mark()}) {
		if in == 0 {
			buf.WriteString(`{"objects":[`)
		} else {
			buf.WriteByte(',')
		}
		buf.Write(raw)
		if in++; in == each {
			flush()
		}
	}
	flush()
	return out
}

func eachEngine(b *testing.B, run func(b *testing.B, d *desk)) {
	b.Run("sqlite", func(b *testing.B) { run(b, newDesk(b, b.TempDir()+"/node.entente")) })
	b.Run("postgres", func(b *testing.B) { run(b, newDesk(b, postgres(b))) })
}

// fill lays a synthetic corpus into the pool by requests of 1000.
func (d *desk) fill(n int) {
	d.edit(func(s *partner.Settings) {
		s.Partners[0].Identities = append(s.Partners[0].Identities, stix.SyntheticCreator)
	})
	for i, e := range envelopes(n, 1000) {
		st, err := d.Add(d.Context(), "a", pool, bytes.NewReader(e))
		if err != nil || st.FailureCount > 0 {
			d.Fatal(i, err, st)
		}
	}
}

// Durable ingest with validation and leaves, in requests of 1000.
func BenchmarkAdd(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *desk) {
		list := envelopes(corpusSize(b), 1000)
		d.edit(func(s *partner.Settings) {
			s.Partners[0].Identities = append(s.Partners[0].Identities, stix.SyntheticCreator)
		})
		objects := 0
		for i := 0; b.Loop(); i++ {
			if i == len(list) {
				b.StopTimer() // a new store would be fairer; the same objects again are not
				b.Skipf("more rounds than requests: use -benchtime %dx", len(list))
			}
			st, err := d.Add(b.Context(), "a", pool, bytes.NewReader(list[i]))
			if err != nil || st.FailureCount > 0 {
				b.Fatal(err, st)
			}
			objects += st.SuccessCount
		}
		b.ReportMetric(float64(objects)/b.Elapsed().Seconds(), "objects/s")
	})
}

// Pages of what was handed over before, by eight at once.
func BenchmarkPage(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *desk) {
		d.fill(corpusSize(b))
		d.walk("b", pool, taxii.Query{Bodies: true, Limit: 1000})
		marks := []taxii.Stamp{0}
		for q := (taxii.Query{Limit: 1000}); ; {
			p := d.page("b", pool, q)
			if !p.More {
				break
			}
			q.After = p.Next
			marks = append(marks, p.Next)
		}
		for name, q := range map[string]taxii.Query{
			"objects 100": {Bodies: true, Limit: 100}, "objects 1000": {Bodies: true, Limit: 1000}, "manifest 100": {Limit: 100},
			"type 100": {Bodies: true, Limit: 100, Filter: taxii.Filter{Types: []string{"malware"}}},
			"empty":    {Bodies: true, Limit: 100, Filter: taxii.Filter{AddedAfter: 1 << 60}},
		} {
			b.Run(name, func(b *testing.B) {
				objects := int64(0)
				i := 0
				for b.Loop() {
					q := q
					if i++; q.AddedAfter == 0 {
						q.After = marks[i%len(marks)]
					}
					objects += int64(len(d.page("b", pool, q).Records))
				}
				b.ReportMetric(float64(objects)/b.Elapsed().Seconds(), "objects/s")
			})
		}
	})
}

// Pages of 1000 of which nothing is in memory.
func BenchmarkCold(b *testing.B) {
	eachEngine(b, func(b *testing.B, d *desk) {
		d.fill(corpusSize(b))
		d.walk("b", pool, taxii.Query{Bodies: true, Limit: 1000})
		var err error
		if d.Shelf, err = shelf.Open(d.st, shelf.Options{Book: d.book, Log: d.log, Now: d.clock.now, Cache: 1}); err != nil {
			b.Fatal(err)
		}
		objects := 0
		q := taxii.Query{Bodies: true, Limit: 1000}
		for b.Loop() {
			p := d.page("b", pool, q)
			if q.After = p.Next; !p.More {
				q.After = 0
			}
			objects += len(p.Records)
		}
		b.ReportMetric(float64(objects)/b.Elapsed().Seconds(), "objects/s")
	})
}
