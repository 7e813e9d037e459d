package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"entente"
)

// The log's own records are flat JSON objects in canonical form (RFC 8785):
// strings without control characters, whole numbers, true. This file writes
// them, and reads back exactly what it could have written.

// flatWriter writes members, which must come in the order of their names.
type flatWriter struct{ b []byte }

func newFlat(dst []byte) flatWriter { return flatWriter{append(dst, '{')} }

func (w *flatWriter) name(name string) {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, '"', ':')
}

// text leaves out what is empty.
func (w *flatWriter) text(name, value string) {
	if value != "" {
		w.name(name)
		w.b = appendString(w.b, value)
	}
}

func (w *flatWriter) whole(name string, value int64) {
	w.name(name)
	w.b = strconv.AppendInt(w.b, value, 10)
}

// flag leaves out what is false.
func (w *flatWriter) flag(name string, value bool) {
	if value {
		w.name(name)
		w.b = append(w.b, "true"...)
	}
}

func (w *flatWriter) end() []byte { return append(w.b, '}') }

// flatReader takes members one after the other, in the order of their names.
// After the first fault it gives nothing more.
type flatReader struct {
	in  string
	at  int
	bad bool
}

func readFlat(data []byte) *flatReader {
	r := &flatReader{in: string(data)}
	if !utf8.ValidString(r.in) || !strings.HasPrefix(r.in, "{") {
		r.bad = true
	}
	r.at = 1
	return r
}

// has tells whether the next member has this name, and steps over the name.
func (r *flatReader) has(name string) bool {
	if r.bad {
		return false
	}
	rest := r.in[r.at:]
	if r.at > 1 {
		if !strings.HasPrefix(rest, ",") {
			return false
		}
		rest = rest[1:]
	}
	if !strings.HasPrefix(rest, `"`) || !strings.HasPrefix(rest[1:], name) || !strings.HasPrefix(rest[1+len(name):], `":`) {
		return false
	}
	r.at = len(r.in) - len(rest) + len(name) + 3
	return true
}

// text gives "" for a member that is not there.
func (r *flatReader) text(name string) string {
	if !r.has(name) {
		return ""
	}
	if r.at >= len(r.in) || r.in[r.at] != '"' {
		r.bad = true
		return ""
	}
	r.at++
	start, escaped := r.at, false
	for r.at < len(r.in) {
		switch b := r.in[r.at]; {
		case b == '"':
			s := r.in[start:r.at]
			r.at++
			if escaped {
				s = strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s)
			}
			r.bad = r.bad || s == ""
			return s
		case b < 0x20 || b == 0x7f:
			r.bad = true
			return ""
		case b == '\\':
			escaped = true
			r.at++
			if r.at >= len(r.in) || r.in[r.at] != '"' && r.in[r.at] != '\\' {
				r.bad = true
				return ""
			}
		}
		r.at++
	}
	r.bad = true
	return ""
}

// whole reads a number that must be there.
func (r *flatReader) whole(name string) int64 {
	if !r.has(name) {
		r.bad = true
		return 0
	}
	start := r.at
	for r.at < len(r.in) && r.in[r.at] >= '0' && r.in[r.at] <= '9' {
		r.at++
	}
	n, err := strconv.ParseInt(r.in[start:r.at], 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != r.in[start:r.at] {
		r.bad = true
	}
	return n
}

func (r *flatReader) flag(name string) bool {
	if !r.has(name) {
		return false
	}
	if !strings.HasPrefix(r.in[r.at:], "true") {
		r.bad = true
		return false
	}
	r.at += len("true")
	return true
}

// end tells whether everything was taken.
func (r *flatReader) end() bool { return !r.bad && r.in[r.at:] == "}" }

// checkText is the rule for every text of the log's own records.
func checkText(name, value string, most int) error {
	fault := ""
	switch {
	case len(value) > most:
		fault = fmt.Sprintf("has %d bytes, more than %d", len(value), most)
	case !utf8.ValidString(value):
		fault = "is not valid UTF-8"
	case strings.ContainsFunc(value, func(r rune) bool { return r < 0x20 || r == 0x7f }):
		fault = "holds a control character"
	}
	if fault == "" {
		return nil
	}
	return &entente.Error{Kind: entente.Invalid, Op: "log", Msg: "the " + name + " " + fault}
}
