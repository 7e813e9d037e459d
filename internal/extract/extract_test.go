package extract

import (
	"context"
	"strings"
	"testing"
	"time"

	"entente"
)

func TestDetect(t *testing.T) {
	docx := string(wordFile(t, wp("", "A")))
	for _, c := range []struct{ name, data, want string }{
		{"paper.pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", MediaPDF},
		{"", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", MediaPDF},
		{"PAPER.PDF", "\x00\x01\x02junk%PDF-1.7\n", MediaPDF},
		{"paper.docx", docx, MediaDOCX},
		{"upload", docx, MediaDOCX},
		{"paper.html", "<!doctype html><p>A", MediaHTML},
		{"paper.htm", "\ufeff<!-- saved -->\n<HTML><p>A", MediaHTML},
		{"paper.xhtml", `<?xml version="1.0"?><!DOCTYPE html><html>`, MediaHTML},
		{"paper.html", "A <b>fragment</b>", MediaHTML},
		{"", "<div class='x'>A fragment</div>", MediaHTML},
		{"paper.md", "# A", MediaMarkdown},
		{"paper.md", "A", MediaMarkdown},
		{"paper.markdown", "1. A", MediaMarkdown},
		{"paper.txt", "# A", MediaText},
		{"", "# A", MediaText},
		{"minutes", "a < b and c > d", MediaText},
		{"paper.txt", "\xff\xfeA\x00\n\x00", MediaText},
		{"paper.html", "\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", MediaHTML},
		{"note.txt", "About %PDF-1.4 files", MediaText},
		{"note.txt", "MZ is a magic number", MediaText},
	} {
		got, err := detect(t.Context(), c.name, []byte(c.data), "")
		if err != nil || got != c.want {
			t.Errorf("detect(%q, %q) = %q, %v; want %q", c.name, clip(c.data, 20), got, err, c.want)
		}
	}
}

func TestDetectRefuses(t *testing.T) {
	docx := string(wordFile(t, wp("", "A")))
	xlsx := string(archive(t, map[string]string{"[Content_Types].xml": contentTypes, "xl/workbook.xml": "<a/>"}, "[Content_Types].xml", "xl/workbook.xml"))
	odt := string(archive(t, map[string]string{"mimetype": "x", "content.xml": "<a/>"}, "mimetype", "content.xml"))
	for _, c := range []struct{ name, data, want string }{
		{"paper.pdf", "Just text", "the name says PDF, but the content is plain text"},
		{"paper.docx", "%PDF-1.7\n\xff", "the name says Word (DOCX), but the content is PDF"},
		{"paper.txt", "<!doctype html><p>A", "the name says plain text, but the content is HTML"},
		{"paper.md", "<!doctype html><p>A", "the name says Markdown, but the content is HTML"},
		{"paper.html", "No tags at all", "the name says HTML, but the content is plain text"},
		{"paper.html", docx, "the name says HTML, but the content is Word"},
		{"paper.doc", docx, "the name says doc, but the content is Word (DOCX)"},
		{"paper.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word file"},
		{"paper.rtf", `{\rtf1 A}`, "RTF"},
		{"paper.docx", xlsx, "an Excel workbook"},
		{"paper.odt", odt, "OpenDocument"},
		{"paper.docx", string(archive(t, map[string]string{"a": "b"}, "a")), "a ZIP archive and no Word file"},
		{"scan.png", "\x89PNG\r\n\x1a\n", "a picture"},
		{"feed.xml", `<?xml version="1.0"?><rss/>`, "XML but not HTML"},
		{"blob.txt", "A\x00\x01\x02\x03\x04", "too many control characters"},
		{"utf16-without-mark.txt", "A\x00B\x00C\x00", "too many control characters"},
		{"utf32.txt", "\xff\xfe\x00\x00A\x00\x00\x00", "UTF-32"},
		{"empty.txt", "", "the file is empty"},
		{"blank.txt", " \n\t\n\u00ad", "holds no text"},
	} {
		refuse(t, c.name, []byte(c.data), entente.Invalid, c.want)
	}
}

func TestOptionsMedia(t *testing.T) {
	x, err := Extract(t.Context(), "", []byte("# Views\n\nText"), Options{Media: MediaMarkdown})
	if err != nil || x.Media != MediaMarkdown || !x.Paragraphs[0].Heading {
		t.Errorf("pasted Markdown: %v, %v", x, err)
	}
	x, err = Extract(t.Context(), "", []byte("%PDF-1.7\n\xff"), Options{Media: MediaText})
	checkRefused(t, x, err, entente.Invalid, "it was to be read as plain text, but the content is PDF")
	x, err = Extract(t.Context(), "", []byte("A"), Options{Media: "text/csv"})
	if entente.KindOf(err) != entente.Invalid || x != nil {
		t.Errorf("unknown format: %v, %v", x, err)
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	for _, o := range []Options{
		{MaxBytes: -1},
		{MaxBytes: MaxBytes + 1},
		{MaxRunes: MaxRunes + 1},
		{MaxParagraphs: -5},
		{MaxParagraphs: MaxParagraphs + 1},
		{Timeout: -time.Second},
		{Timeout: time.Hour},
	} {
		if _, err := Extract(t.Context(), "a.txt", []byte("A"), o); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%+v: %v, want an error", o, err)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		o    Options
		data string
		want string
	}{
		{Options{MaxBytes: 3}, "four", "4 bytes, more than the limit of 3"},
		{Options{MaxRunes: 3}, "four", "longer than 3 characters"},
		{Options{MaxRunes: 5}, "ab\n\ncd", "longer than 5 characters"},
		{Options{MaxParagraphs: 1}, "a\n\nb", "more than 1 paragraphs"},
	} {
		for _, name := range []string{"a.txt", "a.md"} {
			x, err := Extract(t.Context(), name, []byte(c.data), c.o)
			checkRefused(t, x, err, entente.Invalid, c.want)
		}
	}
	for _, data := range []string{"<p>ab<p>cd", "<table><tr><td>ab<td>cd</table>"} {
		x, err := Extract(t.Context(), "a.html", []byte(data), Options{MaxRunes: 4})
		checkRefused(t, x, err, entente.Invalid, "longer than 4 characters")
	}
	x, err := Extract(t.Context(), "a.docx", wordFile(t, wp("", "ab")+wp("", "cd")), Options{MaxParagraphs: 1})
	checkRefused(t, x, err, entente.Invalid, "more than 1 paragraphs")
}

func TestContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, data := range map[string][]byte{
		"a.txt": []byte("A"), "a.html": []byte("<p>A"), "a.md": []byte("A"), "a.docx": wordFile(t, wp("", strings.Repeat("A", 10))),
	} {
		x, err := Extract(ctx, name, data, Options{})
		checkRefused(t, x, err, entente.Unavailable, "reading was stopped")
	}
}

func TestSameBytesSameText(t *testing.T) {
	data := []byte("<p lang=en>One<p>Two<ul><li>a<li>b</ul>")
	a, b := read(t, "a.html", data), read(t, "b.html", data)
	if a.Hash != b.Hash || a.Original != b.Original || a.Plain != b.Plain {
		t.Error("two readings differ")
	}

	if a.Plain != "One\n\nTwo\n\n• a\n\n• b" {
		t.Errorf("Plain = %q", a.Plain)
	}
}
