package workbench

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/analysis/reliability"
	"entente/internal/store"
)

// Basis says which codings are compared.
type Basis string

// The bases.
const (
	// Independent takes the codings of finished blind tasks as they were at the
	// moment when the last coder was done: before anybody saw the others', and
	// before any settlement.
	Independent Basis = "independent"
	// AllCodings takes every coding that two coders have of one unit; a settled
	// one as it was before it was settled. Coders may have seen each other's.
	AllCodings Basis = "all"
)

// ReliabilityFilter chooses what is measured; empty fields choose all.
type ReliabilityFilter struct {
	Basis       Basis // empty: independent
	Source      entente.SourceID
	Actor       entente.ActorID
	Proposition entente.PropositionID
	Coders      []string
}

// maxRated bounds the ratings of one measure.
const maxRated = 200_000

// ratings are codings ready to be measured, with what was left out and why.
type ratings struct {
	list       []rated
	tasks      int // blind tasks that count
	unfinished int // blind tasks that do not count yet
	late       int // codings that were made when the task was done
	mixed      int // coder and unit with several stances: no single judgment
	unset      int // codings without a stance
}

// rated is one coder's judgment of a unit.
type rated struct {
	UnitKey
	coder, value string
}

func (r *rated) unit() string {
	return string(r.Source) + "\x1f" + string(r.Actor) + "\x1f" + string(r.Proposition)
}

// ratings gathers the judgments.
func (b *Bench) ratings(ctx context.Context, u User, f ReliabilityFilter) (*ratings, error) {
	g := &gatherer{b: b, u: u, f: f, values: map[rated][]string{}}
	var err error
	switch f.Basis {
	case Independent:
		err = g.independent(ctx)
	case AllCodings:
		err = g.all(ctx)
	default:
		err = fault(entente.Invalid, "reliability", "basis", "there is no basis "+string(f.Basis), "independent or all")
	}
	if err != nil {
		return nil, err
	}
	for k, values := range g.values {
		if len(values) > 1 {
			g.out.mixed++
			continue
		}
		k.value = values[0]
		g.out.list = append(g.out.list, k)
	}
	slices.SortFunc(g.out.list, func(a, b rated) int {
		return cmp.Or(a.compare(b.UnitKey), cmp.Compare(a.coder, b.coder))
	})
	return &g.out, nil
}

// gatherer collects values per unit and coder.
type gatherer struct {
	b      *Bench
	u      User
	f      ReliabilityFilter
	out    ratings
	values map[rated][]string // the key without its value
}

func (g *gatherer) put(k UnitKey, coder, value string) error {
	switch {
	case g.f.Source != "" && g.f.Source != k.Source, g.f.Actor != "" && g.f.Actor != k.Actor,
		g.f.Proposition != "" && g.f.Proposition != k.Proposition, len(g.f.Coders) > 0 && !has(g.f.Coders, coder):
		return nil
	}
	key := rated{UnitKey: k, coder: coder}
	if old := g.values[key]; !has(old, value) {
		g.values[key] = append(old, value)
	}
	if len(g.values) > maxRated {
		return fault(entente.Invalid, "reliability", "", fmt.Sprintf("more than %d judgments", maxRated), "choose a source or a proposition")
	}
	return nil
}

// independent gathers from blind tasks that are done.
func (g *gatherer) independent(ctx context.Context) error {
	var done []Task
	err := g.b.eachTask(ctx, store.Query{Kinds: []string{KindTask}, States: live, Facets: store.Facets{Source: string(g.f.Source)}}, func(t Task) {
		switch {
		case !t.Blind:
		case t.Lifted.IsZero():
			g.out.unfinished++
		default:
			done = append(done, t)
		}
	})
	if err != nil {
		return err
	}
	g.out.tasks = len(done)
	for i := range done {
		if err := g.task(ctx, &done[i]); err != nil {
			return err
		}
	}
	return nil
}

// liftedIn gives the number of the commit in which the last coder of a task was
// done: what was written before it was written blind.
func (g *gatherer) liftedIn(ctx context.Context, t *Task) (int64, error) {
	history, err := g.b.Store.History(ctx, store.Key{Kind: KindTask, ID: t.ID})
	if err != nil {
		return 0, err
	}
	var seq int64
	for i := range history { // the latest first
		was, err := decode[Task](&history[i])
		if err != nil {
			return 0, err
		}
		if was.Lifted.IsZero() {
			break
		}
		seq = history[i].Commit.Seq
	}
	return seq, nil
}

// task gathers the codings of one task as they were when it was done.
func (g *gatherer) task(ctx context.Context, t *Task) error {
	done, err := g.liftedIn(ctx, t)
	if err != nil {
		return err
	}
	ask := store.Query{Kinds: []string{KindStatement, KindCoverage}, Facets: store.Facets{Source: string(t.Source), Actor: string(g.f.Actor)}}
	return g.b.each(ctx, ask, func(v *store.Version) error {
		if v.Layer != "" {
			return nil
		}
		was, err := g.before(ctx, v, done)
		if err != nil {
			return err
		}
		if was == nil {
			if t.Has(ownerOf(v)) && v.State != store.Retired {
				g.out.late++
			}
			return nil
		}
		if was.State == store.Retired {
			return nil
		}
		if seen, err := g.b.Visible(ctx, g.u, []store.Version{*was}); err != nil || len(seen) == 0 {
			return err // another blind task on the same source still hides it
		}
		return g.version(was, func(k UnitKey, coder string) bool {
			return t.Has(coder) && (len(t.Propositions) == 0 || slices.Contains(t.Propositions, k.Proposition))
		})
	})
}

