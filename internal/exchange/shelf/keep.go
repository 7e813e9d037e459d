package shelf

import (
	"context"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/ledger"
	"entente/internal/store"
)

// keep writes what was judged to lie in the collection: what is new, and what was
// kept before but did not lie in this one. Each gets the next stamp and a leaf.
func (w *writing) keep(ctx context.Context, j *judging) error {
	h, err := w.lock(ctx, j.collection)
	if err != nil {
		return err
	}
	arrived, err := w.vouch(ctx, j)
	if err != nil {
		return err
	}
	var fresh []*item
	var objects, entries, waits []any
	for _, it := range j.items {
		if it.verdict == stix.Refused || it.lies || it.twin != nil {
			continue
		}
		if it.verdict == stix.New {
			w.n++
			it.n = w.n
			objects = append(objects, it.n, string(it.id), it.at.Key(), it.version(), it.o.Created().String(), it.o.Type(), it.o.SpecVersion(), string(it.o.CreatedBy()), j.who,
				int64(it.Level), flag(it.Unresolved), flag(it.o.Revoked()), w.now, len(it.o.Raw()), it.digest[:], it.o.Raw())
			arrived = append(arrived, it.id)
			if it.Unresolved || it.o.Type() == "language-content" {
				seen := map[stix.ID]bool{}
				for _, id := range dependsOn(it.o) {
					if !seen[id] {
						waits = append(waits, string(id), it.n)
						seen[id] = true
					}
				}
			}
		}
		it.stamp = h.next(w.now)
		entries = append(entries, j.collection, it.stamp, it.n, h.change(), j.who, current)
		fresh = append(fresh, it)
	}
	if err := insertObjects.rows(ctx, w.q, objects); err != nil {
		return err
	}
	if err := insertEntries.rows(ctx, w.q, entries); err != nil {
		return err
	}
	if err := insertWaits.rows(ctx, w.q, waits); err != nil {
		return err
	}
	if err := w.arrived(ctx, arrived); err != nil {
		return err
	}
	if len(fresh) > 0 {
		if err := w.record(ctx, j, fresh); err != nil {
			return err
		}
	}
	for _, it := range j.items {
		if it.twin != nil && it.verdict != stix.Refused {
			it.n, it.stamp, it.leaf = it.twin.n, it.twin.stamp, it.twin.leaf
		}
	}
	return nil
}

// vouch notes which marks of others a partner has sent as well, or the node has
// shared, and gives those that are new as such.
func (w *writing) vouch(ctx context.Context, j *judging) (marks []stix.ID, _ error) {
	for _, it := range j.items {
		if it.verdict != stix.Same || it.twin != nil || it.origin == "" || it.origin == j.who || it.o.Type() != "marking-definition" {
			continue
		}
		done, err := w.q.ExecContext(ctx, "INSERT INTO exchange_waits (id, n) VALUES ($1, $2) ON CONFLICT DO NOTHING", voucher(j.who, it.id), it.n)
		if err != nil {
			return nil, err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			marks = append(marks, it.id)
		}
	}
	return marks, nil
}

// record adds the leaves: of the node's own as published, of a partner's as
// received, and for a revoked version one more.
func (w *writing) record(ctx context.Context, j *judging, fresh []*item) error {
	kind, name := ledger.Published, ""
	if j.who != "" {
		kind, name = ledger.Received, j.who
		if p, ok := w.st.Partner(j.who); ok {
			name = p.LogName()
		}
	}
	var leaves []ledger.Entry
	for _, it := range fresh {
		leaves = append(leaves, it.entry(kind, j.collection, name))
	}
	for _, it := range fresh {
		if it.o.Revoked() {
			leaves = append(leaves, it.entry(ledger.Withdrawn, j.collection, ""))
		}
	}
	opened, err := w.s.o.Log.Append(ctx, w.q, leaves...)
	if err != nil {
		return unloggable(err, fresh)
	}
	for i, it := range fresh {
		it.leaf = opened[i].Index
	}
	return nil
}

