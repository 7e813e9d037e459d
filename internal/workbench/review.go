package workbench

import (
	"context"
	"fmt"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// The way of a record is draft → in review → published → retired.
//
//   - Submit sends a draft to review. It has to be whole by then.
//   - Approve accepts what is in review, and publishes it (approve.go).
//   - Return sends it back with a reason.
//   - Retire takes a record out, Revive brings it back as a draft.
//
// A statement goes with its quotations: they have the state of their statement.
// Each call is one commit, all or nothing, and names the versions that the
// person saw: when one of them has moved on, nothing is written.

// Seen names a record and the version of it that somebody looked at.
type Seen struct {
	store.Key
	Version int
}

// maxBatch bounds the records of one decision.
const maxBatch = 500

// look reads the versions that somebody decides on. What the user may not see is
// not there for the user.
func (b *Bench) look(ctx context.Context, u User, op string, seen []Seen) ([]store.Version, error) {
	switch {
	case len(seen) == 0:
		return nil, fault(entente.Invalid, op, "", "no record is named", "choose at least one")
	case len(seen) > maxBatch:
		return nil, fault(entente.Invalid, op, "", fmt.Sprintf("%d records are too many for one step", len(seen)), fmt.Sprintf("at most %d", maxBatch))
	}
	out := make([]store.Version, 0, len(seen))
	for _, s := range seen {
		v, err := b.see(ctx, u, s.Key)
		if err != nil {
			return nil, err
		}
		if v.Number != s.Version {
			return nil, movedOn(op, s, v)
		}
		out = append(out, *v)
	}
	return out, nil
}

// movedOn tells who was faster.
func movedOn(op string, s Seen, now *store.Version) error {
	return fault(entente.Conflict, op, s.String(),
		fmt.Sprintf("somebody changed it meanwhile: you saw version %d, now it is %d, by %s", s.Version, now.Number, now.Commit.Who),
		"load the record again, look at the change, and repeat yours")
}

// see reads the latest version of a record for a user; what is hidden from the
// user is not found.
func (b *Bench) see(ctx context.Context, u User, k store.Key) (*store.Version, error) {
	if err := checkID(k.Kind, k.ID); err != nil {
		return nil, err
	}
	v, err := b.Store.Get(ctx, k)
	if err != nil {
		return nil, err
	}
	list, err := b.Visible(ctx, u, []store.Version{*v})
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault(entente.NotFound, "read record", k.String(), "there is no such record", "check the id")
	}
	return v, nil
}

// again is the change that writes a version anew in another state.
func again(v *store.Version, s store.State) store.Change {
	return store.Change{Key: v.Key, Base: v.Number, State: s, Layer: v.Layer, Body: v.Body, Facets: facets(v)}
}

func facets(v *store.Version) store.Facets {
	if v.Facets != (store.Facets{}) {
		return v.Facets
	}
	return store.FacetsOf(v.Kind, v.Body)
}

// isTable reports whether a kind is a table of the corpus.
func isTable(kind string) bool { return datapackage.Columns(kind) != nil }

func notForReview(op string, v *store.Version) error {
	return fault(entente.Invalid, op, v.String(), "this sort of record has no review", "comments and tasks are shared as they are")
}

// quotationsOf gives the latest versions of a statement's quotations, whatever
// their state.
func (b *Bench) quotationsOf(ctx context.Context, statement string) ([]store.Version, error) {
	return b.under(ctx, KindQuotation, statement+datapackage.KeySep)
}

// under gives the latest versions of the records of a kind whose id begins with
// a prefix.
func (b *Bench) under(ctx context.Context, kind, prefix string, layers ...string) ([]store.Version, error) {
	var out []store.Version
	// A short first page: most records have few of these.
	ask := store.Query{Kinds: []string{kind}, After: store.Key{Kind: kind, ID: prefix}, Layers: layers, Limit: 20}
	for {
		list, err := b.Store.List(ctx, ask)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if !strings.HasPrefix(list[i].ID, prefix) {
				return out, nil
			}
			out = append(out, list[i])
		}
		if len(list) < ask.Limit {
			return out, nil
		}
		ask.After, ask.Limit = list[len(list)-1].Key, store.MaxList
	}
}

