package extract

import (
	"strings"
	"testing"
	"time"

	"entente"
)

// fuzz extracts data and checks that it is either a sound text or an error for
// people.
func fuzz(t *testing.T, name string, data []byte) {
	x, err := Extract(t.Context(), name, data, Options{MaxRunes: 1_000_000, MaxParagraphs: 10_000, Timeout: 20 * time.Second})
	if err == nil {
		checkText(t, x)
		for _, p := range x.Paragraphs {
			if place := Pinpoint(x, p.Start, p.End); entente.Specificity(place) != 3 {
				t.Fatalf("pinpoint %q of %q", place, p.Text)
			}
		}
		return
	}
	if entente.KindOf(err) == entente.Internal {
		t.Fatalf("%v", err)
	}
}

func FuzzDOCX(f *testing.F) {
	f.Add([]byte(wp(inList("5", "0"), "A")))
	f.Add([]byte(`<w:tbl><w:tr><w:tc>` + wp("", "A") + `</w:tc><w:tc><w:tbl/></w:tc></w:tr></w:tbl>`))
	f.Add([]byte(`<w:p><w:del><w:r/></w:del><w:r><w:footnoteReference w:id="1"/></w:r></w:p></w:body></w:document>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzz(t, "a.docx", wordFile(t, string(body), "word/styles.xml", stylesXML, "word/numbering.xml", numberingXML, "word/footnotes.xml", string(body)))
	})
}

func FuzzDOCXBytes(f *testing.F) {
	whole := wordFile(f, wp("", "A"))
	f.Add(whole)
	f.Add(whole[:len(whole)-10])
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.docx", data) })
}

func FuzzHTML(f *testing.F) {
	f.Add([]byte("<html lang=en><title>A</title><main><p>12. B<ol start=3><li>C</ol><table><tr><td>D<td hidden>E</table>"))
	f.Add([]byte("<html><nav><p>A</div></nav></nav><pre>\n\n</pre><svg/><q>"))
	f.Add([]byte("\xff\xfe<\x00p\x00>\x00"))
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.html", data) })
}

func FuzzMarkdown(f *testing.F) {
	f.Add([]byte("---\ntitle: A\n---\n# B\n\n1. C[^1]\n\n[^1]: D\n\n| a | b |\n|--|--|\n| c | d |\n"))
	f.Add([]byte("<div>\n<p>A\n\n> B\\\nC &amp; &#0;"))
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.md", data) })
}

func FuzzText(f *testing.F) {
	f.Add([]byte("12. A\nb-\nc\f(a) D\r\n\r\nE"))
	f.Add([]byte("\xf5\x80\x00\ufeff\u00ad"))
	f.Add([]byte("\xfe\xff\xd8\x00"))
	f.Fuzz(func(t *testing.T, data []byte) { fuzz(t, "a.txt", data) })
}

func FuzzLayout(f *testing.F) {
	f.Add("<page width=\"595\" height=\"842\">\n<block >\n<line >\n<word xMin=\"1\" yMin=\"2\" xMax=\"3\" yMax=\"4\">12.</word>\n</line>\n")
	f.Add("</line>\n<word>a</word>\n<page width=\"NaN\" height=\"-1\">\n</line>\n")
	f.Fuzz(func(t *testing.T, layout string) {
		doc, err := parseLayout(strings.NewReader(layout), 10_000)
		if err != nil {
			return
		}
		o, err := Options{}.checked()
		if err != nil {
			t.Fatal(err)
		}
		b := newBuilder(t.Context(), o)
		noteFurniture(b, dropFurniture(doc))
		if err := layOut(b, doc); err != nil {
			t.Fatal(err)
		}
		if x, err := b.finish(); err == nil {
			x.Original = strings.Repeat("0", 64)
			checkText(t, x)
		}
	})
}
