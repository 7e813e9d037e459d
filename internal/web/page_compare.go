package web

import (
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/internal/message"
	"entente/internal/view"
)

// compareScreen is the comparison of two or more actors.
type compareScreen struct {
	V        *view.Compare
	Pair     bool
	Names    []string
	Form     compareForm
	Action   string
	Spoke    int // propositions on which all took a side, the contested ones included
	Outcomes []outcomeBlock
	Pillars  []pillarRow
	Open     []compareRow // that a source names as open
	Share    *shareWords
	Changes  string
	Links    []ref
	Settings string // the query that carries the settings to another page
	Basics   string // and those that a page on one proposition obeys
}

// outcomeBlock is one outcome with the propositions that have it.
type outcomeBlock struct {
	Outcome string
	Count   int
	Base    string // "of 19 on which both took a side"
	Meaning string
	Quiet   bool // nobody took a side: one line each
	Rows    []compareRow
}

type compareRow struct {
	view.CompareRow
	Positions []compareCell
	Open      []view.Reading
}

type compareCell struct {
	Actor view.Actor
	Shown shown
}

type pillarRow struct {
	Pillar entente.Pillar
	Total  int
	Counts []int // per outcome, in the order of Outcomes
}

// shareWords is the agreement of a pair in words and numbers.
type shareWords struct {
	Agreed, N                  int
	Percent, Exact, Bootstrap  string
	Coefficients               []coefficient
	Thin                       bool
	Seed, Draws, ContestedRows int
}

type coefficient struct{ Name, Value, Interval string }

func buildCompare(s *site, r *request) (*result, error) {
	words := r.segments("actors")
	if len(words) == 0 {
		words = r.actors
	}
	if len(words) == 1 { // one body alone: look inside it
		if id, err := view.Resolve(s.views.Corpus, words[0]); err == nil && s.views.HasMembers(id, r.options) {
			return r.canonical("/bloc/" + string(id)), nil
		}
	}
	ids, changed, err := s.resolveAll(words, 2)
	if err != nil {
		return nil, err
	}
	if changed || len(r.actors) > 0 {
		return r.canonical("/compare/" + joinIDs(ids)), nil
	}
	p, err := s.views.Compare(ids, r.options)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.Compare)
	names := namesOf(v.Actors)
	screen := &compareScreen{
		V: v, Pair: len(ids) == 2, Names: names, Form: s.compareForm(r, names, 0), Action: "/compare",
		Settings: queryOf(r.canon, settings), Basics: queryOf(r.canon, basics),
	}
	screen.blocks(s, r.t)
	screen.share(r.t)
	screen.links(r, ids)
	return &result{
		view: p, screen: screen, title: s.filterTitle(r, r.t.List(names)), kicker: r.t.T("compare.kicker"), lede: screen.lede(r.t),
		links: []string{"actorpicker"}, settings: true, leftOut: v.Summary.LeftOut,
	}, nil
}

// spokenOutcomes are those in which every actor took a side.
var spokenOutcomes = map[string]bool{"agree": true, "agree-in-part": true, "differ": true, "split": true}

func (c *compareScreen) blocks(s *site, t *message.Catalogue) {
	order := wordsOf(compare.PairOutcomes)
	if !c.Pair {
		order = wordsOf(compare.GroupOutcomes)
	}
	for _, o := range order {
		if spokenOutcomes[o] && (c.Pair || o == "agree") {
			c.Spoke += c.V.Summary.Outcomes[o]
		}
	}
	for _, o := range order {
		b := outcomeBlock{Outcome: o, Count: c.V.Summary.Outcomes[o], Quiet: o == "both-silent" || o == "all-silent"}
		b.Base = t.T("compare.base.all", "n", len(c.V.Propositions))
		b.Meaning = t.Label("outcome.meaning", o)
		if !c.Pair && o == "agree" {
			b.Meaning = t.T("outcome.meaning.agree-group")
		}
		if c.Pair && spokenOutcomes[o] {
			b.Base = t.T("compare.base.spoke", "n", c.Spoke)
		}
		for i := range c.V.Propositions {
			row := &c.V.Propositions[i]
			if row.Outcome != o {
				continue
			}
			cr := compareRow{CompareRow: *row, Open: distinct(row.Named)}
			for _, a := range c.V.Actors {
				anchor := fmt.Sprintf("e-%s-%s", row.ID, a.ID)
				cr.Positions = append(cr.Positions, compareCell{a, s.position(t, row.Positions[a.ID], a.Name, anchor)})
			}
			b.Rows = append(b.Rows, cr)
			if len(cr.Open) > 0 {
				c.Open = append(c.Open, cr)
			}
		}
		c.Outcomes = append(c.Outcomes, b)
	}
	for _, p := range entente.Pillars {
		counts, ok := c.V.Summary.ByPillar[p]
		if !ok {
			continue
		}
		row := pillarRow{Pillar: p}
		for _, o := range order {
			row.Counts = append(row.Counts, counts[o])
			row.Total += counts[o]
		}
		c.Pillars = append(c.Pillars, row)
	}
}

