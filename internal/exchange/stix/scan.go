package stix

import (
	"bytes"
	"unicode/utf8"
)

// scan walks a JSON text once. It is strict where encoding/json is not: names
// that stand twice, half surrogate pairs and bytes that are not UTF-8 are
// faults, since two readers would take them differently [RFC 7493]. It
// allocates nothing but the list of properties.
type scan struct {
	b       []byte
	i       int
	lim     Limits
	members int
	// keys holds the names of the objects that are open, the innermost last.
	keys  [][]byte
	top   []field
	fault Fault
}

// field is one property of the object: its name and the text of its value.
type field struct {
	name string
	val  []byte
}

// plain are the bytes that stand for themselves inside a string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x80; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

func (s *scan) fail(rule, format string, args ...any) bool {
	if s.fault.Rule == "" {
		s.fault = faultf(rule, "", format, args...)
		if s.i <= len(s.b) {
			s.fault.Msg += faultf("", "", " (byte %d)", s.i+1).Msg
		}
	}
	return false
}

func (s *scan) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\n', '\t', '\r':
			s.i++
		default:
			return
		}
	}
}

func (s *scan) value(depth int) bool {
	if s.i >= len(s.b) {
		return s.fail(RuleJSON, "the text ends too early")
	}
	switch c := s.b[s.i]; {
	case c == '"':
		_, ok := s.str()
		return ok
	case c == '{':
		return s.object(depth)
	case c == '[':
		return s.list(depth)
	case c == '-' || c >= '0' && c <= '9':
		return s.number()
	case c == 't':
		return s.word("true")
	case c == 'f':
		return s.word("false")
	case c == 'n':
		return s.word("null")
	}
	return s.fail(RuleJSON, "a value is expected")
}

func (s *scan) word(w string) bool {
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return s.fail(RuleJSON, "a value is expected")
	}
	s.i += len(w)
	return true
}

func (s *scan) list(depth int) bool {
	if depth > s.lim.Depth {
		return s.fail(RuleDepth, "more than %d levels", s.lim.Depth)
	}
	s.i++
	s.space()
	if s.i < len(s.b) && s.b[s.i] == ']' {
		s.i++
		return true
	}
	for {
		s.space()
		if !s.value(depth + 1) {
			return false
		}
		s.space()
		if s.i >= len(s.b) {
			return s.fail(RuleJSON, "the text ends within a list")
		}
		c := s.b[s.i]
		s.i++
		if c == ']' {
			return true
		}
		if c != ',' {
			s.i--
			return s.fail(RuleJSON, "a comma or the end of the list is expected")
		}
	}
}

func (s *scan) object(depth int) bool {
	if depth > s.lim.Depth {
		return s.fail(RuleDepth, "more than %d levels", s.lim.Depth)
	}
	base := len(s.keys)
	var seen map[string]struct{} // only for objects with many names
	s.i++
	s.space()
	if s.i < len(s.b) && s.b[s.i] == '}' {
		s.i++
		return true
	}
	for {
		s.space()
		key, ok := s.name(base, &seen)
		if !ok {
			return false
		}
		from := s.i
		if !s.value(depth + 1) {
			return false
		}
		if depth == 1 {
			s.top = append(s.top, field{intern(key), s.b[from:s.i:s.i]})
		}
		s.space()
		if s.i >= len(s.b) {
			return s.fail(RuleJSON, "the text ends within an object")
		}
		c := s.b[s.i]
		s.i++
		if c == '}' {
			s.keys = s.keys[:base]
			return true
		}
		if c != ',' {
			s.i--
			return s.fail(RuleJSON, "a comma or the end of the object is expected")
		}
	}
}

// few is the number of names up to which comparing all is cheaper than a map.
const few = 24

