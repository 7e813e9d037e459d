package anchor

import (
	"cmp"
	"slices"
)

const (
	// maxWork bounds a search through the whole text, in rows times runes: about
	// a second. A longer quotation is looked for only where at least 31 bytes of
	// it stand unchanged.
	maxWork = 20_000_000_000
	// maxEnds bounds the places of the same distance that are compared.
	maxEnds = 256
	// maxSeeds bounds the places that share a piece with the quotation; with more
	// of them the whole text is searched.
	maxSeeds = 2_000
)

// span is a range of runes.
type span struct{ start, end int }

// fuzzy looks for words that differ a little: beside the surroundings, else
// anywhere.
func (t *Text) fuzzy(q *Quote, words int) (Match, bool) {
	limit := int(maxDiffer * float64(words))
	if limit == 0 {
		return Match{}, false
	}
	pattern := []rune(q.Exact)
	x, ok := newMatcher(pattern)
	if !ok {
		return Match{}, false
	}
	slices.Reverse(pattern)
	back, _ := newMatcher(pattern)
	m, ok := t.beside(q, x, back, limit)
	if !ok {
		m, ok = t.anywhere(q, x, back, limit)
	}
	if !ok || !enough(words-m.Distance+m.Context, needFuzzy, q, words) {
		return Match{}, false
	}
	return m, true
}

// beside looks behind each place of the whole prefix and before each place of the
// whole suffix, and takes the place with the fewest differences. Words that were
// changed in a text whose other words stayed are found so, without a search
// through the whole text.
func (t *Text) beside(q *Quote, x, back *matcher, limit int) (Match, bool) {
	c := chooser{t: t, q: q, words: x.m}
	all := t.allRunes()
	near := t.byteAt(min(max(q.Start, 0), t.n))
	if runes(q.Prefix) == ContextRunes {
		for _, at := range nearest(t.places(q.Prefix, near), near) {
			if start, ok := t.runeAt(at + len(q.Prefix)); ok {
				d, lengths := x.begin(all[start:min(t.n, start+x.m+limit)], limit)
				for _, n := range lengths {
					c.add(start, start+n, d)
				}
			}
		}
	}
	if runes(q.Suffix) == ContextRunes {
		for _, at := range nearest(t.places(q.Suffix, near), near) {
			if end, ok := t.runeAt(at); ok {
				d, lengths := back.begin(t.before(end, x.m+limit), limit)
				for _, n := range lengths {
					c.add(end-n, end, d)
				}
			}
		}
	}
	return c.best()
}

// before is the n runes before a place, the last one first.
func (t *Text) before(end, n int) []rune {
	out := slices.Clone(t.allRunes()[max(0, end-n):end])
	slices.Reverse(out)
	return out
}

// anywhere looks for the place with the fewest differences in the whole text.
//
// Places that share an unchanged run of 31 bytes with the quotation are found by
// the index of blocks. Any other place has at least (b-30)/34 differences, where
// b is the quotation's length in bytes: its runs without a difference have at
// most 30 bytes, and a difference uses up at most 4. So when a place with fewer
// differences was found, no other can be better; else the whole text is searched.
func (t *Text) anywhere(q *Quote, x, back *matcher, limit int) (Match, bool) {
	s := &search{limit: limit}
	windows, whole := t.windows(q.Exact, limit)
	for _, w := range windows {
		s.scan(x, t.allRunes(), w)
	}
	unseen := (len(q.Exact) - 30 + 33) / 34
	if (whole || len(s.ends) == 0 || s.limit >= unseen) && x.m*t.n <= maxWork {
		s.ends = nil
		s.scan(x, t.allRunes(), span{0, t.n})
	}
	c := chooser{t: t, q: q, words: x.m}
	for _, end := range nearest(s.ends, q.End) {
		d, lengths := back.begin(t.before(end, x.m+s.limit), s.limit)
		for _, n := range lengths {
			c.add(end-n, end, d)
		}
	}
	return c.best()
}

// search collects the ends of the places with the smallest distance.
type search struct {
	limit int
	ends  []int
}

func (s *search) scan(x *matcher, text []rune, w span) {
	x.scan(text[w.start:w.end], s.limit, func(end, d int) int {
		if d < s.limit {
			s.limit, s.ends = d, s.ends[:0]
		}
		s.ends = append(s.ends, w.start+end)
		return s.limit
	})
}

// windows are the stretches of the text around the places that share a block of
// bytes with s, wide enough for limit differences. whole says that there are too
// many of them.
func (t *Text) windows(s string, limit int) (out []span, whole bool) {
	var starts []int // byte offsets at which s would begin
	for i := 0; i+width <= len(s) && !whole; i++ {
		t.seed(s[i:], func(at int) bool {
			starts = append(starts, at-i)
			whole = len(starts) > maxSeeds*width
			return !whole
		})
	}
	if whole {
		return nil, true
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	if len(starts) > maxSeeds {
		return nil, true
	}
	slack := 4 * (limit + 1)
	for _, at := range starts {
		from, _ := t.runeAt(max(0, at-slack))
		to, _ := t.runeAt(min(len(t.s), at+len(s)+slack))
		if n := len(out); n > 0 && from <= out[n-1].end {
			out[n-1].end = max(out[n-1].end, to)
			continue
		}
		out = append(out, span{from, to})
	}
	return out, false
}

// A chooser takes the place with the fewest differences; of those the one whose
// surroundings agree best, then the one whose length is nearest to the
// quotation's, then the nearest.
type chooser struct {
	t     *Text
	q     *Quote
	words int
	tied  []Match // the best so far
}

func (c *chooser) add(start, end, distance int) {
	if end <= start || len(c.tied) > 0 && distance > c.tied[0].Distance {
		return
	}
	m := Match{Start: start, End: end, How: Fuzzy, Distance: distance, Context: c.t.agreement(c.q, c.t.byteAt(start), c.t.byteAt(end))}
	switch {
	case len(c.tied) == 0 || distance < c.tied[0].Distance || m.Context > c.tied[0].Context:
		c.tied = append(c.tied[:0], m)
	case m.Context == c.tied[0].Context:
		c.tied = append(c.tied, m)
	}
}

// best is the place that is taken. Places that overlap are other cuts of the
// same words, and no rivals of each other.
func (c *chooser) best() (Match, bool) {
	if len(c.tied) == 0 {
		return Match{}, false
	}
	slices.SortFunc(c.tied, func(a, b Match) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	best, apart, reach := c.tied[0], 0, -1
	for _, m := range c.tied {
		if m.Start >= reach {
			apart++
		}
		reach = max(reach, m.End)
		la, lb := abs(m.End-m.Start-c.words), abs(best.End-best.Start-c.words)
		if la < lb || la == lb && nearer(m.Start, best.Start, c.q.Start) {
			best = m
		}
	}
	best.Rivals = apart - 1
	return best, true
}

// nearest keeps the maxEnds values that are nearest to at.
func nearest(ends []int, at int) []int {
	ends = slices.Clone(ends)
	slices.Sort(ends)
	ends = slices.Compact(ends)
	if len(ends) <= maxEnds {
		return ends
	}
	i, _ := slices.BinarySearch(ends, at)
	lo := min(max(0, i-maxEnds/2), len(ends)-maxEnds)
	return ends[lo : lo+maxEnds]
}
