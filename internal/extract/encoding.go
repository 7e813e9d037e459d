package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// decode turns bytes into UTF-8: by byte order mark, else as UTF-8 when valid,
// else in the encoding that the file declares (declared may be ""), else as
// Windows-1252, which is a guess and noted. Bytes that have no meaning in the
// encoding become U+FFFD, which is noted too.
func decode(b *builder, data []byte, declared string) (string, error) {
	name, enc := "UTF-8", encoding.Encoding(nil)
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")):
		return "", invalid("the text is in UTF-32, which is not read", "save it as UTF-8")
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		name, enc = "UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		name, enc = "UTF-16", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case utf8.Valid(data):
	case declared != "":
		var err error
		if enc, err = htmlindex.Get(declared); err != nil {
			return "", invalid("the text declares the unknown encoding "+clip(declared, 40), "save it as UTF-8")
		}
		if name, err = htmlindex.Name(enc); err != nil {
			name = declared
		}
		b.note("The text was read as %s, as the file declares.", name)
	default:
		name, enc = "Windows-1252", charmap.Windows1252
		b.note("The text is not UTF-8 and does not say its encoding: it was read as Windows-1252. Check letters outside ASCII.")
	}
	if enc != nil {
		out, err := enc.NewDecoder().Bytes(data)
		if err != nil {
			return "", damaged("the text in "+name, err)
		}
		data = out
	}
	s := strings.ToValidUTF8(string(data), "\ufffd")
	if n := strings.Count(s, "\ufffd"); n > 0 {
		b.note("%d places could not be read in the encoding %s and show as \ufffd.", n, name)
	}
	if n := controls(s); n > 0 {
		b.note("%d control characters were left out.", n)
	}
	return s, nil
}

// controls counts the control characters that a text does not have.
func controls(s string) int {
	n := 0
	for i := range len(s) {
		if c := s[i]; c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' || c == 0x7f {
			n++
		}
	}
	return n
}
