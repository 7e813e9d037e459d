package datapackage

import (
	"fmt"
	"io"
	"unicode/utf8"

	"entente"
)

// The bounds of what is read. They are far above any honest corpus and keep a
// broken or hostile file from filling the memory.
const (
	MaxCell   = 1 << 20   // bytes in one cell
	MaxFile   = 256 << 20 // bytes in one file
	MaxFaults = 1000      // faults reported in one pass; the rest are counted
)

// guard passes a CSV file through and stops it at the first byte that no
// corpus may contain: not UTF-8, NUL, a cell or a file over its bound. A byte
// order mark at the start is dropped. It knows line and column, which a CSV
// parser no longer does once it has swallowed a huge cell.
type guard struct {
	in        io.Reader
	name      string
	line, col int
	cell      int
	total     int64
	quoted    bool
	pending   []byte // bytes of an unfinished rune, or read ahead
	out       []byte // checked bytes not yet handed on
	buf       []byte
	err       error
}

func newGuard(name string, in io.Reader) *guard {
	return &guard{in: in, name: name, line: 1, col: 1, buf: make([]byte, 64<<10)}
}

func (g *guard) Read(p []byte) (int, error) {
	for len(g.out) == 0 {
		if g.err != nil {
			return 0, g.err
		}
		n, err := g.in.Read(g.buf)
		chunk := g.buf[:n]
		if len(g.pending) > 0 {
			chunk = append(g.pending, chunk...)
			g.pending = nil
		}
		g.check(chunk, err == io.EOF)
		if g.err == nil && err != nil {
			g.err = err
			if err != io.EOF {
				g.err = &entente.Error{Kind: entente.Unavailable, Op: "read", Place: g.name, Msg: "the file could not be read to its end", Err: err}
			}
		}
	}
	n := copy(p, g.out)
	g.out = g.out[n:]
	return n, nil
}

func (g *guard) check(b []byte, last bool) {
	g.out = g.out[:0]
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			if !last && !utf8.FullRune(b) {
				g.pending = append([]byte(nil), b...)
				return
			}
			g.fail(fmt.Sprintf("byte %#x is not UTF-8", b[0]), "save the file as UTF-8")
			return
		}
		if g.total == 0 && r == '\uFEFF' { // a byte order mark says nothing here
			g.total += int64(size)
			b = b[size:]
			continue
		}
		if !g.step(r, size) {
			return
		}
		g.out = append(g.out, b[:size]...)
		b = b[size:]
	}
}

// step follows one rune; false stops the file.
func (g *guard) step(r rune, size int) bool {
	g.total += int64(size)
	g.cell += size
	switch {
	case r == 0:
		g.fail("the file contains a NUL character", "it is not a text file, or it is damaged")
		return false
	case g.total > MaxFile:
		g.fail(fmt.Sprintf("the file is larger than %d MB", MaxFile>>20), "split the corpus")
		return false
	case !g.quoted && (r == ',' || r == '\n'): // ends the cell and is no part of it
		g.cell = 0
	case g.cell > MaxCell:
		g.fail(fmt.Sprintf("a cell is larger than %d kB", MaxCell>>10), "look for a missing closing quote, or shorten the text")
		return false
	case r == '"':
		g.quoted = !g.quoted
	}
	g.col += size
	if r == '\n' {
		g.line, g.col = g.line+1, 1
	}
	return true
}

func (g *guard) fail(msg, hint string) {
	g.err = &entente.Error{
		Kind: entente.Invalid, Op: "read",
		Place: fmt.Sprintf("%s:%d:%d", g.name, g.line, g.col), Msg: msg, Hint: hint,
	}
}
