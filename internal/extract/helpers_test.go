package extract

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"entente"
)

// read extracts a text that must be readable, and checks what holds for all.
func read(t testing.TB, name string, data []byte) *Text {
	t.Helper()
	x, err := Extract(t.Context(), name, data, Options{})
	if err != nil {
		t.Fatalf("Extract(%s): %v", name, err)
	}
	checkText(t, x)
	return x
}

// checkText checks the promises of Text and Paragraph.
func checkText(t testing.TB, x *Text) {
	t.Helper()
	runes := []rune(x.Plain)
	at := 0
	var texts []string
	for i, p := range x.Paragraphs {
		if p.Number != i+1 {
			t.Fatalf("paragraph %d has number %d", i+1, p.Number)
		}
		if p.Start != at || p.End != at+utf8.RuneCountInString(p.Text) || string(runes[p.Start:p.End]) != p.Text {
			t.Fatalf("paragraph %d: %d to %d is not %q", p.Number, p.Start, p.End, clip(p.Text, 60))
		}
		if p.Text == "" || p.Text != strings.TrimSpace(p.Text) || strings.Contains(p.Text, "\n\n") {
			t.Fatalf("paragraph %d is not trimmed: %q", p.Number, clip(p.Text, 60))
		}
		at = p.End + 2
		texts = append(texts, p.Text)
	}
	if strings.Join(texts, "\n\n") != x.Plain {
		t.Fatal("Plain is not the paragraphs, parted by empty lines")
	}
	if !utf8.ValidString(x.Plain) || !norm.NFC.IsNormalString(x.Plain) {
		t.Fatal("Plain is not UTF-8 in form C")
	}
	if strings.ContainsAny(x.Plain, "\x00\r\u00ad\ufeff") {
		t.Fatal("Plain holds characters that nobody sees")
	}
	for i := 1; i < len(x.Turns); i++ {
		if x.Turns[i].Offset < x.Turns[i-1].Offset {
			t.Fatal("turns are out of order")
		}
	}
	if x.Hash != digest(x.Plain) || len(x.Original) != 64 {
		t.Fatal("a hash is wrong")
	}
}

// texts are the texts of all paragraphs.
func texts(x *Text) []string {
	var out []string
	for _, p := range x.Paragraphs {
		out = append(out, p.Text)
	}
	return out
}

// refuse extracts what must be refused, with a message that holds part and a
// hint.
func refuse(t *testing.T, name string, data []byte, kind entente.Kind, part string) {
	t.Helper()
	x, err := Extract(t.Context(), name, data, Options{})
	checkRefused(t, x, err, kind, part)
}

func checkRefused(t *testing.T, x *Text, err error, kind entente.Kind, part string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want %q; text %q", part, clip(x.Plain, 100))
	}
	e := &entente.Error{}
	ok := errors.As(err, &e)
	if !ok || e.Kind != kind || e.Hint == "" || e.Place == "" {
		t.Fatalf("error %#v, want kind %s with place and hint", err, kind)
	}
	if !strings.Contains(err.Error(), part) {
		t.Errorf("error %q does not say %q", err, part)
	}
}

// archive packs files into a ZIP archive; the content types are always there.
func archive(t testing.TB, files map[string]string, order ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range order {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	contentTypes = `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>`
	wordOpen  = `<w:document xmlns:w="` + wordNS + `" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>`
	wordClose = `</w:body></w:document>`
)

// wordFile makes a DOCX with a body, and other parts by name.
func wordFile(t testing.TB, body string, others ...string) []byte {
	t.Helper()
	files := map[string]string{"[Content_Types].xml": contentTypes, "word/document.xml": wordOpen + body + wordClose}
	order := []string{"[Content_Types].xml", "word/document.xml"}
	for i := 0; i < len(others); i += 2 {
		files[others[i]] = others[i+1]
		order = append(order, others[i])
	}
	return archive(t, files, order...)
}

// wp is a paragraph of Word with properties and one run.
func wp(props, text string) string {
	return `<w:p><w:pPr>` + props + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

// deflate packs s as a stream of a PDF is packed.
func deflate(t testing.TB, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A piece is a text at a place on a page, in points from the lower left corner.
type piece struct {
	x, y, size float64
	text       string
}

// pdfFile makes a small PDF in Helvetica with the pieces of each page; extra
// goes into the catalog.
func pdfFile(title, extra string, pages ...[]piece) []byte {
	var b bytes.Buffer
	var at []int
	object := func(s string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), s)
	}
	b.WriteString("%PDF-1.4\n")
	var kids []string
	for i := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", 5+2*i))
	}
	object("<< /Type /Catalog /Pages 2 0 R " + extra + " >>")
	object(fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(pages)))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	object("<< /Title (" + title + ") >>")
	for i, p := range pages {
		var s strings.Builder
		s.WriteString("BT\n")
		for _, c := range p {
			text := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(c.text)
			fmt.Fprintf(&s, "/F1 %g Tf 1 0 0 1 %g %g Tm (%s) Tj\n", c.size, c.x, c.y, text)
		}
		s.WriteString("ET\n")
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", 6+2*i))
		object(fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", s.Len(), s.String()))
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// stack sets lines below each other, from the top of the body of a page.
func stack(x, y, size, pitch float64, lines ...string) []piece {
	var out []piece
	for i, l := range lines {
		if l != "" {
			out = append(out, piece{x, y - pitch*float64(i), size, l})
		}
	}
	return out
}
