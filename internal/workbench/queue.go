package workbench

import (
	"context"
	"fmt"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// QueueFilter chooses what waits for review; empty fields choose all.
type QueueFilter struct {
	States   []store.State // empty: in review; draft shows what is still being worked on
	Kinds    []string      // empty: every table but quotations, which go with their statements
	Facets   store.Facets
	Words    string
	Accepted *bool // nil: both; else those that somebody has accepted, or not
	Own      *bool // nil: both; else those from the user's own hand, or not
	After    store.Key
	Limit    int // 1 to MaxQueue; 0: MaxQueue
}

// MaxQueue bounds one page of the queue.
const MaxQueue = 200

// Item is one record that waits.
type Item struct {
	Seen
	State    store.State
	Cells    map[string]string // the row, by column
	Coder    string            // whom the record names, else who wrote it
	Since    time.Time         // of this version
	By       string            // who wrote this version
	Own      bool              // the user's own hand is in it: somebody else has to read it
	Accepted *Acceptance       // of this very version, nil for none
	Quotes   []entente.Quotation
	Needs    []store.Key // drafts that are published along with it
	Edits    int         // the number of the published version beside it, 0 for none
	Comments int
	Lacks    string // why it cannot be published yet; empty: it can
}

// Queue lists what waits for review, in the order of kind and id. The second
// result is the key to go on behind, zero at the end.
func (b *Bench) Queue(ctx context.Context, u User, f QueueFilter) ([]Item, store.Key, error) {
	const op = "queue"
	if f.Limit < 0 || f.Limit > MaxQueue {
		return nil, store.Key{}, fault(entente.Invalid, op, "limit", fmt.Sprintf("%d is not between 1 and %d", f.Limit, MaxQueue), "")
	}
	ask := store.Query{Kinds: f.Kinds, States: f.States, Facets: f.Facets, Words: f.Words, After: f.After, Limit: f.Limit}
	if ask.Limit == 0 {
		ask.Limit = MaxQueue
	}
	if len(ask.States) == 0 {
		ask.States = []store.State{store.InReview}
	}
	if len(ask.Kinds) == 0 {
		for _, k := range datapackage.Tables() {
			if k != KindQuotation {
				ask.Kinds = append(ask.Kinds, k)
			}
		}
	}
	for _, k := range ask.Kinds {
		if !isTable(k) {
			return nil, store.Key{}, fault(entente.Invalid, op, "kind", fmt.Sprintf("%q is not a table of the corpus", k), "choose one of the tables")
		}
	}
	list, next, err := b.List(ctx, u, ask)
	if err != nil {
		return nil, store.Key{}, err
	}
	out := []Item{}
	for i := range list {
		v := &list[i]
		if !has(ask.States, v.State) || v.Layer != "" {
			continue // the public version beside a hidden draft
		}
		it, err := b.item(ctx, u, v)
		if err != nil {
			return nil, store.Key{}, err
		}
		if (f.Accepted == nil || *f.Accepted == (it.Accepted != nil)) && (f.Own == nil || *f.Own == it.Own) {
			out = append(out, *it)
		}
	}
	return out, next, nil
}

// item looks a record over for review.
func (b *Bench) item(ctx context.Context, u User, v *store.Version) (*Item, error) {
	it := &Item{Seen: Seen{v.Key, v.Number}, State: v.State, Coder: ownerOf(v), Since: v.Commit.At, By: v.Commit.Who}
	var err error
	if it.Cells, err = cellsOf(v); err != nil {
		return nil, err
	}
	hands, err := b.hands(ctx, v)
	if err != nil {
		return nil, err
	}
	it.Own = has(hands, u.Name)
	a, _, err := b.acceptance(ctx, v.Key)
	if err != nil {
		return nil, err
	}
	if a != nil && a.Version == v.Number && !has(hands, a.By) {
		it.Accepted = a
	}
	if p, err := b.published(ctx, v.Key); err != nil {
		return nil, err
	} else if p != nil {
		it.Edits = p.Number
	}
	comments, err := b.under(ctx, KindComment, hung(v.Key))
	if err != nil {
		return nil, err
	}
	it.Comments = len(comments)
	if v.Kind == KindStatement {
		if it.Quotes, err = b.quotes(ctx, v.ID); err != nil {
			return nil, err
		}
	}
	if err := b.whole(ctx, "publish", v); err != nil {
		it.Lacks = err.Error()
		return it, nil
	}
	it.Needs, err = b.publishing(ctx, newBatch(), "publish", []store.Version{*v})
	if err != nil {
		it.Lacks = err.Error()
	}
	return it, nil
}

// quotes gives the live quotations of a statement.
func (b *Bench) quotes(ctx context.Context, statement string) ([]entente.Quotation, error) {
	list, err := b.livePassages(ctx, statement)
	var out []entente.Quotation
	for i := range list {
		out = append(out, list[i].quotation)
	}
	return out, err
}

// cellsOf gives the filled cells of a row by column.
func cellsOf(v *store.Version) (map[string]string, error) {
	m, err := decode[map[string]string](v)
	if err != nil {
		return nil, err
	}
	return *m, nil
}

// rowWith makes a row of its cells by column.
func rowWith(kind string, cells map[string]string) datapackage.Row {
	row := datapackage.Row{Table: kind}
	for _, c := range datapackage.Columns(kind) {
		row.Cells = append(row.Cells, cells[c.Name])
	}
	return row
}
