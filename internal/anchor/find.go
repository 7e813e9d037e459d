package anchor

import (
	"context"
	"unicode/utf8"
)

// What a place must bring to be taken for a quotation's, in runes of the words
// and the surroundings that agree. A quotation of a text so small that it has
// less to bring must bring three quarters of all.
const (
	needExact = 32
	needFuzzy = 48
	// sureContext is how many runes of the surroundings must agree for the exact
	// words at the old position to be taken without a look elsewhere.
	sureContext = 8
	// maxDiffer is the largest share of a quotation that may differ.
	maxDiffer = 0.2
)

// enough tells whether the runes that agree suffice.
func enough(agree, need int, q *Quote, words int) bool {
	all := words + runes(q.Prefix) + runes(q.Suffix)
	return agree >= min(need, (3*all+3)/4)
}

func runes(s string) int { return utf8.RuneCountInString(s) }

// Find is the function Find for a text that is kept.
//
// The exact words at the old position are taken when 8 runes of their
// surroundings agree; else a place elsewhere with better surroundings goes before
// it, since a shifted list can bring like words to the same position. Exact words
// elsewhere must agree, with their surroundings, in 32 runes; words that differ
// in 48. Words of fewer than five runes are not looked for with differences.
func (t *Text) Find(q Quote) (Match, bool) {
	words := runes(q.Exact)
	if words == 0 {
		return Match{How: Orphaned}, false
	}
	if m, ok := t.inPlace(&q, words); ok && m.Context >= min(sureContext, runes(q.Prefix)+runes(q.Suffix)) {
		return m, true
	}
	if m, ok := t.exact(&q, words); ok {
		return m, true
	}
	if m, ok := t.fuzzy(&q, words); ok {
		return m, true
	}
	return Match{How: Orphaned}, false
}

// inPlace looks where the quotation was.
func (t *Text) inPlace(q *Quote, words int) (Match, bool) {
	if q.Start < 0 || q.Start > t.n-words {
		return Match{}, false
	}
	from := t.byteAt(q.Start)
	to := from + len(q.Exact)
	if to > len(t.s) || t.s[from:to] != q.Exact {
		return Match{}, false
	}
	return Match{Start: q.Start, End: q.Start + words, How: Position, Context: t.agreement(q, from, to)}, true
}

// exact looks for the exact words anywhere.
func (t *Text) exact(q *Quote, words int) (Match, bool) {
	near := t.byteAt(min(max(q.Start, 0), t.n))
	best := Match{Context: -1}
	for _, from := range t.places(q.Exact, near) {
		to := from + len(q.Exact)
		context := t.agreement(q, from, to)
		if context < best.Context {
			continue
		}
		start, whole := t.runeAt(from)
		if !whole {
			continue
		}
		m := Match{Start: start, End: start + words, How: Exact, Context: context}
		if start == q.Start {
			m.How = Position
		} else if !enough(words+context, needExact, q, words) {
			continue
		}
		switch {
		case context > best.Context:
			best = m
		case nearer(m.Start, best.Start, q.Start):
			m.Rivals, best = best.Rivals+1, m
		default:
			best.Rivals++
		}
	}
	return best, best.Context >= 0
}

// nearer tells whether a is nearer to at than b; of two as near, the earlier one.
func nearer(a, b, at int) bool {
	da, db := abs(a-at), abs(b-at)
	return da < db || da == db && a < b
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// FindAll looks for many quotations in one text, in their order. The error is
// that of the context.
func FindAll(ctx context.Context, text string, quotes []Quote) ([]Match, error) {
	t := New(text)
	out := make([]Match, len(quotes))
	for i, q := range quotes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out[i], _ = t.Find(q)
	}
	return out, nil
}