// name reads a name and its colon, and holds the name against those before it.
func (s *scan) name(base int, seen *map[string]struct{}) ([]byte, bool) {
	if s.i >= len(s.b) || s.b[s.i] != '"' {
		return nil, s.fail(RuleJSON, "a name in quotes is expected")
	}
	from := s.i + 1
	escaped, ok := s.str()
	if !ok {
		return nil, false
	}
	key := s.b[from : s.i-1]
	if escaped {
		key = unescape(key)
	}
	if s.members++; s.members > s.lim.Members {
		return nil, s.fail(RuleMembers, "more than %d names", s.lim.Members)
	}
	before := s.keys[base:]
	twice := false
	switch {
	case *seen != nil:
		_, twice = (*seen)[string(key)]
		(*seen)[string(key)] = struct{}{}
	case len(before) >= few:
		*seen = make(map[string]struct{}, 4*few)
		for _, k := range before {
			(*seen)[string(k)] = struct{}{}
		}
		_, twice = (*seen)[string(key)]
		(*seen)[string(key)] = struct{}{}
	default:
		for _, k := range before {
			if bytes.Equal(k, key) {
				twice = true
				break
			}
		}
	}
	if twice {
		return nil, s.fail(RuleDuplicate, "the name %.80q stands twice", key)
	}
	if *seen == nil {
		s.keys = append(s.keys, key)
	}
	s.space()
	if s.i >= len(s.b) || s.b[s.i] != ':' {
		return nil, s.fail(RuleJSON, "a colon is expected after a name")
	}
	s.i++
	s.space()
	return key, true
}

// str passes over a string; it tells whether the string holds an escape.
func (s *scan) str() (escaped, ok bool) {
	b, i := s.b, s.i+1
	for i < len(b) {
		c := b[i]
		switch {
		case plain[c]:
			i++
		case c == '"':
			s.i = i + 1
			return escaped, true
		case c == '\\':
			escaped = true
			n := s.escape(i)
			if n == 0 {
				return true, false
			}
			i += n
		case c < 0x20:
			s.i = i
			return escaped, s.fail(RuleJSON, "a control character stands in a string")
		default:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n == 1 {
				s.i = i
				return escaped, s.fail(RuleUnicode, "the text is not UTF-8")
			}
			i += n
		}
	}
	s.i = len(b)
	return escaped, s.fail(RuleJSON, "the text ends within a string")
}

// escape gives the length of the escape at i, 0 when it is none.
func (s *scan) escape(i int) int {
	s.i = i
	if i+1 >= len(s.b) {
		s.fail(RuleJSON, "the text ends within a string")
		return 0
	}
	switch s.b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		u, ok := hex4(s.b, i+2)
		switch {
		case !ok:
		case u >= 0xD800 && u < 0xDC00:
			if i+7 < len(s.b) && s.b[i+6] == '\\' && s.b[i+7] == 'u' {
				if low, ok := hex4(s.b, i+8); ok && low >= 0xDC00 && low < 0xE000 {
					return 12
				}
			}
			s.fail(RuleUnicode, "half a surrogate pair stands in a string")
			return 0
		case u >= 0xDC00 && u < 0xE000:
			s.fail(RuleUnicode, "half a surrogate pair stands in a string")
			return 0
		default:
			return 6
		}
	}
	s.fail(RuleJSON, "an escape in a string is not known")
	return 0
}

func hex4(b []byte, i int) (rune, bool) {
	if i+4 > len(b) {
		return 0, false
	}
	var r rune
	for _, c := range b[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

func (s *scan) number() bool {
	b, i := s.b, s.i
	digits := func() bool {
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i > from
	}
	if b[i] == '-' {
		i++
	}
	zero := i < len(b) && b[i] == '0'
	from := i
	ok := digits() && (!zero || i == from+1)
	if ok && i < len(b) && b[i] == '.' {
		i++
		ok = digits()
	}
	if ok && i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		ok = digits()
	}
	if !ok {
		return s.fail(RuleJSON, "a number is not well formed")
	}
	s.i = i
	return true
}
