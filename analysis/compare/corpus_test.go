package compare_test

import (
	"sync"
	"testing"

	"entente"
	"entente/analysis/compare"
	"entente/corpora"
	"entente/internal/datapackage"
)

// theCorpus reads the default corpus once; a corpus is immutable.
var theCorpus = sync.OnceValues(func() (*entente.Corpus, error) { return datapackage.Read(corpora.CyberNorms()) })

func cyberNorms(t testing.TB) *entente.Corpus {
	t.Helper()
	c, err := theCorpus()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// compared compares in the default corpus; an empty day is its release.
func compared(t testing.TB, c *entente.Corpus, asOf string, ids ...entente.ActorID) *compare.Report {
	t.Helper()
	d, err := entente.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	r, err := compare.Compare(c, ids, compare.Options{Settings: entente.Settings{AsOf: d}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func BenchmarkCompare(b *testing.B) {
	c := cyberNorms(b)
	o := compare.Options{Settings: entente.Settings{AsOf: entente.Day(2021, 2, 19)}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := compare.Compare(c, []entente.ActorID{"est", "jpn"}, o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewBoard(b *testing.B) {
	c := cyberNorms(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := compare.NewBoard(c, compare.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNearest(b *testing.B) {
	board, err := compare.NewBoard(cyberNorms(b), compare.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := board.Nearest("est"); err != nil {
			b.Fatal(err)
		}
	}
}
