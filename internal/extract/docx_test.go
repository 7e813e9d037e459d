package extract

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente/internal/document"
)

const stylesXML = `<w:styles xmlns:w="` + wordNS + `">
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:styleId="Pealkiri1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="My heading"/><w:basedOn w:val="Pealkiri1"/></w:style>
<w:style w:type="paragraph" w:styleId="Level"><w:name w:val="Level"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Numbered"><w:name w:val="Numbered"/><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/><w:basedOn w:val="Loop"/></w:style>
</w:styles>`

// A list with numbers and letters, one with bullets, and one that counts on with
// a start of its own.
const numberingXML = `<w:numbering xmlns:w="` + wordNS + `">
<w:abstractNum w:abstractNumId="1">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2.%3"/><w:isLgl/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1"/></w:lvl></w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="6"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="7"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>
<w:num w:numId="8"><w:abstractNumId w:val="3"/></w:num>
</w:numbering>`

func inList(num, level string) string {
	return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + num + `"/></w:numPr>`
}

func TestDOCXNumbersAndHeadings(t *testing.T) {
	style := func(id string) string { return `<w:pStyle w:val="` + id + `"/>` }
	x := read(t, "a.docx", wordFile(t,
		wp(style("Pealkiri1"), "One")+wp(style("Own"), "Two")+wp(style("Level"), "Three")+wp(`<w:outlineLvl w:val="9"/>`, "Body")+wp(style("Loop"), "Loop")+
			wp(style("Numbered"), "first")+wp(inList("5", "1"), "sub")+wp(inList("5", "1"), "sub")+wp(inList("5", "2"), "deep")+wp(style("Numbered"), "second")+wp(inList("5", "1"), "sub")+
			wp(inList("6", "0"), "dot")+wp(inList("7", "0"), "ninth")+wp(inList("5", "0"), "tenth")+wp(inList("8", "0"), "rules")+wp(style("Numbered")+inList("0", "0"), "none")+wp(inList("77", "0"), "unknown list"),
		"word/styles.xml", stylesXML, "word/numbering.xml", numberingXML))
	want := []string{
		"One", "Two", "Three", "Body", "Loop", "1. first", "(a) sub", "(b) sub", "1.2.1 deep", "2. second", "(a) sub",
		"• dot", "9. ninth", "10. tenth", "Article IV rules", "none", "unknown list",
	}
	if diff := cmp.Diff(want, texts(x)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	labels := map[string]string{"1. first": "1.", "(b) sub": "(b)", "1.2.1 deep": "1.2.1", "• dot": "", "Article IV rules": "Article IV"}
	for i, p := range x.Paragraphs {
		if p.Heading != (i < 3) {
			t.Errorf("%q is a heading: %v", p.Text, p.Heading)
		}
		if label, ok := labels[p.Text]; ok && p.Label != label {
			t.Errorf("%q has label %q, want %q", p.Text, p.Label, label)
		}
	}
	if x.Lang != "en-GB" {
		t.Errorf("language %q", x.Lang)
	}
}

func TestDOCXTrackedChanges(t *testing.T) {
	run := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	del := func(s string) string { return `<w:del><w:r><w:delText>` + s + `</w:delText></w:r></w:del>` }
	x := read(t, "a.docx", wordFile(t,
		`<w:p>`+run("The ")+del("old")+`<w:ins>`+run("new")+`</w:ins>`+run(" text")+`</w:p>`+
			`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>`+run("joined ")+`</w:p><w:p>`+run("with the next")+`</w:p>`+
			`<w:p><w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom></w:p><w:p><w:moveTo>`+run("moved here")+`</w:moveTo></w:p>`+
			`<w:p><w:pPr>`+inList("5", "0")+`<w:rPr><w:del/></w:rPr></w:pPr>`+del("a whole paragraph")+`</w:p>`+wp(inList("5", "0"), "first")+
			wp(`<w:pPrChange><w:pPr><w:pStyle w:val="Pealkiri1"/></w:pPr></w:pPrChange>`, "no heading any more")+
			`<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>`+wp("", "gone")+`</w:tc></w:tr><w:tr><w:tc>`+wp("", "a")+`</w:tc><w:tc>`+wp("", "b")+`</w:tc></w:tr></w:tbl>`,
		"word/styles.xml", stylesXML, "word/numbering.xml", numberingXML))
	want := []string{"The new text", "joined with the next", "moved here", "1. first", "no heading any more", "a | b"}
	if diff := cmp.Diff(want, texts(x)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(x.Notes) != 1 || !strings.Contains(x.Notes[0], "tracked changes: 4 deleted passages") {
		t.Errorf("notes %q", x.Notes)
	}
	if x.Paragraphs[4].Heading {
		t.Error("a style before a change counts")
	}
}

func TestDOCXInside(t *testing.T) {
	x := read(t, "a.docx", wordFile(t,
		`<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/><w:t>c</w:t><w:softHyphen/><w:t>d</w:t></w:r></w:p>`+
			`<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>`+
			`<w:sdt><w:sdtPr/><w:sdtContent>`+wp("", "in a control")+`</w:sdtContent></w:sdt>`+
			`<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><x><w:txbxContent>`+wp("", "in a box")+`</w:txbxContent></x></w:drawing></mc:Choice><mc:Fallback><w:pict><w:txbxContent>`+wp("", "in a box")+`</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>host</w:t></w:r></w:p>`+
			`<w:tbl><w:tr><w:tc>`+wp("", "1.")+`</w:tc><w:tc>`+wp("", "x")+wp("", "y")+`</w:tc></w:tr></w:tbl>`))
	want := []string{"link a\nb-cd", "shown", "in a control", "host", "in a box", "1.", "x", "y"}
	if diff := cmp.Diff(want, texts(x)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDOCXNotesTitleAndLanguage(t *testing.T) {
	ref := func(kind, id string) string { return `<w:r><w:` + kind + `Reference w:id="` + id + `"/></w:r>` }
	note := func(kind, id, body string) string {
		return `<w:` + kind + ` w:id="` + id + `">` + body + `</w:` + kind + `>`
	}
	x := read(t, "a.docx", wordFile(t,
		`<w:p><w:r><w:rPr><w:lang w:val="et-EE"/></w:rPr><w:t>Rahvusvaheline õigus kehtib ka küberruumis</w:t></w:r>`+ref("footnote", "7")+`<w:r><w:t>.</w:t></w:r>`+ref("endnote", "2")+ref("footnote", "3")+`</w:p>`,
		"word/styles.xml", stylesXML,
		"word/footnotes.xml", `<w:footnotes xmlns:w="`+wordNS+`"><w:footnote w:type="separator" w:id="-1">`+wp("", "no")+`</w:footnote>`+note("footnote", "3", wp("", "second"))+note("footnote", "7", wp("", "first")+wp("", "goes on"))+`</w:footnotes>`,
		"word/endnotes.xml", `<w:endnotes xmlns:w="`+wordNS+`">`+note("endnote", "2", wp("", "end"))+`</w:endnotes>`,
		"docProps/core.xml", `<c:coreProperties xmlns:c="x" xmlns:dc="y"><dc:title>Seisukoht</dc:title></c:coreProperties>`))
	want := []string{"Rahvusvaheline õigus kehtib ka küberruumis[1].[i][2]", "[1] first", "goes on", "[2] second", "[i] end"}
	if diff := cmp.Diff(want, texts(x)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if x.Title != "Seisukoht" || x.Lang != "et-EE" || x.Paragraphs[2].Mark != "1" || x.Paragraphs[4].Mark != "i" {
		t.Errorf("title %q, language %q, %+v", x.Title, x.Lang, x.Paragraphs)
	}
}

// The strict form and a main part of another name, as other programs write them.
func TestDOCXOfOtherPrograms(t *testing.T) {
	strict := `<w:document xmlns:w="` + strictNS + `"><w:body>` + wp("", "Strict") + `</w:body></w:document>`
	rels := `<Relationships xmlns="r"><Relationship Id="1" Type="http://x/officeDocument" Target="/text/main.xml"/></Relationships>`
	x := read(t, "a.docx", archive(t, map[string]string{"[Content_Types].xml": contentTypes, "_rels/.rels": rels, "text/main.xml": strict}, "[Content_Types].xml", "_rels/.rels", "text/main.xml"))
	if x.Plain != "Strict" {
		t.Errorf("%q", x.Plain)
	}
}

// What Entente writes it can read.
func TestDOCXOfEntente(t *testing.T) {
	d := &document.Document{Title: "Ruritania and Zenda", Date: "2021-02-19"}
	d.Add(document.H(1, "Findings"), document.P("Ruritania affirms that ", document.B("law applies"), ".", document.FnKey("paper", "Synthetic paper, para 4.")))
	var b bytes.Buffer
	if err := document.WriteDOCX(&b, d); err != nil {
		t.Fatal(err)
	}
	x := read(t, "a.docx", b.Bytes())
	for _, want := range []string{"\n\nFindings\n\n", "Ruritania affirms that law applies.[1]", "\n\n[1] Synthetic paper, para 4."} {
		if !strings.Contains(x.Plain, want) {
			t.Errorf("%q is not in %q", want, x.Plain)
		}
	}
	if x.Title != "Ruritania and Zenda" || x.Lang == "" {
		t.Errorf("title %q, language %q", x.Title, x.Lang)
	}
}
