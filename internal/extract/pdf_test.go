package extract

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/testskip"
)

func needPDF(t *testing.T) {
	t.Helper()
	testskip.Need(t, "pdftotext", "apt-get install poppler-utils")
}

func TestPDF(t *testing.T) {
	needPDF(t)
	head := func(page int) []piece {
		return []piece{{72, 800, 9, "A/99/999"}, {280, 40, 9, fmt.Sprintf("%d/4", page)}, {72, 40, 9, "Synthetic paper"}}
	}
	one := append(head(1), piece{72, 740, 18, "Views of Ruritania"})
	one = append(one, stack(72, 700, 11, 13,
		"12. International law applies to the conduct of States in cyberspace, and the coopera-",
		"tion of States rests on it. Cooperation is voluntary.",
		"",
		"13. Sovereignty is a rule. The State has not yet stated whether capacity-",
		"building belongs to it, and it keeps its view under review, while building its own",
		"teams and")...)
	one = append(one, stack(72, 90, 8, 9, "1 See the synthetic report, para. 4.")...)
	two := append(head(2), stack(72, 760, 11, 13,
		"asking others for help.",
		"(a) The first item that is long enough to be broken at the margin of the page as it",
		"is here;",
		"(b) The second item.")...)
	three := append(head(3), stack(72, 760, 11, 13, "Last page but one.")...)
	x := read(t, "a.pdf", pdfFile("Views \\(2021\\)", "/Lang (et-EE)", one, two, three, head(4)))
	want := []Paragraph{
		{Page: 1, Heading: true, Text: "Views of Ruritania"},
		{Page: 1, Label: "12.", Text: "12. International law applies to the conduct of States in cyberspace, and the cooperation of States rests on it. Cooperation is voluntary."},
		{Page: 1, Label: "13.", Text: "13. Sovereignty is a rule. The State has not yet stated whether capacity-building belongs to it, and it keeps its view under review, while building its own teams and asking others for help."},
		{Page: 1, Mark: "1", Text: "1 See the synthetic report, para. 4."},
		{Page: 2, Label: "(a)", Text: "(a) The first item that is long enough to be broken at the margin of the page as it is here;"},
		{Page: 2, Label: "(b)", Text: "(b) The second item."},
		{Page: 3, Text: "Last page but one."},
	}
	got := append([]Paragraph{}, x.Paragraphs...)
	for i := range got {
		got[i].Number, got[i].Start, got[i].End = 0, 0, 0
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if x.Title != "Views (2021)" || x.Lang != "et-EE" || x.Pages != 4 {
		t.Errorf("title %q, language %q, %d pages", x.Title, x.Lang, x.Pages)
	}
	notes := strings.Join(x.Notes, "\n")
	for _, part := range []string{"“A/99/999”", "“Synthetic paper”", "No text on page 4"} {
		if !strings.Contains(notes, part) {
			t.Errorf("notes %q do not say %q", notes, part)
		}
	}
	at := x.Paragraphs[2].Start + len([]rune("13. Sovereignty is a rule. The State has not yet stated whether capacity-building belongs to it, and it keeps its view under review, while building its own teams and "))
	if diff := cmp.Diff([]Turn{{Offset: at, Page: 2}}, x.Turns); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

// What comes back in the margin is dropped; what stands in the body, or comes
// back too seldom, or only looks like a page number, is not.
func TestPDFKeeps(t *testing.T) {
	needPDF(t)
	var pages [][]piece
	for i := 1; i <= 6; i++ {
		p := []piece{{72, 400, 11, "The same sentence on each page."}, {72, 300, 11, fmt.Sprint(i)}, {72, 780, 11, fmt.Sprintf("Article %d of %s", i*7, strings.Repeat("x", i))}}
		if i <= 2 {
			p = append(p, piece{72, 800, 9, "Only twice"})
		}
		if i == 3 {
			p = append(p, piece{72, 40, 9, "1907"})
		}
		pages = append(pages, p)
	}
	x := read(t, "a.pdf", pdfFile("", "", pages...))
	for part, n := range map[string]int{"The same sentence on each page.": 6, "Article": 6, "Only twice": 2, "1907": 1} {
		if got := strings.Count(x.Plain, part); got != n {
			t.Errorf("%q is there %d times, want %d", part, got, n)
		}
	}
	if len(x.Notes) != 0 {
		t.Errorf("notes %q", x.Notes)
	}
}

func TestPDFColumns(t *testing.T) {
	needPDF(t)
	left := stack(60, 700, 10, 12,
		"The left column begins here with a text that",
		"is broken at its own margin and that goes on",
		"for some lines until it ends with the word that",
		"leads to the")
	right := stack(320, 700, 10, 12,
		"right column, where the same sentence ends.",
		"It is followed by another sentence, and so on",
		"until the column is full.")
	x := read(t, "a.pdf", pdfFile("", "", append(left, right...)))
	want := []string{"The left column begins here with a text that is broken at its own margin and that goes on for some lines until it ends with the word that leads to the right column, where the same sentence ends. It is followed by another sentence, and so on until the column is full."}
	if diff := cmp.Diff(want, texts(x)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPDFWithoutText(t *testing.T) {
	needPDF(t)
	refuse(t, "scan.pdf", pdfFile("", "", nil, nil), entente.Invalid, "no text layer")
	refuse(t, "broken.pdf", []byte("%PDF-1.7\nthis is none"), entente.Invalid, "the PDF is damaged")
	whole := pdfFile("", "", []piece{{72, 700, 11, "Text"}})
	refuse(t, "truncated.pdf", whole[:len(whole)/3], entente.Invalid, "the PDF is damaged")
}

// A page with an operator that does not exist can still be read, and says so.
func TestPDFWithFaults(t *testing.T) {
	needPDF(t)
	whole := pdfFile("", "", []piece{{72, 700, 11, "Some text."}})
	x := read(t, "a.pdf", []byte(strings.Replace(string(whole), "ET\n", "QQ\n", 1)))
	if x.Plain != "Some text." || len(x.Notes) != 1 || !strings.Contains(x.Notes[0], "has faults") {
		t.Errorf("%q, notes %q", x.Plain, x.Notes)
	}
}

func TestPDFWithoutTool(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	data := pdfFile("", "", []piece{{72, 700, 11, "Text"}})
	refuse(t, "a.pdf", data, entente.Unavailable, "install poppler-utils")
	x, err := Extract(t.Context(), "a.pdf", data, Options{PDFToText: filepath.Join(t.TempDir(), "none")})
	checkRefused(t, x, err, entente.Unavailable, "install poppler-utils")
}

// script stands for a pdftotext that misbehaves.
func script(t *testing.T, body string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		testskip.Missing(t, "sh", "run the tests on a Unix system")
	}
	path := filepath.Join(t.TempDir(), "pdftotext")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPDFToolMisbehaves(t *testing.T) {
	data := pdfFile("", "", []piece{{72, 700, 11, "Text"}})
	word := `<word xMin="1" yMin="1" xMax="2" yMax="2">abc</word>`
	for _, c := range []struct {
		name, body string
		o          Options
		kind       entente.Kind
		want       string
	}{
		{"hangs", "exec sleep 60", Options{Timeout: 300 * time.Millisecond}, entente.Unavailable, "took too long"},
		{"talks for ever", "echo '<page width=\"1\">'; exec yes '" + word + "'", Options{MaxRunes: 10_000}, entente.Invalid, "longer than 10000 characters"},
		{"one endless line", "exec tr '\\0' a < /dev/zero", Options{}, entente.Invalid, "more than a million letters"},
		{"wants a password", "echo 'Command Line Error: Incorrect password' >&2; exit 1", Options{}, entente.Invalid, "locked with a password"},
		{"forbids", "echo 'Error: Copying of text from this document is not allowed.' >&2; exit 3", Options{}, entente.Invalid, "forbids taking text"},
		{"says a lot", "yes 'Syntax Error: x' | head -c 1000000 >&2; exit 99", Options{}, entente.Invalid, "Syntax Error: x"},
		{"breaks off", "echo '<word xMin=\"'", Options{}, entente.Invalid, "no word in"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.PDFToText = script(t, c.body)
			start := time.Now()
			x, err := Extract(t.Context(), "a.pdf", data, c.o)
			checkRefused(t, x, err, c.kind, c.want)
			if d := time.Since(start); d > 10*time.Second {
				t.Errorf("it took %v", d)
			}
		})
	}
}

func TestPDFLanguageInPackedObjects(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"<< /Type /Catalog /Lang (ja-JP) >> endobj", "ja-JP"},
		{"<< /Lang <FEFF0065006E> /Type/Catalog>> endobj", "en"},
		{"1 0 obj << /Lang (fr) >> endobj 2 0 obj << /Type /Catalog >> endobj", ""},
		{"<< /Type /Catalog /Lang (fr) >> endobj << /Type /Catalog /Lang (et) >> endobj", "et"},
		{"<< /Type /ObjStm >> stream\n" + deflate(t, "<< /Type /Catalog /Lang (et) >>") + "endstream", "et"},
		{"<< /Type /ObjStm >> stream\nnot packed", ""},
	} {
		if got := pdfLanguage(t.Context(), []byte(c.in)); got != c.want {
			t.Errorf("language of %q is %q, want %q", clip(c.in, 60), got, c.want)
		}
	}
}

// LibreOffice sets a numbered list and a table; the numbers come back as labels.
func TestPDFOfLibreOffice(t *testing.T) {
	needPDF(t)
	office := testskip.Need(t, "soffice", "apt-get install libreoffice-writer")
	dir := t.TempDir()
	var body strings.Builder
	sentence := "International law applies to the conduct of States in cyberspace and the Charter of the United Nations is part of it. "
	for i := range 30 {
		body.WriteString(wp(inList("5", "0"), fmt.Sprintf("Point %d. ", i+1)+strings.Repeat(sentence, 3)))
		body.WriteString(wp(inList("5", "1"), "an item that goes with it;"))
	}
	docx := wordFile(t, body.String(), "word/numbering.xml", numberingXML,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>`)
	if err := os.WriteFile(filepath.Join(dir, "a.docx"), docx, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	// A profile of its own: two LibreOffices with one profile exclude each other.
	cmd := exec.CommandContext(ctx, office, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "a.docx"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	pdf, err := os.ReadFile(filepath.Join(dir, "a.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	want, got := read(t, "a.docx", docx), read(t, "a.pdf", pdf)
	if diff := cmp.Diff(texts(want), texts(got)); diff != "" {
		t.Errorf("the text of the PDF is not that of the DOCX (-docx +pdf):\n%s", diff)
	}
	for i := range min(len(want.Paragraphs), len(got.Paragraphs)) {
		if w, g := want.Paragraphs[i].Label, got.Paragraphs[i].Label; w != g {
			t.Errorf("paragraph %d has label %q, want %q", i+1, g, w)
		}
	}
}
