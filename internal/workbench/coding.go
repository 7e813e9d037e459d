package workbench

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/internal/extract"
	"entente/internal/store"
)

// NewCoding is what a coder says of a passage.
type NewCoding struct {
	// Start and End are the passage, in code points of the document's text, half
	// open. In [Bench.EditCoding] 0 and 0 keep it.
	Start, End int
	// Passage is the id of the quotation that an edit moves; "" is the first one
	// of the coding, or a new one when it has none. Not used in [Bench.Code].
	Passage     string
	Actor       entente.ActorID
	Proposition entente.PropositionID
	Stance      entente.Stance // "" is unset: it never reads as a stance, and cannot be submitted
	Conditions  string
	// Date is the day it was said; zero takes the source's date, and when the
	// source is not the actor's own text as one that it was said by.
	Date       entente.Date
	DateBasis  entente.DateBasis // only with a Date
	Instrument entente.InstrumentID
	Pinpoint   string // "" is filled in from the passage
	Note       string
}

// Coding is a statement with the passage that it was read from.
type Coding struct {
	Statement entente.Statement
	Quotation entente.Quotation // zero when it names no passage
	Passage   string            // id of the quotation; "" when there is none
	State     store.State       // of the statement
	Version   int               // of the statement: the base of an edit
}

// Code makes a coding: a statement and its quotation, as drafts, in one commit.
//
// Errors: Invalid for a passage, actor, proposition, stance or instrument that
// is not there; Conflict in a blind task that the user has finished.
func (b *Bench) Code(ctx context.Context, u User, docID string, n NewCoding) (*Coding, error) {
	const op = "code"
	d, err := b.desk(ctx, u, op, docID)
	if err != nil {
		return nil, err
	}
	start, end, err := passage(op, d.text, n.Start, n.End)
	if err != nil {
		return nil, err
	}
	st := entente.Statement{Coder: u.Name, Source: d.doc.Source, Checked: true}
	if err := b.fill(ctx, op, &st, &n, d); err != nil {
		return nil, err
	}
	if st.Pinpoint == "" {
		st.Pinpoint = extract.Pinpoint(d.text.Text, start, end)
	}
	date := st.Date.String()
	if date == "" {
		date = "undated"
	}
	if st.ID, err = b.newID(string(st.Actor), string(st.Proposition), date); err != nil {
		return nil, err
	}
	q, err := anchored(entente.Quotation{Statement: st.ID, Source: st.Source}, d.text, start, end)
	if err != nil {
		return nil, err
	}
	changes := []store.Change{rowChange(st, 0, store.Draft), rowChange(q, 0, store.Draft)}
	if _, err := b.save(ctx, u, fmt.Sprintf("code %s on %s", st.Actor, st.Proposition), changes...); err != nil {
		return nil, err
	}
	return &Coding{st, q, changes[1].ID, store.Draft, 1}, nil
}

// desk is a document that is open for coding.
type desk struct {
	doc    *Document
	text   *loaded
	source entente.Source
}

// desk opens a document for a write of the user.
func (b *Bench) desk(ctx context.Context, u User, op, docID string) (*desk, error) {
	if err := u.known(op); err != nil {
		return nil, err
	}
	doc, err := b.Document(ctx, docID)
	if err != nil {
		return nil, err
	}
	if err := b.open(ctx, u, op, doc.Source); err != nil {
		return nil, err
	}
	text, err := b.readText(ctx, doc.Hash, doc.Layout)
	if err != nil {
		return nil, err
	}
	src, _, err := row[entente.Source](ctx, b, string(doc.Source))
	return &desk{doc, text, src}, err
}

// fill puts what the coder said into a statement.
func (b *Bench) fill(ctx context.Context, op string, st *entente.Statement, n *NewCoding, d *desk) error {
	if err := typedAll(op, MaxLong, map[string]*string{"conditions": &n.Conditions, "note": &n.Note}); err != nil {
		return err
	}
	var err error
	if n.Pinpoint, err = typed(op, "pinpoint", n.Pinpoint, MaxShort); err != nil {
		return err
	}
	if n.Stance != "" && !slices.Contains(entente.Stances, n.Stance) {
		words := make([]string, len(entente.Stances))
		for i, s := range entente.Stances {
			words[i] = string(s)
		}
		return fault(entente.Invalid, op, "stance", fmt.Sprintf("%q is not a stance", n.Stance), "expected one of "+strings.Join(words, ", ")+", or nothing yet")
	}
	if n.DateBasis != entente.ActDate && (n.DateBasis != entente.NotLaterThan || n.Date.IsZero()) {
		return fault(entente.Invalid, op, "date_basis", "the date's basis does not fit", "expected nothing, or not-later-than beside a date")
	}
	for _, r := range []struct{ kind, id string }{{KindActor, string(n.Actor)}, {KindProposition, string(n.Proposition)}, {KindInstrument, string(n.Instrument)}} {
		if r.kind == KindInstrument && r.id == "" {
			continue
		}
		if err := b.there(ctx, op, r.kind, r.id); err != nil {
			return err
		}
	}
	st.Actor, st.Proposition, st.Stance, st.Conditions = n.Actor, n.Proposition, n.Stance, n.Conditions
	st.Instrument, st.Pinpoint, st.Note = n.Instrument, n.Pinpoint, n.Note
	st.Date, st.DateBasis = n.Date, n.DateBasis
	if st.Date.IsZero() && !d.source.Date.IsZero() {
		st.Date = d.source.Date
		if !d.source.IsTextOf(n.Actor) {
			st.DateBasis = entente.NotLaterThan // the source is later than what it reports, or of the same day
		}
	}
	return nil
}

