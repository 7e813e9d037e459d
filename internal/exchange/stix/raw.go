package stix

import (
	"iter"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// The functions here read text that scan has found to be sound; they check
// nothing again.

// pass gives the place after the value that begins at i.
func pass(b []byte, i int) int {
	switch b[i] {
	case '"':
		return passString(b, i)
	case '{', '[':
		for depth := 0; ; {
			switch b[i] {
			case '"':
				i = passString(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return i + 1
				}
			}
			i++
		}
	}
	for i < len(b) && b[i] != ',' && b[i] != ']' && b[i] != '}' && b[i] > ' ' {
		i++
	}
	return i
}

func passString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func blank(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i
}

// members walks the members of an object: name and text of the value. It
// yields nothing when v is no object.
func members(v []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		if len(v) == 0 || v[0] != '{' {
			return
		}
		for i := blank(v, 1); v[i] != '}'; {
			end := passString(v, i)
			name := decode(v[i:end])
			i = blank(v, end)
			i = blank(v, i+1) // the colon
			end = pass(v, i)
			if !yield(name, v[i:end:end]) {
				return
			}
			if i = blank(v, end); v[i] == ',' {
				i = blank(v, i+1)
			}
		}
	}
}

// items walks the items of a list. It yields nothing when v is no list.
func items(v []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		if len(v) == 0 || v[0] != '[' {
			return
		}
		n := 0
		for i := blank(v, 1); v[i] != ']'; n++ {
			end := pass(v, i)
			if !yield(n, v[i:end:end]) {
				return
			}
			if i = blank(v, end); v[i] == ',' {
				i = blank(v, i+1)
			}
		}
	}
}

// member gives the text of one member of an object, nil when it is not there.
func member(v []byte, name string) []byte {
	for k, x := range members(v) {
		if string(k) == name {
			return x
		}
	}
	return nil
}

func isString(v []byte) bool { return len(v) > 0 && v[0] == '"' }
func isObject(v []byte) bool { return len(v) > 0 && v[0] == '{' }
func isList(v []byte) bool   { return len(v) > 0 && v[0] == '[' }

// emptyList tells whether a list has no items.
func emptyList(v []byte) bool { return v[blank(v, 1)] == ']' }

// decode gives the letters of a string in quotes; without escapes they are a
// part of v itself.
func decode(v []byte) []byte {
	body := v[1 : len(v)-1]
	if slices.Contains(body, '\\') {
		return unescape(body)
	}
	return body
}

// text gives a string value; false when v is no string.
func text(v []byte) (string, bool) {
	if !isString(v) {
		return "", false
	}
	return string(decode(v)), true
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape decodes the inside of a string.
func unescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' {
			out = append(out, b[i])
			continue
		}
		i++
		if b[i] != 'u' {
			out = append(out, escapes[b[i]])
			continue
		}
		r, _ := hex4(b, i+1)
		i += 4
		if utf16.IsSurrogate(r) {
			low, _ := hex4(b, i+3)
			r = utf16.DecodeRune(r, low)
			i += 6
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
