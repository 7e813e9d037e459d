package stix

import (
	"errors"
	"fmt"
	"io"

	"entente"
)

// StreamLimits bound a bundle or an envelope as a whole.
type StreamLimits struct {
	// Bytes is the length of the whole text.
	Bytes int64
	// Objects is the number of objects.
	Objects int
	// Object bounds each of them.
	Object Limits
}

// DefaultStreamLimits let the largest published collections pass several times
// over.
var DefaultStreamLimits = StreamLimits{Bytes: 1 << 30, Objects: 1_000_000, Object: DefaultLimits}

// maxHead bounds what stands beside the list of objects.
const maxHead = 256 << 10

// Head is what a bundle or an envelope says beside its objects.
type Head struct {
	Type        string // "bundle", empty for an envelope
	ID          string
	SpecVersion string
	// More and Next are those of a TAXII envelope; Next is text in any form, as
	// some servers send a number.
	More bool
	Next string
	// Other holds every other member as text.
	Other map[string][]byte
}

// Reader reads the objects of a bundle or of a TAXII envelope one by one, from
// a stream of any length, in memory for one object.
type Reader struct {
	r     io.Reader
	lim   StreamLimits
	buf   []byte
	at    int // next byte in buf
	total int64
	ended error // what the stream ended with

	state   int
	objects int
	seen    map[string]bool
	spent   int
	head    Head
	err     error
}

const (
	beforeHead = iota
	inHead     // a name or the end is expected
	inObjects  // an object or the end of the list is expected
	done
)

// NewReader reads from r within the limits.
func NewReader(r io.Reader, lim StreamLimits) *Reader {
	return &Reader{r: r, lim: lim, buf: make([]byte, 0, 64<<10), seen: map[string]bool{}, head: Head{Other: map[string][]byte{}}}
}

// Next gives the text of the next object, io.EOF after the last. The text is
// the caller's own. An object that is larger than its limit is passed over: its
// text is nil, and the reading goes on. Other errors end the reading.
//
// Nothing but the ends of the objects is looked for here: see [Parse].
func (r *Reader) Next() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	raw, err := r.next()
	if err != nil {
		r.err = err
	}
	return raw, err
}

// Head gives what stands beside the objects; it is complete after io.EOF.
func (r *Reader) Head() Head { return r.head }

// Count gives the number of objects that were read, those passed over too.
func (r *Reader) Count() int { return r.objects }

func (r *Reader) fail(format string, args ...any) error {
	if r.ended != nil && !errors.Is(r.ended, io.EOF) {
		return r.ended
	}
	return &entente.Error{Kind: entente.Invalid, Op: "read STIX", Place: fmt.Sprintf("byte %d", r.offset()+1), Msg: fmt.Sprintf(format, args...)}
}

func (r *Reader) offset() int64 { return r.total - int64(len(r.buf)-r.at) }

// fill reads on; false at the end of the stream.
func (r *Reader) fill() bool {
	if r.ended != nil {
		return false
	}
	r.buf, r.at = r.buf[:0], 0
	for len(r.buf) == 0 {
		n, err := r.r.Read(r.buf[:cap(r.buf)])
		r.buf = r.buf[:n]
		if r.total += int64(n); r.total > r.lim.Bytes {
			r.ended = &entente.Error{Kind: entente.Invalid, Op: "read STIX", Msg: fmt.Sprintf("the text has more than %d bytes", r.lim.Bytes), Hint: "send it in parts"}
			r.buf = r.buf[:0]
			return false
		}
		switch {
		case err == io.EOF:
			r.ended = err
		case err != nil:
			r.ended = &entente.Error{Kind: entente.Unavailable, Op: "read STIX", Msg: "the text could not be read to its end", Err: err}
			r.buf = r.buf[:0]
		}
		if r.ended != nil {
			break
		}
	}
	return len(r.buf) > 0
}

// peek gives the next byte that is no white space.
func (r *Reader) peek() (byte, bool) {
	for {
		for r.at < len(r.buf) {
			switch c := r.buf[r.at]; c {
			case ' ', '\n', '\t', '\r':
				r.at++
			default:
				return c, true
			}
		}
		if !r.fill() {
			return 0, false
		}
	}
}

// take passes over one byte if it is c.
func (r *Reader) take(c byte) bool {
	got, ok := r.peek()
	if ok && got == c {
		r.at++
		return true
	}
	return false
}

