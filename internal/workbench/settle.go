package workbench

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// Settlement decides between codings of one unit that do not agree. It is kept
// beside them: the codings that lost are retired and stay to be seen as they
// were, with the versions that were settled.
type Settlement struct {
	ID      string `json:"-"`
	Version int    `json:"-"`

	Source      entente.SourceID      `json:"source"`
	Actor       entente.ActorID       `json:"actor"`
	Proposition entente.PropositionID `json:"proposition"`
	Stance      string                `json:"stance"` // a stance, or "nothing"
	Conditions  string                `json:"conditions,omitempty"`
	Reason      string                `json:"reason"`
	// Keep is the id of the coding that stands as it is; its value is the settled
	// one. Empty: a new record is made of the first statement, with its place and
	// its quotations. Settle fills in the id of the new one.
	Keep string `json:"keep"`
	// Codings are what was settled. The caller names the record and the version
	// that it saw of each; Settle fills in the rest.
	Codings []SettledCoding `json:"codings"`
	By      string          `json:"by"`
	At      time.Time       `json:"at"`
}

// SettledCoding is a coding as it was when it was settled.
type SettledCoding struct {
	Record     string `json:"record"` // "statements:ID" or "coverage:ID"
	Version    int    `json:"version"`
	Coder      string `json:"coder"`
	Stance     string `json:"stance"`
	Conditions string `json:"conditions,omitempty"`
}

func (s *Settlement) unit() UnitKey { return UnitKey{s.Source, s.Actor, s.Proposition} }

// Settled is what Settle did.
type Settled struct {
	Settlement
	Record store.Key   // what stands
	State  store.State // of it: published, or in review when the user may not publish it
	Along  []store.Key // drafts published with it
	Commit store.Commit
}

// Settle settles a unit. What stands is published when the user may publish and
// it is not the user's own coding, else it goes to review. The other statements
// are retired with their quotations; other coverage records no longer say
// "nothing" of the proposition.
//
// Errors: Conflict when a coding moved on, a coder is new, or a blind task on
// the source is not done; Invalid when the codings agree; Denied when one of the
// codings is public and the user may not publish.
func (b *Bench) Settle(ctx context.Context, u User, s Settlement) (*Settled, error) {
	const op = "settle"
	unit, err := b.settlable(ctx, u, op, &s)
	if err != nil {
		return nil, err
	}
	w := newBatch()
	out := &Settled{}
	var kept *store.Version
	for i := range unit.Codings {
		c := &unit.Codings[i]
		v, err := b.Store.Version(ctx, c.Key, c.Version)
		if err != nil {
			return nil, err
		}
		if err := b.mayTakeOut(ctx, u, op, v); err != nil {
			return nil, err
		}
		switch {
		case c.ID == s.Keep:
			kept = v
		case c.Kind == KindStatement:
			err = b.retire(ctx, w, v)
		case s.Stance != FoundNothing:
			err = b.dropSubject(ctx, w, op, v, s.Proposition)
		}
		if err != nil {
			return nil, err
		}
	}
	state := store.InReview
	if auth.Allowed(u.Role, auth.Publish) {
		state = store.Published
	}
	if kept == nil {
		if kept, err = b.settledRecord(ctx, u, w, unit, &s, state); err != nil {
			return nil, err
		}
	} else if state == store.Published && b.second(ctx, u, op, kept, true) != nil {
		state = store.InReview // its own coding: somebody else has to look
	}
	out.Record, out.State = kept.Key, state
	switch {
	case kept.State == store.Published:
		out.State = store.Published
	case state == store.Published:
		if out.Along, err = b.publishing(ctx, w, op, []store.Version{*kept}); err != nil {
			return nil, err
		}
	case kept.State == store.InReview && kept.Number > 0: // stays there
	default:
		w.add(again(kept, store.InReview))
		if err := b.along(ctx, w, kept, store.Draft, store.InReview); err != nil {
			return nil, err
		}
	}
	s.Keep, s.By, s.At, s.Version = kept.ID, u.Name, b.now().UTC().Truncate(time.Microsecond), 1
	if s.ID, err = b.newID("settled", string(s.Source)); err != nil {
		return nil, err
	}
	c, err := change(KindSettlement, s.ID, 0, s, store.Facets{Source: string(s.Source), Actor: string(s.Actor), Proposition: string(s.Proposition)})
	if err != nil {
		return nil, err
	}
	w.add(c)
	out.Settlement = s
	out.Commit, err = b.public(ctx, u, fmt.Sprintf("settled %s, %s on %s: %s", s.Source, s.Actor, s.Proposition, s.Stance), w.list...)
	return out, err
}

