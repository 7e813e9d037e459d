package anchor

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// words from a small stock, so that texts repeat themselves, with letters of one
// to four bytes.
var stock = strings.Fields("law state cyber norm applies shall may not in of the a to õigus 国 法 𝒜 group view")

func drawText(t *rapid.T, label string, least, most int) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(stock), least, most).Draw(t, label), " ")
}

func drawQuote(t *rapid.T, text string, least int) Quote {
	n := runes(text)
	start := rapid.IntRange(0, n-least).Draw(t, "start")
	end := rapid.IntRange(start+least, min(n, start+least+200)).Draw(t, "end")
	q, err := Make(text, start, end)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestFindWhatWasMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, "text", 1, 300)
		q := drawQuote(t, text, 1)
		m, ok := Find(text, q)
		if !ok || m.Start != q.Start || m.End != q.End || m.How != Position {
			t.Fatalf("%+v, %v", m, ok)
		}
	})
}

// Text put in before or behind the quotation and its surroundings keeps it.
func TestFindAfterInsertion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, "text", 30, 300)
		q := drawQuote(t, text, 1)
		all := []rune(text)
		added := []rune(drawText(t, "added", 1, 50))
		shift := 0
		var now []rune
		if behind := min(len(all), q.End+ContextRunes); rapid.Bool().Draw(t, "behind") || q.Start < ContextRunes {
			at := rapid.IntRange(behind, len(all)).Draw(t, "at")
			now = slices.Concat(all[:at], added, all[at:])
		} else {
			at := rapid.IntRange(0, q.Start-ContextRunes).Draw(t, "at")
			now, shift = slices.Concat(all[:at], added, all[at:]), len(added)
		}
		m, ok := Find(string(now), q)
		if !ok || string(now[m.Start:m.End]) != q.Exact {
			t.Fatalf("%+v, %v", m, ok)
		}
		// Another place may agree as well: then the choice says so.
		if m.Start != q.Start+shift && m.Rivals == 0 && m.How != Position {
			t.Fatalf("found at %d, want %d: %+v", m.Start, q.Start+shift, m)
		}
	})
}

// wild is text of words drawn by chance, none of which stands elsewhere, nearly.
func wild(t *rapid.T, label string, least, most int) string {
	x := rapid.Uint32().Draw(t, label)
	words := make([]string, rapid.IntRange(least, most).Draw(t, label+" words"))
	for i := range words {
		w := make([]rune, 5+i%6)
		for k := range w {
			x = x*1664525 + 1013904223
			w[k] = []rune("abcdefghijklmnopqrstuvwyzõäöüšž")[x>>16%31]
		}
		words[i] = string(w)
	}
	return strings.Join(words, " ")
}

func TestFindAfterCorrection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := wild(t, "text", 30, 80)
		q := drawQuote(t, text, 20)
		all := []rune(text)
		at := rapid.IntRange(q.Start+1, q.End-2).Draw(t, "at")
		var now []rune
		wide := q.End - q.Start
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			now = slices.Concat(all[:at], []rune("Q"), all[at+1:])
		case 1:
			now = slices.Concat(all[:at], []rune("Q"), all[at:])
			wide++
		case 2:
			now = slices.Concat(all[:at], all[at+1:])
			wide--
		}
		m, ok := Find(string(now), q)
		if !ok || m.Start != q.Start {
			t.Fatalf("%+v, %v", m, ok)
		}
		if m.How == Position { // a letter left out of a row of like ones, at the end
			return
		}
		if m.How != Fuzzy || m.Distance != 1 || m.End != q.Start+wide {
			t.Fatalf("%+v, want end %d", m, q.Start+wide)
		}
	})
}

func TestDeletedIsNotFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := wild(t, "text", 30, 80)
		q := drawQuote(t, text, 40)
		all := []rune(text)
		now := string(slices.Concat(all[:q.Start], all[q.End:]))
		if m, ok := Find(now, q); ok || m != (Match{How: Orphaned}) {
			t.Fatalf("%+v, %v", m, ok)
		}
	})
}

