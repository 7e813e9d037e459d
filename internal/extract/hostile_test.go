package extract

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"entente"
)

// within fails when reading takes longer than a hostile file may make it.
func within(t *testing.T, d time.Duration, fn func()) {
	t.Helper()
	start := time.Now()
	fn()
	if took := time.Since(start); took > d {
		t.Errorf("it took %v, want at most %v", took, d)
	}
}

func TestHostileArchives(t *testing.T) {
	bomb := wordOpen + wp("", strings.Repeat(" ", 30<<20)) + wordClose
	deep := wordOpen + strings.Repeat("<w:p>", 100_000)
	laughs := `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>` + wordOpen + wp("", "&b;") + wordClose
	outside := `<!DOCTYPE x SYSTEM "file:///etc/passwd">` + wordOpen + wp("", "A") + wordClose
	for _, c := range []struct{ name, document, want string }{
		{"unpacks to much more", bomb, "unpacks to far more"},
		{"nested deeply", deep, "nested deeper than 200"},
		{"entities in entities", laughs, "declares a document type"},
		{"entity from outside", outside, "declares a document type"},
		{"unknown entity", wordOpen + wp("", "&nbsp;") + wordClose, "is damaged"},
		{"cut off", wordOpen + wp("", "A"), "is damaged"},
		{"not XML", "\x00\x01\x02", "is damaged"},
		{"another encoding", `<?xml version="1.0" encoding="utf-7"?>` + wordOpen + wordClose, "utf-7"},
		{"one tag of 9 MB", wordOpen + `<w:p a="` + noise(9<<20) + `">` + wordClose, "larger than 8 MB"},
		{"no text", wordOpen + wordClose, "holds no text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := archive(t, map[string]string{"[Content_Types].xml": contentTypes, "word/document.xml": c.document}, "[Content_Types].xml", "word/document.xml")
			within(t, 5*time.Second, func() { refuse(t, "a.docx", data, entente.Invalid, c.want) })
		})
	}
}

// noise is text that does not pack well.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = "abcdefghijklmnopqrstuvwxyzABCDEF"[x>>27]
	}
	return string(b)
}

