package document

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"entente/internal/document/docxtest"

	"github.com/google/go-cmp/cmp"
)

func docxOf(t testing.TB, d *Document) []byte {
	return render(t, func(b *bytes.Buffer) error { return WriteDOCX(b, d) })
}

func readDOCX(t testing.TB, d *Document) *docxtest.File {
	t.Helper()
	f, err := docxtest.Read(docxOf(t, d))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDOCXIsSound(t *testing.T) {
	for name, d := range map[string]*Document{
		"sample": sample(), "small": small(), "empty": {}, "right to left": {Title: "مذكرة", Lang: "ar", Blocks: []Block{evidenceTable(func(s string) Footnote { return Fn(s) })}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := docxtest.Check(docxOf(t, d)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWritersAreDeterministic(t *testing.T) {
	for name, write := range map[string]func(*Document) string{
		"docx": func(d *Document) string { return string(docxOf(t, d)) },
		"html": func(d *Document) string { return htmlOf(t, d) },
		"md":   func(d *Document) string { return markdownOf(t, d) },
	} {
		first := write(sample())
		for range 5 {
			if write(sample()) != first {
				t.Errorf("%s: two writings of one document differ", name)
			}
		}
	}
}

func TestDOCXReadsBack(t *testing.T) {
	f := readDOCX(t, sample())
	var heads []string
	for _, h := range f.Headings() {
		heads = append(heads, fmt.Sprint(h.Level(), " ", h.Text))
	}
	want := []string{"1 Summary", "2 Open issues", "1 Evidence", "2 Votes", "1 Method", "2 Limits", "3 Thin evidence"}
	if diff := cmp.Diff(want, heads); diff != "" {
		t.Errorf("headings: %s", diff)
	}
	if f.Title != sample().Title || f.Created != "2021-02-19T00:00:00Z" || f.Language != "en-GB" {
		t.Errorf("properties: %q, %q, %q", f.Title, f.Created, f.Language)
	}
	if len(f.Tables) != 2 || len(f.Tables[0]) != 17 || !slices.Equal(f.Tables[1][2], []string{"Synthetic resolution B", "12", "9", "9 of 12"}) {
		t.Errorf("tables: %d, the second %v", len(f.Tables), f.Tables[len(f.Tables)-1])
	}
	if diff := cmp.Diff([]string{"Bar chart: nine agreements, two in part, one difference"}, f.Alts); diff != "" {
		t.Errorf("alt texts: %s", diff)
	}
	if !slices.Contains(f.Links, "https://example.org/papers/one") {
		t.Errorf("links: %v", f.Links)
	}
	var langs []string
	for _, p := range f.Under("Open issues") {
		langs = append(langs, p.Langs...)
	}
	if diff := cmp.Diff([]string{"ja-JP", "ar-SA"}, langs); diff != "" {
		t.Errorf("languages: %s", diff)
	}
	for _, p := range f.Paragraphs {
		if p.PageBreak != (p.Text == "Method") {
			t.Errorf("page break before %q: %v", p.Text, p.PageBreak)
		}
	}
}

func TestDOCXFootnotesHangWhereTheyWere(t *testing.T) {
	f := readDOCX(t, sample())
	notes := sample().Notes()
	if len(f.Footnotes) != len(notes) {
		t.Fatalf("%d footnotes, want %d", len(f.Footnotes), len(notes))
	}
	for i, n := range notes {
		if want := strings.TrimSpace(PlainText(n.Inlines)); f.Footnotes[i+1] != want {
			t.Errorf("footnote %d is %q, want %q", i+1, f.Footnotes[i+1], want)
		}
	}
	under := f.Under("Summary")
	if diff := cmp.Diff([]int{1}, under[0].Notes); diff != "" {
		t.Errorf("notes of the first paragraph: %s", diff)
	}
	if under[2].Text != "Agreed norms come before new ones. They name three:" || !slices.Equal(under[2].Notes, []int{3}) {
		t.Errorf("second entry %+v", under[2])
	}
	again := 0
	for _, p := range f.Paragraphs {
		if p.InTable {
			again += len(p.Again)
		}
	}
	if again != 1 {
		t.Errorf("%d repeated marks in tables, want 1", again)
	}
}

func TestEachNumberedListStartsAtOne(t *testing.T) {
	d := &Document{Title: "T", Blocks: []Block{Numbered("a"), P("x"), Numbered("b"), Bullets("c")}}
	parts, err := docxtest.Parts(docxOf(t, d))
	if err != nil {
		t.Fatal(err)
	}
	body := string(parts["word/document.xml"])
	for _, id := range []string{"1", "2", "3"} {
		if strings.Count(body, `<w:numId w:val="`+id+`"/>`) != 1 {
			t.Errorf("numbering %s is not used exactly once", id)
		}
	}
	if got := strings.Count(string(parts["word/numbering.xml"]), `<w:startOverride w:val="1"/>`); got != 18 { // two lists, nine levels
		t.Errorf("%d levels start at one, want 18", got)
	}
}

func TestNotesHaveTheSameNumbersEverywhere(t *testing.T) {
	d := &Document{Title: "T", Meta: []Pair{Meta("m", "x", Fn("meta"))}}
	d.Add(Table{Caption: Inlines("c", Fn("caption")), Header: Cells(C("h", Fn("header"))), Rows: []Row{Group("g", Fn("group")), R(C("r", Fn("row")))}},
		Figure{Alt: "a", Caption: Inlines("f", Fn("figure"))}, Note("n", P("p", Fn("callout")), Bullets(Li("i", Fn("entry")))),
		P(A("https://example.org", "link", Fn("link")), Q("x").Inlines, Fn("last")))
	f := readDOCX(t, d)
	md, page := markdownOf(t, d), htmlOf(t, d)
	for i, n := range d.Notes() {
		text := PlainText(n.Inlines)
		if f.Footnotes[i+1] != text {
			t.Errorf("DOCX note %d is %q, want %q", i+1, f.Footnotes[i+1], text)
		}
		if want := fmt.Sprintf("[^%d]: %s\n", i+1, text); !strings.Contains(md, want) {
			t.Errorf("Markdown lacks %q", want)
		}
		if want := fmt.Sprintf(`<li id="fn-%d">%s <a`, i+1, text); !strings.Contains(page, want) {
			t.Errorf("HTML lacks %q", want)
		}
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWritersReportWhatTheirWriterReports(t *testing.T) {
	for name, err := range map[string]error{
		"docx": WriteDOCX(fullDisk{}, sample()), "html": WriteHTML(fullDisk{}, sample()), "markdown": WriteMarkdown(fullDisk{}, sample()),
	} {
		if err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