func (r *Reader) next() ([]byte, error) {
	if r.state == beforeHead {
		// A byte order mark in front says nothing here.
		if r.take(0xEF) && !(r.take(0xBB) && r.take(0xBF)) || !r.take('{') {
			return nil, r.fail("a bundle or an envelope is expected: an object with a list called objects")
		}
		r.state = inHead
		if r.take('}') {
			r.state = done
		}
	}
	for {
		switch r.state {
		case inObjects:
			if raw, got, err := r.object(); got || err != nil {
				return raw, err
			}
		case inHead:
			if err := r.member(); err != nil {
				return nil, err
			}
		case done:
			if _, more := r.peek(); more {
				return nil, r.fail("something follows the end")
			}
			if r.ended != io.EOF { //nolint:errorlint // set above
				return nil, r.ended
			}
			return nil, io.EOF
		}
	}
}

// object reads one item of the list of objects; nothing is got at its end.
func (r *Reader) object() (raw []byte, got bool, err error) {
	if r.objects == 0 && r.take(']') {
		return nil, false, r.afterMember()
	}
	if r.objects++; r.objects > r.lim.Objects {
		return nil, false, r.fail("there are more than %d objects", r.lim.Objects)
	}
	raw, ok := r.value(r.lim.Object.Bytes)
	switch {
	case !ok:
		return nil, false, r.fail("an object is expected, or the text ends within one")
	case r.take(','):
		if c, _ := r.peek(); c == ']' {
			return nil, false, r.fail("an object is expected after a comma")
		}
	case r.take(']'):
		if err := r.afterMember(); err != nil {
			return nil, false, err
		}
	default:
		return nil, false, r.fail("a comma or the end of the list is expected after an object")
	}
	return raw, true, nil
}

// afterMember passes to the next member of the head, or to the end.
func (r *Reader) afterMember() error {
	switch {
	case r.take(','):
		r.state = inHead
	case r.take('}'):
		r.state = done
	default:
		return r.fail("a comma or the end is expected")
	}
	return nil
}

// member reads one member of the head.
func (r *Reader) member() error {
	quoted, ok := r.value(maxHead)
	if !ok || quoted == nil || quoted[0] != '"' {
		return r.fail("a name in quotes is expected")
	}
	s := scan{b: quoted, lim: r.lim.Object}
	if _, ok := s.str(); !ok {
		return r.fail("%s", s.fault.Msg)
	}
	name := string(decode(quoted))
	if r.seen[name] {
		return r.fail("the name %.80q stands twice", name)
	}
	r.seen[name] = true
	if !r.take(':') {
		return r.fail("a colon is expected after a name")
	}
	if name == "objects" {
		if !r.take('[') {
			return r.fail("objects is a list")
		}
		r.state = inObjects
		return nil
	}
	raw, ok := r.value(maxHead)
	switch r.spent += len(raw); {
	case !ok:
		return r.fail("the text ends too early")
	case raw == nil || r.spent > maxHead:
		return r.fail("what stands beside the objects has more than %d bytes", maxHead)
	}
	s = scan{b: raw, lim: r.lim.Object}
	if !s.value(1) || s.i != len(raw) {
		return r.fail("%s: %s", clip(name), s.fault.Msg)
	}
	r.note(name, raw)
	return r.afterMember()
}

func (r *Reader) note(name string, raw []byte) {
	into := map[string]*string{"type": &r.head.Type, "id": &r.head.ID, "spec_version": &r.head.SpecVersion, "next": &r.head.Next}[name]
	switch {
	case name == "more" && (string(raw) == "true" || string(raw) == "false"):
		r.head.More = string(raw) == "true"
	case into != nil && isString(raw):
		*into, _ = text(raw)
	case name == "next" && raw[0] != 'n' && !isObject(raw) && !isList(raw):
		r.head.Next = string(raw)
	default:
		r.head.Other[name] = raw
	}
}

// value reads one value to its end: nil, true when it has more than most bytes;
// false when the stream ends within it.
func (r *Reader) value(most int) ([]byte, bool) {
	first, ok := r.peek()
	if !ok {
		return nil, false
	}
	var out []byte
	size, depth := 0, 0
	quoted, escaped := false, false
	scalar := first != '{' && first != '[' && first != '"'
	for {
		from := r.at
		end := false
	chunk:
		for ; r.at < len(r.buf); r.at++ {
			c := r.buf[r.at]
			switch {
			case quoted:
				switch {
				case escaped:
					escaped = false
				case c == '\\':
					escaped = true
				case c == '"':
					if quoted = false; depth == 0 {
						r.at++
						end = true
						break chunk
					}
				}
			case scalar:
				if c == ',' || c == ']' || c == '}' || c == ':' || c <= ' ' {
					end = true
					break chunk
				}
			case c == '"':
				quoted = true
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth--; depth == 0 {
					r.at++
					end = true
					break chunk
				}
			}
		}
		if size += r.at - from; size <= most {
			out = append(out, r.buf[from:r.at]...)
		} else {
			out = nil
		}
		if end || !r.fill() {
			switch done := end || scalar; {
			case !done || size == 0:
				return nil, false
			case size > most:
				return nil, true
			default:
				return out, true
			}
		}
	}
}