// distinct drops readings that say the same of several actors.
func distinct(list []view.Reading) []view.Reading {
	var out []view.Reading
	for _, r := range list {
		if !slices.ContainsFunc(out, func(o view.Reading) bool { return o.Source == r.Source && o.Date == r.Date && o.Note == r.Note }) {
			out = append(out, r)
		}
	}
	return out
}

func (c *compareScreen) lede(t *message.Catalogue) string {
	o, n := c.V.Summary.Outcomes, len(c.V.Propositions)
	if c.Pair {
		return t.T("compare.lede.pair", "spoke", c.Spoke, "n", n, "agree", o["agree"], "part", o["agree-in-part"], "differ", o["differ"], "one", o["one-silent"], "both", o["both-silent"])
	}
	return t.T("compare.lede.group", "n", n, "agree", o["agree"], "split", o["split"], "partly", o["partly-silent"], "silent", o["all-silent"])
}

func (c *compareScreen) share(t *message.Catalogue) {
	a := c.V.Summary.Agreement
	if a == nil || a.N == 0 {
		return
	}
	w := &shareWords{Agreed: a.Agreed, N: a.N, Thin: a.Thin, Seed: a.Seed, Draws: a.Draws, ContestedRows: c.V.Summary.Contested}
	if a.Share != nil {
		w.Percent = percent(*a.Share)
	}
	w.Exact, w.Bootstrap = percentRange(a.Exact), percentRange(a.Bootstrap)
	for _, e := range []struct {
		key string
		e   *view.Estimate
	}{{"s", a.S}, {"kappa", a.Kappa}, {"pi", a.Pi}} {
		k := coefficient{Name: t.Label("coefficient", e.key), Value: t.T("coefficient.undefined")}
		if e.e != nil {
			k.Value = fmt.Sprintf("%.2f", e.e.Value)
			if len(e.e.Interval) == 2 {
				k.Interval = fmt.Sprintf("%.2f – %.2f", e.e.Interval[0], e.e.Interval[1])
			}
		}
		w.Coefficients = append(w.Coefficients, k)
	}
	c.Share = w
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v) }

func percentRange(v []float64) string {
	if len(v) != 2 {
		return ""
	}
	return fmt.Sprintf("%.0f – %.0f %%", 100*v[0], 100*v[1])
}

// links lead from a comparison to the pages that ask the next question of the
// same actors.
func (c *compareScreen) links(r *request, ids []entente.ActorID) {
	q := queryOf(r.canon, settings)
	if len(ids) == 2 {
		c.Links = append(c.Links, ref{"/bridge/" + joinIDs(ids) + q, r.t.T("compare.to.bridge")})
	}
	c.Links = append(c.Links, ref{"/suggest/" + joinIDs(ids) + q, r.t.T("compare.to.suggest")})
	for i, id := range ids {
		if len(ids) <= 4 {
			c.Links = append(c.Links, ref{"/nearest/" + string(id) + q, r.t.T("compare.to.nearest", "name", c.Names[i])})
		}
	}
	c.Changes = "/changes/" + strings.TrimSuffix(joinIDs(ids), "/")
}
