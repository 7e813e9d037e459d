package ledger

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"entente"
)

// The bounds of one object.
const (
	MaxObject = 16 << 20 // bytes
	maxDepth  = 100      // of arrays and objects within each other
	maxNumber = 400      // bytes of one number
)

// Canonical gives the canonical form of a JSON text as RFC 8785 (JCS) has it:
// no white space, members ordered by UTF-16 code units, the shortest strings,
// numbers as ECMAScript prints them. One thing differs: a number that does not
// survive as a double, such as 12345678901234567890, keeps its text, where RFC
// 8785 would round it and two different objects would have one hash.
//
// Errors: Invalid for what is not one JSON value, for a member that stands
// twice, a lone surrogate, invalid UTF-8, more than [MaxObject] bytes or more
// than 100 levels.
func Canonical(raw []byte) ([]byte, error) {
	if len(raw) > MaxObject {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "canonical form", Msg: fmt.Sprintf("the object has %d bytes, more than %d", len(raw), MaxObject)}
	}
	c := canonicaliser{in: raw, out: make([]byte, 0, len(raw))}
	c.space()
	c.value(0)
	c.space()
	if c.err == nil && c.at < len(raw) {
		c.fail("something follows the value")
	}
	if c.err != nil {
		return nil, c.err
	}
	return c.out, nil
}

// canonicaliser reads in and writes out in one pass. After the first fault it
// does nothing more.
type canonicaliser struct {
	in  []byte
	at  int
	out []byte
	err error
}

func (c *canonicaliser) fail(msg string) {
	if c.err == nil {
		c.err = &entente.Error{Kind: entente.Invalid, Op: "canonical form", Place: fmt.Sprintf("byte %d", c.at), Msg: msg}
	}
	c.at = len(c.in)
}

func (c *canonicaliser) space() {
	for c.at < len(c.in) {
		switch c.in[c.at] {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return
		}
	}
}

// peek is the next byte, 0 at the end.
func (c *canonicaliser) peek() byte {
	if c.at < len(c.in) {
		return c.in[c.at]
	}
	return 0
}

func (c *canonicaliser) expect(b byte) {
	if c.peek() != b {
		c.fail(fmt.Sprintf("%q is expected", b))
		return
	}
	c.at++
}

func (c *canonicaliser) value(depth int) {
	if depth > maxDepth {
		c.fail(fmt.Sprintf("more than %d levels", maxDepth))
		return
	}
	switch b := c.peek(); {
	case b == '{':
		c.object(depth)
	case b == '[':
		c.array(depth)
	case b == '"':
		c.out = appendString(c.out, c.text())
	case b == '-' || b >= '0' && b <= '9':
		c.number()
	default:
		for _, word := range []string{"true", "false", "null"} {
			if bytes.HasPrefix(c.in[c.at:], []byte(word)) {
				c.out = append(c.out, word...)
				c.at += len(word)
				return
			}
		}
		c.fail("a JSON value is expected")
	}
}

func (c *canonicaliser) array(depth int) {
	c.at++
	c.out = append(c.out, '[')
	c.space()
	if c.peek() == ']' {
		c.at++
		c.out = append(c.out, ']')
		return
	}
	for c.err == nil {
		c.space()
		c.value(depth + 1)
		c.space()
		if c.peek() == ',' {
			c.at++
			c.out = append(c.out, ',')
			continue
		}
		c.expect(']')
		c.out = append(c.out, ']')
		return
	}
}

// member is one member of an object in the output.
type member struct {
	name       []byte
	start, end int
}

func (c *canonicaliser) object(depth int) {
	c.at++
	c.out = append(c.out, '{')
	first := len(c.out)
	var members []member
	c.space()
	if c.peek() == '}' {
		c.at++
		c.out = append(c.out, '}')
		return
	}
	for c.err == nil {
		c.space()
		if c.peek() != '"' {
			c.fail("a member's name is expected")
			return
		}
		m := member{start: len(c.out)}
		m.name = c.text()
		c.out = append(appendString(c.out, m.name), ':')
		c.space()
		c.expect(':')
		c.space()
		c.value(depth + 1)
		m.end = len(c.out)
		members = append(members, m)
		c.space()
		if c.peek() == ',' {
			c.at++
			c.out = append(c.out, ',') // also where the members change places
			continue
		}
		c.expect('}')
		break
	}
	if c.err != nil {
		return
	}
	if !slices.IsSortedFunc(members, byName) {
		slices.SortFunc(members, byName)
		sorted := make([]byte, 0, len(c.out)-first)
		for i, m := range members {
			if i > 0 {
				sorted = append(sorted, ',')
			}
			sorted = append(sorted, c.out[m.start:m.end]...)
		}
		c.out = append(c.out[:first], sorted...)
	}
	for i := 1; i < len(members); i++ {
		if bytes.Equal(members[i-1].name, members[i].name) {
			c.fail("a member stands twice")
			return
		}
	}
	c.out = append(c.out, '}')
}

