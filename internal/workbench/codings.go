package workbench

import (
	"cmp"
	"context"
	"slices"

	"entente"
	"entente/internal/store"
)

// Placed is a coding with its place in a document's text as it is now.
type Placed struct {
	Coding
	// Start and End are the passage in the text, Paragraph the number of its
	// first paragraph; all 0 when Found is Orphaned or Unplaced.
	Start, End, Paragraph int
	Found                 Found
	Own                   bool
	// Edit tells that a published version stands beside this draft.
	Edit bool
}

// Codings lists what was coded in a document, as far as the user may see it: its
// own first, in the order of the text, then what has no place in it. A coding
// with several passages stands once for each. Statements that cite the source
// and name no passage are listed as unplaced, those whose passages are all in
// other documents of the source are not.
func (b *Bench) Codings(ctx context.Context, u User, docID string) ([]Placed, error) {
	doc, err := b.Document(ctx, docID)
	if err != nil {
		return nil, err
	}
	text, err := b.readText(ctx, doc.Hash, doc.Layout)
	if err != nil {
		return nil, err
	}
	r, err := b.rowsOf(ctx, u, doc.Source)
	if err != nil {
		return nil, err
	}
	var out []Placed
	for i := range r.statements {
		s := &r.statements[i]
		base := Placed{Coding: Coding{Statement: s.st, State: s.v.State, Version: s.v.Number}, Own: s.st.Coder == u.Name, Edit: s.edit}
		if len(s.quotes) == 0 {
			base.Found = Unplaced
			out = append(out, base)
			continue
		}
		for _, q := range s.quotes {
			if q.quotation.Document != "" && !doc.Has(q.quotation.Document) {
				continue
			}
			p := base
			p.Quotation, p.Passage = q.quotation, q.v.ID
			p.Start, p.End, p.Found = locate(text, &q.quotation)
			if p.Found != Orphaned {
				p.Paragraph = text.Paragraphs[text.At(p.Start)].Number
			}
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, comparePlaced)
	return out, nil
}

func comparePlaced(x, y Placed) int {
	rank := func(p *Placed) int {
		n := 0
		if !p.Own {
			n += 2
		}
		if p.Paragraph == 0 {
			n++
		}
		return n
	}
	return cmp.Or(cmp.Compare(rank(&x), rank(&y)), cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End), cmp.Compare(x.Statement.ID, y.Statement.ID), cmp.Compare(x.Quotation.Start, y.Quotation.Start))
}

// sourceRows are the codings of a source that a user may see.
type sourceRows struct{ statements []seenStatement }

type seenStatement struct {
	v      store.Version
	st     entente.Statement
	quotes []placedQuote
	edit   bool
}

// rowsOf reads the codings of a source.
func (b *Bench) rowsOf(ctx context.Context, u User, src entente.SourceID) (*sourceRows, error) {
	lists := map[string][]store.Version{}
	err := b.each(ctx, store.Query{Kinds: []string{KindStatement, KindQuotation, kindMove}, States: live, Facets: store.Facets{Source: string(src)}}, func(v *store.Version) error {
		lists[v.Kind] = append(lists[v.Kind], *v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	s := sight{b: b, u: u, known: map[store.Key]*fate{}, sources: []string{string(src)}}
	out := &sourceRows{}
	at := map[string]int{}
	for i := range lists[KindStatement] {
		v := lists[KindStatement][i]
		hidden, err := s.hidden(ctx, &v, 0)
		if err != nil {
			return nil, err
		}
		f := fateOf(&v)
		f.hidden = hidden
		s.known[v.Key] = &f
		var p *store.Version
		if v.State != store.Published && v.Number > 1 {
			if p, err = b.published(ctx, v.Key); err != nil {
				return nil, err
			}
		}
		if hidden {
			if p == nil {
				continue
			}
			v, p = *p, nil
		}
		st, err := fromRow[entente.Statement](&v)
		if err != nil {
			return nil, err
		}
		at[v.ID] = len(out.statements)
		out.statements = append(out.statements, seenStatement{v: v, st: st, edit: p != nil})
	}
	gone := map[string]bool{}
	for _, v := range lists[kindMove] {
		gone[v.ID] = true
	}
	for i := range lists[KindQuotation] {
		if err := b.putQuote(ctx, &s, out, at, gone, &lists[KindQuotation][i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// putQuote puts a quotation to its statement: with an edit those of the edit,
// with what is published those that are published.
func (b *Bench) putQuote(ctx context.Context, s *sight, out *sourceRows, at map[string]int, gone map[string]bool, v *store.Version) error {
	q, err := fromRow[entente.Quotation](v)
	if err != nil {
		return err
	}
	i, ok := at[q.Statement]
	if !ok {
		return nil
	}
	st := &out.statements[i]
	if st.v.State != store.Published && gone[v.ID] {
		return nil
	}
	if st.v.State == store.Published && v.State != store.Published {
		p, err := b.published(ctx, v.Key)
		if err != nil {
			return err
		}
		if p != nil {
			v = p
			if q, err = fromRow[entente.Quotation](v); err != nil {
				return err
			}
		}
	}
	if hidden, err := s.hidden(ctx, v, 0); hidden || err != nil {
		return err
	}
	st.quotes = append(st.quotes, placedQuote{*v, q})
	return nil
}

// Relocated is a quotation that a correction of the text moved, or could not.
type Relocated struct {
	Statement string            // id
	From, To  entente.Quotation // To is zero when it is orphaned
	Found     Found
}

// Correction tells what a corrected text did to the quotations in it. Only what
// the user may see is listed; what is hidden was moved all the same.
type Correction struct {
	Document *Document
	Moved    []Relocated // the same words
	Fuzzy    []Relocated // nearly the same words: look at them
	Orphaned []Relocated // not found: they keep their old anchor, and stay marked
}

// sortRelocated puts what a correction did in the order of the old text.
func sortRelocated(list []Relocated) {
	slices.SortFunc(list, func(x, y Relocated) int {
		return cmp.Or(cmp.Compare(x.From.Start, y.From.Start), cmp.Compare(x.From.End, y.From.End), cmp.Compare(x.Statement, y.Statement))
	})
}

// moveTo gives the quotation at its place in a corrected text; the zero one when
// it is not there.
func moveTo(t *loaded, q entente.Quotation) (entente.Quotation, Found, error) {
	start, end, how := locate(t, &q)
	if how == Orphaned {
		return entente.Quotation{}, how, nil
	}
	now, err := anchored(q, t, start, end)
	return now, how, err
}
