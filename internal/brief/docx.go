package brief

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"

	"entente"
	"entente/internal/document"
)

// WriteDOCX writes a briefing note as DOCX. It is [document.WriteDOCX] with the
// smaller type and the tighter spacing of a note that has to fit two pages:
// 9.5 points for text, 8.5 for tables, 8 for footnotes, and 20 mm above and below.
func WriteDOCX(w io.Writer, d *document.Document) error {
	var b bytes.Buffer
	if err := document.WriteDOCX(&b, d); err != nil {
		return err
	}
	return tighten(w, b.Bytes())
}

// change is one replacement in a part of the file. It has to be found: when
// package document changes its styles, the tests of this package say so.
type change struct {
	part string
	find *regexp.Regexp
	put  string
}

// style finds a number within one style.
func style(id, before, after string) *regexp.Regexp {
	return regexp.MustCompile(`(<w:style [^>]*w:styleId="` + id + `">(?:[^<]|<[^/]|</[^w]|</w:[^s]|</w:s[^t])*?` + before + `)\d+(` + after + `)`)
}

func sized(id string, halfPoints int) []change {
	n := fmt.Sprint(halfPoints)
	return []change{
		{"word/styles.xml", style(id, `<w:sz w:val="`, `"/>`), "${1}" + n + "${2}"},
		{"word/styles.xml", style(id, `<w:szCs w:val="`, `"/>`), "${1}" + n + "${2}"},
	}
}

func spaced(id string, before, after, line int) []change {
	return []change{
		{"word/styles.xml", style(id, `<w:spacing w:before="`, `"`), fmt.Sprintf("${1}%d${2}", before)},
		{"word/styles.xml", style(id, `<w:spacing w:before="\d+" w:after="`, `"`), fmt.Sprintf("${1}%d${2}", after)},
		{"word/styles.xml", style(id, `<w:spacing w:before="\d+" w:after="\d+" w:line="`, `"`), fmt.Sprintf("${1}%d${2}", line)},
	}
}

func changes() []change {
	defaults := func(before, after, n string) change {
		return change{"word/styles.xml", regexp.MustCompile(`(<w:docDefaults>.*?` + before + `)\d+(` + after + `)`), "${1}" + n + "${2}"}
	}
	cell := func(side, n string) change {
		return change{"word/styles.xml", regexp.MustCompile(`(w:styleId="ReportTable">.*?<w:` + side + ` w:w=")\d+(")`), "${1}" + n + "${2}"}
	}
	out := []change{
		defaults(`<w:sz w:val="`, `"`, "19"), defaults(`<w:szCs w:val="`, `"`, "19"),
		defaults(`<w:spacing w:before="0" w:after="`, `"`, "80"), defaults(`<w:spacing w:before="0" w:after="\d+" w:line="`, `"`, "252"),
		cell("top", "6"), cell("bottom", "6"),
		{"word/document.xml", regexp.MustCompile(`(<w:pgMar w:top=")\d+(")`), "${1}1134${2}"},
		{"word/document.xml", regexp.MustCompile(`(<w:pgMar [^>]*w:bottom=")\d+(")`), "${1}1134${2}"},
		{"word/document.xml", regexp.MustCompile(`(<w:pgMar [^>]*w:header=")\d+(")`), "${1}567${2}"},
		{"word/document.xml", regexp.MustCompile(`(<w:pgMar [^>]*w:footer=")\d+(")`), "${1}510${2}"},
	}
	for _, list := range [][]change{
		sized("Title", 36), spaced("Title", 0, 60, 240), sized("MetaLine", 17), sized("InlineCode", 16), spaced("MetaLine", 0, 10, 240), spaced("MetaLast", 0, 140, 240),
		sized("Heading1", 25), spaced("Heading1", 180, 60, 240), sized("Heading2", 22), spaced("Heading2", 200, 60, 240),
		sized("Caption", 17), spaced("Caption", 160, 60, 240), sized("TableText", 17), spaced("TableText", 14, 14, 240), spaced("TableGroup", 70, 14, 240),
		spaced("TableEnd", 0, 30, 240), spaced("Callout", 0, 30, 245), spaced("CalloutTitle", 0, 20, 240), sized("FootnoteText", 16), spaced("FootnoteText", 0, 6, 240),
	} {
		out = append(out, list...)
	}
	return out
}

// tighten rewrites the styles of a DOCX file of package document.
func tighten(w io.Writer, data []byte) error {
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return &entente.Error{Kind: entente.Internal, Op: "write the note", Msg: "not a DOCX file", Err: err}
	}
	out := zip.NewWriter(w)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			return err
		}
		part, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		for _, c := range changes() {
			if c.part != f.Name {
				continue
			}
			if !c.find.Match(part) {
				return &entente.Error{Kind: entente.Internal, Op: "write the note", Place: f.Name, Msg: "no place for " + c.find.String(), Hint: "package document changed its styles; mend brief/docx.go"}
			}
			part = replaceFirst(c.find, part, c.put)
		}
		head := zip.FileHeader{Name: f.Name, Method: f.Method, Modified: f.Modified}
		p, err := out.CreateHeader(&head)
		if err != nil {
			return err
		}
		if _, err := p.Write(part); err != nil {
			return err
		}
	}
	return out.Close()
}

func replaceFirst(find *regexp.Regexp, in []byte, put string) []byte {
	at := find.FindSubmatchIndex(in)
	out := append([]byte(nil), in[:at[0]]...)
	out = find.Expand(out, []byte(put), in, at)
	return append(out, in[at[1]:]...)
}
