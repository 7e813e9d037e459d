package view

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/congruence"
)

// NetworkEdge shows what stands behind the pair of two actors or, in a two-mode
// network, of an actor and a concept; a pair without an edge has weight 0. The
// words are as a person writes them.
func (b Builder) NetworkEdge(first, second string, a NetworkAsk, o compare.Options) (*Page, error) {
	n, err := a.check()
	if err != nil {
		return nil, err
	}
	src, err := b.netSource(n.data, o)
	if err != nil {
		return nil, err
	}
	x, y, err := b.ends(first, second, &n)
	if err != nil {
		return nil, err
	}
	return b.networkEdge(x, y, &n, src, o)
}

// NetworkEnds finds the ids that two words name, as [Builder.NetworkEdge] does.
func (b Builder) NetworkEnds(first, second string, a NetworkAsk) (x, y string, err error) {
	n, err := a.check()
	if err != nil {
		return "", "", err
	}
	return b.ends(first, second, &n)
}

func (b Builder) ends(first, second string, n *netAsk) (x, y string, err error) {
	id, err := Resolve(b.Corpus, first)
	if err != nil {
		return "", "", err
	}
	x = string(id)
	switch {
	case n.options.Mode == congruence.OneMode:
		id, err = Resolve(b.Corpus, second)
		y = string(id)
	case n.data == "statements":
		var p entente.PropositionID
		p, err = ResolveProposition(b.Corpus, second)
		y = string(p)
	case n.data == "acts":
		var in entente.InstrumentID
		in, err = ResolveInstrument(b.Corpus, second)
		y = string(in)
	default:
		if y = strings.ToLower(strings.TrimSpace(second)); b.Corpus.RollCall(y) == nil {
			err = &entente.Error{Kind: entente.NotFound, Op: "find roll call", Msg: fmt.Sprintf("there is no roll call %q in the corpus", clip(second, 40)), Hint: "entente network --mode two --from-data votes --format csv lists them"}
		}
	}
	if err == nil && n.options.Mode == congruence.OneMode && x == y {
		err = netFault("edge", fmt.Sprintf("%q and %q are the same actor", clip(first, 40), clip(second, 40)), "name two")
	}
	return x, y, err
}

// EventNetworkEdge is NetworkEdge of an event list; the words are names of the
// list, in any case.
func EventNetworkEdge(first, second string, a NetworkAsk, file string, ev *congruence.Events) (*Page, error) {
	n, src, err := a.ofEvents(file, ev)
	if err != nil {
		return nil, err
	}
	find := func(what, w string, list []string) (string, error) {
		if slices.Contains(list, w) {
			return w, nil
		}
		if i := slices.IndexFunc(list, func(s string) bool { return fold(s) == fold(w) }); i >= 0 {
			return list[i], nil
		}
		var known []candidate
		for _, s := range list {
			known = append(known, candidate{s, fold(s)})
		}
		err := unknown(what, w, fold(w), known[:min(len(known), 5000)])
		if e, ok := err.(*entente.Error); ok && strings.Contains(e.Hint, "entente search") { //nolint:errorlint // made one line above
			e.Hint = "the names are those of the list"
		}
		return "", err
	}
	x, err := find("actor", first, ev.Actors)
	if err != nil {
		return nil, err
	}
	others, what := ev.Actors, "actor"
	if n.options.Mode == congruence.TwoMode {
		others, what = ev.Concepts, "concept"
	}
	y, err := find(what, second, others)
	if err != nil {
		return nil, err
	}
	if what == "actor" && x == y {
		return nil, netFault("edge", "the two are the same actor", "name two")
	}
	return Builder{}.networkEdge(x, y, n, src, compare.Options{})
}

func (b Builder) networkEdge(x, y string, n *netAsk, src *netSource, o compare.Options) (*Page, error) {
	nw, unit, err := n.compute(src)
	if err != nil {
		return nil, err
	}
	v := &NetworkEdgePage{Schema: NetworkEdgeSchema, Data: src.data, Settings: n.settings(o, unit), Source: src.actor(x), Concepts: []NetworkEdgeConcept{}}
	one := nw.Options.Mode == congruence.OneMode
	if v.Target = src.actor(y); !one {
		it := src.concept(y)
		v.Target = NetworkNode{ID: it.ID, Name: it.Title, Kind: it.Kind}
	}
	if b.Corpus != nil {
		info := b.info()
		v.Corpus, v.AsOf = &info, b.Corpus.AsOf(o.Settings).String()
	}
	used := sourceSet{}
	i, j := slices.Index(nw.Rows, x), slices.Index(nw.Cols, y)
	if i >= 0 {
		v.Source.Events = nw.RowEvents[i]
	}
	if j >= 0 {
		v.Target.Events = nw.ColEvents[j]
	}
	if i >= 0 && j >= 0 {
		v.fill(nw, src, i, j, used)
	}
	page := &Page{Title: fmt.Sprintf("%s and %s: %s", v.Source.Name, v.Target.Name, lowerFirst(n.title(v.Data))), Data: v, Table: v.table(), Sources: used.list()}
	if b.Corpus != nil {
		page.Title += filterWords(b.Corpus.AsOf(o.Settings), o)
	}
	return page, nil
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (v *NetworkEdgePage) fill(nw *congruence.Network, src *netSource, i, j int, used sourceSet) {
	cell := i*len(nw.Cols) + j
	v.Weight = nw.At(i, j)
	if nw.Lo != nil {
		v.Lo, v.Hi = finite(nw.Lo[cell]), finite(nw.Hi[cell])
	}
	one := nw.Options.Mode == congruence.OneMode
	if one {
		v.Shared = int(nw.Shared[cell])
		v.Thin = v.Shared < thinShared
	}
	for _, e := range nw.Evidence(i, j) {
		c := NetworkEdgeConcept{NetworkItem: src.concept(e.Concept), Weight: e.Weight, First: []NetworkEvent{}, Second: []NetworkEvent{}}
		for _, k := range e.A {
			c.First = append(c.First, src.record(k))
		}
		for _, k := range e.B {
			c.Second = append(c.Second, src.record(k))
		}
		for _, list := range [][]NetworkEvent{c.First, c.Second} {
			for _, ev := range list {
				used.add(ev.Source)
				v.Events++
			}
		}
		v.Sum += e.Weight
		v.Concepts = append(v.Concepts, c)
	}
	if v.Weight != 0 && v.Sum != 0 {
		v.Divisor = finite(v.Sum / v.Weight)
		if nw.Options.Norm == congruence.NoNorm && math.Abs(*v.Divisor-1) < 1e-9 {
			one := 1.0
			v.Divisor = &one
		}
	}
}

func (v *NetworkEdgePage) table() Table {
	t := Table{Name: "network-edge", Header: []string{
		"source", "target", "concept", "title", "concept_weight", "actor", "id", "level", "value", "date", "date_basis", "document", "source_id", "pinpoint", "verification",
	}}
	for _, c := range v.Concepts {
		for _, list := range [][]NetworkEvent{c.First, c.Second} {
			for _, e := range list {
				t.Rows = append(t.Rows, []string{
					v.Source.ID, v.Target.ID, c.ID, c.Title, num(c.Weight), e.Actor, e.ID, e.Level, num(e.Value), e.Date, e.Basis, e.Document, string(e.Source), e.Pinpoint, e.Verification,
				})
			}
		}
	}
	return t
}
