package web

import (
	"html/template"
	"slices"
	"sort"

	"entente"
	"entente/internal/chart"
	"entente/internal/view"
)

// propositionScreen says who stands where on one proposition.
type propositionScreen struct {
	V        *view.PropositionPage
	Form     filterForm
	Groups   []standGroup
	Map      figure
	Line     *figure // nil when nobody said anything that counts
	Settings string
}

// standGroup is one kind of actor: those with something to show, and the number
// of those on whom nothing is on record.
type standGroup struct {
	Kind  string
	Count view.StandCount
	Order []classCount
	Rows  []standRow
	Rest  []view.Actor
}

type classCount struct {
	Class string
	N     int
}

type standRow struct {
	view.Stand
	Shown shown
}

func buildProposition(s *site, r *request) (*result, error) {
	id, err := view.ResolveProposition(s.corpus, r.path("id"))
	if err != nil {
		return nil, err
	}
	if string(id) != r.path("id") {
		return r.canonical("/propositions/" + string(id)), nil
	}
	p, err := s.views.Proposition(id, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.PropositionPage)
	screen := &propositionScreen{V: v, Form: s.filterForm(r, false), Settings: queryOf(r.canon, basics)}
	screen.groups(s, r)
	if screen.Map, err = s.tileMap(r, v); err != nil {
		return nil, err
	}
	screen.Map.Table, screen.Map.Title = "#table", "" // the page has the statement as its title
	if screen.Line, err = s.timeline(r, v); err != nil {
		return nil, err
	}
	return &result{
		view: p, screen: screen, title: s.filterTitle(r, v.Proposition.Statement), links: []string{"map", "timeline"}, settings: true, leftOut: leftOutIn(v),
		kicker: r.t.T("proposition.kicker", "pillar", r.t.Label("pillar", string(v.Proposition.Pillar)), "issue", v.Proposition.Issue),
	}, nil
}

// silent classes say something about the record only, not about the actor.
var unspoken = []string{string(entente.NotCoded), string(entente.NoOpportunity)}

func (c *propositionScreen) groups(s *site, r *request) {
	for _, count := range c.V.Counts {
		g := standGroup{Kind: count.Kind, Count: count}
		for _, st := range chart.Styles() {
			if n := count.Classes[st.Class]; n > 0 {
				g.Order = append(g.Order, classCount{st.Class, n})
			}
		}
		for i := range c.V.Stands {
			st := &c.V.Stands[i]
			if kindGroup(st.Actor.Kind) != count.Kind {
				continue
			}
			if slices.Contains(unspoken, st.Class) && len(st.Position.Evidence) == 0 {
				g.Rest = append(g.Rest, st.Actor)
				continue
			}
			g.Rows = append(g.Rows, standRow{*st, s.position(r.t, st.Position, st.Actor.Name, "e-"+string(st.Actor.ID))})
		}
		rank := map[string]int{}
		for i, st := range chart.Styles() {
			rank[st.Class] = i
		}
		sort.SliceStable(g.Rows, func(i, j int) bool { return rank[g.Rows[i].Class] < rank[g.Rows[j].Class] })
		c.Groups = append(c.Groups, g)
	}
}

func kindGroup(kind string) string {
	if kind == string(entente.State) || kind == string(entente.Bloc) {
		return kind
	}
	return "other"
}

// timeline draws what was said on a proposition over time, one row per actor.
func (s *site) timeline(r *request, v *view.PropositionPage) (*figure, error) {
	t := r.t
	var rows []chart.Row
	at := map[entente.ActorID]int{}
	n := 0
	for i := range v.Timeline {
		said := &v.Timeline[i]
		if !said.Counts || said.Date == "" || said.Stance == nil {
			continue
		}
		k, ok := at[said.Actor]
		if !ok {
			k = len(rows)
			at[said.Actor] = k
			rows = append(rows, chart.Row{Label: said.ActorName, Href: "/actors/" + string(said.Actor)})
		}
		rows[k].Marks = append(rows[k].Marks, chart.Mark{
			From: said.Date, Class: *said.Stance, Href: "#said-" + said.ID,
			Title: t.T("timeline.mark", "name", said.ActorName, "date", t.Date(said.Date), "stance", t.Label("stance", *said.Stance)),
		})
		n++
	}
	if n == 0 {
		return nil, nil
	}
	f := &figure{ID: "timeline", Title: t.T("timeline.title"), About: t.T("timeline.about", "n", n, "actors", t.T("count.actors", "n", len(rows))), Island: "timeline", Table: "#said"}
	svg, err := chart.Timeline(rows, chart.TimelineOptions{
		ID: "line", Title: f.Title, Desc: f.About, AsOf: v.AsOf, AsOfLabel: t.T("timeline.as-of", "date", v.AsOf), Legend: legend(t),
	})
	if err != nil {
		return nil, err
	}
	f.SVG = template.HTML(svg.String()) //nolint:gosec // package chart escapes all text
	return f, nil
}

// propositionsScreen lists the propositions.
type propositionsScreen struct {
	V        *view.PropositionList
	Form     filterForm
	Pillars  []propositionGroup
	Settings string
	Basics   string
}

type propositionGroup struct {
	Pillar entente.Pillar
	Rows   []view.PropositionRow
}

func buildPropositions(s *site, r *request) (*result, error) {
	p, err := s.views.Propositions(r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.PropositionList)
	screen := &propositionsScreen{V: v, Form: s.filterForm(r, true), Settings: queryOf(r.canon, settings), Basics: queryOf(r.canon, basics)}
	for _, pillar := range entente.Pillars {
		g := propositionGroup{Pillar: pillar}
		for _, row := range v.Propositions {
			if row.Pillar == pillar {
				g.Rows = append(g.Rows, row)
			}
		}
		if len(g.Rows) > 0 {
			screen.Pillars = append(screen.Pillars, g)
		}
	}
	return &result{view: p, screen: screen, title: s.filterTitle(r, r.t.T("propositions.title")), lede: r.t.T("propositions.lede", "n", len(v.Propositions)), settings: true, leftOut: -1}, nil
}