// Submit sends drafts to review. A coder submits what is its own.
//
// Errors: Invalid when a record is not whole (its stance is not set, a required
// column is empty) or names a record that is not there; Denied when it belongs
// to somebody else; Conflict when it moved on or is no draft.
func (b *Bench) Submit(ctx context.Context, u User, seen ...Seen) (store.Commit, error) {
	const op = "submit"
	list, err := b.look(ctx, u, op, seen)
	if err != nil {
		return store.Commit{}, err
	}
	w := newBatch()
	var faults entente.Errors
	for i := range list {
		v := &list[i]
		if err := b.submittable(ctx, u, op, v); err != nil {
			faults = append(faults, err)
			continue
		}
		w.add(again(v, store.InReview))
		if err := b.along(ctx, w, v, store.Draft, store.InReview); err != nil {
			return store.Commit{}, err
		}
	}
	if err := one(faults); err != nil {
		return store.Commit{}, err
	}
	return b.save(ctx, u, "to review", w.list...)
}

// one gives a single fault as itself, several as a list.
func one(faults entente.Errors) error {
	if len(faults) == 1 {
		return faults[0]
	}
	return faults.Err()
}

func (b *Bench) submittable(ctx context.Context, u User, op string, v *store.Version) error {
	switch {
	case !isTable(v.Kind):
		return notForReview(op, v)
	case v.Layer != "":
		return fault(entente.Invalid, op, v.String(), "what is private cannot be reviewed", "take it out of the private layer first")
	case v.State != store.Draft:
		return fault(entente.Conflict, op, v.String(), "it is no draft: its state is "+string(v.State), "load the record again")
	}
	if owner := ownerOf(v); !u.owns(owner) {
		return fault(entente.Denied, op, v.String(), "it belongs to "+owner, "ask "+owner+" or a reviewer to submit it")
	}
	return b.whole(ctx, op, v)
}

// ownerOf is whose record a version is: that of the coder it names, else of who
// wrote it.
func ownerOf(v *store.Version) string {
	if c := facets(v).Coder; c != "" {
		return c
	}
	return v.Commit.Who
}

// whole reports what a record still lacks, and what it names that is not there.
func (b *Bench) whole(ctx context.Context, op string, v *store.Version) error {
	row, err := store.DecodeRow(v.Kind, v.Body)
	if err != nil {
		return err
	}
	if v.Kind == KindStatement && cell(row, "stance") == "" {
		return fault(entente.Invalid, op, v.String(), "the stance is not set", "choose the stance; nothing is assumed")
	}
	if err := row.Check(); err != nil {
		return &entente.Error{Kind: entente.Invalid, Op: op, Place: v.String(), Msg: "the record is not complete", Hint: "fill in what is missing", Err: err}
	}
	for _, ref := range row.Refs() {
		if err := b.there(ctx, op, ref.Table, ref.ID); err != nil {
			return fault(entente.KindOf(err), op, v.String(), fmt.Sprintf("it names %s:%s, which is not there or was retired", ref.Table, ref.ID), "choose another, or add it first")
		}
	}
	return nil
}

// cell gives the text of a column; "" when the table has no such column.
func cell(row datapackage.Row, column string) string {
	for i, c := range datapackage.Columns(row.Table) {
		if c.Name == column {
			return row.Cells[i]
		}
	}
	return ""
}

// batch gathers the changes of one commit, one per record.
type batch struct {
	list []store.Change
	at   map[store.Key]int
}

func newBatch() *batch { return &batch{at: map[store.Key]int{}} }

func (w *batch) has(k store.Key) bool { _, ok := w.at[k]; return ok }

// add puts a change in; a second one for the same record replaces the first.
func (w *batch) add(c store.Change) {
	if i, ok := w.at[c.Key]; ok {
		w.list[i] = c
		return
	}
	w.at[c.Key] = len(w.list)
	w.list = append(w.list, c)
}

// along takes the quotations of a statement along, from one state to another.
func (b *Bench) along(ctx context.Context, w *batch, v *store.Version, from, to store.State) error {
	if v.Kind != KindStatement {
		return nil
	}
	list, err := b.quotationsOf(ctx, v.ID)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].State == from && !w.has(list[i].Key) {
			w.add(again(&list[i], to))
		}
	}
	return nil
}

// Return sends what is in review back to its coder, with a reason, which is kept
// as a comment on each record.
func (b *Bench) Return(ctx context.Context, u User, reason string, seen ...Seen) (store.Commit, error) {
	const op = "return"
	reason, err := needed(op, "reason", reason, MaxLong)
	if err != nil {
		return store.Commit{}, err
	}
	list, err := b.look(ctx, u, op, seen)
	if err != nil {
		return store.Commit{}, err
	}
	w := newBatch()
	for i := range list {
		v := &list[i]
		if v.State != store.InReview {
			return store.Commit{}, fault(entente.Conflict, op, v.String(), "it is not in review: its state is "+string(v.State), "load the record again")
		}
		w.add(again(v, store.Draft))
		if err := b.along(ctx, w, v, store.InReview, store.Draft); err != nil {
			return store.Commit{}, err
		}
		c, err := b.commentChange(u, v, reason, Returned)
		if err != nil {
			return store.Commit{}, err
		}
		w.add(c)
	}
	return b.save(ctx, u, "returned", w.list...)
}

