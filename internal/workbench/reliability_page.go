package workbench

import (
	"context"
	"slices"
	"strconv"

	"entente"
	"entente/analysis/reliability"
	"entente/internal/view"
)

// ReliabilitySchema names the shape of [Reliability].
const ReliabilitySchema = "entente.reliability/1"

// Reliability tells how far coders agree: percent agreement and Krippendorff's
// alpha, for words without order (nominal, where "nothing found" is a word) and
// for the scale of stances (ordinal, where it is a missing judgment). Every
// figure carries what it was counted from and a 95 per cent interval; see
// docs/methods/reliability.md.
type Reliability struct {
	Schema      string           `json:"schema"`
	Basis       Basis            `json:"basis"`
	Source      entente.SourceID `json:"source,omitempty"`
	Actor       entente.ActorID  `json:"actor,omitempty"`
	Proposition string           `json:"proposition,omitempty"`
	Coders      []string         `json:"coders"` // who are compared

	Tasks      int `json:"tasks"`      // blind tasks that count
	Unfinished int `json:"unfinished"` // blind tasks that are not done and do not count
	Late       int `json:"late"`       // codings left out: made after the task was done
	Mixed      int `json:"mixed"`      // judgments left out: one coder, one unit, several stances
	Unset      int `json:"unset"`      // codings left out: the stance is not set
	Thin       int `json:"thin"`       // figures from fewer units than this are called thin

	Overall       Agreement   `json:"overall"`
	ByProposition []Agreement `json:"by_proposition"`
	ByPair        []Agreement `json:"by_pair"`
	BySource      []Agreement `json:"by_source"`
}

// Agreement is one line of figures.
type Agreement struct {
	Of      string             `json:"of"`              // proposition or source; the first coder of a pair
	With    string             `json:"with,omitempty"`  // the second coder of a pair
	Title   string             `json:"title,omitempty"` // of the proposition or source
	Thin    bool               `json:"thin"`
	Nominal reliability.Result `json:"nominal"`
	Ordinal reliability.Result `json:"ordinal"`
}

// Reliability measures how far coders agree, as a view for every face.
func (b *Bench) Reliability(ctx context.Context, u User, f ReliabilityFilter) (*view.Page, error) {
	if f.Basis == "" {
		f.Basis = Independent
	}
	r, err := b.ratings(ctx, u, f)
	if err != nil {
		return nil, err
	}
	m, err := r.measures()
	if err != nil {
		return nil, err
	}
	corpus, _, err := b.Store.Corpus(ctx)
	if err != nil {
		return nil, err
	}
	v := &Reliability{
		Schema: ReliabilitySchema, Basis: f.Basis, Source: f.Source, Actor: f.Actor, Proposition: string(f.Proposition), Coders: r.coders(),
		Tasks: r.tasks, Unfinished: r.unfinished, Late: r.late, Mixed: r.mixed, Unset: r.unset, Thin: reliability.Thin,
		Overall: Agreement{
			Of: "all", Thin: m.nominal.all.PairableUnits < reliability.Thin, Nominal: m.nominal.all, Ordinal: m.ordinal.all,
		},
		ByProposition: groups(m.nominal.byProposition, m.ordinal.byProposition, func(id string) string {
			if p := corpus.Proposition(entente.PropositionID(id)); p != nil {
				return p.Statement
			}
			return ""
		}),
		BySource: groups(m.nominal.bySource, m.ordinal.bySource, func(id string) string {
			if s := corpus.Source(entente.SourceID(id)); s != nil {
				return s.Title
			}
			return ""
		}),
		ByPair: pairs(m.nominal.byPair, m.ordinal.byPair),
	}
	sources := []entente.SourceID{}
	for i := range v.BySource {
		sources = append(sources, entente.SourceID(v.BySource[i].Of))
	}
	return &view.Page{Title: f.title(), Data: v, Table: v.table(), Sources: sources}, nil
}

func (r *ratings) coders() []string {
	out := []string{}
	for i := range r.list {
		out = append(out, r.list[i].coder)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// none is the result of no ratings at all.
func none(l reliability.Level) reliability.Result {
	r := reliability.Result{Level: l, Values: []reliability.ValueCount{}}
	r.Alpha.Undefined, r.Agreement.Share.Undefined = reliability.NoPairs, reliability.NoPairs
	return r
}

// groups puts the two levels of the same group side by side. A group whose
// judgments are all "nothing" has no ordinal figures.
func groups(nominal, ordinal []reliability.GroupResult, title func(string) string) []Agreement {
	out := []Agreement{}
	for _, n := range nominal {
		a := Agreement{Of: n.Group, Title: title(n.Group), Thin: n.Thin, Nominal: n.Result, Ordinal: none(reliability.Ordinal)}
		if i := slices.IndexFunc(ordinal, func(o reliability.GroupResult) bool { return o.Group == n.Group }); i >= 0 {
			a.Ordinal = ordinal[i].Result
		}
		out = append(out, a)
	}
	return out
}

func pairs(nominal, ordinal []reliability.PairResult) []Agreement {
	out := []Agreement{}
	for _, n := range nominal {
		a := Agreement{Of: n.A, With: n.B, Thin: n.Thin, Nominal: n.Result, Ordinal: none(reliability.Ordinal)}
		if i := slices.IndexFunc(ordinal, func(o reliability.PairResult) bool { return o.A == n.A && o.B == n.B }); i >= 0 {
			a.Ordinal = ordinal[i].Result
		}
		out = append(out, a)
	}
	return out
}

// table has one row per line of figures and level of measurement.
func (v *Reliability) table() view.Table {
	t := view.Table{Name: "reliability", Header: []string{
		"scope", "of", "with", "level", "units", "pairable_units", "judgments", "alpha", "alpha_low", "alpha_high", "alpha_undefined",
		"agreeing", "pairs", "agreement", "agreement_low", "agreement_high", "thin",
	}}
	add := func(scope string, a *Agreement) {
		for _, r := range []*reliability.Result{&a.Nominal, &a.Ordinal} {
			al, ag := estimate(r.Alpha), estimate(r.Agreement.Share)
			t.Rows = append(t.Rows, []string{
				scope, a.Of, a.With, string(r.Level), strconv.Itoa(r.Units), strconv.Itoa(r.PairableUnits), strconv.Itoa(r.PairableValues),
				al[0], al[1], al[2], string(r.Alpha.Undefined), strconv.Itoa(r.Agreement.Agreeing), strconv.Itoa(r.Agreement.Pairs),
				ag[0], ag[1], ag[2], strconv.FormatBool(a.Thin),
			})
		}
	}
	add("all", &v.Overall)
	for _, part := range []struct {
		scope string
		list  []Agreement
	}{{"proposition", v.ByProposition}, {"pair", v.ByPair}, {"source", v.BySource}} {
		for i := range part.list {
			add(part.scope, &part.list[i])
		}
	}
	return t
}

// estimate writes a figure and its interval; what has no value is empty.
func estimate(e reliability.Estimate) [3]string {
	write := func(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }
	var out [3]string
	if e.Defined() {
		out[0] = write(e.Value)
		if e.Interval.Method != reliability.NoInterval {
			out[1], out[2] = write(e.Interval.Lo), write(e.Interval.Hi)
		}
	}
	return out
}