// A repeated sentence is told apart by what stands around it.
func TestRepeatsByContext(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sentence := "The parties shall consult each other once a year."
		n := rapid.IntRange(2, 12).Draw(t, "n")
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat(string(rune('a'+i)), 20) + " " + sentence + " " + strings.Repeat(string(rune('A'+i)), 20) + "\n")
		}
		text := b.String()
		which := rapid.IntRange(0, n-1).Draw(t, "which")
		start := which*(43+runes(sentence)) + 21
		q, err := Make(text, start, start+runes(sentence))
		if err != nil || q.Exact != sentence {
			t.Fatal(q, err)
		}
		drop := rapid.IntRange(0, which).Draw(t, "drop") * (43 + runes(sentence))
		add := drawText(t, "add", 1, 40)
		m, ok := Find(add+text[drop:], q)
		if want := start - drop + runes(add); !ok || m.Start != want || m.Rivals != 0 {
			t.Fatalf("%+v, %v; want start %d", m, ok, want)
		}
	})
}

// editDistance is the Levenshtein distance, by the textbook table.
func editDistance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		last := row[0]
		row[0] = i + 1
		for j := range b {
			cost := last
			if a[i] != b[j] {
				cost = min(last, row[j], row[j+1]) + 1
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// The bit vectors give what the table gives, for patterns of several words.
func TestMatcherAgainstTable(t *testing.T) {
	letters := rapid.SampledFrom([]rune("abcõ国𝒜"))
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.SliceOfN(letters, 1, 150).Draw(t, "pattern")
		text := rapid.SliceOfN(letters, 0, 200).Draw(t, "text")
		if rapid.Bool().Draw(t, "planted") { // the pattern itself, with some changes
			planted := slices.Clone(pattern)
			for range rapid.IntRange(0, 20).Draw(t, "changes") {
				planted[rapid.IntRange(0, len(planted)-1).Draw(t, "at")] = 'x'
			}
			text = slices.Concat(text, planted, text)
		}
		limit := rapid.IntRange(0, len(pattern)).Draw(t, "limit")
		x, _ := newMatcher(pattern)
		got := map[int]int{}
		x.scan(text, limit, func(end, d int) int { got[end] = d; return limit })
		// Sellers' table: pieces may begin anywhere.
		column := make([]int, len(pattern)+1)
		for i := range column {
			column[i] = i
		}
		for j, r := range text {
			diagonal := 0
			for i, p := range pattern {
				d := diagonal
				if p != r {
					d = min(diagonal, column[i], column[i+1]) + 1
				}
				diagonal, column[i+1] = column[i+1], d
			}
			want := column[len(pattern)]
			if d, ok := got[j+1]; ok != (want <= limit) || ok && d != want {
				t.Fatalf("end %d: %d (%v), want %d with limit %d", j+1, d, ok, want, limit)
			}
		}
		// And for pieces that begin at the beginning.
		d := rapid.IntRange(0, len(pattern)).Draw(t, "d")
		least, lengths := x.begin(text, d)
		want := d
		for j := range len(text) + 1 {
			want = min(want, editDistance(pattern, text[:j]))
		}
		for j := range len(text) + 1 {
			if is := editDistance(pattern, text[:j]) == want; least != want || slices.Contains(lengths, j) != is {
				t.Fatalf("a beginning of %d runes at distance %d of %d: %v", j, least, want, !is)
			}
		}
	})
}

// Whether the index of blocks is used or not, the fewest differences are found.
func TestAnywhereFindsTheFewest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(drawText(t, "text", 60, 200))
		q := drawQuote(t, string(text), 60)
		for range rapid.IntRange(1, 6).Draw(t, "edits") {
			at := rapid.IntRange(q.Start, q.End-1).Draw(t, "at")
			text[at] = 'X'
		}
		kept := New(string(text))
		pattern := []rune(q.Exact)
		x, _ := newMatcher(pattern)
		slices.Reverse(pattern)
		back, _ := newMatcher(pattern)
		limit := len(pattern) / 5
		m, ok := kept.anywhere(&q, x, back, limit)
		if !ok {
			t.Fatal("not found")
		}
		if got := editDistance([]rune(q.Exact), text[m.Start:m.End]); got != m.Distance {
			t.Fatalf("distance %d is said to be %d", got, m.Distance)
		}
		s := &search{limit: limit}
		s.scan(x, text, span{0, len(text)})
		if s.limit != m.Distance || !slices.Contains(s.ends, m.End) {
			t.Fatalf("a place with %d differences was missed: %+v", s.limit, m)
		}
	})
}
