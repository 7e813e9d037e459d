package docxtest_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"entente/internal/document"
	"entente/internal/document/docxtest"

	"github.com/google/go-cmp/cmp"
)

func note() *document.Document {
	d := &document.Document{Title: "T", Date: "2021"}
	return d.Add(document.H(1, "Claims"),
		document.P("Claim", document.FnKey("k", "Source, ", document.A("https://example.org"))),
		document.Note("Box", document.P("inside")),
		document.Table{Header: document.Cells("a", "b"), Rows: []document.Row{document.R("1", document.C("2", document.Again("k")))}},
		document.H(2, "Below"), document.P("deeper"), document.H(1, "Next"), document.P("outside"))
}

func docx(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := document.WriteDOCX(&b, note()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tamper rewrites one part; an empty replacement of everything drops it.
func tamper(t *testing.T, data []byte, part, old, new string) []byte {
	t.Helper()
	parts, err := docxtest.Parts(data)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(parts[part]), old) {
		t.Fatalf("%s does not hold %q", part, old)
	}
	parts[part] = []byte(strings.ReplaceAll(string(parts[part]), old, new))
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		if old == "" && name == part {
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCheckFindsWhatIsBroken(t *testing.T) {
	data := docx(t)
	if err := docxtest.Check(data); err != nil {
		t.Fatalf("the sound file: %v", err)
	}
	for name, c := range map[string]struct{ part, old, new, want string }{
		"tag not closed":         {"word/document.xml", "</w:body>", "", "word/document.xml"},
		"control character":      {"word/document.xml", "Claim", "Cl\x01aim", "illegal character"},
		"attribute twice":        {"word/document.xml", `<w:pgSz w:w="11906"`, `<w:pgSz w:w="1" w:w="11906"`, "twice"},
		"no content type":        {"[Content_Types].xml", "/word/styles.xml", "/word/other.xml", "no content type for word/styles.xml"},
		"part missing":           {"word/styles.xml", "", "", "which does not exist"},
		"relationship missing":   {"word/_rels/footnotes.xml.rels", `Id="rId1"`, `Id="rId9"`, "not declared"},
		"mark without a note":    {"word/footnotes.xml", `<w:footnote w:id="1">`, `<w:footnote w:id="2">`, "footnote marks"},
		"style missing":          {"word/styles.xml", `w:styleId="Heading1"`, `w:styleId="Other"`, `style "Heading1"`},
		"order of properties":    {"word/styles.xml", `<w:keepNext/><w:keepLines/>`, `<w:keepLines/><w:keepNext/>`, "stands after keepLines"},
		"cell without paragraph": {"word/document.xml", `</w:p></w:tc>`, `</w:p><w:bookmarkEnd w:id="1"/></w:tc>`, "does not end in a paragraph"},
	} {
		t.Run(name, func(t *testing.T) {
			err := docxtest.Check(tamper(t, data, c.part, c.old, c.new))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check says %v, want %q", err, c.want)
			}
		})
	}
}

func TestReadTellsClaimsAndNotes(t *testing.T) {
	f, err := docxtest.Read(docx(t))
	if err != nil {
		t.Fatal(err)
	}
	want := []docxtest.Paragraph{
		{Text: "Claim", Notes: []int{1}},
		{Style: "CalloutTitle", Text: "Box"},
		{Style: "Callout", Text: "inside"},
		{Style: "TableHeader", Text: "a", InTable: true},
		{Style: "TableHeader", Text: "b", InTable: true},
		{Style: "TableText", Text: "1", InTable: true},
		{Style: "TableText", Text: "21", Again: []int{1}, InTable: true}, // the repeated mark is text
		{Style: "Heading2", Text: "Below"},
		{Text: "deeper"},
	}
	if diff := cmp.Diff(want, f.Under("Claims")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[int]string{1: "Source, https://example.org"}, f.Footnotes); diff != "" {
		t.Error(diff)
	}
	if f.Created != "2021-01-01T00:00:00Z" || f.Under("No such heading") != nil {
		t.Errorf("created %q", f.Created)
	}
}

func TestReadRefusesOtherFiles(t *testing.T) {
	if _, err := docxtest.Read([]byte("no zip")); err == nil {
		t.Error("no error for a file that is no DOCX")
	}
	if _, err := docxtest.Read(tamper(t, docx(t), "word/document.xml", "", "")); err == nil {
		t.Error("no error for a file without text")
	}
}