func TestHostileArchiveOfManyParts(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range maxEntries + 1 {
		if _, err := z.Create(fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	refuse(t, "a.docx", b.Bytes(), entente.Invalid, "5001 entries")
	twice := archive(t, map[string]string{"a": "", "./a": ""}, "a", "./a")
	refuse(t, "a.docx", twice, entente.Invalid, "one part twice")
}

// A part may not point out of the archive, and an archive is never unpacked to
// disk: such a name is just not there.
func TestHostileRelations(t *testing.T) {
	rels := `<Relationships xmlns="r"><Relationship Id="1" Type="http://x/officeDocument" Target="../../../../etc/passwd"/></Relationships>`
	data := archive(t, map[string]string{"[Content_Types].xml": contentTypes, "_rels/.rels": rels, "word/document.xml": wordOpen + wordClose}, "[Content_Types].xml", "_rels/.rels", "word/document.xml")
	refuse(t, "a.docx", data, entente.Invalid, "no Word file")
}

func TestTruncatedDOCX(t *testing.T) {
	whole := wordFile(t, wp("", strings.Repeat("International law applies. ", 50)))
	for n := 4; n < len(whole); n += 37 {
		if x, err := Extract(t.Context(), "a.docx", whole[:n], Options{}); err == nil {
			t.Fatalf("the first %d of %d bytes are read as %q", n, len(whole), clip(x.Plain, 40))
		} else if entente.KindOf(err) != entente.Invalid {
			t.Fatalf("the first %d bytes: %v", n, err)
		}
	}
}

func TestHostileHTML(t *testing.T) {
	refuse(t, "a.html", []byte("<html>"+strings.Repeat("<div>", 100_000)+"A"), entente.Invalid, "deeper than 500")
	refuse(t, "a.html", []byte("<html>"+strings.Repeat("<table><tr><td>", 100)+"A"), entente.Invalid, "nests tables deeper than 20")
	refuse(t, "a.docx", wordFile(t, strings.Repeat("<w:tbl><w:tr><w:tc>", 30)), entente.Invalid, "nests tables deeper than 20")
	refuse(t, "a.html", []byte("<html><p "+strings.Repeat("a", 17<<20)), entente.Invalid, "larger than 16 MB")
	// Formatting that a tree would have to copy into each paragraph.
	var b strings.Builder
	b.WriteString("<html><p>")
	for i := range 400 {
		fmt.Fprintf(&b, "<b a=%d>", i)
	}
	b.WriteString("</p>" + strings.Repeat("<p>x</p>", 50_000))
	within(t, 5*time.Second, func() {
		if x := read(t, "a.html", []byte(b.String())); len(x.Paragraphs) != 50_000 {
			t.Errorf("%d paragraphs", len(x.Paragraphs))
		}
	})
	within(t, 5*time.Second, func() {
		read(t, "a.html", []byte("<html>"+strings.Repeat("<div>", 490)+"A"+strings.Repeat("</td></p></x>", 200_000)))
	})
}

func TestHostileMarkdown(t *testing.T) {
	for name, c := range map[string]struct{ data, want string }{
		"links":       {strings.Repeat("[a](", 50_000), "too many marks"},
		"emphasis":    {strings.Repeat("*a_", 50_000), "too many marks"},
		"references":  {strings.Repeat("[a]: b\n", 50_000), "too many marks"},
		"quotations":  {strings.Repeat(">", 5_000) + "a", "deeper than 50"},
		"lists":       {strings.Repeat("1. ", 5_000) + "a", "deeper than 50"},
		"size":        {strings.Repeat("word word\n\n", 500_000), "more than the limit of 4194304"},
		"front, deep": {"---\na: b\n---\n" + strings.Repeat("> ", 200) + "a", "deeper than 50"},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 5*time.Second, func() { refuse(t, "a.md", []byte(c.data), entente.Invalid, c.want) })
		})
	}
	// A rule of many signs is no nesting.
	read(t, "a.md", []byte("Text\n\n"+strings.Repeat("-", 200)+"\n\n"+strings.Repeat("* ", 100)+"\n\nText"))
}

func TestOneLongLine(t *testing.T) {
	line := strings.Repeat("International law applies - to all of it. ", 10<<20/42)
	for name, data := range map[string]string{
		"a.txt": line, "a.html": "<html><p>" + line,
	} {
		within(t, 5*time.Second, func() {
			if x := read(t, name, []byte(data)); len(x.Paragraphs) != 1 || utf8.RuneCountInString(x.Plain) != len(strings.TrimSpace(line)) {
				t.Errorf("%s: %d paragraphs", name, len(x.Paragraphs))
			}
		})
	}
	// Lines that all end in a hyphen are one word that grows.
	within(t, 5*time.Second, func() { read(t, "a.txt", []byte(strings.Repeat("aaaaaaaaaaaaaaaaaaaa-\n", 100_000))) })
}

func TestTooManyParagraphs(t *testing.T) {
	refuse(t, "a.txt", []byte(strings.Repeat("a\n\n", MaxParagraphs+1)), entente.Invalid, "more than 100000 paragraphs")
	refuse(t, "a.html", []byte("<html>"+strings.Repeat("<p>a", MaxParagraphs+1)), entente.Invalid, "more than 100000 paragraphs")
	// Cells of a row that never ends, in rows that never end.
	within(t, 5*time.Second, func() {
		const most = 10_000
		data := "<html>" + strings.Repeat("<table><tr><td>a<td>", 18) + strings.Repeat("<td><p>a<p>b", 2*most-100)
		x, err := Extract(t.Context(), "a.html", []byte(data), Options{MaxParagraphs: most})
		checkRefused(t, x, err, entente.Invalid, "more than 10000 paragraphs")
	})
}
