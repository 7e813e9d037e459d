package workbench

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/internal/store"
)

// A unit is what two coders can be compared on: one actor and one proposition in
// one source. A coder's value for it is the stance of its statement, or "nothing"
// when its coverage says that the source was read for it and holds nothing. A
// stance that is not set is no value.

// FoundNothing is the value of a unit that a coder read and found nothing on.
const FoundNothing = string(entente.FoundNothing)

// UnitKey names a unit.
type UnitKey struct {
	Source      entente.SourceID
	Actor       entente.ActorID
	Proposition entente.PropositionID
}

func (k UnitKey) compare(o UnitKey) int {
	return cmp.Or(cmp.Compare(k.Source, o.Source), cmp.Compare(k.Actor, o.Actor), cmp.Compare(k.Proposition, o.Proposition))
}

// UnitCoding is one coder's coding of a unit.
type UnitCoding struct {
	Seen
	State      store.State // of the latest version; retired for a coding that lost a settlement
	Coder      string
	Value      string // a stance, or "nothing"
	Conditions string
	Pinpoint   string
	Date       string
	Note       string
	Quotes     []entente.Quotation
	At         time.Time // of the version
}

// Unit is a unit with every coding that the user may see, and with the latest
// settlement.
type Unit struct {
	UnitKey
	Codings    []UnitCoding // by coder
	Settlement *Settlement  // nil: none
	Open       bool         // the codings that stand do not agree
}