// settlable checks what was decided against the codings as they are now.
func (b *Bench) settlable(ctx context.Context, u User, op string, s *Settlement) (*Unit, error) {
	if err := typedAll(op, MaxLong, map[string]*string{"conditions": &s.Conditions, "reason": &s.Reason}); err != nil {
		return nil, err
	}
	place := fmt.Sprintf("%s, %s, %s", s.Source, s.Actor, s.Proposition)
	fail := func(kind entente.Kind, msg, hint string) (*Unit, error) {
		return nil, fault(kind, op, place, msg, hint)
	}
	s.Conditions = oneLine(s.Conditions)
	switch {
	case s.Reason == "":
		return fail(entente.Invalid, "it is not said why", "give the reason: it stays beside the codings")
	case s.Stance != FoundNothing && !has(entente.Stances, entente.Stance(s.Stance)):
		return fail(entente.Invalid, "the settled stance is not set", "choose a stance, or nothing")
	}
	if err := b.blindOn(ctx, op, s.unit()); err != nil {
		return nil, err
	}
	units, err := b.units(ctx, u, store.Facets{Source: string(s.Source), Actor: string(s.Actor), Proposition: string(s.Proposition)})
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(units, func(x Unit) bool { return x.UnitKey == s.unit() })
	if i < 0 {
		return fail(entente.NotFound, "there are not two codings of this", "check source, actor and proposition")
	}
	unit := &units[i]
	unit.Codings = slices.DeleteFunc(unit.Codings, func(c UnitCoding) bool { return c.State == store.Retired })
	if !unit.Open {
		return fail(entente.Invalid, "the codings agree", "there is nothing to settle")
	}
	seen := map[string]int{}
	for _, c := range s.Codings {
		seen[c.Record] = c.Version
	}
	s.Codings = nil
	kept := s.Keep == ""
	for _, c := range unit.Codings {
		if seen[c.String()] != c.Version {
			return fail(entente.Conflict, fmt.Sprintf("%s by %s is new or has changed", c.Key, c.Coder), "load the page again, look at it, and decide anew")
		}
		delete(seen, c.String())
		if c.ID == s.Keep {
			kept = true
			if c.Value != s.Stance || s.Conditions != "" && s.Conditions != c.Conditions {
				return fail(entente.Invalid, "the coding that is kept says something else than the settlement", "settle on its stance and conditions, or keep none")
			}
			s.Conditions = c.Conditions
		}
		s.Codings = append(s.Codings, SettledCoding{c.String(), c.Version, c.Coder, c.Value, c.Conditions})
	}
	switch {
	case len(seen) > 0:
		return fail(entente.Conflict, "a coding that you saw is gone", "load the page again, and decide anew")
	case !kept:
		return fail(entente.Invalid, fmt.Sprintf("%q is none of the codings", s.Keep), "keep one of them, or none")
	}
	return unit, nil
}

// blindOn refuses to decide while a blind task on the unit runs.
func (b *Bench) blindOn(ctx context.Context, op string, k UnitKey) error {
	tasks, err := b.hiding(ctx, []string{string(k.Source)})
	if err != nil {
		return err
	}
	for _, t := range tasks[string(k.Source)] {
		if len(t.Propositions) == 0 || slices.Contains(t.Propositions, k.Proposition) {
			return fault(entente.Conflict, op, string(k.Source), "a blind task on this source is not done", "wait until all coders are done")
		}
	}
	return nil
}

// mayTakeOut refuses to change what is public to who may not publish.
func (b *Bench) mayTakeOut(ctx context.Context, u User, op string, v *store.Version) error {
	if auth.Allowed(u.Role, auth.Publish) {
		return nil
	}
	p, err := b.published(ctx, v.Key)
	if err == nil && p != nil {
		err = fault(entente.Denied, op, v.String(), "one of the codings is published", "an editor can settle it")
	}
	return err
}

