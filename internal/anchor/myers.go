package anchor

// word is the number of rows of the table of distances that fit into a machine
// word.
const word = 64

// A matcher computes Levenshtein distances of one pattern to all pieces of a
// text, 64 rows of the table at a time: G. Myers, A fast bit-vector algorithm for
// approximate string matching based on dynamic programming, Journal of the ACM
// 46 (1999), with the block-wise cut-off of its section 4.
type matcher struct {
	m      int
	blocks int
	masks  []uint64 // for each symbol of the pattern, its places; symbol 0 is any other rune
	low    []uint16 // symbol of each rune of the basic plane
	high   map[rune]uint16
	pv, mv []uint64 // vertical differences +1 and -1 of the current column
	score  []int    // distance in the last row of each block
}

// newMatcher prepares a pattern, which must not be empty. ok is false when it has
// more than 65,000 different runes.
func newMatcher(pattern []rune) (x *matcher, ok bool) {
	x = &matcher{m: len(pattern), blocks: (len(pattern) + word - 1) / word, low: make([]uint16, 1<<16), high: map[rune]uint16{}}
	x.masks = make([]uint64, x.blocks)
	symbols := 1
	for i, r := range pattern {
		s := x.symbol(r)
		if s == 0 {
			if symbols > 65_000 {
				return nil, false
			}
			s = uint16(symbols)
			symbols++
			if r < 1<<16 {
				x.low[r] = s
			} else {
				x.high[r] = s
			}
			x.masks = append(x.masks, make([]uint64, x.blocks)...)
		}
		x.masks[int(s)*x.blocks+i/word] |= 1 << (i % word)
	}
	x.pv, x.mv, x.score = make([]uint64, x.blocks), make([]uint64, x.blocks), make([]int, x.blocks)
	return x, true
}

func (x *matcher) symbol(r rune) uint16 {
	if r < 1<<16 {
		return x.low[r]
	}
	return x.high[r]
}

// open sets block b to the column before the text, on top of a distance.
func (x *matcher) open(b, above int) {
	x.pv[b], x.mv[b] = ^uint64(0), 0
	x.score[b] = above + min(word, x.m-b*word)
}

// step moves block b one column on: in is the difference from the column before
// in the row above it, the result the one in its last row.
func (x *matcher) step(b int, eq uint64, in int) int {
	pv, mv := x.pv[b], x.mv[b]
	last := uint64(1) << ((min(word, x.m-b*word) - 1) % word)
	xv := eq | mv
	if in < 0 {
		eq |= 1
	}
	xh := (((eq & pv) + pv) ^ pv) | eq
	ph := mv | ^(xh | pv)
	mh := pv & xh
	out := 0
	switch {
	case ph&last != 0:
		out = 1
	case mh&last != 0:
		out = -1
	}
	ph <<= 1
	mh <<= 1
	switch {
	case in < 0:
		mh |= 1
	case in > 0:
		ph |= 1
	}
	x.pv[b], x.mv[b] = mh|^(xv|ph), ph&xv
	x.score[b] += out
	return out
}

// scan calls found with the end (exclusive) of each piece of the text whose
// distance to the pattern is at most limit; pieces may begin anywhere. found
// returns the new limit, which may only fall.
func (x *matcher) scan(text []rune, limit int, found func(end, distance int) int) {
	y := min(max(0, (limit+word-1)/word-1), x.blocks-1)
	for b := range y + 1 {
		x.open(b, b*word)
	}
	for j, r := range text {
		masks := x.masks[int(x.symbol(r))*x.blocks:]
		out := 0
		for b := range y + 1 {
			out = x.step(b, masks[b], out)
		}
		if y < x.blocks-1 && x.score[y]-out <= limit && (masks[y+1]&1 != 0 || out < 0) {
			y++
			x.open(y, x.score[y-1]-out)
			x.step(y, masks[y], out)
		} else {
			for y > 0 && x.score[y] >= limit+word {
				y--
			}
		}
		if y == x.blocks-1 && x.score[y] <= limit {
			limit = found(j+1, x.score[y])
		}
	}
}

// begin looks at the pieces that begin where the text does: it returns the
// smallest distance to the pattern, if at most limit, and the lengths of the
// pieces that have it.
func (x *matcher) begin(text []rune, limit int) (distance int, lengths []int) {
	for b := range x.blocks {
		x.open(b, b*word)
	}
	distance = limit
	if x.m == limit {
		lengths = append(lengths, 0)
	}
	for j, r := range text {
		masks := x.masks[int(x.symbol(r))*x.blocks:]
		in := 1
		for b := range x.blocks {
			in = x.step(b, masks[b], in)
		}
		switch d := x.score[x.blocks-1]; {
		case d < distance:
			distance, lengths = d, append(lengths[:0], j+1)
		case d == distance:
			lengths = append(lengths, j+1)
		}
	}
	return distance, lengths
}