func byName(a, b member) int { return compareUTF16(a.name, b.name) }

// compareUTF16 orders by UTF-16 code units (RFC 8785, section 3.2.3), which
// differs from the order of bytes where one side has a surrogate pair.
func compareUTF16(a, b []byte) int {
	for len(a) > 0 && len(b) > 0 {
		ra, na := utf8.DecodeRune(a)
		rb, nb := utf8.DecodeRune(b)
		if ra != rb {
			ua, _ := utf16.EncodeRune(ra)
			ub, _ := utf16.EncodeRune(rb)
			switch {
			case ra > 0xffff && rb > 0xffff:
				return cmp.Compare(ra, rb)
			case ra > 0xffff:
				return cmp.Compare(ua, rb)
			case rb > 0xffff:
				return cmp.Compare(ra, ub)
			}
			return cmp.Compare(ra, rb)
		}
		a, b = a[na:], b[nb:]
	}
	return cmp.Compare(len(a), len(b))
}

// text reads a string. It shares the memory of the input where it has no
// escapes.
func (c *canonicaliser) text() []byte {
	c.at++ // the quotation mark
	start := c.at
	for c.at < len(c.in) {
		switch b := c.in[c.at]; {
		case b == '"':
			body := c.in[start:c.at]
			if !utf8.Valid(body) {
				c.fail("a string is not valid UTF-8")
				return nil
			}
			c.at++
			return body
		case b == '\\':
			return c.escaped(start)
		case b < 0x20:
			c.fail("a control character in a string")
			return nil
		}
		c.at++
	}
	c.fail("a string does not end")
	return nil
}

// escapes are the escapes of one letter.
var escapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped reads a string that has escapes, from its start.
func (c *canonicaliser) escaped(start int) []byte {
	buf := append([]byte(nil), c.in[start:c.at]...)
	for c.at < len(c.in) {
		b := c.in[c.at]
		c.at++
		switch {
		case b == '"':
			if !utf8.Valid(buf) {
				c.fail("a string is not valid UTF-8")
			}
			return buf
		case b < 0x20:
			c.fail("a control character in a string")
			return nil
		case b != '\\':
			buf = append(buf, b)
			continue
		}
		e := c.peek()
		c.at++
		if plain, ok := escapes[e]; ok {
			buf = append(buf, plain)
			continue
		}
		r := c.unit(e)
		if utf16.IsSurrogate(r) {
			var low rune
			if r < 0xdc00 && c.peek() == '\\' {
				c.at++
				e = c.peek()
				c.at++
				low = c.unit(e)
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				c.fail("half of a surrogate pair")
			}
		}
		buf = utf8.AppendRune(buf, r)
	}
	c.fail("a string does not end")
	return nil
}

// unit reads the four digits of a \u escape, whose letter was just read.
func (c *canonicaliser) unit(letter byte) rune {
	if letter != 'u' || c.at+4 > len(c.in) {
		c.fail("an escape is not one of JSON")
		return 0
	}
	n := rune(0)
	for _, b := range c.in[c.at : c.at+4] {
		d, err := strconv.ParseUint(string(b), 16, 8)
		if err != nil {
			c.fail("an escape is not one of JSON")
			return 0
		}
		n = n<<4 | rune(d)
	}
	c.at += 4
	return n
}

// appendString writes a string as RFC 8785, section 3.2.2.2, has it.
func appendString[T string | []byte](out []byte, s T) []byte {
	out = append(out, '"')
	done := 0
	for i := range len(s) {
		b := s[i]
		if b >= 0x20 && b != '"' && b != '\\' {
			continue
		}
		out = append(out, s[done:i]...)
		done = i + 1
		if short := strings.IndexByte("\b\t\n\f\r\"\\", b); short >= 0 {
			out = append(out, '\\', `btnfr"\`[short])
		} else {
			out = fmt.Appendf(out, `\u%04x`, b)
		}
	}
	return append(append(out, s[done:]...), '"')
}
