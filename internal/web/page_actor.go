package web

import (
	"entente"
	"entente/internal/chart"
	"entente/internal/view"
)

// actorScreen is the profile of one actor.
type actorScreen struct {
	V        *view.ActorPage
	Form     filterForm
	Classes  []classCount
	Pillars  []actorPillar
	Quiet    int // propositions on which nothing is on record
	Links    []ref
	Settings string
	Basics   string
}

type actorPillar struct {
	Pillar entente.Pillar
	Rows   []actorRow
	Quiet  []actorRow // nothing on record
}

type actorRow struct {
	view.ActorPosition
	Shown shown
}

func buildActor(s *site, r *request) (*result, error) {
	id, err := view.Resolve(s.corpus, r.path("id"))
	if err != nil {
		return nil, err
	}
	if string(id) != r.path("id") {
		return r.canonical("/actors/" + string(id)), nil
	}
	p, err := s.views.Actor(id, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.ActorPage)
	screen := &actorScreen{V: v, Form: s.filterForm(r, true), Settings: queryOf(r.canon, settings), Basics: queryOf(r.canon, basics)}
	counts := map[string]int{}
	leftOut := v.LeftOut.Memberships + v.LeftOut.Instruments + v.LeftOut.Projects + v.LeftOut.Attributions
	for _, pillar := range entente.Pillars {
		g := actorPillar{Pillar: pillar}
		for i := range v.Positions {
			row := &v.Positions[i]
			if row.Pillar != pillar {
				continue
			}
			counts[row.Class]++
			leftOut += leftOutOf(row.Position.Evidence)
			ar := actorRow{*row, s.position(r.t, row.Position, v.Actor.Name, "e-"+string(row.ID))}
			if row.Class == string(entente.NotCoded) || row.Class == string(entente.NoOpportunity) {
				g.Quiet = append(g.Quiet, ar)
				screen.Quiet++
			} else {
				g.Rows = append(g.Rows, ar)
			}
		}
		if len(g.Rows)+len(g.Quiet) > 0 {
			screen.Pillars = append(screen.Pillars, g)
		}
	}
	for _, st := range chart.Styles() {
		if n := counts[st.Class]; n > 0 {
			screen.Classes = append(screen.Classes, classCount{st.Class, n})
		}
	}
	q := queryOf(r.canon, settings)
	screen.Links = append(screen.Links, ref{Href: "/nearest/" + string(id) + q, Name: r.t.T("compare.to.nearest", "name", v.Actor.Name)})
	screen.Links = append(screen.Links, ref{Href: "/actors/" + string(id) + "/threats", Name: r.t.T("actor.to.threats")})
	if len(v.Members) > 0 {
		screen.Links = append(screen.Links, ref{Href: "/bloc/" + string(id) + q, Name: r.t.T("actor.to.bloc")})
	}
	return &result{
		view: p, screen: screen, title: s.filterTitle(r, v.Actor.Name), settings: true, leftOut: leftOut, links: []string{"actorpicker"},
		kicker: r.t.Label("actor-kind", v.Actor.Kind),
		lede:   r.t.T("actor.lede", "name", v.Actor.Name, "side", v.Summary.TookSide, "could", v.Summary.CouldAddress, "n", v.Summary.Propositions),
	}, nil
}

// actorsScreen lists the actors.
type actorsScreen struct {
	V      *view.ActorList
	Kinds  []choice
	Groups []actorGroup
}

type actorGroup struct {
	Kind  string
	Spoke []view.ActorRow
	Quiet []view.ActorRow // without any record that counts
}

func buildActors(s *site, r *request) (*result, error) {
	p, err := s.views.Actors(view.ActorFilter{Kind: entente.ActorKind(r.kind)})
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.ActorList)
	screen := &actorsScreen{V: v}
	for _, k := range entente.ActorKinds {
		screen.Kinds = append(screen.Kinds, choice{string(k), r.t.Label("actor-kind.many", string(k)), r.kind == string(k)})
		g := actorGroup{Kind: string(k)}
		for _, row := range v.Actors {
			switch {
			case row.Kind != string(k):
			case row.Counted > 0:
				g.Spoke = append(g.Spoke, row)
			default:
				g.Quiet = append(g.Quiet, row)
			}
		}
		if len(g.Spoke)+len(g.Quiet) > 0 {
			screen.Groups = append(screen.Groups, g)
		}
	}
	title := r.t.T("actors.title")
	if r.kind != "" {
		title = r.t.Label("actor-kind.many", r.kind)
	}
	return &result{view: p, screen: screen, title: title, lede: r.t.T("actors.lede", "n", len(v.Actors))}, nil
}