// EditCoding changes a coding; base is the version of the statement that the
// user saw. What is published stays so: the edit stands beside it as a draft.
// Everything in n takes effect, except that an empty passage keeps the passages.
//
// Errors: as [Bench.Code]; Denied for another coder's coding below reviewer;
// Conflict when somebody changed it meanwhile.
func (b *Bench) EditCoding(ctx context.Context, u User, docID, id string, base int, n NewCoding) (*Coding, error) {
	const op = "edit coding"
	d, err := b.desk(ctx, u, op, docID)
	if err != nil {
		return nil, err
	}
	old, v, err := b.ownCoding(ctx, u, op, id, base)
	if err != nil {
		return nil, err
	}
	if old.Source != d.doc.Source {
		return nil, fault(entente.Invalid, op, id, "it was coded in another source", "open a document of "+string(old.Source))
	}
	st := old
	if err := b.fill(ctx, op, &st, &n, d); err != nil {
		return nil, err
	}
	quotes, err := b.livePassages(ctx, id)
	if err != nil {
		return nil, err
	}
	w := newBatch()
	out := &Coding{State: store.Draft, Version: base + 1}
	at := pick(quotes, n.Passage)
	switch {
	case n.Passage != "" && at == nil:
		return nil, fault(entente.NotFound, op, n.Passage, "the coding has no such passage", "load the coding again")
	case n.Start == 0 && n.End == 0:
		if at != nil {
			out.Quotation, out.Passage = at.quotation, at.v.ID
			if st.Pinpoint == "" && at.quotation.Document == d.text.Hash {
				st.Pinpoint = extract.Pinpoint(d.text.Text, at.quotation.Start, at.quotation.End)
			}
		}
	default:
		start, end, err := passage(op, d.text, n.Start, n.End)
		if err != nil {
			return nil, err
		}
		if st.Pinpoint == "" {
			st.Pinpoint = extract.Pinpoint(d.text.Text, start, end)
		}
		if out.Quotation, err = anchored(entente.Quotation{Statement: id, Source: st.Source}, d.text, start, end); err != nil {
			return nil, err
		}
		if out.Passage, err = b.movePassage(ctx, op, w, at, quotes, out.Quotation); err != nil {
			return nil, err
		}
	}
	// Passages go with their statement: those in review come back too.
	for i := range quotes {
		if q := &quotes[i]; q.v.State == store.InReview && !w.has(q.v.Key) {
			w.add(again(&q.v, store.Draft))
		}
	}
	st.Checked = true
	out.Statement = st
	w.add(rowChange(st, v.Number, store.Draft))
	if _, err := b.save(ctx, u, "edit coding "+id, w.list...); err != nil {
		return nil, err
	}
	return out, nil
}

// ownCoding reads a statement that the user is about to change.
func (b *Bench) ownCoding(ctx context.Context, u User, op, id string, base int) (entente.Statement, *store.Version, error) {
	var st entente.Statement
	k := store.Key{Kind: KindStatement, ID: id}
	v, err := b.see(ctx, u, k)
	if entente.KindOf(err) == entente.NotFound && checkID(k.Kind, id) == nil {
		if p, _ := b.published(ctx, k); p != nil { // the user sees it, and not the draft beside it
			return st, nil, fault(entente.Conflict, op, id, "it cannot be edited while a blind task on its source runs", "wait until all coders are done")
		}
	}
	if err != nil {
		return st, nil, err
	}
	switch {
	case v.Number != base:
		return st, nil, movedOn(op, Seen{v.Key, base}, v)
	case v.State == store.Retired:
		return st, nil, fault(entente.Conflict, op, id, "the coding was taken back", "restore it first")
	}
	if st, err = fromRow[entente.Statement](v); err != nil {
		return st, nil, err
	}
	if !u.owns(st.Coder) {
		return st, nil, fault(entente.Denied, op, id, "it is the coding of "+st.Coder, "comment on it, or code the passage yourself")
	}
	return st, v, nil
}

// DropCoding takes a coding back, with its passages, in one commit. Of an edit of
// a published coding only the edit is taken back. base is the version of the
// statement that the user saw.
//
// Errors: as [Bench.EditCoding]; Denied for a published coding, which an editor
// retires.
func (b *Bench) DropCoding(ctx context.Context, u User, id string, base int) error {
	const op = "drop coding"
	if err := u.known(op); err != nil {
		return err
	}
	st, v, err := b.ownCoding(ctx, u, op, id, base)
	if err != nil {
		return err
	}
	if err := b.open(ctx, u, op, st.Source); err != nil {
		return err
	}
	if v.State == store.Published {
		return fault(entente.Denied, op, id, "the coding is published", "an editor can retire it; or edit it, and have the edit published")
	}
	quotes, err := b.livePassages(ctx, id)
	if err != nil {
		return err
	}
	moves, err := b.movesOf(ctx, id)
	if err != nil {
		return err
	}
	w := newBatch()
	if err := b.takeBack(ctx, w, v); err != nil {
		return err
	}
	for i := range quotes {
		if quotes[i].v.State != store.Published {
			if err := b.takeBack(ctx, w, &quotes[i].v); err != nil {
				return err
			}
		}
	}
	for i := range moves {
		w.add(again(&moves[i], store.Retired))
	}
	_, err = b.save(ctx, u, "take back coding "+id, w.list...)
	return err
}

// takeBack retires a draft, or puts the published version that it was made from
// in its place again.
func (b *Bench) takeBack(ctx context.Context, w *batch, v *store.Version) error {
	p, err := b.published(ctx, v.Key)
	if err != nil {
		return err
	}
	c := again(v, store.Retired)
	if p != nil {
		c = again(p, store.Published)
		c.Base = v.Number
	}
	w.add(c)
	return nil
}
