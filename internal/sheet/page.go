package sheet

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/view"
)

// Page makes the book of a view: its table, its sources cited in full, and the
// propositions that the table names as its codebook. address is where the page
// can be had again, with its query; notes are what a reader must know besides.
// A view that was made without a corpus has nil.
func Page(c *entente.Corpus, p *view.Page, address string, notes []string) Book {
	if c == nil {
		c = entente.NewCorpus(entente.Info{}, entente.Records{})
	}
	b := Book{
		Title: p.Title, Address: address, AsOf: asOf(p.Data), Query: settings(p.Data), Corpus: c.Info,
		Tables:  []Table{{Name: p.Table.Name, Columns: p.Table.Header, Rows: p.Table.Rows}},
		Sources: Sources(c, p.Sources), Codebook: codebook(c, p.Table),
	}
	b.Notes = append(b.Notes, counted(len(p.Table.Rows), "row")+" of data, resting on "+counted(len(b.Sources), "source")+
		". The JSON at the same address holds all figures of the page, with what they were counted from.")
	if v, ok := p.Data.(*view.Compare); ok {
		b.Notes = append(b.Notes, figures(v)...)
	}
	b.Notes = append(b.Notes, notes...)
	return b
}

// Sources cites sources in full; ids that the corpus does not have are passed
// over.
func Sources(c *entente.Corpus, ids []entente.SourceID) []SourceLine {
	var out []SourceLine
	for _, id := range ids {
		if s := c.Source(id); s != nil {
			out = append(out, SourceLine{
				ID: string(id), Citation: cite.Footnote(s, cite.Place{}).String(), Date: s.Date.String(), Language: s.Lang, Status: string(s.Status), URL: s.URL,
			})
		}
	}
	return out
}

// codebook explains the propositions that a table names in its column
// "proposition", with the codebook entry in force where there is one; nil when
// it names none.
func codebook(c *entente.Corpus, t view.Table) [][]string {
	col := slices.Index(t.Header, "proposition")
	if col < 0 {
		return nil
	}
	named := map[string]bool{}
	for _, row := range t.Rows {
		if col < len(row) {
			named[row[col]] = true
		}
	}
	var out [][]string
	for i := range c.Propositions {
		p := &c.Propositions[i]
		if named[string(p.ID)] {
			line := []string{string(p.ID), string(p.Pillar), p.Issue, p.Statement, string(p.Parent), string(p.Scope), p.Note, "", "", "", "", ""}
			if e := c.Codebook(p.ID); e != nil {
				line = append(line[:7], strconv.Itoa(e.Version), e.Date.String(), e.Definition, e.Examples, e.Rules)
			}
			out = append(out, line)
		}
	}
	if out == nil {
		return nil
	}
	return slices.Insert(out, 0, []string{"proposition", "pillar", "issue", "statement", "parent", "scope", "note", "version", "in_force_since", "definition", "examples", "rules"})
}

// field reads a field that most views have under the same name, in themselves or
// in their head; not all have it, so that an interface cannot ask for it.
func field[T any](data any, name string) (v T, ok bool) {
	x := reflect.Indirect(reflect.ValueOf(data))
	if x.Kind() != reflect.Struct {
		return v, false
	}
	f := x.FieldByName(name)
	if !f.IsValid() || !f.CanInterface() {
		return v, false
	}
	v, ok = reflect.TypeAssert[T](f)
	return v, ok
}

func asOf(data any) string {
	s, _ := field[string](data, "AsOf")
	return s
}

// settings tells in words what counts on a page.
func settings(data any) string {
	s, ok := field[view.Settings](data, "Settings")
	if !ok {
		return ""
	}
	var out []string
	if len(s.Pillars) > 0 {
		words := make([]string, len(s.Pillars))
		for i, p := range s.Pillars {
			words[i] = string(p)
		}
		out = append(out, "only the pillars "+strings.Join(words, ", "))
	}
	if len(s.Issues) > 0 {
		out = append(out, "only the issues "+strings.Join(s.Issues, ", "))
	}
	for _, x := range []struct {
		on      bool
		yes, no string
	}{
		{s.Bloc, "positions through a body count", "positions through a body are left out"},
		{s.Implied, "positions implied by acts count", "positions implied by acts are left out"},
		{s.Unverified, "unverified records count", "unverified records are left out"},
	} {
		if x.on {
			out = append(out, x.yes)
		} else {
			out = append(out, x.no)
		}
	}
	return strings.Join(out, "; ")
}