func (it *item) entry(kind ledger.Kind, collection, partner string) ledger.Entry {
	return ledger.Entry{
		Kind: kind, Object: string(it.id), Version: leafVersion(it.version()), Body: it.o.Raw(), Collection: collection, Partner: partner, Plain: isPlain(it.Level),
	}
}

// unloggable finds out which objects the log cannot take. They are refused, and the
// rest is tried again.
func unloggable(err error, fresh []*item) error {
	if entente.KindOf(err) != entente.Invalid {
		return err
	}
	found := false
	for _, it := range fresh {
		if _, err := ledger.Canonical(it.o.Raw()); err != nil {
			it.bad = append(it.bad, stix.Fault{Rule: stix.RuleJSON, Msg: "the object has no canonical form"})
			found = true
		}
	}
	if found {
		return errStale
	}
	return err
}

// received tells the owner of the inbox what a partner brought.
func (w *writing) received(ctx context.Context, j *judging) error {
	if w.s.o.Received == nil || j.who == "" {
		return nil
	}
	var list []Received
	for _, it := range j.items {
		if it.leaf >= 0 && it.twin == nil {
			list = append(list, Received{it.o, it.Level, it.leaf})
		}
	}
	if len(list) == 0 {
		return nil
	}
	return w.s.o.Received(ctx, w.q, j.who, j.collection, list)
}

// Put lays objects of the node into a collection (its id or alias): all, or none
// when one of them may not lie there; then the error lists why. What lies there
// already is left as it is. Errors: NotFound; Invalid.
func (s *Shelf) Put(ctx context.Context, collection string, list []*stix.Object) ([]Outcome, error) {
	items := own(list)
	err := s.again(func() error {
		return s.write(ctx, func(ctx context.Context, w *writing) error {
			c, ok := w.st.Collection(collection)
			if !ok {
				return noCollection(collection)
			}
			j := &judging{s: s, q: w.q, st: w.st, collection: c.ID, items: items}
			if err := j.run(ctx); err != nil {
				return err
			}
			if err := refused("share", items); err != nil {
				return err
			}
			return w.keep(ctx, j)
		})
	})
	return outcomes(items), err
}

// own makes items of the node's objects.
func own(list []*stix.Object) []*item {
	items := make([]*item, len(list))
	for i, o := range list {
		items[i] = newItem(o, stix.Validate(o))
	}
	return items
}

func outcomes(items []*item) []Outcome {
	out := make([]Outcome, len(items))
	for i, it := range items {
		out[i] = it.outcome()
	}
	return out
}

// again runs fn until it is no longer stale.
func (s *Shelf) again(fn func() error) error {
	for range maxTries {
		if err := fn(); err != errStale { //nolint:errorlint // our own, never wrapped
			return err
		}
	}
	return busy("write")
}

// Judge tells what Put would do, and what each partner would get, without writing
// anything. Errors: NotFound.
func (s *Shelf) Judge(ctx context.Context, collection string, list []*stix.Object) ([]Outcome, error) {
	items := own(list)
	var out []Outcome
	err := s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		revision, err := s.o.Book.Revision(ctx, q)
		if err != nil {
			return err
		}
		st, err := s.stateAt(ctx, q, revision)
		if err != nil {
			return err
		}
		c, ok := st.Collection(collection)
		if !ok {
			return noCollection(collection)
		}
		j := &judging{s: s, q: q, st: st, collection: c.ID, items: items}
		if err := j.run(ctx); err != nil {
			return err
		}
		had, err := hadBy(ctx, q, items)
		if err != nil {
			return err
		}
		out = outcomes(items)
		now := s.o.Now()
		for i, it := range items {
			for p := range st.Settings.Partners {
				id := st.Settings.Partners[p].ID
				d := PartnerDecision{Partner: id, Had: had[delivered{id, it.id, it.at.Key()}]}
				d.Decision = st.Rules.Decide(handling.Subject{ID: it.id, Level: it.Level}, id, c.ID, now)
				if it.verdict == stix.Refused {
					d.Release = false
				}
				out[i].Partners = append(out[i].Partners, d)
			}
		}
		return nil
	})
	return out, err
}