// needed is [typed] for a field that must not be empty.
func needed(op, field, s string, most int) (string, error) {
	s, err := typed(op, field, s, most)
	if err == nil && s == "" {
		err = fault(entente.Invalid, op, field, "it is empty", "say it in a few words")
	}
	return s, err
}

// Retire takes records out: what was published is so no more. A statement goes
// with its quotations, and every record with the challenges to it; all of them
// stay in the history. It is refused while other published records refer to one.
//
// Errors: Denied when a record is published and the user may not publish, or
// belongs to somebody else; Conflict.
func (b *Bench) Retire(ctx context.Context, u User, why string, seen ...Seen) (store.Commit, error) {
	const op = "retire"
	why, err := needed(op, "reason", why, MaxShort)
	if err != nil {
		return store.Commit{}, err
	}
	list, err := b.look(ctx, u, op, seen)
	if err != nil {
		return store.Commit{}, err
	}
	w := newBatch()
	for i := range list {
		v := &list[i]
		if err := b.retirable(ctx, u, op, v); err != nil {
			return store.Commit{}, err
		}
		if err := b.retire(ctx, w, v); err != nil {
			return store.Commit{}, err
		}
	}
	return b.public(ctx, u, why, w.list...)
}

func (b *Bench) retirable(ctx context.Context, u User, op string, v *store.Version) error {
	if v.State == store.Retired {
		return fault(entente.Conflict, op, v.String(), "it was retired already", "load the record again")
	}
	if !isTable(v.Kind) {
		return notForReview(op, v)
	}
	if auth.Allowed(u.Role, auth.Publish) {
		return nil
	}
	p, err := b.published(ctx, v.Key)
	if err != nil {
		return err
	}
	switch {
	case p != nil:
		return fault(entente.Denied, op, v.String(), "it is published", "ask an editor, or challenge it")
	case !u.owns(ownerOf(v)):
		return fault(entente.Denied, op, v.String(), "it belongs to "+ownerOf(v), "ask a reviewer")
	}
	return nil
}

// retire adds the retirement of a record with what hangs on it alone.
func (b *Bench) retire(ctx context.Context, w *batch, v *store.Version) error {
	w.add(again(v, store.Retired))
	if v.Kind == KindStatement {
		list, err := b.quotationsOf(ctx, v.ID)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].State != store.Retired {
				w.add(again(&list[i], store.Retired))
			}
		}
		moves, err := b.movesOf(ctx, v.ID)
		if err != nil {
			return err
		}
		for i := range moves {
			w.add(again(&moves[i], store.Retired))
		}
	}
	list, err := b.challengesTo(ctx, v.Key)
	if err != nil {
		return err
	}
	for i := range list {
		w.add(again(&list[i], store.Retired))
	}
	return nil
}

// Revive brings retired records back as drafts; a statement comes with the
// quotations that went with it.
func (b *Bench) Revive(ctx context.Context, u User, why string, seen ...Seen) (store.Commit, error) {
	const op = "revive"
	why, err := needed(op, "reason", why, MaxShort)
	if err != nil {
		return store.Commit{}, err
	}
	list, err := b.look(ctx, u, op, seen)
	if err != nil {
		return store.Commit{}, err
	}
	w := newBatch()
	for i := range list {
		v := &list[i]
		switch {
		case v.State != store.Retired:
			return store.Commit{}, fault(entente.Conflict, op, v.String(), "it is not retired: its state is "+string(v.State), "load the record again")
		case !isTable(v.Kind):
			return store.Commit{}, notForReview(op, v)
		case !u.owns(ownerOf(v)):
			return store.Commit{}, fault(entente.Denied, op, v.String(), "it belongs to "+ownerOf(v), "ask a reviewer")
		}
		w.add(again(v, store.Draft))
		if v.Kind != KindStatement {
			continue
		}
		quotes, err := b.quotationsOf(ctx, v.ID)
		if err != nil {
			return store.Commit{}, err
		}
		for j := range quotes {
			if quotes[j].State == store.Retired && quotes[j].Commit.Seq == v.Commit.Seq {
				w.add(again(&quotes[j], store.Draft))
			}
		}
	}
	return b.save(ctx, u, why, w.list...)
}
