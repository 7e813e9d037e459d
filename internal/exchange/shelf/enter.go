package shelf

import (
	"context"
	"fmt"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// state is what counts now, of revision least at the least. It may be a moment old
// otherwise; see [partner.Lag].
func (s *Shelf) state(ctx context.Context, least int64) (*partner.State, error) {
	st, err := s.o.Book.State(ctx)
	if err != nil {
		return nil, err
	}
	if newer := s.newer.Load(); newer != nil && newer.Revision > st.Revision {
		st = newer
	}
	if st.Revision >= least {
		return st, nil
	}
	if st, err = s.newest(ctx); err != nil {
		return nil, err
	}
	if st.Revision < least {
		return nil, &entente.Error{Kind: entente.Unavailable, Op: "read the settings", Msg: "the settings in the store are older than what was done by them", Hint: "was an old copy put in its place?"}
	}
	return st, nil
}

// newest is what counts at some moment after the call.
func (s *Shelf) newest(ctx context.Context) (st *partner.State, err error) {
	err = s.st.Read(ctx, func(ctx context.Context, q store.Querier) error {
		n, err := s.o.Book.Revision(ctx, q)
		if err != nil {
			return err
		}
		st, err = s.stateAt(ctx, q, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.newer.Store(st)
	return st, nil
}

func noCollection(name string) error {
	return &entente.Error{Kind: entente.NotFound, Op: "find the collection", Place: fmt.Sprintf("%.80q", name), Msg: "there is no such collection"}
}

// describe gives a collection as a partner may use it; false when the partner may
// not know of it.
func describe(st *partner.State, who string, c *partner.Collection, now time.Time) (taxii.Collection, bool) {
	out := taxii.Collection{
		ID: c.ID, Title: c.Title, Description: c.Description, Alias: c.Alias, MediaTypes: []string{taxii.StixMediaType, taxii.Stix20MediaType},
		CanRead: st.CanRead(who, c.ID, now), CanWrite: st.CanWrite(who, c.ID, now),
	}
	if out.Title == "" {
		out.Title = c.ID
	}
	return out, out.CanRead || out.CanWrite
}

// Collections lists the collections that a partner may know of, by id.
func (s *Shelf) Collections(ctx context.Context, partner string) ([]taxii.Collection, error) {
	st, err := s.state(ctx, 0)
	if err != nil {
		return nil, err
	}
	now := s.o.Now()
	var out []taxii.Collection
	for _, id := range st.CollectionIDs() {
		if c, ok := st.Collection(id); ok {
			if d, ok := describe(st, partner, c, now); ok {
				out = append(out, d)
			}
		}
	}
	return out, nil
}

// Collection finds one of them by its id or alias. Errors: NotFound, also for one
// that the partner may not know of.
func (s *Shelf) Collection(ctx context.Context, partner, name string) (taxii.Collection, error) {
	st, err := s.state(ctx, 0)
	if err != nil {
		return taxii.Collection{}, err
	}
	return known(st, partner, name, s.o.Now())
}

func known(st *partner.State, who, name string, now time.Time) (taxii.Collection, error) {
	if c, ok := st.Collection(name); ok {
		if d, ok := describe(st, who, c, now); ok {
			return d, nil
		}
	}
	return taxii.Collection{}, noCollection(name)
}

func denied(what string) error {
	return &entente.Error{Kind: entente.Denied, Op: what, Msg: "this partner may not " + what + " in this collection"}
}

// index gives the index of a collection, which may be empty still.
func (s *Shelf) index(collection string) *index {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.indexes[collection]
	if x == nil {
		x = newIndex(collection)
		s.indexes[collection] = x
	}
	return x
}

// Warm reads what lies in every collection into memory, so that the first to ask
// does not wait for it.
func (s *Shelf) Warm(ctx context.Context) error {
	st, err := s.state(ctx, 0)
	if err != nil {
		return err
	}
	for _, id := range st.CollectionIDs() {
		if err := s.fresh(ctx, s.index(id)); err != nil {
			return err
		}
	}
	return nil
}

// entrance is a collection made ready for one partner at one moment.
type entrance struct {
	x    *index
	st   *partner.State
	lens *lens
	bits *bits // what was handed over
	info taxii.Collection
}

// enter makes a collection ready for a partner who wants to read it: the index is
// up to date, the settings are at least those by which it came to be, and all that
// has opened for the partner since it last looked has a new stamp.
func (s *Shelf) enter(ctx context.Context, who, name string) (*entrance, error) {
	st, err := s.state(ctx, 0)
	if err != nil {
		return nil, err
	}
	for range maxTries {
		if st, err = s.relevel(ctx, st); err != nil {
			return nil, err
		}
		info, err := known(st, who, name, s.o.Now())
		if err != nil {
			return nil, err
		}
		if !info.CanRead {
			return nil, denied("read")
		}
		x := s.index(info.ID)
		if err := s.fresh(ctx, x); err != nil {
			return nil, err
		}
		now := s.o.Now().UnixMicro()
		x.mu.RLock()
		least := x.settings
		d, looked := x.doors[who]
		x.mu.RUnlock()
		if least = max(least, d.revision); st.Revision < least {
			if st, err = s.state(ctx, least); err != nil {
				return nil, err
			}
			continue
		}
		if !looked || d.revision != st.Revision || lifted(st, d.at, now) {
			if st, err = s.open(ctx, x, who); err != nil {
				return nil, err
			}
			continue
		}
		given, err := s.givenTo(ctx, x, who)
		if err != nil {
			return nil, err
		}
		at := time.UnixMicro(max(now, d.at))
		return &entrance{x: x, st: st, lens: x.lensFor(st, who, at), bits: given, info: info}, nil
	}
	return nil, busy("read")
}

// maxTries bounds how often a request begins again because something changed under
// it.
const maxTries = 20

func busy(op string) error {
	return &entente.Error{Kind: entente.Unavailable, Op: op, Msg: "the collection or its rules change all the time", Hint: "try again", Err: &taxii.Wait{After: time.Second}}
}

// lifted reports whether an embargo ended after one instant and until another.
func lifted(st *partner.State, from, to int64) bool {
	for i := range st.Settings.Embargoes {
		if until := st.Settings.Embargoes[i].Until; until.After(time.UnixMicro(from)) && !until.After(time.UnixMicro(to)) {
			return true
		}
	}
	return false
}

// lens is what a partner may see of a collection, worked out for a while: the
// decisions of the rules for each origin and level, and for the objects of which
// more must be known.
type lens struct {
	st      *partner.State
	view    handling.View
	from    time.Time
	until   time.Time // zero: no end
	allow   []uint8   // by origin: a bit for each level
	special map[uint32]bool
	objects int // how many objects the index had
}

// lensFor gives the lens of a partner for an instant.
func (x *index) lensFor(st *partner.State, who string, at time.Time) *lens {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if v, ok := x.lenses.Load(who); ok {
		l := v.(*lens)
		if l.st == st && len(l.allow) == len(x.origins.list) && !at.Before(l.from) && (l.until.IsZero() || at.Before(l.until)) &&
			(l.objects == len(x.objects) || len(st.Settings.Embargoes) == 0) {
			return l
		}
	}
	l := x.makeLens(st, who, at)
	x.lenses.Store(who, l)
	return l
}

// makeLens works a lens out; the index is locked.
func (x *index) makeLens(st *partner.State, who string, at time.Time) *lens {
	l := &lens{st: st, view: st.Rules.View(who, x.collection, at), from: at, objects: len(x.objects)}
	end := func(t time.Time) {
		if t.After(at) && (l.until.IsZero() || t.Before(l.until)) {
			l.until = t
		}
	}
	if p, ok := st.Partner(who); ok {
		end(p.Until)
	}
	for _, e := range st.Settings.Embargoes {
		end(e.Until)
		if o := x.find(string(e.Object)); o != 0 {
			if l.special == nil {
				l.special = map[uint32]bool{}
			}
			l.special[o] = true
		}
	}
	for _, origin := range x.origins.list {
		var levels uint8
		for _, level := range handling.Levels {
			if l.view.Allows(handling.Subject{Level: level, Origin: origin}) {
				levels |= 1 << level
			}
		}
		l.allow = append(l.allow, levels)
	}
	return l
}

// allows tells whether the partner may have an entry.
func (l *lens) allows(x *index, e *entry) bool {
	if l.allow[e.origin]&(1<<e.level) == 0 {
		return false
	}
	return len(l.special) == 0 || !l.special[e.object] || l.view.Allows(x.subject(e))
}

// subject is what the rules must know of an entry.
func (x *index) subject(e *entry) handling.Subject {
	return handling.Subject{ID: stix.ID(x.texts.get(x.objects[e.object].id)), Level: handling.TLP(e.level), Origin: x.origins.list[e.origin]}
}
