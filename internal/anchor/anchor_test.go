package anchor

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
)

const paper = `12. Ruritania affirms that international law, in particular the Charter of the United Nations, applies to the conduct of States in cyberspace.

13. Õiguse kohta: the State reserves its view on countermeasures. 国際法は適用される。

14. The Group shall meet once a year. The Group shall report to the Assembly.

15. The Group shall meet twice a year. The Group shall report to the Assembly.`

// quote makes the quotation of the n-th place (from 0) of a passage.
func quote(t *testing.T, text, passage string, n int) Quote {
	t.Helper()
	at := 0
	for range n + 1 {
		i := strings.Index(text[at:], passage)
		if i < 0 {
			t.Fatalf("%q is not in the text %d times", passage, n+1)
		}
		at += i + 1
	}
	start := runes(text[:at-1])
	q, err := Make(text, start, start+runes(passage))
	if err != nil {
		t.Fatal(err)
	}
	if q.Exact != passage {
		t.Fatalf("quoted %q, want %q", q.Exact, passage)
	}
	return q
}

func TestMake(t *testing.T) {
	got := quote(t, paper, "reserves its view", 0)
	want := Quote{
		Start: 172, End: 189, Exact: "reserves its view",
		Prefix: "e.\n\n13. Õiguse kohta: the State ", Suffix: " on countermeasures. 国際法は適用される。\n",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	first, err := Make("Õun", 0, 3)
	if diff := cmp.Diff(Quote{End: 3, Exact: "Õun"}, first); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	for _, bad := range [][2]int{{-1, 2}, {2, 2}, {3, 2}, {0, 4}, {9, 12}} {
		if _, err := Make("Õun", bad[0], bad[1]); entente.KindOf(err) != entente.Invalid {
			t.Errorf("Make(%v): %v, want an error", bad, err)
		}
	}
}

func TestFind(t *testing.T) {
	law := "international law, in particular the Charter of the United Nations, applies"
	report := "The Group shall report to the Assembly."
	for _, c := range []struct {
		name, passage string
		nth           int
		edit          func(string) string
		how           Method
		distance      int
		found         string // what stands at the match
		before        string // what stands before it
	}{
		{"unchanged", law, 0, same, Position, 0, law, "affirms that "},
		{"text put in before", law, 0, insert("12. ", "A new summary. "), Exact, 0, law, "affirms that "},
		{"text left out before", "reserves its view", 0, replace("12. Ruritania affirms that ", ""), Exact, 0, "reserves its view", "the State "},
		{"text put in behind", law, 0, insert("14. ", "A new sentence. "), Position, 0, law, "affirms that "},
		{"the passage moved away", law, 0, func(s string) string { return replace(law, "that")(s) + "\n\n16. It holds that " + law + "." }, Exact, 0, law, "It holds that "},
		{"a typing error mended", law, 0, replace("particular", "particuler"), Fuzzy, 1, replace("particular", "particuler")(law), "affirms that "},
		{"words put in inside", law, 0, replace("the Charter", "the whole Charter"), Fuzzy, 6, replace("the Charter", "the whole Charter")(law), "affirms that "},
		{"mended, and moved", law, 0, both(replace("particular", "particuler"), insert("12. ", strings.Repeat("A long new summary. ", 40))), Fuzzy, 1, replace("particular", "particuler")(law), "affirms that "},
		{"a paragraph split inside", law, 0, replace("law, in", "law,\n\nin"), Fuzzy, 2, replace("law, in", "law,\n\nin")(law), "affirms that "},
		{"other letters", "Õiguse kohta: the State reserves", 0, replace("Õiguse", "Oiguse"), Fuzzy, 1, "Oiguse kohta: the State reserves", "13. "},
		{"Japanese, with its surroundings", "国際法は適用される。", 0, insert("12. ", "New. "), Exact, 0, "国際法は適用される。", "countermeasures. "},
		{"Japanese mended, moved", "国際法は適用される。", 0, both(insert("12. ", "New. "), replace("適用", "準用")), Fuzzy, 1, "国際法は準用される。", "countermeasures. "},
		{"deleted", law, 0, replace(law, ""), Orphaned, 0, "", ""},
		{"rewritten", law, 0, replace(law, "nothing that has been said so far by any of the others would bind"), Orphaned, 0, "", ""},
		{"a short one deleted, and elsewhere again", "the Charter", 0, func(s string) string { return replace(law, "")(s) + "\n\n16. On the Charter there is no view." }, Orphaned, 0, "", ""},
		{"the second of two", report, 1, insert("12. ", "New. "), Exact, 0, report, "twice a year. "},
		{"the first of two", report, 0, insert("12. ", "New. "), Exact, 0, report, "once a year. "},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := quote(t, paper, c.passage, c.nth)
			text := c.edit(paper)
			m, ok := Find(text, q)
			if m.How != c.how || m.Distance != c.distance || ok != (c.how != Orphaned) {
				t.Fatalf("%+v, %v; want %s with distance %d", m, ok, c.how, c.distance)
			}
			if !ok {
				if diff := cmp.Diff(Match{How: Orphaned}, m); diff != "" {
					t.Errorf("an orphan has a place: %s", diff)
				}
				return
			}
			all := []rune(text)
			if got := string(all[m.Start:m.End]); got != c.found {
				t.Errorf("found %q, want %q", got, c.found)
			}
			if before := string(all[:m.Start]); !strings.HasSuffix(before, c.before) {
				t.Errorf("found it behind %q, want %q", before[max(0, len(before)-40):], c.before)
			}
		})
	}
}

