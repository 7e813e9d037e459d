package anchor

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"
)

// stride is the distance of the runes whose byte offset is kept.
const stride = 256

// A Text is a text in which quotations are looked for. What the searches need is
// made when first needed and kept. It may be used by several goroutines.
type Text struct {
	s     string
	n     int   // runes
	marks []int // byte offset of each rune whose number is a multiple of stride

	blocksOnce sync.Once
	blocks     *blockIndex
	runesOnce  sync.Once
	runes      []rune
}

// New prepares a text. Bytes that are not UTF-8 count as one rune each.
func New(text string) *Text {
	t := &Text{s: text}
	for i := range text {
		if t.n%stride == 0 {
			t.marks = append(t.marks, i)
		}
		t.n++
	}
	return t
}

// Len is the length in runes.
func (t *Text) Len() int { return t.n }

// byteAt is the byte offset of a rune offset, which must be from 0 to Len.
func (t *Text) byteAt(r int) int {
	if r >= t.n {
		return len(t.s)
	}
	at := t.marks[r/stride]
	for range r % stride {
		_, size := utf8.DecodeRuneInString(t.s[at:])
		at += size
	}
	return at
}

// runeAt is the rune offset of a byte offset, and false when a rune is cut.
func (t *Text) runeAt(b int) (int, bool) {
	if b >= len(t.s) {
		return t.n, b == len(t.s)
	}
	m := sort.SearchInts(t.marks, b+1) - 1
	r, at := m*stride, t.marks[m]
	for at < b {
		_, size := utf8.DecodeRuneInString(t.s[at:])
		at += size
		r++
	}
	return r, at == b
}

func (t *Text) slice(start, end int) string { return t.s[t.byteAt(start):t.byteAt(end)] }

func (t *Text) allRunes() []rune {
	t.runesOnce.Do(func() { t.runes = []rune(t.s) })
	return t.runes
}

// width is the number of bytes in a block of the index.
const width = 16

// A blockIndex finds long strings in a text without reading all of it: the text
// is cut into blocks of 16 bytes, listed by hash. A string of at least 31 bytes
// covers at least one whole block, at one of 16 shifts.
type blockIndex struct {
	head []int32 // by hash: the last block with it, or -1
	next []int32 // by block: the block before it with the same hash, or -1
	bits uint
}

func (t *Text) blockIndex() *blockIndex {
	t.blocksOnce.Do(func() {
		n := len(t.s) / width
		x := &blockIndex{bits: 10, next: make([]int32, n)}
		for 1<<x.bits < 2*n {
			x.bits++
		}
		x.head = make([]int32, 1<<x.bits)
		for i := range x.head {
			x.head[i] = -1
		}
		for i := range n {
			h := x.hash(t.s[i*width:])
			x.next[i], x.head[h] = x.head[h], int32(i)
		}
		t.blocks = x
	})
	return t.blocks
}

// hash of the first 16 bytes of s, by multiplication (D. E. Knuth, The Art of
// Computer Programming, volume 3, 6.4).
func (x *blockIndex) hash(s string) uint64 {
	_ = s[width-1]
	var a, b uint64
	for i := range 8 {
		a = a<<8 | uint64(s[i])
		b = b<<8 | uint64(s[i+8])
	}
	h := (a ^ (b<<31 | b>>33)) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	return h * 0xbf58476d1ce4e5b9 >> (64 - x.bits)
}

// seed calls fn with the byte offset of each block that is the same as the first
// 16 bytes of s, until fn returns false.
func (t *Text) seed(s string, fn func(int) bool) {
	x := t.blockIndex()
	for i := x.head[x.hash(s)]; i >= 0; i = x.next[i] {
		at := int(i) * width
		if t.s[at:at+width] == s[:width] && !fn(at) {
			return
		}
	}
}

// maxPlaces bounds the places of one string that are looked at. A string that
// stands in more places is judged by the nearest of them.
const maxPlaces = 20_000

// places lists the byte offsets where s stands, in rising order; near is the
// byte offset about which they are kept when there are too many.
func (t *Text) places(s string, near int) []int {
	var out []int
	if len(s) >= 2*width-1 {
		for shift := range width {
			t.seed(s[shift:], func(at int) bool {
				if from := at - shift; from >= 0 && strings.HasPrefix(t.s[from:], s) {
					out = append(out, from)
				}
				return true
			})
		}
		sort.Ints(out)
	} else {
		for from := 0; ; {
			i := strings.Index(t.s[from:], s)
			if i < 0 {
				break
			}
			out = append(out, from+i)
			from += i + 1
		}
	}
	if len(out) <= maxPlaces {
		return out
	}
	i := sort.SearchInts(out, near)
	lo := min(max(0, i-maxPlaces/2), len(out)-maxPlaces)
	return out[lo : lo+maxPlaces]
}
