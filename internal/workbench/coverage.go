package workbench

import (
	"context"
	"fmt"
	"slices"

	"entente"
	"entente/internal/store"
)

// Reading is a coverage record with its version.
type Reading struct {
	entente.Coverage
	State   store.State
	Version int
	Own     bool
}

// maxSubjects bounds the propositions of one click.
const maxSubjects = 500

// ReadNothing records in one coverage row that the user has read a document for
// propositions and found nothing of the actor's on them, or that the text names
// them as open. It is a draft; once published, the actor's silence gets its kind.
// The date is that of the text. To say the same twice adds nothing.
//
// Errors: Invalid for an unknown actor or proposition, another finding, a source
// without a date (such a reading could never count), and where the user has
// coded a stance of that actor in this source; Conflict in a blind task that the
// user has finished.
func (b *Bench) ReadNothing(ctx context.Context, u User, docID string, actor entente.ActorID, props []entente.PropositionID, f entente.Finding) (*Reading, error) {
	const op = "record reading"
	d, err := b.desk(ctx, u, op, docID)
	if err != nil {
		return nil, err
	}
	props = slices.Clone(props)
	slices.Sort(props)
	props = slices.Compact(props)
	switch {
	case f != entente.FoundNothing && f != entente.FoundOpen:
		return nil, fault(entente.Invalid, op, "finding", fmt.Sprintf("%q is not a finding of this form", f), "expected nothing or named-open; a stance is coded at its passage")
	case len(props) == 0:
		return nil, fault(entente.Invalid, op, "propositions", "it is not said what was read for", "choose at least one proposition")
	case len(props) > maxSubjects:
		return nil, fault(entente.Invalid, op, "propositions", fmt.Sprintf("%d propositions are too many for one record", len(props)), fmt.Sprintf("at most %d", maxSubjects))
	case d.source.Date.IsZero():
		return nil, fault(entente.Invalid, op, string(d.source.ID), "the source has no date, so that the reading could not count for any day", "give the source its date first")
	}
	if err := b.there(ctx, op, KindActor, string(actor)); err != nil && actor != entente.AnyActor {
		return nil, err
	}
	c := entente.Coverage{Actor: actor, Source: d.doc.Source, Finding: f, Date: d.source.Date, Coder: u.Name, Checked: true}
	for _, p := range props {
		if err := b.there(ctx, op, KindProposition, string(p)); err != nil {
			return nil, err
		}
		c.Subjects = append(c.Subjects, "proposition:"+string(p))
	}
	if f == entente.FoundNothing {
		if err := b.contradicts(ctx, u, op, d, actor, props); err != nil {
			return nil, err
		}
	}
	same, err := b.Readings(ctx, u, docID)
	if err != nil {
		return nil, err
	}
	for i := range same {
		if r := &same[i]; r.Own && r.Actor == actor && r.Finding == f && slices.Equal(r.Subjects, c.Subjects) {
			return r, nil
		}
	}
	if c.ID, err = b.newID(string(f), string(actor), string(props[0])); err != nil {
		return nil, err
	}
	if _, err := b.save(ctx, u, fmt.Sprintf("read %s for %s: %s", docID, actor, f), rowChange(c, 0, store.Draft)); err != nil {
		return nil, err
	}
	return &Reading{c, store.Draft, 1, true}, nil
}

// contradicts finds a stance that the user itself has coded.
func (b *Bench) contradicts(ctx context.Context, u User, op string, d *desk, actor entente.ActorID, props []entente.PropositionID) error {
	return b.each(ctx, store.Query{Kinds: []string{KindStatement}, States: live, Facets: store.Facets{Actor: string(actor), Source: string(d.doc.Source), Coder: u.Name}}, func(v *store.Version) error {
		if _, found := slices.BinarySearch(props, entente.PropositionID(v.Proposition)); !found {
			return nil
		}
		return fault(entente.Invalid, op, v.ID, fmt.Sprintf("you have coded what %s says of %s in this source", actor, v.Proposition), "leave this proposition out, or drop the coding first")
	})
}

// Readings lists the coverage records of a document's source that the user may
// see, in the order of their ids.
func (b *Bench) Readings(ctx context.Context, u User, docID string) ([]Reading, error) {
	doc, err := b.Document(ctx, docID)
	if err != nil {
		return nil, err
	}
	var list []store.Version
	err = b.each(ctx, store.Query{Kinds: []string{KindCoverage}, States: live, Facets: store.Facets{Source: string(doc.Source)}}, func(v *store.Version) error {
		list = append(list, *v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	seen, err := b.Visible(ctx, u, list)
	if err != nil {
		return nil, err
	}
	var out []Reading
	for i := range seen {
		c, err := fromRow[entente.Coverage](&seen[i])
		if err != nil {
			return nil, err
		}
		out = append(out, Reading{c, seen[i].State, seen[i].Number, c.Coder == u.Name})
	}
	return out, nil
}

// DropReading takes a coverage record back; base is the version that the user
// saw. Errors: Denied for another coder's below reviewer, and for a published
// one, which an editor retires; Conflict.
func (b *Bench) DropReading(ctx context.Context, u User, id string, base int) error {
	const op = "drop reading"
	if err := u.known(op); err != nil {
		return err
	}
	v, err := b.see(ctx, u, store.Key{Kind: KindCoverage, ID: id})
	if err != nil {
		return err
	}
	c, err := fromRow[entente.Coverage](v)
	if err != nil {
		return err
	}
	switch {
	case v.Number != base:
		return movedOn(op, Seen{v.Key, base}, v)
	case v.State == store.Published:
		return fault(entente.Denied, op, id, "the record is published", "an editor can retire it")
	case v.State == store.Retired:
		return fault(entente.Conflict, op, id, "the record was taken back already", "")
	case !u.owns(c.Coder):
		return fault(entente.Denied, op, id, "it is the record of "+c.Coder, "comment on it")
	}
	if err := b.open(ctx, u, op, c.Source); err != nil {
		return err
	}
	w := newBatch()
	if err := b.takeBack(ctx, w, v); err != nil {
		return err
	}
	_, err = b.save(ctx, u, "take back "+id, w.list...)
	return err
}
