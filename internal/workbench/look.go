package workbench

import (
	"context"
	"slices"

	"entente"
	"entente/internal/store"
)

// List gives records by their latest version, as far as the user may see them:
// it is [store.Store.List] for faces. The user's own private layer is looked
// into; the query's Layers are ignored. Where the latest version is hidden and
// another is published, that one is given. The second result is the key to go on
// behind, zero at the end: hidden records can make a page shorter than its limit.
func (b *Bench) List(ctx context.Context, u User, ask store.Query) ([]store.Version, store.Key, error) {
	ask.Layers = u.layers()
	list, err := b.Store.List(ctx, ask)
	if err != nil {
		return nil, store.Key{}, err
	}
	var next store.Key
	limit := ask.Limit
	if limit == 0 {
		limit = store.MaxList
	}
	if len(list) == limit && ask.Words == "" {
		next = list[len(list)-1].Key
	}
	seen, err := b.Visible(ctx, u, list)
	if err != nil || len(seen) == len(list) {
		return seen, next, err
	}
	// A published version may be shown in place of a hidden draft, unless only
	// the draft fits what was asked for.
	out := make([]store.Version, 0, len(list))
	for i := range list {
		v := &list[i]
		if len(seen) > 0 && seen[0].Key == v.Key {
			out = append(out, seen[0])
			seen = seen[1:]
			continue
		}
		if v.Layer != "" || v.Number == 1 || ask.Words != "" || len(ask.States) > 0 && !slices.Contains(ask.States, store.Published) {
			continue
		}
		p, err := b.published(ctx, v.Key)
		if err != nil {
			return nil, store.Key{}, err
		}
		if p == nil {
			continue
		}
		p.Facets = store.FacetsOf(p.Kind, p.Body)
		if fits(p.Facets, ask.Facets) {
			out = append(out, *p)
		}
	}
	return out, next, nil
}

// fits tells whether facets are those that were asked for.
func fits(have, want store.Facets) bool {
	ok := func(have, want string) bool { return want == "" || have == want }
	return ok(have.Actor, want.Actor) && ok(have.Proposition, want.Proposition) && ok(have.Source, want.Source) && ok(have.Coder, want.Coder)
}

// Record gives the latest version of a record that the user may see. Errors:
// NotFound, also for a record that is hidden from the user.
func (b *Bench) Record(ctx context.Context, u User, k store.Key) (*store.Version, error) {
	list, err := b.History(ctx, u, k)
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// History gives the versions of a record that the user may see, the latest
// first. Errors: NotFound, also when there is none that the user may see.
func (b *Bench) History(ctx context.Context, u User, k store.Key) ([]store.Version, error) {
	if err := checkID(k.Kind, k.ID); err != nil {
		return nil, err
	}
	list, err := b.Store.History(ctx, k)
	if err != nil {
		return nil, err
	}
	if list, err = b.Visible(ctx, u, list); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, fault(entente.NotFound, "read record", k.String(), "there is no such record", "check the id")
	}
	return list, nil
}

// withheld stands for the reason of a commit of which a part is hidden.
const withheld = "(not shown until the blind task is done)"

// Log lists commits as far as the user may see them, the latest first: it is
// [store.Store.Log] for faces. The second result is the number to go on before,
// 0 at the end.
func (b *Bench) Log(ctx context.Context, u User, ask store.LogQuery) ([]store.Entry, int64, error) {
	ask.Layers = u.layers()
	list, err := b.Store.Log(ctx, ask)
	if err != nil {
		return nil, 0, err
	}
	limit := ask.Limit
	if limit == 0 {
		limit = store.MaxList
	}
	var next int64
	if len(list) == limit {
		next = list[len(list)-1].Seq
	}
	list, err = b.VisibleLog(ctx, u, list)
	return list, next, err
}

// VisibleLog leaves out of commits what the user may not see, and whole commits
// of which nothing is left. The reason of a commit that is shown in part is
// withheld, since it may speak of the rest.
func (b *Bench) VisibleLog(ctx context.Context, u User, list []store.Entry) ([]store.Entry, error) {
	blind, err := b.hiding(ctx, nil)
	if err != nil {
		return nil, err
	}
	out := make([]store.Entry, 0, len(list))
	for _, e := range list {
		kept := make([]store.Touched, 0, len(e.Touched))
		for _, t := range e.Touched {
			ok, err := b.mayTouch(ctx, u, t, len(blind) > 0)
			if err != nil {
				return nil, err
			}
			if ok {
				kept = append(kept, t)
			}
		}
		if len(kept) == 0 && len(e.Touched) > 0 {
			continue
		}
		if len(kept) < len(e.Touched) {
			e.Why, e.Touched = withheld, kept
			if e.Changes = len(kept); e.More > 0 {
				e.Changes += e.More
			}
		}
		out = append(out, e)
	}
	return out, nil
}

// mayTouch tells whether the user may know of one record of a commit.
func (b *Bench) mayTouch(ctx context.Context, u User, t store.Touched, blind bool) (bool, error) {
	switch {
	case t.Layer != "":
		return t.Layer == store.Private(u.Name), nil
	case !blind || t.State == store.Published || slices.Contains(openKinds, t.Kind):
		return true, nil
	}
	v, err := b.Store.Version(ctx, t.Key, t.Number)
	if err != nil {
		return false, err
	}
	list, err := b.Visible(ctx, u, []store.Version{*v})
	return len(list) == 1, err
}
