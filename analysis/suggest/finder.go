package suggest

import (
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/analysis/compare"
)

// finder is what the rules look at, with the words they share.
type finder struct {
	c *entente.Corpus
	r *compare.Report
}

func (f *finder) name(id entente.ActorID) string {
	if a := f.c.Actor(id); a != nil {
		return a.Name
	}
	return string(id)
}

func (f *finder) names(ids []entente.ActorID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = f.name(id)
	}
	return and(words)
}

func (f *finder) actors() []entente.ActorID {
	out := make([]entente.ActorID, len(f.r.Actors))
	for i, a := range f.r.Actors {
		out[i] = a.ID
	}
	return out
}

func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// quote names a proposition in running text.
func quote(p *entente.Proposition) string { return "“" + p.Statement + "”" }

// cite cites what decides a position; nothing for a silence that rests on no
// reading.
func (f *finder) cite(p *entente.Position) []Cited {
	prop := f.c.Proposition(p.Proposition)
	var out []Cited
	for i := range p.Evidence {
		if e := &p.Evidence[i]; e.Use == entente.Decides {
			out = append(out, Cited{
				What:  fmt.Sprintf("%s %s: %s", f.name(p.Actor), verb(p, e), quote(prop)),
				Actor: p.Actor, Source: e.Source, Pinpoint: e.Pinpoint, Date: e.Date, Level: e.Level,
			})
		}
	}
	for _, r := range p.Read {
		out = append(out, Cited{
			What:   fmt.Sprintf("%s: read, and found nothing on %s", f.name(p.Actor), quote(prop)),
			Source: r.Source, Date: r.Date, Level: f.c.CoverageLevel(r),
		})
	}
	return out
}

// verb says how an actor came to its position, as an act.
func verb(p *entente.Position, e *entente.Evidence) string {
	how := map[entente.Stance]string{
		entente.Affirms: "affirms", entente.AffirmsWithConditions: "affirms with conditions", entente.Reserved: "says it has not decided",
		entente.Doubts: "doubts", entente.Rejects: "rejects",
	}[e.Stance]
	switch p.Basis {
	case entente.ViaBloc:
		return how + " (via " + string(p.Via) + ")"
	case entente.Implied:
		return how + " (implied by an act)"
	}
	return how
}

func (f *finder) citePart(p compare.Part, title string) Cited {
	return Cited{
		What: fmt.Sprintf("%s: %s, %s", f.name(p.Actor), title, p.Role), Actor: p.Actor, Source: p.Source, Pinpoint: p.Pinpoint,
		Date: latest(p.Date, p.From), Level: p.Level,
	}
}

func latest(a, b entente.Date) entente.Date {
	if a.IsZero() {
		return b
	}
	return a
}

// citeParts cites the parts of every actor in the order of the comparison.
func (f *finder) citeParts(parts map[entente.ActorID][]compare.Part, title string) []Cited {
	var out []Cited
	for _, a := range f.r.Actors {
		for _, p := range parts[a.ID] {
			out = append(out, f.citePart(p, title))
		}
	}
	return out
}

// sorted splits the rows in which one actor is silent and another has spoken,
// by the silent actor.
func (f *finder) oneSilent(pillar entente.Pillar) map[entente.ActorID][]*compare.Row {
	out := map[entente.ActorID][]*compare.Row{}
	for i := range f.r.Rows {
		row := &f.r.Rows[i]
		if pillar != "" && row.Proposition.Pillar != pillar || row.Contested {
			continue
		}
		spoken := false
		for j := range row.Positions {
			spoken = spoken || row.Positions[j].Basis == entente.Stated && row.Positions[j].Taken()
		}
		for j := range row.Positions {
			p := &row.Positions[j]
			if spoken && !p.Taken() && p.Silence != entente.NoOpportunity && p.Silence != "" {
				out[p.Actor] = append(out[p.Actor], row)
			}
		}
	}
	return out
}

// unread counts the rows in which nobody has looked whether the actor spoke.
func unread(rows []*compare.Row, a entente.ActorID) int {
	n := 0
	for _, row := range rows {
		for j := range row.Positions {
			if p := &row.Positions[j]; p.Actor == a && p.Silence == entente.NotCoded {
				n++
			}
		}
	}
	return n
}

// projects lists the verified activities in which an actor, or a body hosted by
// it, takes part by the as-of date, with one of the pillars.
func (f *finder) projects(a entente.ActorID, pillars ...entente.Pillar) []*entente.Project {
	var out []*entente.Project
	for i := range f.c.Projects {
		p := &f.c.Projects[i]
		if !f.takesPart(p, a) || !f.verified(p.Source, p.Checked) || !p.Span.From.IsZero() && !p.Span.From.By(f.r.AsOf) && !p.Span.From.MayPostdate(f.r.AsOf) {
			continue
		}
		if p.Span.From.IsZero() && !f.sourceBy(p.Source) {
			continue
		}
		for _, want := range pillars {
			if contains(p.Pillars, want) {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// sourceBy reports whether a source was out by the as-of date.
func (f *finder) sourceBy(id entente.SourceID) bool {
	s := f.c.Source(id)
	return s != nil && (s.Date.By(f.r.AsOf) || s.Date.MayPostdate(f.r.AsOf))
}

func (f *finder) takesPart(p *entente.Project, a entente.ActorID) bool {
	return p.Lead == a || contains(p.Partners, a)
}

func (f *finder) verified(s entente.SourceID, checked bool) bool {
	return f.r.Options.Unverified || entente.LevelOf(f.c.Source(s), checked) != entente.Unverified
}

func (f *finder) citeProject(p *entente.Project, a entente.ActorID) Cited {
	return Cited{
		What: f.name(a) + ": " + p.Title, Actor: a, Source: p.Source, Pinpoint: p.Pinpoint, Date: p.Span.From,
		Level: entente.LevelOf(f.c.Source(p.Source), p.Checked, p.Lead, a),
	}
}

func contains[T comparable](list []T, x T) bool {
	return slices.Contains(list, x)
}
