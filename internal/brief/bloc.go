package brief

import (
	"fmt"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/internal/cite"
	"entente/internal/document"
	"entente/internal/view"
)

// Bloc writes where the members of a bloc stand as a document of the same shape
// as [Compare]: on which propositions they hold a common position, on which they
// could if some spoke or moved, and behind it every record. The page must come
// from [view.Builder.Bloc] of the same corpus; errors as in [Compare].
func Bloc(b view.Builder, page *view.Page) (*document.Document, error) {
	v, ok := page.Data.(*view.Bloc)
	if !ok {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "brief", Msg: fmt.Sprintf("this note is made of a look into a bloc, not of %T", page.Data)}
	}
	whole, sources := blocAsCompare(v), sourcesOf(b.Corpus, page)
	write := func(l limits) *writer {
		w := newWriter(b.Corpus, whole, page.Title, cite.Dated(sources), l)
		path := fmt.Sprintf("/bloc/%s", v.Bloc.ID)
		line := fmt.Sprintf("entente compare %s", v.Bloc.ID)
		if v.Outsider != nil {
			path, line = path+"/"+string(v.Outsider.ID), line+" "+string(v.Outsider.ID)
		}
		w.reproduce(path+query(whole), line+flags(whole))
		w.blocNote(v)
		return w
	}
	w := write(widest(func(l limits) bool { return fits(write(l).doc) }))
	w.startEvidence()
	w.propositions()
	w.unspoken()
	w.sources(sources)
	return w.finished()
}

// blocAsCompare gives the positions of a bloc, an outsider and the members as the
// rows of a comparison, for the tables of evidence.
func blocAsCompare(v *view.Bloc) *view.Compare {
	out := &view.Compare{Corpus: v.Corpus, AsOf: v.AsOf, Settings: v.Settings, Actors: []view.Actor{v.Bloc}}
	if v.Outsider != nil {
		out.Actors = append(out.Actors, *v.Outsider)
	}
	for _, m := range v.Members {
		if v.Outsider == nil || m.ID != v.Outsider.ID {
			out.Actors = append(out.Actors, m)
		}
	}
	for i := range v.Rows {
		r := &v.Rows[i]
		row := view.CompareRow{
			ID: r.ID, Pillar: r.Pillar, Issue: r.Issue, Statement: r.Statement, Outcome: say(verdicts, compare.Verdict(r.Verdict)),
			Positions: map[entente.ActorID]view.Position{v.Bloc.ID: r.Position},
		}
		for _, list := range [][]view.MemberPosition{r.For, r.Against, r.Silent} {
			for _, m := range list {
				row.Positions[m.Actor] = m.Position
			}
		}
		if v.Outsider != nil && r.Outsider != nil {
			row.Positions[v.Outsider.ID] = *r.Outsider
		}
		out.Propositions = append(out.Propositions, row)
	}
	return out
}

var verdicts = map[compare.Verdict]string{
	compare.CommonNow: "common position", compare.WithinView: "within view", compare.Divided: "divided", compare.Unspoken: "no member has spoken",
}

// blocNote writes the first pages.
func (w *writer) blocNote(v *view.Bloc) {
	n := len(v.Members)
	fn := w.countedFrom()
	w.doc.Add(document.P(fmt.Sprintf("%s had %s on the day. On %d of %d propositions all of them have taken the same side; on %d nobody stands on the other side, and some would have to speak; on %d they stand on both sides; on %d no member has taken a side. Members count by their own words and acts, not by the word of the body.",
		v.Bloc.Name, count(n, "member", "members"), v.Counts[string(compare.CommonNow)], len(v.Rows), v.Counts[string(compare.WithinView)], v.Counts[string(compare.Divided)], v.Counts[string(compare.Unspoken)]), fn))
	w.heading(1, "Where a common position is near", "stand")
	var sections []section
	for _, part := range []struct {
		verdict compare.Verdict
		title   string
		limit   int
	}{
		{compare.CommonNow, "Common already", w.limits.agreements},
		{compare.WithinView, "Within view: some would have to speak", w.limits.agreements},
		{compare.Divided, "Divided: some would have to move", w.limits.differ},
	} {
		s, told, all := section{title: part.title}, 0, 0
		for i := range v.Rows {
			r := &v.Rows[i]
			if r.Verdict != string(part.verdict) {
				continue
			}
			if all++; told < part.limit {
				told++
				s.row(upper(r.Issue), w.blocRow(v, r), w.notes.note(w.blocRefs(v, r), "", 0))
			}
		}
		if all > told {
			s.row("Further", fmt.Sprintf("%d more in the body of evidence.", all-told), w.counted())
		}
		sections = append(sections, s)
	}
	none := section{title: "Nothing on record"}
	if v.Counts[string(compare.Unspoken)] == len(v.Rows) {
		none.row("All", "No member has taken a side on any of these propositions.", w.counted())
	}
	w.table("Question", append(sections, none)...)
}

// blocRow tells one proposition: how many stand where, who would have to speak or
// move, where the body and the outsider stand.
func (w *writer) blocRow(v *view.Bloc, r *view.BlocRow) string {
	n := len(v.Members)
	var parts []string
	for _, g := range []struct {
		list []view.MemberPosition
		verb string
	}{{r.For, "for"}, {r.Against, "against"}} {
		if len(g.list) > 0 {
			parts = append(parts, fmt.Sprintf("%d of %d %s", len(g.list), n, g.verb))
		}
	}
	if len(r.MustMove) > 0 {
		parts = append(parts, "would have to move: "+w.some(r.MustMove))
	}
	if len(r.MustSpeak) > 0 {
		parts = append(parts, "would have to speak: "+w.some(r.MustSpeak))
	}
	text := fmt.Sprintf("“%s”: %s.", bare(r.Statement), strings.Join(parts, "; "))
	text += fmt.Sprintf(" %s %s", v.Bloc.Name, w.stand(r.Position, false))
	if v.Outsider != nil && r.Outsider != nil {
		text += fmt.Sprintf("; %s %s", v.Outsider.Name, w.stand(*r.Outsider, false))
	}
	return text + "."
}

// some names a few and counts the others.
func (w *writer) some(ids []entente.ActorID) string {
	const few = 5
	if len(ids) <= few {
		return w.namesOf(ids)
	}
	var names []string
	for _, id := range ids[:few-1] {
		names = append(names, w.name(id))
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names, ", "), len(ids)-few+1)
}

// blocRefs cites what decides for the body, the outsider, and one member of each
// side; the body of evidence has all.
func (w *writer) blocRefs(v *view.Bloc, r *view.BlocRow) []ref {
	var out []ref
	add := func(id entente.ActorID, p *view.Position) {
		if p == nil {
			return
		}
		for i := range p.Evidence {
			if e := &p.Evidence[i]; e.Use == string(entente.Decides) {
				out = append(out, ref{w.name(id), w.how(id, e), e.Source, e.Pinpoint, e.Verification})
				return
			}
		}
	}
	for _, list := range [][]view.MemberPosition{r.For, r.Against} {
		for i := range list {
			if i < 2 {
				add(list[i].Actor, &list[i].Position)
			}
		}
	}
	add(v.Bloc.ID, &r.Position)
	if v.Outsider != nil {
		add(v.Outsider.ID, r.Outsider)
	}
	return out
}
