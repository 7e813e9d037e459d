package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"entente"
	"entente/internal/pgtest"
	"entente/internal/store"
)

// The size of the synthetic store, and of the import into it.
const (
	storeStatements = 1_000_000
	storeSources    = 10_000
	storeImport     = 100_000
	storeWriters    = 12
	storeSaves      = 100 // of each writer
)

// stores measures the record store on both engines, each beside the plain
// database with one table: the same rows put in without versions, search and
// checks. The records are synthetic.
func stores(ctx context.Context, tmp string) error {
	fmt.Printf("\nstore: %d synthetic statements, %d sources; durable settings on both engines\n", storeStatements, storeSources)
	file := filepath.Join(tmp, "bench.entente")
	if err := storeOn(ctx, "sqlite", file, func() (*plainTable, error) { return plainSQLite(ctx, filepath.Join(tmp, "plain.db")) }); err != nil {
		return err
	}
	if st, err := os.Stat(file); err == nil {
		fmt.Printf("%-46s %10.1f MB\n", "sqlite: the file", float64(st.Size())/1e6)
	}
	server, err := pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: []string{"shared_buffers=1GB", "max_wal_size=4GB"}})
	if errors.Is(err, pgtest.ErrNone) {
		fmt.Println("SKIPPED postgres: no server program was found; " + pgtest.Mend)
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	return storeOn(ctx, "postgres", server.DSN("postgres"), func() (*plainTable, error) { return plainPostgres(ctx, server.DSN("postgres")) })
}

