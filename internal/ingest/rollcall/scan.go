package rollcall

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"entente"
)

// The bounds of a file. They are far above any honest one.
const (
	maxRow     = 1 << 20 // bytes in one row
	maxColumns = 1000
)

// Scanner reads CSV (RFC 4180, with LF or CRLF) row by row. Only the row at
// hand is in memory. Fields are valid until the next row.
type Scanner struct {
	name   string
	in     *bufio.Reader
	line   int // of the row at hand, from 1
	next   int // line the next row starts on
	long   []byte
	quoted []byte
	ends   []int // ends of the fields within quoted
	fields [][]byte
	width  int
}

// NewScanner reads from in; name stands in errors.
func NewScanner(name string, in io.Reader) *Scanner {
	return &Scanner{name: name, in: bufio.NewReaderSize(in, 256<<10), next: 1}
}

// Line is the line on which the row at hand starts.
func (s *Scanner) Line() int { return s.line }

// Fault makes an error at a byte column of the row at hand, both from 1.
func (s *Scanner) Fault(column int, format string, args ...any) error {
	return &entente.Error{Kind: entente.Invalid, Op: "import votes", Place: fmt.Sprintf("%s:%d:%d", s.name, s.line, column), Msg: fmt.Sprintf(format, args...)}
}

// Row gives the next row; io.EOF at the end. Every row must have as many fields
// as the first. Empty lines are passed over.
func (s *Scanner) Row() ([][]byte, error) {
	for {
		s.line = s.next
		raw, err := s.readLine(nil)
		if err != nil {
			return nil, err
		}
		if s.line == 1 {
			raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
		}
		if len(raw) == 0 {
			continue
		}
		if err := s.split(raw); err != nil {
			return nil, err
		}
		if s.width == 0 {
			if s.width = len(s.fields); s.width > maxColumns {
				return nil, s.Fault(1, "the header has %d columns, more than %d", s.width, maxColumns)
			}
		}
		if len(s.fields) != s.width {
			return nil, s.Fault(1, "the row has %d fields, but the header has %d", len(s.fields), s.width)
		}
		return s.fields, nil
	}
}

// readLine reads up to the next LF. With rest, the open part of a quoted row is
// put before it.
func (s *Scanner) readLine(rest []byte) ([]byte, error) {
	part, err := s.in.ReadSlice('\n')
	if err == nil && rest == nil {
		s.next++
		return trimEnd(part), nil
	}
	buf := append(rest, part...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(buf) > maxRow {
			return nil, s.Fault(1, "the row has more than %d bytes; is a quote left open?", maxRow)
		}
		part, err = s.in.ReadSlice('\n')
		buf = append(buf, part...)
	}
	s.long = buf
	switch {
	case errors.Is(err, io.EOF) && len(part) == 0 && len(buf) == len(rest):
		return nil, io.EOF
	case err != nil && !errors.Is(err, io.EOF):
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "import votes", Place: fmt.Sprintf("%s:%d", s.name, s.line), Msg: "the file cannot be read on", Err: err}
	case len(buf) > maxRow:
		return nil, s.Fault(1, "the row has more than %d bytes; is a quote left open?", maxRow)
	}
	s.next++
	return trimEnd(buf), nil
}

// kept puts the open part of a row, with its line end, where the next line can
// be added to it; a part that is there already is not copied again, so that a
// field of many lines costs no more than its length.
func (s *Scanner) kept(raw []byte) []byte {
	if len(raw) > 0 && len(s.long) >= len(raw) && &raw[0] == &s.long[0] {
		return append(s.long[:len(raw)], '\n')
	}
	return append(append(s.long[:0], raw...), '\n')
}

func trimEnd(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// split cuts a row into fields.
func (s *Scanner) split(raw []byte) error {
	s.fields = s.fields[:0]
	if bytes.IndexByte(raw, '"') < 0 {
		for {
			i := bytes.IndexByte(raw, ',')
			if i < 0 {
				s.fields = append(s.fields, raw)
				return nil
			}
			s.fields = append(s.fields, raw[:i])
			raw = raw[i+1:]
		}
	}
	return s.splitQuoted(raw)
}

// splitQuoted is split for rows with quotes; a quoted field may run over lines.
func (s *Scanner) splitQuoted(raw []byte) error {
	s.quoted, s.ends = s.quoted[:0], s.ends[:0]
	at := 0
	for {
		if at >= len(raw) || raw[at] != '"' {
			i := bytes.IndexByte(raw[at:], ',')
			field := raw[at:]
			if i >= 0 {
				field = raw[at : at+i]
			}
			if q := bytes.IndexByte(field, '"'); q >= 0 {
				return s.Fault(at+q+1, "a quote stands within a field that does not start with one; put the field in quotes and double the quote")
			}
			s.quoted = append(s.quoted, field...)
			s.ends = append(s.ends, len(s.quoted))
			if i < 0 {
				break
			}
			at += i + 1
			continue
		}
		open := at
		at++
		search := at // no quote stands between at and here
		for {
			i := bytes.IndexByte(raw[search:], '"')
			if i < 0 {
				// The field runs on: take the next line to it.
				search = len(raw)
				more, err := s.readLine(s.kept(raw))
				if errors.Is(err, io.EOF) {
					return s.Fault(open+1, "the quote that opens here is never closed")
				}
				if err != nil {
					return err
				}
				raw = more
				continue
			}
			s.quoted = append(s.quoted, raw[at:search+i]...)
			at = search + i + 1
			if at >= len(raw) || raw[at] != '"' {
				break
			}
			s.quoted = append(s.quoted, '"')
			at++
			search = at
		}
		s.ends = append(s.ends, len(s.quoted))
		if at >= len(raw) {
			break
		}
		if raw[at] != ',' {
			return s.Fault(at+1, "%q follows a closing quote; a comma is expected", raw[at])
		}
		at++
	}
	start := 0
	for _, e := range s.ends {
		s.fields = append(s.fields, s.quoted[start:e])
		start = e
	}
	return nil
}
