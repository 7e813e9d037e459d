package tablefile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"entente"
	"entente/internal/ingest"
)

// decode brings the bytes of a text file to UTF-8 without a byte order mark.
// What a mark says is believed; without one the bytes are UTF-8 when they can
// be, UTF-16 when every other byte of Latin text is zero, else Windows-1252.
func decode(name string, data []byte) (text []byte, encoding string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		text, encoding = data[3:], "UTF-8"
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		text, encoding = fromUTF16(data[2:], false), "UTF-16"
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		text, encoding = fromUTF16(data[2:], true), "UTF-16"
	case zeros(data, 1) > 30:
		text, encoding = fromUTF16(data, false), "UTF-16"
	case zeros(data, 0) > 30:
		text, encoding = fromUTF16(data, true), "UTF-16"
	case utf8.Valid(data):
		text, encoding = data, "UTF-8"
	default:
		if text, err = charmap.Windows1252.NewDecoder().Bytes(data); err != nil {
			return nil, "", ingest.Fault(name, "save the file as UTF-8", "the encoding of the file is not known")
		}
		encoding = "Windows-1252"
	}
	if at := bytes.IndexByte(text, 0); at >= 0 {
		return nil, "", ingest.Fault(name, "it is not a text file, or it is damaged", "the file contains a NUL character in line %d", 1+bytes.Count(text[:at], []byte("\n")))
	}
	if !utf8.Valid(text) {
		return nil, "", ingest.Fault(name, "save the file again as UTF-8", "the file has the byte order mark of UTF-8 and is not UTF-8")
	}
	return text, encoding, nil
}

// zeros gives the share of zero bytes, in per cent, among the even (0) or odd
// (1) bytes at the start of the data, when hardly any of the others is zero.
func zeros(data []byte, odd int) int {
	data = data[:min(len(data), 4096)]
	var n [2]int
	for i, b := range data {
		if b == 0 {
			n[i%2]++
		}
	}
	if half := len(data) / 2; half > 0 && n[1-odd]*50 <= half {
		return 100 * n[odd] / half
	}
	return 0
}

func fromUTF16(data []byte, big bool) []byte {
	out := make([]byte, 0, len(data))
	lo, hi := 0, 1
	if big {
		lo, hi = 1, 0
	}
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(data[i+lo]) | rune(data[i+hi])<<8
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if pair := utf16.DecodeRune(r, rune(data[i+2+lo])|rune(data[i+2+hi])<<8); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// separator finds the character between the fields: the one that parts the
// first rows into the same number of fields, and most of them.
func separator(text []byte) rune {
	if rest, ok := bytes.CutPrefix(text, []byte("sep=")); ok && len(rest) > 1 && (rest[1] == '\r' || rest[1] == '\n') {
		return rune(rest[0])
	}
	sample := text[:min(len(text), 64<<10)]
	best, width, agree := ',', 1, 0
	for _, sep := range []rune{',', ';', '\t', '|'} {
		r := csv.NewReader(bytes.NewReader(sample))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = sep, true, -1, true
		first, same := 0, 0
		for range 20 {
			rec, err := r.Read()
			if err != nil {
				break
			}
			if first == 0 {
				first = len(rec)
			}
			if len(rec) == first {
				same++
			}
		}
		if first > 1 && (same > agree || same == agree && first > width) {
			best, width, agree = sep, first, same
		}
	}
	return best
}

// csvRows reads the rows of a CSV file.
type csvRows struct {
	name string
	r    *csv.Reader
	n    int
}

func newCSV(name string, text []byte, sep rune) *csvRows {
	if bytes.HasPrefix(text, []byte("sep=")) && separator(text) == sep { // a line for spreadsheet programs only
		if i := bytes.IndexByte(text, '\n'); i >= 0 && i <= 6 {
			text = text[i+1:]
		}
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = sep, -1, true
	return &csvRows{name: name, r: r}
}

func (c *csvRows) next() (cells []string, row, line int, err error) {
	cells, err = c.r.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, 0, io.EOF
	}
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, 0, 0, &entente.Error{
			Kind: entente.Invalid, Op: "import", Place: place(c.name, p.Line), Msg: "broken quoting: " + p.Err.Error(),
			Hint: `a cell with a quote is written "so ""quoted"" here"; the row starts in line ` + itoa(p.StartLine),
		}
	}
	if err != nil {
		return nil, 0, 0, err
	}
	c.n++
	line, _ = c.r.FieldPos(0)
	return cells, c.n, line, nil
}

func (c *csvRows) close() {}

func place(name string, line int) string { return name + ":" + itoa(line) }

// blank reports whether a row holds nothing.
func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