// storeOn measures one engine.
func storeOn(ctx context.Context, engine, place string, makePlain func() (*plainTable, error)) error {
	s, err := store.Open(ctx, place, store.Options{Create: true})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	plain, err := makePlain()
	if err != nil {
		return err
	}
	defer func() { _ = plain.db.Close() }()
	say := func(what string, d time.Duration, beside string, alt time.Duration) {
		row(engine+": "+what, d, beside, alt)
	}

	fill := storeCorpus(storeStatements)
	took, err := once1(func() error {
		_, err := s.Save(ctx, store.Reason{Who: "bench", Via: "init"}, fill...)
		return err
	})
	if err != nil {
		return err
	}
	raw, err := once1(func() error { return plain.insert(ctx, fill) })
	if err != nil {
		return err
	}
	rate := func(n int, d time.Duration) float64 { return float64(n) / d.Seconds() }
	fmt.Printf("%-46s %10.0f rows/s  beside %-36s %10.0f rows/s\n", engine+": fill, one commit", rate(len(fill), took), "raw inserts, one transaction", rate(len(fill), raw))
	fill = nil

	more := storeMore(storeImport, "imported")
	reason := store.Reason{Who: "bench", Via: "import", SkipSame: true}
	steps := 0
	reason.Progress = func(int) error { steps++; return nil }
	if took, err = once1(func() error { _, err := s.Save(ctx, reason, more...); return err }); err != nil {
		return err
	}
	if raw, err = once1(func() error { return plain.insert(ctx, more) }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.0f rows/s  beside %-36s %10.0f rows/s\n", fmt.Sprintf("%s: import %d rows, %d steps shown", engine, storeImport, steps), rate(storeImport, took), "raw inserts, one transaction", rate(storeImport, raw))
	if took, err = once1(func() error { _, err := s.Save(ctx, reason, more...); return err }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.0f rows/s\n", engine+": the same again (changes nothing)", rate(storeImport, took))
	stopAt := 0
	other := storeMore(storeImport, "stopped")
	cancelled, cancel := context.WithCancel(ctx)
	reason.Progress = func(done int) error {
		if stopAt++; done >= storeImport/2 && stopAt > 0 {
			stopAt = -1 << 30
			cancel()
		}
		return nil
	}
	if took, err = once1(func() error { _, err := s.Save(cancelled, reason, other...); return err }); !errors.Is(err, context.Canceled) {
		return fmt.Errorf("a cancelled import ended with %w", err)
	}
	fmt.Printf("%-46s %10.3f ms  (keeps nothing)\n", engine+": import cancelled half-way", ms(took))

	if err := s.Close(); err != nil {
		return err
	}
	if took, err = once1(func() error { s, err = store.Open(ctx, place, store.Options{}); return err }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.3f ms\n", engine+": open", ms(took))

	var c *entente.Corpus
	if took, err = once1(func() error { c, _, err = s.Corpus(ctx); return err }); err != nil {
		return err
	}
	if raw, err = once1(func() error { return plain.scan(ctx) }); err != nil {
		return err
	}
	say(fmt.Sprintf("snapshot of %d statements", len(c.Statements)), took, "scan of the one table", raw)
	if took, err = once1(func() error { _, _, err := s.Corpus(ctx); return err }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.3f ms\n", engine+": the same while nothing changed", ms(took))

	for _, q := range []struct {
		what, plain string
		ask         store.Query
	}{
		{"search a common word, best 50", "common", store.Query{Words: "common", Limit: 50}},
		{"search two words, best 50", "countermeasures", store.Query{Words: "countermeasures proportional", Limit: 50}},
		{"search a rare word", "rarity0000500", store.Query{Words: "rarity0000500", Limit: 50}},
		{"search an actor's statements", "common", store.Query{Words: "common", Facets: store.Facets{Actor: "syn-a007"}, Limit: 50}},
		{"list by actor and proposition", "", store.Query{Facets: store.Facets{Actor: "syn-a007", Proposition: "syn-p0101"}, Limit: 50}},
		{"list by source", "", store.Query{Facets: store.Facets{Source: "syn-s00077"}, Limit: 50}},
		{"list by actor, a page", "", store.Query{Facets: store.Facets{Actor: "syn-a007"}, Limit: 50}},
		{"list drafts of a coder", "", store.Query{Facets: store.Facets{Coder: "coder-3"}, States: []store.State{store.Draft, store.InReview}, Limit: 50}},
		{"list statements, a page in the middle", "", store.Query{Kinds: []string{"statements"}, After: store.Key{Kind: "statements", ID: "syn-st0500000"}, Limit: 50}},
	} {
		n := 0
		took, err := timed(9, func() error { l, err := s.List(ctx, q.ask); n = len(l); return err })
		if err != nil {
			return err
		}
		what := fmt.Sprintf("%s (%d)", q.what, n)
		if q.plain == "" {
			fmt.Printf("%-46s %10.3f ms\n", engine+": "+what, ms(took))
			continue
		}
		raw, err := once1(func() error { return plain.find(ctx, q.plain) })
		if err != nil {
			return err
		}
		say(what, took, "LIKE on the one table, 50 hits", raw)
	}
	all, err := manySaves(func(w, i int) error {
		_, err := s.Save(ctx, store.Reason{Who: fmt.Sprintf("coder-%d", w), Via: "web"}, storeCoding(w, i))
		return err
	})
	if err != nil {
		return err
	}
	rawAll, err := manySaves(func(w, i int) error { return plain.insert(ctx, []store.Change{storeCoding(w+100, i)}) })
	if err != nil {
		return err
	}
	fmt.Printf("%-46s p50 %6.2f p99 %6.2f ms  beside raw inserts: p50 %6.2f p99 %6.2f ms\n", fmt.Sprintf("%s: save one coding, %d writers", engine, storeWriters), ms(at(all, 50)), ms(at(all, 99)), ms(at(rawAll, 50)), ms(at(rawAll, 99)))
	if took, err = once1(func() error { _, err := s.Save(ctx, store.Reason{Who: "bench"}, storeMore(1, "last")...); return err }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.3f ms\n", engine+": publish one statement", ms(took))
	if took, err = once1(func() error { _, _, err := s.CorpusAt(ctx, time.Now().Add(-time.Second)); return err }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.3f ms\n", engine+": known at an instant before", ms(took))
	var written counter
	if took, err = once1(func() error { _, err := s.Dump(ctx, &written, nil); return err }); err != nil {
		return err
	}
	fmt.Printf("%-46s %10.3f ms  (%.0f MB)\n", engine+": backup", ms(took), float64(written)/1e6)
	return nil
}

type counter int64

func (c *counter) Write(b []byte) (int, error) { *c += counter(len(b)); return len(b), nil }

// once1 times f once.
func once1(f func() error) (time.Duration, error) {
	start := time.Now()
	err := f()
	return time.Since(start), err
}

// manySaves lets all writers save at once and gives the sorted times.
func manySaves(save func(w, i int) error) ([]time.Duration, error) {
	took := make([][]time.Duration, storeWriters)
	errs := make([]error, storeWriters)
	var all sync.WaitGroup
	for w := range storeWriters {
		all.Go(func() {
			for i := range storeSaves {
				d, err := once1(func() error { return save(w, i) })
				if err != nil {
					errs[w] = err
					return
				}
				took[w] = append(took[w], d)
			}
		})
	}
	all.Wait()
	flat := slices.Concat(took...)
	slices.Sort(flat)
	return flat, errors.Join(errs...)
}

// storeWords are what the notes of the synthetic statements are made of.
var storeWords = strings.Fields("common states that are not injured may take collective countermeasures against wrongful act another state cyberspace when due diligence neglected by territory infrastructure national position sovereignty principle rule obligation conduct attribution evidence response proportional necessity")
