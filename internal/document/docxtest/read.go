// Package docxtest reads DOCX files back in tests: the text of paragraphs,
// tables and footnotes, which notes hang on which paragraph, and whether the
// package of parts is sound. It knows what the writer of package document
// writes, not the whole of Office Open XML.
package docxtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// File is a DOCX file as a reader meets it.
type File struct {
	Title    string
	Created  string // as in the core properties: 2021-02-19T00:00:00Z
	Language string
	// Paragraphs are all paragraphs in reading order, those in tables too.
	Paragraphs []Paragraph
	// Tables holds the text of each cell: table, row, cell.
	Tables [][][]string
	// Footnotes maps ids to text, without the two separators.
	Footnotes map[int]string
	// Links are the external addresses of the text and the notes.
	Links []string
	// Alts are the texts that replace figures.
	Alts []string
}

// Paragraph is one paragraph.
type Paragraph struct {
	Style   string // style id: "Heading1", "TableText", "" for body text
	Text    string
	Notes   []int    // ids of the footnotes that hang on it, in order
	Again   []int    // numbers of notes that are only referred to
	Langs   []string // languages of runs that differ from the document's
	InTable bool     // in a table of data; a callout's box is not one
	// PageBreak says that it starts a new page.
	PageBreak bool
}

// Level is 1 to 3 for a heading and 0 for anything else.
func (p Paragraph) Level() int {
	n, err := strconv.Atoi(strings.TrimPrefix(p.Style, "Heading"))
	if err != nil || !strings.HasPrefix(p.Style, "Heading") {
		return 0
	}
	return n
}

// Headings returns the paragraphs that are headings.
func (f *File) Headings() []Paragraph {
	var out []Paragraph
	for _, p := range f.Paragraphs {
		if p.Level() > 0 {
			out = append(out, p)
		}
	}
	return out
}

// Under returns the paragraphs between the heading with this text and the next
// heading of the same or a higher level; nil when there is no such heading.
func (f *File) Under(heading string) []Paragraph {
	for i, p := range f.Paragraphs {
		if p.Level() == 0 || p.Text != heading {
			continue
		}
		end := i + 1
		for end < len(f.Paragraphs) {
			if l := f.Paragraphs[end].Level(); l > 0 && l <= p.Level() {
				break
			}
			end++
		}
		return f.Paragraphs[i+1 : end]
	}
	return nil
}

// Read reads a DOCX file.
func Read(data []byte) (*File, error) {
	parts, err := Parts(data)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"word/document.xml", "word/footnotes.xml", "docProps/core.xml"} {
		if parts[name] == nil {
			return nil, fmt.Errorf("not a DOCX file of this module: it has no part %s", name)
		}
	}
	f := &File{Footnotes: map[int]string{}}
	if err := f.readBody(parts["word/document.xml"]); err != nil {
		return nil, fmt.Errorf("word/document.xml: %w", err)
	}
	if err := f.readNotes(parts["word/footnotes.xml"]); err != nil {
		return nil, fmt.Errorf("word/footnotes.xml: %w", err)
	}
	for _, part := range []string{"word/_rels/document.xml.rels", "word/_rels/footnotes.xml.rels"} {
		rels, err := readRels(parts[part])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", part, err)
		}
		for _, r := range rels {
			if r.Mode == "External" {
				f.Links = append(f.Links, r.Target)
			}
		}
	}
	var core struct {
		Title    string `xml:"title"`
		Created  string `xml:"created"`
		Language string `xml:"language"`
	}
	if err := xml.Unmarshal(parts["docProps/core.xml"], &core); err != nil {
		return nil, fmt.Errorf("docProps/core.xml: %w", err)
	}
	f.Title, f.Created, f.Language = core.Title, core.Created, core.Language
	return f, nil
}

// Parts unpacks the parts of a DOCX file by name.
func Parts(data []byte) (map[string][]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("not a DOCX file: %w", err)
	}
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("part %s: %w", f.Name, err)
		}
		b, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			return nil, fmt.Errorf("part %s: %w", f.Name, err)
		}
		if _, twice := parts[f.Name]; twice {
			return nil, fmt.Errorf("part %s occurs twice", f.Name)
		}
		parts[f.Name] = b
	}
	return parts, nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// readBody walks the text once, element by element.
func (f *File) readBody(data []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(data))
	var p *Paragraph
	var text strings.Builder
	var open []bool // tables around this place; true for a table of data
	inText := false
	inData := func() bool { return len(open) > 0 && open[len(open)-1] }
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "tbl":
				open = append(open, true)
				f.Tables = append(f.Tables, nil)
			case "tblStyle":
				if attr(e, "val") == "CalloutBox" {
					open[len(open)-1] = false
					f.Tables = f.Tables[:len(f.Tables)-1]
				}
			case "tr":
				if inData() {
					last := len(f.Tables) - 1
					f.Tables[last] = append(f.Tables[last], nil)
				}
			case "p":
				p = &Paragraph{InTable: inData()}
				text.Reset()
			case "pStyle":
				p.Style = attr(e, "val")
			case "pageBreakBefore":
				p.PageBreak = true
			case "lang":
				for _, a := range e.Attr {
					p.Langs = append(p.Langs, a.Value)
				}
			case "footnoteReference":
				id, err := strconv.Atoi(attr(e, "id"))
				if err != nil {
					return fmt.Errorf("footnote id: %w", err)
				}
				p.Notes = append(p.Notes, id)
			case "hyperlink":
				if n, err := strconv.Atoi(strings.TrimPrefix(attr(e, "anchor"), "fn-")); err == nil {
					p.Again = append(p.Again, n)
				}
			case "t":
				inText = true
			case "tab":
				text.WriteByte('\t')
			case "br":
				text.WriteByte('\n')
			case "docPr":
				f.Alts = append(f.Alts, attr(e, "descr"))
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				inText = false
			case "tbl":
				open = open[:len(open)-1]
			case "p":
				p.Text = text.String()
				if p.Style == "TableEnd" && p.Text == "" && !p.PageBreak {
					continue // distance, not text
				}
				f.Paragraphs = append(f.Paragraphs, *p)
				if inData() {
					rows := f.Tables[len(f.Tables)-1]
					rows[len(rows)-1] = append(rows[len(rows)-1], p.Text)
				}
			}
		case xml.CharData:
			if inText {
				text.Write(e)
			}
		}
	}
}

func (f *File) readNotes(data []byte) error {
	var doc struct {
		Notes []struct {
			ID   int    `xml:"id,attr"`
			Type string `xml:"type,attr"`
			Body []byte `xml:",innerxml"`
		} `xml:"footnote"`
	}
	if err := xml.Unmarshal(data, &doc); err != nil {
		return err
	}
	for _, n := range doc.Notes {
		if n.Type != "" {
			continue
		}
		if _, twice := f.Footnotes[n.ID]; twice {
			return fmt.Errorf("footnote %d occurs twice", n.ID)
		}
		body := &File{}
		if err := body.readBody([]byte("<x>" + string(n.Body) + "</x>")); err != nil {
			return fmt.Errorf("footnote %d: %w", n.ID, err)
		}
		var texts []string
		for _, p := range body.Paragraphs {
			texts = append(texts, p.Text)
		}
		f.Footnotes[n.ID] = strings.TrimSpace(strings.Join(texts, "\n"))
	}
	return nil
}

type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

func readRels(data []byte) ([]relationship, error) {
	if data == nil {
		return nil, nil
	}
	var doc struct {
		List []relationship `xml:"Relationship"`
	}
	err := xml.Unmarshal(data, &doc)
	return doc.List, err
}
