package document

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// keep says whether a character may stand in XML 1.0 (fifth edition, section
// 2.2), and is not one of the two bidirectional overrides, which have no use
// in a report but to make text read as what it is not.
func keep(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return true
	case r < 0x20 || r >= 0x7f && r <= 0x9f && r != 0x85:
		return false
	case r == 0x202d || r == 0x202e:
		return false
	case r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe:
		return false // noncharacters: legal in part, an error in HTML
	}
	return utf8.ValidRune(r)
}

// clean drops forbidden characters, repairs broken UTF-8, and makes any run of
// ASCII white space one space. It leaves the ends alone; no-break and
// ideographic spaces are text.
func clean(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		if !keep(r) {
			continue
		}
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029 {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

func cleanTrim(s string) string { return strings.Trim(clean(s), " ") }

// escaper serves text and attributes of XML and HTML alike.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// esc cleans and escapes text for XML and HTML.
func esc(s string) string { return escaper.Replace(clean(s)) }

// maxURL is the longest address that Word opens without declaring the whole
// file damaged (2,083 characters, less some room).
const maxURL = 2048

// safeURL returns an address in plain ASCII that may be linked to, or false.
func safeURL(raw string) (string, bool) {
	if raw == "" || len(raw) > maxURL || !utf8.ValidString(raw) {
		return "", false
	}
	if id, ok := strings.CutPrefix(raw, "#"); ok {
		return raw, validID(id)
	}
	for _, r := range raw {
		if r < 0x20 || r == 0x7f || r == '\\' {
			return "", false
		}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" || u.User != nil || u.Opaque != "" {
			return "", false
		}
	case "mailto":
		if u.Opaque == "" {
			return "", false
		}
	default:
		return "", false
	}
	out := asciiURL(u.String())
	return out, len(out) <= maxURL
}

// asciiURL percent-encodes every byte that RFC 3986 does not allow in an
// address, and the brackets and quotes that would end a Markdown link.
func asciiURL(s string) string {
	const allowed = "-._~:/?#@!$&*+,;=%"
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if alnum || strings.IndexByte(allowed, c) >= 0 || (c == '[' || c == ']') && i < len("https://[0000:0000:0000:0000:0000:0000:255.255.255.255]") && strings.Contains(s, "://[") {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

var idPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,37}$`)

// validID accepts anchors that are valid in HTML and as a Word bookmark (at
// most 40 characters), and leaves the names of the notes alone.
func validID(id string) bool {
	return idPattern.MatchString(id) && !strings.HasPrefix(id, "fn-") && !strings.HasPrefix(id, "fnref-")
}

// parseDate reads a full or partial ISO date; ok is false for anything else.
func parseDate(s string) (t time.Time, layout string, ok bool) {
	for _, l := range []string{"2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(l, s); err == nil && t.Year() > 0 {
			return t, l, true
		}
	}
	return time.Time{}, "", false
}

// dateText is the date as printed.
func (d *Document) dateText() string {
	if d.DateText != "" {
		return cleanTrim(d.DateText)
	}
	t, layout, ok := parseDate(d.Date)
	if !ok || primary(d.lang()) != "en" {
		return cleanTrim(d.Date)
	}
	return t.Format(map[string]string{"2006-01-02": "2 January 2006", "2006-01": "January 2006", "2006": "2006"}[layout])
}

// words fills the empty labels with the English words.
func (d *Document) words() Labels {
	or := func(s, std string) string {
		if s = cleanTrim(s); s != "" {
			return s
		}
		return std
	}
	l := d.Labels
	return Labels{
		Date: or(l.Date, "Date"), Notes: or(l.Notes, "Notes"), Note: or(l.Note, "Note"),
		Back: or(l.Back, "Back to the text"), Page: or(l.Page, "Page"), Of: or(l.Of, "of"),
	}
}
