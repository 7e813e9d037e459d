package workbench

import (
	"context"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// A quotation's key holds the place where it starts, so that a passage that
// moves gets a new record and the old one is retired. When the old one is
// published, it must stay so until the edit is published too: then a move is
// noted, and whoever publishes the statement retires the passages that moves
// name (see [Bench.movesOf] and replaced).

// kindMove are the moves. The id is that of the quotation that is given up.
const kindMove = "moves"

// move says that a draft gives up a published passage.
type move struct {
	Record string           `json:"record"` // "quotations:ID" of the passage given up
	To     string           `json:"to"`     // id of the quotation in its place
	Source entente.SourceID `json:"source"`
}

// placedQuote is a quotation with its version.
type placedQuote struct {
	v         store.Version
	quotation entente.Quotation
}

// livePassages gives the quotations of a statement that are not retired, by
// their latest version, without those that an edit has given up.
func (b *Bench) livePassages(ctx context.Context, statement string) ([]placedQuote, error) {
	list, err := b.quotationsOf(ctx, statement)
	if err != nil {
		return nil, err
	}
	moves, err := b.movesOf(ctx, statement)
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	for i := range moves {
		gone[moves[i].ID] = true
	}
	var out []placedQuote
	for i := range list {
		if list[i].State == store.Retired || gone[list[i].ID] {
			continue
		}
		q, err := fromRow[entente.Quotation](&list[i])
		if err != nil {
			return nil, err
		}
		out = append(out, placedQuote{list[i], q})
	}
	return out, nil
}

// movesOf gives the moves of a statement's passages that are not settled.
func (b *Bench) movesOf(ctx context.Context, statement string) ([]store.Version, error) {
	list, err := b.under(ctx, kindMove, statement+datapackage.KeySep)
	var out []store.Version
	for _, v := range list {
		if v.State != store.Retired {
			out = append(out, v)
		}
	}
	return out, err
}

// replaced adds to a publication of a statement what it takes out: the passages
// that its draft gave up, and the moves that said so.
func (b *Bench) replaced(ctx context.Context, w *batch, statement string) error {
	moves, err := b.movesOf(ctx, statement)
	if err != nil {
		return err
	}
	for i := range moves {
		w.add(again(&moves[i], store.Retired))
		q, err := b.Store.Get(ctx, store.Key{Kind: KindQuotation, ID: moves[i].ID})
		if err != nil {
			return err
		}
		if q.State == store.Published && !w.has(q.Key) {
			w.add(again(q, store.Retired))
		}
	}
	return nil
}

// pick finds a passage by its id, or the first one.
func pick(list []placedQuote, id string) *placedQuote {
	for i := range list {
		if id == "" || list[i].v.ID == id {
			return &list[i]
		}
	}
	return nil
}

// movePassage writes a passage of a coding at its new place and gives its id; at
// is the one that it replaces, nil for a further one.
func (b *Bench) movePassage(ctx context.Context, op string, w *batch, at *placedQuote, all []placedQuote, q entente.Quotation) (string, error) {
	key := rowKey(q)
	for i := range all {
		if all[i].v.Key == key && (at == nil || at.v.Key != key) {
			return "", fault(entente.Conflict, op, key.String(), "another passage of the coding starts at the same place", "edit that one")
		}
	}
	c := rowChange(q, 0, store.Draft)
	switch old, err := b.Store.Get(ctx, key); {
	case err == nil:
		c.Base = old.Number
		if old.State == store.Published && (at == nil || at.v.Key != key) { // it moves back to where it was given up
			m, err := b.Store.Get(ctx, store.Key{Kind: kindMove, ID: key.ID})
			if err != nil {
				return "", err
			}
			w.add(again(m, store.Retired))
		}
	case entente.KindOf(err) != entente.NotFound:
		return "", err
	}
	w.add(c)
	if at == nil || at.v.Key == key {
		return key.ID, nil
	}
	p, err := b.published(ctx, at.v.Key)
	if err != nil {
		return "", err
	}
	if p == nil {
		w.add(again(&at.v, store.Retired))
		return key.ID, nil
	}
	if at.v.State != store.Published { // a draft over a published passage: the draft goes, the public one is given up
		c := again(p, store.Published)
		c.Base = at.v.Number
		w.add(c)
	}
	m, err := change(kindMove, at.v.ID, store.Any, move{at.v.String(), key.ID, q.Source}, store.Facets{Source: string(q.Source)})
	if err != nil {
		return "", err
	}
	w.add(m)
	return key.ID, nil
}
