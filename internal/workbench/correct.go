package workbench

import (
	"context"
	"fmt"

	"entente"
	"entente/internal/auth"
	"entente/internal/extract"
	"entente/internal/store"
)

// CorrectText keeps a corrected text of a document, as a new version of it, and
// moves every quotation in it along, all in one commit. Paragraphs are parted by
// empty lines. base is the version of the document that the user saw. The text
// from before is kept; a quotation that is not found in the new one keeps its
// old anchor and is marked as orphaned wherever it is shown.
//
// Errors: Invalid when nothing changed or no text is left; Denied when published
// quotations would move and the user may not publish; Conflict when somebody
// changed the document or a quotation meanwhile, or while the edit of a
// published passage waits for its publication.
func (b *Bench) CorrectText(ctx context.Context, u User, docID, plain string, base int) (*Correction, error) {
	const op = "correct text"
	if err := u.known(op); err != nil {
		return nil, err
	}
	doc, err := b.Document(ctx, docID)
	if err != nil {
		return nil, err
	}
	if doc.Version != base {
		v, err := b.Store.Get(ctx, store.Key{Kind: KindDocument, ID: docID})
		if err != nil {
			return nil, err
		}
		return nil, movedOn(op, Seen{v.Key, base}, v)
	}
	old, err := b.readText(ctx, doc.Hash, doc.Layout)
	if err != nil {
		return nil, err
	}
	text, err := extract.Corrected(ctx, old.Text, plain, extract.Options{})
	if err != nil {
		return nil, err
	}
	if text.Hash == doc.Hash {
		return nil, fault(entente.Invalid, op, docID, "nothing was changed", "change the text first")
	}
	quotes, err := b.quotesIn(ctx, doc)
	if err != nil {
		return nil, err
	}
	w, out := newBatch(), &Correction{}
	if err := b.relocate(ctx, u, op, w, out, quotes, load(text)); err != nil {
		return nil, err
	}
	doc.Past = append(doc.Past, doc.Hash)
	doc.Paragraphs, doc.Notes = len(text.Paragraphs), text.Notes
	if doc.Hash, doc.Layout, err = b.putText(ctx, text); err != nil {
		return nil, err
	}
	changes, err := b.documentChanges(doc, &print{Original: doc.Original, Hash: doc.Hash, Sketch: text.Sketch()}, text)
	if err != nil {
		return nil, err
	}
	if _, err := b.public(ctx, u, "correct the text of "+docID, append(changes, w.list...)...); err != nil {
		return nil, err
	}
	doc.Version++
	out.Document = doc
	return out, nil
}

// quotesIn gives the live quotations that count in a document.
func (b *Bench) quotesIn(ctx context.Context, doc *Document) ([]placedQuote, error) {
	var out []placedQuote
	err := b.each(ctx, store.Query{Kinds: []string{KindQuotation}, States: live, Facets: store.Facets{Source: string(doc.Source)}}, func(v *store.Version) error {
		q, err := fromRow[entente.Quotation](v)
		if err == nil && doc.Has(q.Document) {
			out = append(out, placedQuote{*v, q})
		}
		return err
	})
	return out, err
}

// relocate moves quotations to their place in a new text.
func (b *Bench) relocate(ctx context.Context, u User, op string, w *batch, out *Correction, quotes []placedQuote, text *loaded) error {
	keep := map[store.Key]*placedQuote{} // what stands there before
	for i := range quotes {
		q := &quotes[i]
		if err := b.movable(ctx, u, op, q); err != nil {
			return err
		}
		keep[q.v.Key] = q
	}
	seen, err := b.Visible(ctx, u, versionsOf(quotes))
	if err != nil {
		return err
	}
	visible := map[store.Key]bool{}
	for i := range seen {
		visible[seen[i].Key] = true
	}
	taken, given := map[store.Key]bool{}, map[store.Key]bool{} // keys in the new text, and keys of orphans
	type target struct {
		q   *placedQuote
		now entente.Quotation
	}
	var targets []target
	for i := range quotes {
		q := &quotes[i]
		now, how, err := moveTo(text, q.quotation)
		if err != nil {
			return err
		}
		key := rowKey(now)
		if how != Orphaned && taken[key] {
			how = Orphaned // two passages of one coding cannot start at one place
		}
		if visible[q.v.Key] {
			r := Relocated{Statement: q.quotation.Statement, From: q.quotation, To: now, Found: how}
			switch how {
			case Orphaned:
				r.To = entente.Quotation{}
				out.Orphaned = append(out.Orphaned, r)
			case Fuzzy:
				out.Fuzzy = append(out.Fuzzy, r)
			case Moved:
				out.Moved = append(out.Moved, r)
			}
		}
		if how == Orphaned {
			given[q.v.Key] = true
			continue
		}
		taken[key] = true
		targets = append(targets, target{q, now})
	}
	for _, t := range targets {
		c := rowChange(t.now, 0, t.q.v.State)
		if given[c.Key] {
			return fault(entente.Conflict, op, c.String(), "a passage that was lost stands where another one of its coding would go", "drop the lost passage first")
		}
		if before := keep[c.Key]; before != nil {
			c.Base = before.v.Number
			if before.v.State == store.Published && c.State != store.Published {
				return fault(entente.Conflict, op, c.String(), "a draft would take the place of a published passage", "publish or drop the draft first")
			}
		} else if v, err := b.Store.Get(ctx, c.Key); err == nil {
			c.Base = v.Number
		} else if entente.KindOf(err) != entente.NotFound {
			return err
		}
		w.add(c)
	}
	for i := range quotes {
		if q := &quotes[i]; !w.has(q.v.Key) && !given[q.v.Key] {
			w.add(again(&q.v, store.Retired))
		}
	}
	sortRelocated(out.Moved)
	sortRelocated(out.Fuzzy)
	sortRelocated(out.Orphaned)
	return nil
}

// movable refuses to move a published quotation for somebody who may not
// publish, and one of which an edit waits.
func (b *Bench) movable(ctx context.Context, u User, op string, q *placedQuote) error {
	statement := q.quotation.Statement
	waiting := fault(entente.Conflict, op, q.v.String(), "an edit of this published passage waits", fmt.Sprintf("publish or drop the edit of %s first", statement))
	if q.v.State != store.Published {
		if q.v.Number == 1 {
			return nil
		}
		p, err := b.published(ctx, q.v.Key)
		if p != nil {
			return waiting
		}
		return err
	}
	if !auth.Allowed(u.Role, auth.Publish) {
		return fault(entente.Denied, op, q.v.String(), "published passages would move with the text, and your role may not publish", "ask an editor to correct it")
	}
	_, err := b.Store.Get(ctx, store.Key{Kind: kindMove, ID: q.v.ID})
	switch {
	case entente.KindOf(err) == entente.NotFound:
		return nil
	case err != nil:
		return err
	}
	moves, err := b.movesOf(ctx, statement)
	for i := range moves {
		if moves[i].ID == q.v.ID {
			return waiting
		}
	}
	return err
}

func versionsOf(list []placedQuote) []store.Version {
	out := make([]store.Version, len(list))
	for i := range list {
		out[i] = list[i].v
	}
	return out
}
