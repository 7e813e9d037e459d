package view

import (
	"entente"
	"entente/analysis/compare"
)

// Extra asks for what may stand beside a comparison.
type Extra struct {
	// From asks for what changed after this date, up to the as-of date.
	From entente.Date
	// Members asks, when one of two actors is a bloc and the other is outside
	// it, for where the bloc's members stand.
	Members bool
}

// CompareWith is [Builder.Compare] with the extras in the same page: the same
// table, a title that names the period, and the sources of all.
func (b Builder) CompareWith(ids []entente.ActorID, o compare.Options, x Extra) (*Page, error) {
	page, err := b.Compare(ids, o)
	if err != nil {
		return nil, err
	}
	v, ok := page.Data.(*Compare)
	if !ok {
		return nil, &entente.Error{Kind: entente.Internal, Op: "compare", Msg: "the page holds no comparison"}
	}
	used := sourceSet{}
	used.add(page.Sources...)
	if !x.From.IsZero() {
		changes, err := b.Changes(ids, x.From, b.Corpus.AsOf(o.Settings), o)
		if err != nil {
			return nil, err
		}
		v.Changes, _ = changes.Data.(*Changes)
		used.add(changes.Sources...)
		page.Title += ", with what changed since " + x.From.String()
	}
	if bloc, outsider, ok := b.blocBeside(ids, o); x.Members && ok {
		members, err := b.Bloc(bloc, outsider, o)
		if err != nil {
			return nil, err
		}
		v.Members, _ = members.Data.(*Bloc)
		used.add(members.Sources...)
	}
	page.Sources = used.list()
	return page, nil
}

// blocBeside finds, among two actors, the bloc and the one outside it.
func (b Builder) blocBeside(ids []entente.ActorID, o compare.Options) (bloc, outsider entente.ActorID, ok bool) {
	if len(ids) != 2 {
		return "", "", false
	}
	first, second := b.Corpus.Actor(ids[0]), b.Corpus.Actor(ids[1])
	switch {
	case first.Kind == entente.Bloc && second.Kind != entente.Bloc:
		bloc, outsider = first.ID, second.ID
	case second.Kind == entente.Bloc && first.Kind != entente.Bloc:
		bloc, outsider = second.ID, first.ID
	default:
		return "", "", false
	}
	t := b.Corpus.AsOf(o.Settings)
	if len(b.Corpus.MembersAt(bloc, t, o.Unverified)) == 0 || b.Corpus.MemberAt(outsider, bloc, t, o.Unverified) != nil {
		return "", "", false
	}
	return bloc, outsider, true
}

// HasMembers reports whether an actor is a body with members on record on the
// as-of date: only then is there an inside to look into.
func (b Builder) HasMembers(id entente.ActorID, o compare.Options) bool {
	return len(b.Corpus.MembersAt(id, b.Corpus.AsOf(o.Settings), o.Unverified)) > 0
}
