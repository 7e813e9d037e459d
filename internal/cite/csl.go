package cite

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"entente"
)

// CSL is one item of CSL JSON 1.0.2 (Citation Style Language). Every field of a
// source record has its place in it; what CSL has no word for stands in
// "custom", so that an item turns back into the same record.
type CSL struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title,omitempty"`
	Author    []CSLName `json:"author,omitempty"`
	Container string    `json:"container-title,omitempty"`
	Authority string    `json:"authority,omitempty"` // the body whose document it is
	Origin    string    `json:"source,omitempty"`    // where the copy was found
	Genre     string    `json:"genre,omitempty"`
	Issued    *CSLDate  `json:"issued,omitempty"`
	Number    string    `json:"number,omitempty"` // symbol
	URL       string    `json:"URL,omitempty"`
	Language  string    `json:"language,omitempty"`
	Note      string    `json:"note,omitempty"` // what a reader has to know to weigh the text
	Custom    CSLCustom `json:"custom"`
}

// CSLName is a name that is not taken apart: corpora do not tell persons from
// bodies.
type CSLName struct {
	Literal string `json:"literal"`
}

// CSLDate is a date of one to three parts: year, month, day.
type CSLDate struct {
	Parts [][]int `json:"date-parts"`
}

// CSLCustom is what CSL has no field for.
type CSLCustom struct {
	Kind   string            `json:"kind"`
	Status string            `json:"text_status,omitempty"`
	TextOf []entente.ActorID `json:"text_of,omitempty"`
	SHA256 string            `json:"sha256,omitempty"`
	Note   string            `json:"record_note,omitempty"` // working note of the record, not for print
}

// ToCSL maps a source to CSL.
func ToCSL(s *entente.Source) CSL {
	n, k := authorOf(s), kindOf(s.Kind)
	c := CSL{
		ID: string(s.ID), Type: k.csl, Title: s.Title, Container: n.container, Origin: n.via, Genre: k.genre,
		Number: s.Symbol, URL: s.URL, Language: s.Lang, Note: textMark(s),
		Custom: CSLCustom{Kind: string(s.Kind), Status: string(s.Status), TextOf: s.TextOf, SHA256: s.SHA256, Note: s.Note},
	}
	for _, a := range n.authors {
		c.Author = append(c.Author, CSLName{a})
	}
	if ownText(s) {
		c.Authority = strings.Join(n.authors, " and ")
	}
	if p := dateParts(s.Date); len(p) > 0 {
		c.Issued = &CSLDate{[][]int{p}}
	}
	return c
}

// Source turns an item that [ToCSL] made back into the record. It errs on a
// date that is none.
func (c CSL) Source() (entente.Source, error) {
	n := names{container: c.Container, via: c.Origin}
	for _, a := range c.Author {
		n.authors = append(n.authors, a.Literal)
	}
	s := entente.Source{
		ID: entente.SourceID(c.ID), Title: c.Title, Author: n.line(), Symbol: c.Number, URL: c.URL,
		Kind: entente.SourceKind(c.Custom.Kind), Lang: c.Language, Status: entente.TextStatus(c.Custom.Status),
		TextOf: c.Custom.TextOf, SHA256: c.Custom.SHA256, Note: c.Custom.Note,
	}
	if c.Issued != nil && len(c.Issued.Parts) > 0 {
		var parts []string
		for i, v := range c.Issued.Parts[0] {
			parts = append(parts, fmt.Sprintf([]string{"%04d", "%02d", "%02d"}[min(i, 2)], v))
		}
		d, err := entente.ParseDate(strings.Join(parts, "-"))
		if err != nil {
			return s, &entente.Error{Kind: entente.Invalid, Op: "read CSL JSON", Place: "item " + c.ID, Msg: "issued", Err: err}
		}
		s.Date = d
	}
	return s, nil
}

// WriteCSL writes CSL JSON: one array, one item per source in the given order.
func WriteCSL(w io.Writer, list []*entente.Source) error {
	items := make([]CSL, len(list))
	for i, s := range list {
		items[i] = ToCSL(s)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(items)
}

// ReadCSL reads what [WriteCSL] writes.
func ReadCSL(r io.Reader) ([]entente.Source, error) {
	var items []CSL
	if err := json.NewDecoder(r).Decode(&items); err != nil {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "read CSL JSON", Msg: "not an array of CSL items", Err: err}
	}
	out := make([]entente.Source, len(items))
	for i, c := range items {
		s, err := c.Source()
		if err != nil {
			return nil, err
		}
		out[i] = s
	}
	return out, nil
}
