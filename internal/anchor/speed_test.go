package anchor

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// document is a synthetic text of n paragraphs of about 450 runes.
func document(n int) string {
	words := strings.Fields("international law applies to the conduct of States in cyberspace and the Group recommends that norms of responsible behaviour be observed while capacity building goes on among all of them without exception or delay")
	var b strings.Builder
	x := uint32(7)
	for i := range n {
		fmt.Fprintf(&b, "%d. ", i+1)
		for range 68 {
			x = x*1664525 + 1013904223
			b.WriteString(words[x>>16%uint32(len(words))])
			b.WriteByte(' ')
		}
		b.WriteString("end.\n\n")
	}
	return b.String()
}

// quotes are spread over a text: passages of 8 to 400 runes.
func quotes(tb testing.TB, text string, n int) []Quote {
	t := New(text)
	out := make([]Quote, n)
	for i := range out {
		start := (t.Len() - 500) / n * i
		q, err := t.Make(start, start+8+i*7%393)
		if err != nil {
			tb.Fatal(err)
		}
		out[i] = q
	}
	return out
}

// A document of 10,000 paragraphs and 1,000 quotations: unchanged, moved as a
// whole, and with every tenth quotation mended. A machine with two cores takes
// 0.4 s at most; the bound is far above, so that only a wrong method fails.
func TestSpeed(t *testing.T) {
	text := document(10_000)
	qs := quotes(t, text, 1000)
	mended := []byte(text)
	for i := 0; i < len(qs); i += 10 {
		if q := qs[i]; q.End-q.Start > 60 {
			mended[q.Start+30] = '#' // the text is ASCII
		}
	}
	for _, c := range []struct {
		name, text string
		shift      int
	}{
		{"unchanged", text, 0}, {"moved", "A new paragraph.\n\n" + text, 18}, {"mended and moved", "New.\n\n" + string(mended), 6},
	} {
		start := time.Now()
		found, err := FindAll(t.Context(), c.text, qs)
		took := time.Since(start)
		if err != nil {
			t.Fatal(err)
		}
		wrong := 0
		for i, m := range found {
			if m.Start != qs[i].Start+c.shift {
				wrong++
			}
		}
		t.Logf("%s: %d runes, %d quotations, %v", c.name, len(c.text), len(qs), took)
		if wrong > 0 {
			t.Errorf("%s: %d quotations are wrong", c.name, wrong)
		}
		if took > 10*time.Second {
			t.Errorf("%s: %v", c.name, took)
		}
	}
}

func BenchmarkFuzzyWholeText(b *testing.B) {
	text := New(document(10_000))
	q := Quote{Start: 100, End: 400, Exact: strings.Repeat("nothing of this kind stands in it ", 9), Prefix: "x", Suffix: "y"}
	text.allRunes()
	for b.Loop() {
		if _, ok := text.Find(q); ok {
			b.Fatal("found")
		}
	}
}