// unfinished refuses to change a record both as it is public and as it stands in
// a draft: one commit holds one version of a record.
func (b *Bench) unfinished(ctx context.Context, op string, v *store.Version) error {
	if v.State == store.Published || v.State == store.Retired || v.Number == 1 {
		return nil
	}
	p, err := b.published(ctx, v.Key)
	if err == nil && p != nil {
		err = fault(entente.Conflict, op, v.String(), "an edit of it is not published yet, by "+v.Commit.Who, "publish that edit, or restore the published version, and try again")
	}
	return err
}

// dropSubject takes a proposition out of what a coverage record speaks of; with
// nothing left the record is retired.
func (b *Bench) dropSubject(ctx context.Context, w *batch, op string, v *store.Version, p entente.PropositionID) error {
	if err := b.unfinished(ctx, op, v); err != nil {
		return err
	}
	cells, err := cellsOf(v)
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(strings.Split(cells["subjects"], ";"), func(s string) bool { return s == aboutProposition+string(p) })
	if len(rest) == 0 {
		w.add(again(v, store.Retired))
		return nil
	}
	cells["subjects"] = strings.Join(rest, ";")
	w.add(store.RowChange(rowWith(KindCoverage, cells), v.Number, v.State))
	return nil
}

// settledRecord makes the record of a settlement that keeps none of the codings:
// for a stance a statement at the place of the first one, else a coverage record.
// It adds the quotations and leaves the record itself to the caller.
func (b *Bench) settledRecord(ctx context.Context, u User, w *batch, unit *Unit, s *Settlement, state store.State) (*store.Version, error) {
	id, err := b.newID(string(s.Source), string(s.Actor), string(s.Proposition))
	if err != nil {
		return nil, err
	}
	if s.Stance == FoundNothing {
		rec := entente.Coverage{
			ID: id, Actor: s.Actor, Source: s.Source, Subjects: []string{aboutProposition + string(s.Proposition)}, Finding: entente.FoundNothing,
			Coder: u.Name, Checked: true,
		}
		return versionOfRow(rowChange(rec, 0, state)), nil
	}
	i := slices.IndexFunc(unit.Codings, func(c UnitCoding) bool { return c.Kind == KindStatement })
	if i < 0 {
		return nil, fault(entente.Invalid, "settle", string(s.Source), "no coding has a place in the text for this stance", "code it in the document first")
	}
	v, err := b.Store.Version(ctx, unit.Codings[i].Key, unit.Codings[i].Version)
	if err != nil {
		return nil, err
	}
	rec, err := fromRow[entente.Statement](v)
	if err != nil {
		return nil, err
	}
	quotes, err := b.quotes(ctx, rec.ID)
	if err != nil {
		return nil, err
	}
	rec.ID, rec.Stance, rec.Conditions, rec.Coder, rec.Note = id, entente.Stance(s.Stance), s.Conditions, u.Name, ""
	for _, q := range quotes {
		q.Statement = id
		w.add(rowChange(q, 0, state))
	}
	return versionOfRow(rowChange(rec, 0, state)), nil
}

// versionOfRow is a record that is not in the store yet, as a version to build
// on.
func versionOfRow(c store.Change) *store.Version {
	return &store.Version{Key: c.Key, State: store.Draft, Body: json.RawMessage(c.Body), Facets: c.Facets}
}

// SettlementsOf lists the settlements of a unit, the latest first.
func (b *Bench) SettlementsOf(ctx context.Context, u User, k UnitKey) ([]Settlement, error) {
	out := []Settlement{}
	ask := store.Query{Kinds: []string{KindSettlement}, States: live, Facets: store.Facets{Source: string(k.Source), Actor: string(k.Actor), Proposition: string(k.Proposition)}}
	err := b.eachSeen(ctx, u, ask, func(v *store.Version) error {
		s, err := decode[Settlement](v)
		if err != nil {
			return err
		}
		s.ID, s.Version = v.ID, v.Number
		out = append(out, *s)
		return nil
	})
	slices.SortFunc(out, func(a, b Settlement) int { return b.At.Compare(a.At) })
	return out, err
}
