package shelf

import "strings"

// texts keeps many short texts (identifiers, versions) packed, with nothing that
// the garbage collector has to follow for each. A reference stays good for ever.
type texts struct {
	pages []*strings.Builder // each grown once, so what was written never moves
}

// page is the size of one part; a reference is the part's number and a place.
const (
	pageBits = 20
	pageSize = 1 << pageBits
	maxPages = 1 << (32 - pageBits)
)

// full reports whether nothing more can be kept.
func (t *texts) full() bool { return len(t.pages) >= maxPages-1 }

// put keeps a text of at most 65,535 bytes.
func (t *texts) put(s string) uint32 {
	if n := len(t.pages); n == 0 || t.pages[n-1].Len()+len(s)+2 > pageSize {
		p := &strings.Builder{}
		p.Grow(pageSize)
		t.pages = append(t.pages, p)
	}
	last := len(t.pages) - 1
	p := t.pages[last]
	at := p.Len()
	p.WriteByte(byte(len(s) >> 8))
	p.WriteByte(byte(len(s))) //nolint:gosec // the low byte is meant
	p.WriteString(s)
	return uint32(last)<<pageBits | uint32(at) //nolint:gosec // both fit by their bounds
}

// get gives a text without copying it.
func (t *texts) get(ref uint32) string {
	s := t.pages[ref>>pageBits].String()
	at := int(ref & (pageSize - 1))
	n := int(s[at])<<8 | int(s[at+1])
	return s[at+2 : at+2+n]
}

// words numbers the few different values of a property.
type words struct {
	list []string
	at   map[string]uint32
}

func (w *words) number(s string) uint32 {
	if n, ok := w.at[s]; ok {
		return n
	}
	if w.at == nil {
		w.at = map[string]uint32{}
	}
	n := uint32(len(w.list)) //nolint:gosec // one for each entry at most
	w.at[strings.Clone(s)] = n
	w.list = append(w.list, strings.Clone(s))
	return n
}
