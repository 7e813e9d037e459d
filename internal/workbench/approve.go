package workbench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"entente"
	"entente/internal/auth"
	"entente/internal/datapackage"
	"entente/internal/store"
)

// Four eyes: nobody publishes what came from its own hand alone. The hands of a
// version are the coder whom the record names and everybody who changed its
// words since it was last published (an import is nobody's hand). One of these
// can publish it only after somebody else accepted that very version. A
// workbench with a single user sets Options.AllowOwn and goes without.
//
// What a record needs and is still a draft (its source, actor, proposition,
// instrument, quotations) is published in the same commit and listed: whoever
// approves the record has seen it there.

// KindReview is the kind of the records that say who accepted which version.
const KindReview = "reviews"

// Acceptance says that somebody read a version in review and found it right. It
// counts for that version only.
type Acceptance struct {
	Record  string    `json:"record"` // "statements:ID"
	Version int       `json:"version"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Approval is what Approve did.
type Approval struct {
	Commit    store.Commit
	Accepted  []store.Key // were found right and wait for an editor
	Published []store.Key // are public now
	Along     []store.Key // drafts that these needed, public now too
}

// Approve finds records in review right. Without publish that is noted, and the
// records wait for somebody who may publish; with it they become public, with
// the drafts that they need.
//
// Errors: Denied for somebody's own coding (see above) or when the role may not
// publish; Conflict when a record moved on, is not in review, or stands under a
// blind task that is not done; Invalid when it is not whole.
func (b *Bench) Approve(ctx context.Context, u User, publish bool, seen ...Seen) (*Approval, error) {
	const op = "approve"
	if publish && !auth.Allowed(u.Role, auth.Publish) {
		return nil, fault(entente.Denied, op, "", "your role may accept, and not publish", "accept it; an editor publishes it")
	}
	list, err := b.look(ctx, u, op, seen)
	if err != nil {
		return nil, err
	}
	var faults entente.Errors
	for i := range list {
		if err := b.approvable(ctx, u, op, &list[i], publish); err != nil {
			faults = append(faults, err)
		}
	}
	if err := one(faults); err != nil {
		return nil, err
	}
	if publish {
		return b.publish(ctx, u, op, "approved", list)
	}
	return b.accept(ctx, u, list)
}

func (b *Bench) approvable(ctx context.Context, u User, op string, v *store.Version, publish bool) error {
	switch {
	case !isTable(v.Kind):
		return notForReview(op, v)
	case v.State == store.InReview, v.State == store.Draft && publish && b.own:
	default:
		return fault(entente.Conflict, op, v.String(), "it is not in review: its state is "+string(v.State), "submit it first")
	}
	if err := b.whole(ctx, op, v); err != nil {
		return err
	}
	if publish {
		if err := b.sighted(ctx, op, v); err != nil {
			return err
		}
	}
	return b.second(ctx, u, op, v, publish)
}

// sighted refuses to publish what a blind task hides: the other coders would
// see it.
func (b *Bench) sighted(ctx context.Context, op string, v *store.Version) error {
	f := facets(v)
	if f.Source == "" {
		return nil
	}
	tasks, err := b.hiding(ctx, []string{f.Source})
	if err != nil {
		return err
	}
	for i := range tasks[f.Source] {
		if t := &tasks[f.Source][i]; t.Has(f.Coder) || t.Has(v.Commit.Who) {
			return fault(entente.Conflict, op, v.String(), "it was coded in a blind task that is not done, and the other coders would see it", "wait until all coders are done")
		}
	}
	return nil
}

// second makes sure that somebody else than the user had the record in hand.
func (b *Bench) second(ctx context.Context, u User, op string, v *store.Version, publish bool) error {
	if b.own {
		return nil
	}
	hands, err := b.hands(ctx, v)
	if err != nil || !slices.Contains(hands, u.Name) {
		return err
	}
	if publish {
		a, _, err := b.acceptance(ctx, v.Key)
		if err != nil {
			return err
		}
		if a != nil && a.Version == v.Number && !slices.Contains(hands, a.By) {
			return nil
		}
	}
	return fault(entente.Denied, op, v.String(), "it is your own coding", "somebody else has to read and accept it first")
}

// hands lists whose work a version is, sorted.
func (b *Bench) hands(ctx context.Context, v *store.Version) ([]string, error) {
	history, err := b.Store.History(ctx, v.Key)
	if err != nil {
		return nil, err
	}
	var out []string
	if c := facets(v).Coder; c != "" {
		out = append(out, c)
	}
	for i := range history { // the latest first
		h := &history[i]
		if h.Number > v.Number {
			continue
		}
		if h.State == store.Published {
			break
		}
		before := ""
		if i+1 < len(history) {
			before = string(history[i+1].Body)
		}
		if string(h.Body) != before && h.Commit.Via != "import" && h.Commit.Via != "init" {
			out = append(out, h.Commit.Who)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// acceptance reads who accepted a record last; nil when nobody did.
func (b *Bench) acceptance(ctx context.Context, k store.Key) (*Acceptance, int, error) {
	a, v, err := get[Acceptance](ctx, b, KindReview, k.String())
	switch {
	case entente.KindOf(err) == entente.NotFound:
		return nil, 0, nil
	case err != nil:
		return nil, 0, err
	}
	return a, v.Number, nil
}

func (b *Bench) accept(ctx context.Context, u User, list []store.Version) (*Approval, error) {
	out := &Approval{}
	var changes []store.Change
	for i := range list {
		v := &list[i]
		_, base, err := b.acceptance(ctx, v.Key)
		if err != nil {
			return nil, err
		}
		a := Acceptance{Record: v.String(), Version: v.Number, By: u.Name, At: b.now().UTC().Truncate(time.Microsecond)}
		f := facets(v)
		f.Coder = ""
		c, err := change(KindReview, v.String(), base, a, f)
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
		out.Accepted = append(out.Accepted, v.Key)
	}
	var err error
	out.Commit, err = b.save(ctx, u, "accepted", changes...)
	return out, err
}

// publish makes records public with what they need.
func (b *Bench) publish(ctx context.Context, u User, op, why string, list []store.Version) (*Approval, error) {
	w := newBatch()
	along, err := b.publishing(ctx, w, op, list)
	if err != nil {
		return nil, err
	}
	out := &Approval{Along: along}
	for i := range list {
		out.Published = append(out.Published, list[i].Key)
	}
	out.Commit, err = b.public(ctx, u, why, w.list...)
	return out, err
}

// carried are the tables whose drafts go along with what needs them. Others,
// such as the statement that a challenge is about, are published on their own.
var carried = []string{KindSource, KindActor, KindInstrument, KindProposition, "rollcalls", "incidents"}

// publishing adds the publication of records and of the drafts that they need,
// and lists the latter.
func (b *Bench) publishing(ctx context.Context, w *batch, op string, list []store.Version) (along []store.Key, err error) {
	queue := slices.Clone(list)
	asked := len(list)
	for i := range queue {
		w.add(again(&queue[i], store.Published))
	}
	enter := func(v *store.Version) {
		if !w.has(v.Key) {
			w.add(again(v, store.Published))
			queue = append(queue, *v)
		}
	}
	for i := 0; i < len(queue); i++ {
		v := queue[i] // a copy: the queue grows
		if i >= asked {
			along = append(along, v.Key)
		}
		row, err := store.DecodeRow(v.Kind, v.Body)
		if err != nil {
			return nil, err
		}
		for _, ref := range row.Refs() {
			if w.has(store.Key{Kind: ref.Table, ID: ref.ID}) {
				continue // it is published in the same step
			}
			draft, err := b.needs(ctx, op, &v, ref)
			if err != nil {
				return nil, err
			}
			if draft != nil {
				enter(draft)
			}
		}
		if v.Kind == KindStatement { // passages that an edit gave up
			if err := b.replaced(ctx, w, v.ID); err != nil {
				return nil, err
			}
		}
		hung, err := b.hanging(ctx, &v)
		if err != nil {
			return nil, err
		}
		for j := range hung {
			enter(&hung[j])
		}
	}
	slices.SortFunc(along, compareKeys)
	return along, nil
}

// needs gives the draft that a reference needs, nil when what it names is public.
func (b *Bench) needs(ctx context.Context, op string, from *store.Version, ref datapackage.Ref) (*store.Version, error) {
	k := store.Key{Kind: ref.Table, ID: ref.ID}
	fail := func(msg, hint string) error {
		return fault(entente.Invalid, op, from.String(), fmt.Sprintf("it names %s, which %s", k, msg), hint)
	}
	v, err := b.Store.Get(ctx, k)
	switch {
	case entente.KindOf(err) == entente.NotFound || err == nil && v.Layer != "":
		return nil, fail("is not there", "add it first, or choose another")
	case err != nil:
		return nil, err
	case v.State == store.Published:
		return nil, nil
	case v.State == store.Retired:
		return nil, fail("was retired", "bring it back, or choose another")
	}
	if p, err := b.published(ctx, k); p != nil || err != nil {
		return nil, err // the public version is enough
	}
	if !slices.Contains(carried, k.Kind) {
		return nil, fail("is not published", "publish that record first")
	}
	return v, nil
}

// hanging gives the drafts that only make sense with a record: the quotations of
// a statement, the codebook of a proposition.
func (b *Bench) hanging(ctx context.Context, v *store.Version) ([]store.Version, error) {
	kind := map[string]string{KindStatement: KindQuotation, KindProposition: KindCodebook}[v.Kind]
	if kind == "" {
		return nil, nil
	}
	list, err := b.Store.List(ctx, store.Query{Kinds: []string{kind}, States: []store.State{store.Draft, store.InReview}, Facets: store.Facets{}, After: store.Key{Kind: kind, ID: v.ID + datapackage.KeySep}, Limit: 100})
	if err != nil {
		return nil, err
	}
	var out []store.Version
	for i := range list {
		if len(list[i].ID) <= len(v.ID) || list[i].ID[:len(v.ID)+1] != v.ID+datapackage.KeySep {
			break
		}
		out = append(out, list[i])
	}
	return out, nil
}

func compareKeys(a, b store.Key) int {
	switch {
	case a.Kind != b.Kind && a.Kind < b.Kind, a.Kind == b.Kind && a.ID < b.ID:
		return -1
	case a == b:
		return 0
	}
	return 1
}
