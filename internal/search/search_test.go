package search

import (
	"context"
	"testing"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
)

func index(t testing.TB) *Index {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	x, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func TestFind(t *testing.T) {
	x := index(t)
	for _, tc := range []struct{ words, kind, id string }{
		{"estonia", "actor", "est"},
		{"Türkiye", "actor", "tur"},
		{"turkiye", "actor", "tur"},
		{"A/RES/73/27", "instrument", "res-73-27"},
		{"handbook national position", "instrument", "handbook-2025"},
		{"collective counterm", "proposition", "law-cm-collective"},
		{"estonia countermeasures injured", "statement", "est-law-cm-collective-2019-05-29-osula-2021"},
		{"WannaCry", "incident", "wannacry-2017"},
	} {
		t.Run(tc.words, func(t *testing.T) {
			hits, err := x.Find(context.Background(), tc.words, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				if h.Kind == tc.kind && h.ID == tc.id {
					return
				}
			}
			t.Errorf("%s %s is not among %d hits: %+v", tc.kind, tc.id, len(hits), hits)
		})
	}
}

func TestFindRefusesNothing(t *testing.T) {
	x := index(t)
	for _, words := range []string{"", "  ", "*", `"`, "-- ;"} {
		if _, err := x.Find(context.Background(), words, 10); entente.KindOf(err) != entente.Invalid {
			t.Errorf("Find(%q) gave %v, want an error of kind invalid", words, err)
		}
	}
}

// Every input is words, never a query: operators and quotes do no harm.
func TestFindIsNotAQueryLanguage(t *testing.T) {
	x := index(t)
	for _, words := range []string{`a" OR "b`, "title:law", "law NOT war", "NEAR(a b)", "x'); DROP TABLE doc;--", "\x00law", "日本"} {
		if _, err := x.Find(context.Background(), words, 10); err != nil {
			t.Errorf("Find(%q): %v", words, err)
		}
	}
	if hits, _ := x.Find(context.Background(), "estonia", 10); len(hits) == 0 {
		t.Error("the index is gone after hostile queries")
	}
}

func FuzzPhrase(f *testing.F) {
	x := index(f)
	for _, s := range []string{"law", `"`, "a* b", "é", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := x.Find(context.Background(), s, 5); err != nil && entente.KindOf(err) != entente.Invalid {
			t.Errorf("Find(%q): %v", s, err)
		}
	})
}

func BenchmarkFind(b *testing.B) {
	x := index(b)
	for b.Loop() {
		if _, err := x.Find(context.Background(), "countermeasures estonia", 50); err != nil {
			b.Fatal(err)
		}
	}
}
