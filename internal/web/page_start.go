package web

import (
	"fmt"
	"html/template"
	"strings"

	"entente"
	"entente/internal/chart"
	"entente/internal/message"
	"entente/internal/view"
)

// startScreen is the first page: the form, and the map of one proposition.
type startScreen struct {
	Form     compareForm
	Examples []ref
	Chosen   entente.PropositionID
	Choices  []choiceGroup
	Hidden   []field // settings that the choice of another map must keep
	Map      figure
	Totals   totals
	Released string
	Settings string
}

type choiceGroup struct {
	Word    string
	Choices []choice
}

type field struct{ Name, Value string }

// figure is a drawing with its words and legend.
type figure struct {
	ID     string
	Title  string
	About  string
	SVG    template.HTML
	Legend []chart.Entry
	Island string // the script that works on it
	Table  string // where the same data stand as a table
	Skip   string // id of the place after the figure
	Used   view.Used
}

// firstProposition is what the map shows when nobody chose.
const firstProposition = entente.PropositionID("law-sovereignty-rule")

func buildStart(s *site, r *request) (*result, error) {
	id := r.prop
	if id == "" {
		id = firstProposition
		if s.corpus.Proposition(id) == nil && len(s.corpus.Propositions) > 0 {
			id = s.corpus.Propositions[0].ID
		}
	}
	p, err := s.views.Proposition(id, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.PropositionPage)
	screen := &startScreen{
		Form: s.compareForm(r, nil, 4), Chosen: id, Totals: s.totals, Released: s.corpus.Info.Released.String(), Settings: queryOf(r.canon, basics),
	}
	for _, e := range []struct {
		path string
		ids  []entente.ActorID
	}{
		{"/compare/est/jpn?as_of=2021-02-19", []entente.ActorID{"est", "jpn"}},
		{"/compare/fra/nzl", []entente.ActorID{"fra", "nzl"}},
		{"/compare/eu/chn", []entente.ActorID{"eu", "chn"}},
		{"/bloc/asean", []entente.ActorID{"asean"}},
	} {
		var names []string
		for _, a := range e.ids {
			if s.corpus.Actor(a) != nil {
				names = append(names, s.corpus.Actor(a).Name)
			}
		}
		if len(names) == len(e.ids) {
			words := r.t.List(names)
			if strings.Contains(e.path, "as_of") {
				words = r.t.T("title.as-of", "what", words, "date", r.t.Date("2021-02-19"))
			}
			if strings.HasPrefix(e.path, "/bloc/") {
				words = r.t.T("bloc.title", "name", names[0])
			}
			screen.Examples = append(screen.Examples, ref{Href: e.path, Name: words})
		}
	}
	screen.choices(s, r)
	if screen.Map, err = s.tileMap(r, v); err != nil {
		return nil, err
	}
	screen.Map.Table = "/propositions/" + string(id) + screen.Settings + "#table"
	return &result{
		view: p, screen: screen, title: r.t.T("start.title"), lede: r.t.T("start.lede"), links: []string{"map", "actorpicker"},
		settings: true, leftOut: leftOutIn(v),
	}, nil
}

func (c *startScreen) choices(s *site, r *request) {
	for _, p := range entente.Pillars {
		g := choiceGroup{Word: r.t.Label("pillar", string(p))}
		for i := range s.corpus.Propositions {
			if x := &s.corpus.Propositions[i]; x.Pillar == p {
				g.Choices = append(g.Choices, choice{string(x.ID), x.Statement, x.ID == c.Chosen})
			}
		}
		if len(g.Choices) > 0 {
			c.Choices = append(c.Choices, g)
		}
	}
	for _, k := range append([]string{"lang"}, basics...) {
		for _, v := range r.canon[k] {
			c.Hidden = append(c.Hidden, field{k, v})
		}
	}
}

// leftOutIn counts the unverified records behind the positions on a proposition.
func leftOutIn(v *view.PropositionPage) int {
	n := 0
	for i := range v.Stands {
		n += leftOutOf(v.Stands[i].Position.Evidence)
	}
	return n
}

// legend gives the words of the stance classes in the reader's language.
func legend(t *message.Catalogue) []chart.Key {
	var out []chart.Key
	for _, s := range chart.Styles() {
		out = append(out, chart.Key{Class: s.Class, Mark: s.Mark, Word: t.Label("stance", s.Class)})
	}
	return out
}

// tileMap draws where everyone stands on a proposition.
func (s *site) tileMap(r *request, v *view.PropositionPage) (figure, error) {
	t := r.t
	places, _, _, err := chart.Grid()
	if err != nil {
		return figure{}, err
	}
	onGrid := map[string]bool{}
	for _, p := range places {
		onGrid[p.Code] = true
	}
	q := queryOf(r.canon, basics)
	var tiles []chart.Tile
	for i := range v.Stands {
		st := &v.Stands[i]
		code := st.Actor.ISO3
		if !onGrid[code] {
			if st.Position.Stance == nil && !st.Position.Contested {
				continue // a silent body would only fill the row below the map
			}
			code = strings.ToUpper(string(st.Actor.ID))
			if len(code) > 6 {
				code = code[:6]
			}
		}
		word := t.Label("stance", st.Class)
		tiles = append(tiles, chart.Tile{
			Code: code, Name: st.Actor.Name, Class: st.Class, Href: "/actors/" + string(st.Actor.ID) + q + "#p-" + string(v.Proposition.ID),
			Title: t.T("map.tile", "name", st.Actor.Name, "stance", word),
		})
	}
	tiles = uniqueCodes(tiles)
	keys := legend(t)
	side, n, could := 0, 0, 0
	for _, c := range v.Counts {
		side, n, could = side+c.TookSide, n+c.Actors, could+c.CouldAddress
	}
	f := figure{
		ID: "map", Title: v.Proposition.Statement, Island: "map", Skip: "map-end", Used: v.Used,
		About: t.T("map.about", "side", side, "could", could, "n", n),
	}
	opts := chart.TileOptions{ID: "tiles", Title: f.Title, Desc: f.About, Legend: keys, NoLegend: true, Others: t.T("map.others")}
	svg, err := chart.TileMap(tiles, opts)
	if err != nil {
		return f, err
	}
	f.SVG = template.HTML(svg.String()) //nolint:gosec // package chart escapes all text
	f.Legend, err = chart.Legend(tiles, opts)
	return f, err
}

// uniqueCodes gives actors outside the grid whose codes are alike a number.
func uniqueCodes(tiles []chart.Tile) []chart.Tile {
	seen := map[string]int{}
	for i := range tiles {
		c := tiles[i].Code
		seen[c]++
		if n := seen[c]; n > 1 {
			tiles[i].Code = fmt.Sprintf("%s%d", c, n)
		}
	}
	return tiles
}