// Values lists the values that stand, without repeats.
func (u *Unit) Values() []string {
	var out []string
	for i := range u.Codings {
		if u.Codings[i].State != store.Retired {
			out = append(out, u.Codings[i].Value)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Show chooses units.
type Show string

// The choices.
const (
	ShowOpen    Show = "open"    // to be settled
	ShowSettled Show = "settled" // done, with both codings
	ShowAll     Show = "all"     // also where the coders agree
)

// DisagreementFilter chooses units; empty fields choose all.
type DisagreementFilter struct {
	Source      entente.SourceID
	Actor       entente.ActorID
	Proposition entente.PropositionID
	Coder       string // one of those who coded it
	Show        Show   // empty: open
	// Everywhere looks at every source. Otherwise the sources in work are looked
	// at: those of a task with two or more coders, with a draft or with something
	// in review, and those of a settlement.
	Everywhere bool
}

// Disagreements lists the units that two or more coders have coded, in the order
// of source, actor and proposition. What a blind task hides from the user is not
// compared.
func (b *Bench) Disagreements(ctx context.Context, u User, f DisagreementFilter) ([]Unit, error) {
	switch f.Show {
	case "":
		f.Show = ShowOpen
	case ShowOpen, ShowSettled, ShowAll:
	default:
		return nil, fault(entente.Invalid, "disagreements", "show", "there is no choice "+string(f.Show), "open, settled or all")
	}
	facets := store.Facets{Source: string(f.Source), Actor: string(f.Actor), Proposition: string(f.Proposition)}
	scopes := []store.Facets{facets}
	if f.Source == "" && !f.Everywhere {
		var err error
		if scopes, err = b.inWork(ctx, facets); err != nil {
			return nil, err
		}
	}
	out := []Unit{}
	for _, s := range scopes {
		list, err := b.units(ctx, u, s)
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].wanted(f) {
				out = append(out, list[i])
			}
		}
	}
	slices.SortFunc(out, func(a, b Unit) int { return a.compare(b.UnitKey) })
	return out, b.details(ctx, out)
}

func (u *Unit) wanted(f DisagreementFilter) bool {
	if f.Coder != "" && !slices.ContainsFunc(u.Codings, func(c UnitCoding) bool { return c.Coder == f.Coder }) {
		return false
	}
	switch f.Show {
	case ShowOpen:
		return u.Open
	case ShowSettled:
		return !u.Open && u.Settlement != nil
	}
	return true
}

// inWork gives one scope per source in work.
func (b *Bench) inWork(ctx context.Context, f store.Facets) ([]store.Facets, error) {
	sources := map[string]bool{}
	note := func(v *store.Version) error {
		if s := facets(v).Source; s != "" {
			sources[s] = true
		}
		return nil
	}
	err := b.eachTask(ctx, store.Query{Kinds: []string{KindTask}, States: live}, func(t Task) {
		if len(t.Coders) > 1 {
			sources[string(t.Source)] = true
		}
	})
	if err != nil {
		return nil, err
	}
	for _, ask := range []store.Query{
		{Kinds: []string{KindStatement, KindCoverage}, States: []store.State{store.Draft, store.InReview}},
		{Kinds: []string{KindSettlement}, States: live},
	} {
		if err := b.each(ctx, ask, note); err != nil {
			return nil, err
		}
	}
	var out []store.Facets
	for _, s := range sortedKeys(sources) {
		f.Source = s
		out = append(out, f)
	}
	return out, nil
}

// units gathers the units of a scope that two or more coders coded, or that were
// settled.
func (b *Bench) units(ctx context.Context, u User, scope store.Facets) ([]Unit, error) {
	by := map[UnitKey]*Unit{}
	unit := func(k UnitKey) *Unit {
		if by[k] == nil {
			by[k] = &Unit{UnitKey: k}
		}
		return by[k]
	}
	err := b.eachSeen(ctx, u, store.Query{Kinds: []string{KindStatement}, States: live, Facets: scope}, func(v *store.Version) error {
		k, c, ok, err := statementCoding(v)
		if ok {
			x := unit(k)
			x.Codings = append(x.Codings, c)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	wide := scope
	wide.Proposition = "" // coverage names its propositions in a list
	err = b.eachSeen(ctx, u, store.Query{Kinds: []string{KindCoverage}, States: live, Facets: wide}, func(v *store.Version) error {
		return coverageCodings(v, func(k UnitKey, c UnitCoding) {
			if scope.Proposition == "" || scope.Proposition == string(k.Proposition) {
				x := unit(k)
				x.Codings = append(x.Codings, c)
			}
		})
	})
	if err != nil {
		return nil, err
	}
	err = b.eachSeen(ctx, u, store.Query{Kinds: []string{KindSettlement}, States: live, Facets: scope}, func(v *store.Version) error {
		s, err := decode[Settlement](v)
		if err != nil {
			return err
		}
		s.ID, s.Version = v.ID, v.Number
		x := unit(s.unit())
		if x.Settlement == nil || s.At.After(x.Settlement.At) {
			x.Settlement = s
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var out []Unit
	for _, x := range by {
		if x.finish() {
			out = append(out, *x)
		}
	}
	slices.SortFunc(out, func(a, b Unit) int { return a.compare(b.UnitKey) })
	return out, nil
}

// eachSeen is [Bench.each] over what the user may see.
func (b *Bench) eachSeen(ctx context.Context, u User, ask store.Query, f func(*store.Version) error) error {
	for {
		list, next, err := b.List(ctx, u, ask)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].Layer != "" {
				continue
			}
			if err := f(&list[i]); err != nil {
				return err
			}
		}
		if next == (store.Key{}) {
			return nil
		}
		ask.After = next
	}
}

// statementCoding reads a statement as a coding; ok is false for one without
// stance or coder.
func statementCoding(v *store.Version) (UnitKey, UnitCoding, bool, error) {
	s, err := fromRow[entente.Statement](v)
	if err != nil || s.Stance == "" || s.Coder == "" {
		return UnitKey{}, UnitCoding{}, false, err
	}
	return UnitKey{s.Source, s.Actor, s.Proposition}, UnitCoding{
		Seen: Seen{v.Key, v.Number}, State: v.State, Coder: s.Coder, Value: string(s.Stance), Conditions: s.Conditions,
		Pinpoint: s.Pinpoint, Date: s.Date.String(), Note: s.Note, At: v.Commit.At,
	}, true, nil
}

const aboutProposition = "proposition:"

// coverageCodings reads a coverage record as one coding per proposition that
// nothing was found on.
func coverageCodings(v *store.Version, put func(UnitKey, UnitCoding)) error {
	c, err := fromRow[entente.Coverage](v)
	if err != nil || c.Finding != entente.FoundNothing || c.Coder == "" || c.Actor == entente.AnyActor || c.Actor == "" {
		return err
	}
	for _, s := range c.Subjects {
		if p, ok := strings.CutPrefix(s, aboutProposition); ok {
			put(UnitKey{c.Source, c.Actor, entente.PropositionID(p)}, UnitCoding{
				Seen: Seen{v.Key, v.Number}, State: v.State, Coder: c.Coder, Value: FoundNothing, Date: c.Date.String(), Note: c.Note, At: v.Commit.At,
			})
		}
	}
	return nil
}

// valuesBy gives the values of each coder, sorted and without repeats.
func valuesBy(list []UnitCoding) map[string][]string {
	out := map[string][]string{}
	for i := range list {
		if c := &list[i]; !has(out[c.Coder], c.Value) {
			out[c.Coder] = append(out[c.Coder], c.Value)
		}
	}
	for _, v := range out {
		slices.Sort(v)
	}
	return out
}

// finish brings a unit into order and tells whether it is one to show: coded by
// two, or settled.
func (u *Unit) finish() bool {
	order := func() {
		slices.SortFunc(u.Codings, func(a, b UnitCoding) int {
			return cmp.Or(cmp.Compare(a.Coder, b.Coder), compareKeys(a.Key, b.Key))
		})
	}
	order()
	values := valuesBy(u.Codings)
	differ := false
	for _, v := range values {
		differ = differ || !slices.Equal(v, values[u.Codings[0].Coder])
	}
	switch s := u.Settlement; s {
	case nil:
		u.Open = differ
		return len(values) > 1
	default:
		for i := range u.Codings {
			u.Open = u.Open || u.Codings[i].Value != s.Stance
		}
		for i := range s.Codings {
			c := &s.Codings[i]
			if !slices.ContainsFunc(u.Codings, func(x UnitCoding) bool { return x.String() == c.Record }) {
				kind, id, _ := strings.Cut(c.Record, ":")
				u.Codings = append(u.Codings, UnitCoding{
					Seen: Seen{store.Key{Kind: kind, ID: id}, c.Version}, State: store.Retired, Coder: c.Coder, Value: c.Stance, Conditions: c.Conditions,
				})
			}
		}
		order()
		return true
	}
}

// details fills in the quotations, and what a settled coding was when it was
// settled.
func (b *Bench) details(ctx context.Context, list []Unit) error {
	for i := range list {
		for j := range list[i].Codings {
			c := &list[i].Codings[j]
			if c.State == store.Retired {
				v, err := b.Store.Version(ctx, c.Key, c.Version)
				if err != nil {
					return err
				}
				c.At = v.Commit.At
				if c.Kind == KindStatement {
					_, old, _, err := statementCoding(v)
					if err != nil {
						return err
					}
					c.Pinpoint, c.Date, c.Note = old.Pinpoint, old.Date, old.Note
				}
			}
			if c.Kind != KindStatement {
				continue
			}
			quotes, err := b.quotationsOf(ctx, c.ID)
			if err != nil {
				return err
			}
			for k := range quotes {
				if (quotes[k].State == store.Retired) != (c.State == store.Retired) {
					continue
				}
				q, err := fromRow[entente.Quotation](&quotes[k])
				if err != nil {
					return err
				}
				c.Quotes = append(c.Quotes, q)
			}
		}
	}
	return nil
}