func same(s string) string { return s }

func replace(old, now string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, now, 1) }
}

func insert(before, what string) func(string) string { return replace(before, what+before) }

func both(a, b func(string) string) func(string) string {
	return func(s string) string { return b(a(s)) }
}

// When a list moves by one entry, the same words stand at the old position: the
// surroundings decide.
func TestSameWordsAtTheOldPosition(t *testing.T) {
	entry := func(state string) string { return state + " affirms that the law applies in full to all. " }
	old := entry("Ruritania") + entry("Graustark") + entry("Ruthenia.")
	q := quote(t, old, "affirms that the law applies in full to all.", 1)
	moved := entry("Zendamark") + old
	m, ok := Find(moved, q)
	if want := q.Start + runes(entry("Zendamark")); !ok || m.How != Exact || m.Start != want {
		t.Errorf("%+v, %v; want start %d", m, ok, want)
	}
}

// Two places that nothing tells apart: the nearer one, and it says so.
func TestRivals(t *testing.T) {
	block := strings.Repeat("x", 40) + " The Group shall report to the Assembly once a year. " + strings.Repeat("y", 40) + "\n\n"
	q := quote(t, block+"end", "The Group shall report to the Assembly once a year.", 0)
	text := "Some new words, put in here.\n\n" + block + block + block
	m, ok := Find(text, q)
	if !ok || m.How != Exact || m.Rivals != 2 || m.Context != 64 || m.Start != q.Start+30 {
		t.Errorf("%+v, %v", m, ok)
	}
	text = strings.ReplaceAll(text, "once", "twice")
	if m, ok = Find(text, q); !ok || m.How != Fuzzy || m.Rivals != 2 || m.Start != q.Start+30 {
		t.Errorf("with differences: %+v, %v", m, ok)
	}
}

func TestFindOddQuotes(t *testing.T) {
	long := quote(t, paper, "applies to the conduct of States in cyberspace", 0)
	for _, c := range []struct {
		name, text string
		q          Quote
		want       Method
	}{
		{"empty", paper, Quote{}, Orphaned},
		{"empty text", "", long, Orphaned},
		{"the whole text", "law", Quote{End: 3, Exact: "law"}, Position},
		{"the whole text, moved", "The law", Quote{End: 3, Exact: "law"}, Exact},
		{"positions out of range", paper, Quote{Start: -7, End: 900_000, Exact: long.Exact, Prefix: long.Prefix, Suffix: long.Suffix}, Exact},
		{"positions far away", paper, Quote{Start: 1 << 40, End: 1<<40 + 1, Exact: long.Exact, Prefix: long.Prefix, Suffix: long.Suffix}, Exact},
		{"not UTF-8", "\xff\xfe" + paper, long, Exact},
		{"quotation not UTF-8", "\xff\xfe\xfd", Quote{End: 1, Exact: "\xff"}, Position},
		{"half a letter", "Õ", Quote{Start: 5, End: 6, Exact: "\x95"}, Orphaned},
	} {
		if m, ok := Find(c.text, c.q); m.How != c.want || ok != (c.want != Orphaned) {
			t.Errorf("%s: %+v, %v; want %s", c.name, m, ok, c.want)
		}
	}
}

func TestFindAll(t *testing.T) {
	a, b := quote(t, paper, "reserves its view", 0), quote(t, paper, "applies to the conduct", 0)
	gone := Quote{Start: 3, End: 20, Exact: "nothing of the kind", Prefix: "zzz", Suffix: "zzz"}
	got, err := FindAll(t.Context(), paper, []Quote{b, gone, a})
	if err != nil || len(got) != 3 || got[0].Start != b.Start || got[1].How != Orphaned || got[2].Start != a.Start {
		t.Errorf("%+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FindAll(ctx, paper, []Quote{a}); err == nil {
		t.Error("no error after the context ended")
	}
}