// before gives the latest version of a record that was written before a commit,
// nil when there was none.
func (g *gatherer) before(ctx context.Context, v *store.Version, seq int64) (*store.Version, error) {
	if v.Commit.Seq < seq {
		return v, nil
	}
	if v.Number == 1 {
		return nil, nil
	}
	history, err := g.b.Store.History(ctx, v.Key)
	if err != nil {
		return nil, err
	}
	for i := range history {
		if history[i].Commit.Seq < seq {
			return &history[i], nil
		}
	}
	return nil, nil
}

// version takes the values off a record.
func (g *gatherer) version(v *store.Version, wanted func(UnitKey, string) bool) error {
	if v.Kind == KindStatement {
		k, c, ok, err := statementCoding(v)
		switch {
		case err != nil:
			return err
		case !ok:
			s, err := fromRow[entente.Statement](v)
			if err == nil && s.Stance == "" && wanted(UnitKey{s.Source, s.Actor, s.Proposition}, s.Coder) {
				g.out.unset++
			}
			return err
		case wanted(k, c.Coder):
			return g.put(k, c.Coder, c.Value)
		}
		return nil
	}
	var first error
	err := coverageCodings(v, func(k UnitKey, c UnitCoding) {
		if first == nil && wanted(k, c.Coder) {
			first = g.put(k, c.Coder, c.Value)
		}
	})
	return cmp.Or(first, err)
}

// all gathers every coding that the user may see. What a settlement took out
// counts as it was before.
func (g *gatherer) all(ctx context.Context) error {
	anybody := func(UnitKey, string) bool { return true }
	settled := map[string]bool{}
	f := store.Facets{Source: string(g.f.Source), Actor: string(g.f.Actor)}
	err := g.b.eachSeen(ctx, g.u, store.Query{Kinds: []string{KindSettlement}, States: live, Facets: f}, func(v *store.Version) error {
		s, err := decode[Settlement](v)
		if err != nil {
			return err
		}
		for _, c := range s.Codings {
			settled[c.Record] = true
			if err := g.put(s.unit(), c.Coder, c.Stance); err != nil {
				return err
			}
		}
		settled[string(KindStatement)+":"+s.Keep] = true // also one that the settlement made
		settled[string(KindCoverage)+":"+s.Keep] = true
		return nil
	})
	if err != nil {
		return err
	}
	err = g.b.eachSeen(ctx, g.u, store.Query{Kinds: []string{KindStatement}, States: live, Facets: f}, func(v *store.Version) error {
		if settled[v.String()] {
			return nil
		}
		return g.version(v, anybody)
	})
	if err != nil {
		return err
	}
	return g.b.eachSeen(ctx, g.u, store.Query{Kinds: []string{KindCoverage}, States: live, Facets: f}, func(v *store.Version) error {
		return g.version(v, anybody) // a coverage record speaks of several units
	})
}

// measures are the figures of one list of ratings.
func (r *ratings) measures() (*measures, error) {
	m := &measures{}
	var err error
	if m.nominal, err = measureAt(reliability.Words(), r.list); err != nil {
		return nil, err
	}
	var onScale []rated
	for _, x := range r.list {
		if x.value != FoundNothing { // has no place between affirms and rejects
			onScale = append(onScale, x)
		}
	}
	m.ordinal, err = measureAt(reliability.Stances(), onScale)
	return m, err
}

type measures struct{ nominal, ordinal *level }

// level are the figures at one level of measurement.
type level struct {
	all                     reliability.Result
	byProposition, bySource []reliability.GroupResult
	byPair                  []reliability.PairResult
}

func measureAt(o reliability.Options, list []rated) (*level, error) {
	plain := make([]reliability.Rating, len(list))
	for i := range list {
		plain[i] = reliability.Rating{Unit: list[i].unit(), Coder: list[i].coder, Value: list[i].value}
	}
	group := func(of func(*rated) string) ([]reliability.GroupResult, error) {
		out := make([]reliability.Grouped, len(list))
		for i := range list {
			out[i] = reliability.Grouped{Rating: plain[i], Group: of(&list[i])}
		}
		return reliability.ByGroup(out, o, reliability.Thin)
	}
	l := &level{}
	var err error
	if l.all, err = reliability.Alpha(plain, o); err != nil {
		return nil, err
	}
	if l.byProposition, err = group(func(r *rated) string { return string(r.Proposition) }); err != nil {
		return nil, err
	}
	if l.bySource, err = group(func(r *rated) string { return string(r.Source) }); err != nil {
		return nil, err
	}
	l.byPair, err = reliability.ByPair(plain, o, reliability.Thin)
	return l, err
}

// title says what a page of figures measured.
func (f *ReliabilityFilter) title() string {
	var parts []string
	for _, p := range []struct{ before, what string }{
		{"on ", string(f.Proposition)}, {"by ", string(f.Actor)}, {"in ", string(f.Source)}, {"coded by ", strings.Join(f.Coders, ", ")},
	} {
		if p.what != "" {
			parts = append(parts, p.before+p.what)
		}
	}
	t := "How far coders agree"
	if len(parts) > 0 {
		t += " " + strings.Join(parts, " ")
	}
	if f.Basis == AllCodings {
		return t + ", all codings"
	}
	return t + ", independent codings"
}
