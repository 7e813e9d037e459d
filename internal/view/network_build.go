package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"entente"
	"entente/analysis/centrality"
	"entente/analysis/centrality/layout"
	"entente/analysis/compare"
	"entente/analysis/congruence"
	"entente/internal/chart"
)

// The bounds above which parts of a network are left out, and said to be.
const (
	networkCountEdges = 50_000     // edges whose events are counted,
	networkCountWork  = 10_000_000 // and events looked through for it
	networkBootCells  = 100_000    // events for which intervals are made without being asked for
	networkPlaced     = 400        // nodes that are placed on the page
	networkCampNodes  = 1000       // actors among which camps are sought
)

// Network makes the network that is asked for, of the corpus.
func (b Builder) Network(a NetworkAsk, o compare.Options) (*Page, error) {
	n, err := a.check()
	if err != nil {
		return nil, err
	}
	src, err := b.netSource(n.data, o)
	if err != nil {
		return nil, err
	}
	return b.network(&n, src, o)
}

// EventNetwork makes the network of an event list: file names it, ev are its
// events. Settings that need a corpus are errors.
func EventNetwork(a NetworkAsk, file string, ev *congruence.Events) (*Page, error) {
	n, src, err := a.ofEvents(file, ev)
	if err != nil {
		return nil, err
	}
	return Builder{}.network(n, src, compare.Options{})
}

func (a NetworkAsk) ofEvents(file string, ev *congruence.Events) (*netAsk, *netSource, error) {
	if a.Duplicates == "" && ev.Document == nil {
		a.Duplicates = "all" // there are no documents to find duplicates in
	}
	n, err := a.check()
	if err != nil {
		return nil, nil, err
	}
	if a.Bootstrap == "" && ev.Len() > networkBootCells {
		n.draws = 0
	}
	return &n, eventSource(file, ev), nil
}

// compute makes the network itself, with intervals when asked for.
func (n *netAsk) compute(src *netSource) (*congruence.Network, string, error) {
	if n.draws == 0 {
		nw, err := congruence.New(src.ev, n.options)
		return nw, "", err
	}
	unit := congruence.Document
	if src.ev.Document == nil {
		unit = congruence.Statement
	}
	nw, err := congruence.NewWithInterval(src.ev, n.options, congruence.Bootstrap{Unit: unit, Draws: n.draws, Level: networkLevel, Seed: n.seed})
	return nw, string(unit), err
}

func (b Builder) network(n *netAsk, src *netSource, o compare.Options) (*Page, error) {
	nw, unit, err := n.compute(src)
	if err != nil {
		return nil, err
	}
	v := &Network{Schema: NetworkSchema, Data: src.data, Settings: n.settings(o, unit), Nodes: []NetworkNode{}, Edges: []NetworkEdge{}, Notes: []NetworkNote{}}
	if b.Corpus != nil {
		info := b.info()
		v.Corpus, v.AsOf = &info, b.Corpus.AsOf(o.Settings).String()
	}
	v.Scale = NetworkScale{string(src.ev.Scale.Kind), nw.Width, orEmpty(nw.Levels), src.ev.Scale.Categories}
	v.Counts = countsOf(nw.Counts, src, n.options)
	v.Years = yearsOf(src.ev)
	v.matrix = networkMatrix{nw.Rows, nw.Cols, nw.Weight}
	used := sourceSet{}
	if err := v.fill(nw, src, used); err != nil {
		return nil, err
	}
	if n.draws == 0 && n.words.Bootstrap == "" {
		v.note("no-intervals", "%d events: no intervals were made; ask for them with a number of draws", src.ev.Len())
	}
	if err := v.betweenness(nw); err != nil {
		return nil, err
	}
	if n.words.Layout {
		if err := v.place(nw, n, src); err != nil {
			return nil, err
		}
	}
	if n.words.Communities {
		if err := v.structure(b, n, src, nw, o); err != nil {
			return nil, err
		}
	}
	if n.window != nil {
		if err := v.slide(n, src); err != nil {
			return nil, err
		}
	}
	page := &Page{Title: n.title(v.Data), Data: v, Table: v.table(), Sources: used.list()}
	if b.Corpus != nil {
		page.Title += filterWords(b.Corpus.AsOf(o.Settings), o)
	}
	return page, nil
}

// NetworkNotes lists the codes of the notes that a network can carry.
var NetworkNotes = []string{
	"no-intervals", "not-counted", "thin", "positive-part", "betweenness-conflict", "betweenness-many", "layout-many", "camps-two-mode", "camps-many", "camps-conflict",
	"camps-none", "blocs-few", "polarisation-size", "polarisation-one-sided", "backbone-nominal", "backbone-small", "backbone-one-level", "backbone-none", "brokers-none",
}

func (v *Network) note(code, format string, args ...any) {
	v.Notes = append(v.Notes, NetworkNote{code, fmt.Sprintf(format, args...)})
}

func countsOf(c congruence.Counts, src *netSource, o congruence.Options) NetworkCounts {
	out := NetworkCounts{
		Read: c.Read + src.unverified + src.notByDate, Unverified: src.unverified, NotByDate: src.notByDate, Incomplete: c.Incomplete, Undated: c.Undated, Outside: c.Outside,
		Filtered: c.Filtered, Duplicates: c.Duplicates, Infrequent: c.Infrequent, Used: c.Used,
	}
	seen := map[int32]bool{}
	for i, d := range src.ev.Document {
		if d >= 0 && inRange(src.ev, i, o) {
			seen[d] = true
		}
	}
	out.Documents = len(seen)
	return out
}

// inRange reports whether the date of an event lies in the range as a whole.
func inRange(ev *congruence.Events, i int, o congruence.Options) bool {
	if ev.Day == nil || o.From.IsZero() && o.To.IsZero() {
		return true
	}
	d, err := entente.ParseDate(partialDate(ev, i))
	return err == nil && !d.IsZero() && (o.From.IsZero() || o.From.First().By(d.First())) && (o.To.IsZero() || d.By(o.To.Last()))
}

// fill names the nodes and lists the edges; used gets the sources behind them.
func (v *Network) fill(nw *congruence.Network, src *netSource, used sourceSet) error {
	one := nw.Options.Mode == congruence.OneMode
	edges := nw.Edges()
	nodes := len(nw.Rows)
	if !one {
		nodes += len(nw.Cols)
	}
	if err := src.bounded(nodes, len(edges)); err != nil {
		return err
	}
	for i, name := range nw.Rows {
		node := src.actor(name)
		node.Events, node.row = nw.RowEvents[i], i
		v.Nodes = append(v.Nodes, node)
	}
	offset := len(nw.Rows)
	v.Size = NetworkSize{Actors: offset, Pairs: offset * (offset - 1) / 2}
	if one {
		offset = 0
	} else {
		for j, name := range nw.Cols {
			it := src.concept(name)
			v.Nodes = append(v.Nodes, NetworkNode{ID: it.ID, Name: it.Title, Kind: it.Kind, Events: nw.ColEvents[j], row: j})
		}
		v.Size.Concepts, v.Size.Pairs = len(nw.Cols), len(nw.Rows)*len(nw.Cols)
	}
	work := 0.0
	for _, e := range edges {
		work += nw.RowEvents[e.A] + nw.ColEvents[e.B]
	}
	counted := len(edges) <= networkCountEdges && work <= networkCountWork
	sourced, seen := src.data.From != "events", map[int]bool{}
	for _, e := range edges {
		row := NetworkEdge{Source: nw.Rows[e.A], Target: nw.Cols[e.B], Weight: e.Weight, Lo: finite(e.Lo), Hi: finite(e.Hi), Shared: e.Shared, Thin: one && e.Shared < thinShared, a: e.A, b: offset + e.B}
		if counted {
			events, basis := 0, 0
			for _, x := range nw.Evidence(e.A, e.B) {
				events += len(x.A) + len(x.B)
				basis++
				for _, list := range [][]int{x.A, x.B} {
					for _, k := range list {
						if sourced && !seen[k] {
							seen[k] = true
							used.add(src.record(k).Source)
						}
					}
				}
			}
			row.Events, row.Basis = &events, &basis
		}
		for _, k := range []int{row.a, row.b} {
			v.Nodes[k].Degree++
			v.Nodes[k].Strength += math.Abs(e.Weight)
		}
		count(&v.Size.Negative, e.Weight < 0)
		count(&v.Size.Thin, row.Thin)
		v.Edges = append(v.Edges, row)
	}
	v.Size.Edges = len(v.Edges)
	for i := range v.Nodes {
		count(&v.Size.Isolated, v.Nodes[i].Degree == 0)
	}
	if !counted {
		v.note("not-counted", "the events behind each of the %d edges are not counted; one edge shows its own", len(edges))
	}
	if v.Size.Thin > 0 {
		v.note("thin", "%d of %d edges rest on fewer than three shared %s; their intervals are too narrow", v.Size.Thin, v.Size.Edges, v.Data.Concepts)
	}
	return nil
}

func count(n *int, is bool) {
	if is {
		*n++
	}
}

// finite is nil for a number that is not defined.
func finite(f float64) *float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil
	}
	return &f
}

// positive lists the edges above zero.
func (v *Network) positive() []centrality.Edge {
	var out []centrality.Edge
	for _, e := range v.Edges {
		if e.Weight > 0 {
			out = append(out, centrality.Edge{A: e.a, B: e.b, Weight: e.Weight})
		}
	}
	return out
}

func (v *Network) betweenness(nw *congruence.Network) error {
	switch {
	case nw.Options.Kind == congruence.Conflict:
		v.note("betweenness-conflict", "betweenness is about paths of agreement, and a conflict network has none")
		return nil
	case len(v.Nodes) > 2000:
		v.note("betweenness-many", "%d nodes: betweenness is computed for 2000 at most", len(v.Nodes))
		return nil
	}
	g, err := centrality.New(len(v.Nodes), v.positive())
	if err != nil {
		return err
	}
	length := centrality.Inverse
	if nw.Options.Mode == congruence.TwoMode {
		length = centrality.Hops
	}
	list, err := g.Betweenness(length, nil)
	if err != nil {
		return err
	}
	for i, x := range list {
		v.Nodes[i].Betweenness = finite(x)
	}
	if v.Size.Negative > 0 {
		v.note("positive-part", "betweenness and the picture look at the edges above zero only")
	}
	return nil
}

// place lays the nodes out. The places are those of the network of all dates
// (the same settings without a date range), so that a picture of one year can be
// laid over that of another; in a conflict network the congruence network is
// placed and the conflicts drawn into it.
func (v *Network) place(nw *congruence.Network, n *netAsk, src *netSource) error {
	if len(v.Nodes) == 0 || len(v.Nodes) > networkPlaced {
		v.note("layout-many", "%d nodes: up to %d are placed", len(v.Nodes), networkPlaced)
		return nil
	}
	whole := nw
	o := n.options
	if !o.From.IsZero() || !o.To.IsZero() || o.Kind == congruence.Conflict || o.Kind == congruence.Combine {
		o.From, o.To = entente.Date{}, entente.Date{}
		switch o.Kind {
		case congruence.Conflict:
			o.Kind = congruence.Congruence
		case congruence.Combine:
			o.Kind = congruence.Ignore
		}
		var err error
		if whole, err = congruence.New(src.ev, o); err != nil {
			return err
		}
		if len(whole.Rows)+len(whole.Cols) > layout.MaxNodes {
			whole = nw
		}
	}
	at := map[string]int{}
	for i, r := range whole.Rows {
		at["r"+r] = i
	}
	offset := 0
	if o.Mode == congruence.TwoMode {
		offset = len(whole.Rows)
		for j, c := range whole.Cols {
			at["c"+c] = offset + j
		}
	}
	var edges []layout.Edge
	for _, e := range whole.Edges() {
		if e.Weight > 0 {
			edges = append(edges, layout.Edge{A: e.A, B: offset + e.B, Weight: e.Weight})
		}
	}
	lo := layout.Default()
	lo.Seed, lo.Gap = n.seed, chart.NetworkGap(len(at))
	l, err := layout.New(len(at), edges, lo)
	if err != nil {
		return err
	}
	v.Layout = &NetworkLayout{n.seed, l.Stress, len(at)}
	for i := range v.Nodes {
		node := &v.Nodes[i]
		key := "r" + node.ID
		if i >= len(nw.Rows) {
			key = "c" + node.ID
		}
		if k, ok := at[key]; ok {
			x, y := math.Round(l.X[k]*1e4)/1e4, math.Round(l.Y[k]*1e4)/1e4
			node.X, node.Y = &x, &y
		}
	}
	return nil
}

// slide computes the networks of a moving window.
func (v *Network) slide(n *netAsk, src *netSource) error {
	slices_, err := congruence.Windows(src.ev, n.options, *n.window)
	if err != nil {
		return err
	}
	total := 0
	for s := range slices_ {
		w := NetworkWindow{
			From: congruence.DayString(s.From), Mid: congruence.DayString(s.Mid), To: congruence.DayString(s.To), Events: s.Events, Thin: s.Events < thinWindow,
			Edges: []NetworkEdge{},
		}
		for _, events := range s.Network.RowEvents {
			count(&w.Actors, events > 0)
		}
		sum := 0.0
		for _, e := range s.Network.Edges() {
			sum += e.Weight
			w.Edges = append(w.Edges, NetworkEdge{Source: s.Network.Rows[e.A], Target: s.Network.Cols[e.B], Weight: e.Weight, Shared: e.Shared, Thin: n.options.Mode == congruence.OneMode && e.Shared < thinShared})
		}
		if len(w.Edges) > 0 {
			w.Mean = sum / float64(len(w.Edges))
		}
		if total += len(w.Edges); total > 2_000_000 {
			return netFault("step", fmt.Sprintf("the windows up to %s have %d edges", w.To, total), "raise the step or the threshold")
		}
		v.Windows = append(v.Windows, w)
	}
	return nil
}

// row is the position of a node in the network, by id; -1 when it is not there.
func (v *Network) row(id string, concept bool) int {
	return slices.IndexFunc(v.Nodes, func(n NetworkNode) bool {
		return n.ID == id && concept == (v.Settings.Mode == "two" && slices.Contains([]string{"proposition", "instrument", "roll-call", "concept"}, n.Kind))
	})
}

// byStrength orders edges for a reader: the strongest first.
func byStrength(a, b NetworkEdge) int {
	return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), cmp.Compare(b.Shared, a.Shared), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target))
}

// Strongest gives up to most edges, the strongest first; 0 gives all.
func (v *Network) Strongest(most int) []NetworkEdge {
	list := slices.Clone(v.Edges)
	slices.SortFunc(list, byStrength)
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	return list
}

// Drawn chooses the edges of a picture, in which more than a few hundred lines
// tell nothing: for every node its strongest edges above and below zero, so many
// of each. They come weakest first, as they are drawn; the whole list is in the
// table.
func (v *Network) Drawn(each int) []NetworkEdge {
	list := v.Strongest(0)
	type side struct {
		node     int
		negative bool
	}
	have := map[side]int{}
	var out []NetworkEdge
	for _, e := range list {
		a, b := side{e.a, e.Weight < 0}, side{e.b, e.Weight < 0}
		if have[a] >= each && have[b] >= each {
			continue
		}
		have[a]++
		have[b]++
		out = append(out, e)
	}
	slices.Reverse(out)
	return out
}

// Ends gives the positions in Nodes of an edge's ends.
func (e *NetworkEdge) Ends() (source, target int) { return e.a, e.b }

// yearsOf counts the dated events of every year from the first to the last.
func yearsOf(ev *congruence.Events) []NetworkYear {
	out := []NetworkYear{}
	if ev.Day == nil {
		return out
	}
	counts := map[int]int{}
	first, last := math.MaxInt, math.MinInt
	for i, d := range ev.Day {
		if ev.Precision != nil && ev.Precision[i] == congruence.Undated {
			continue
		}
		y, _, _ := congruence.Civil(d)
		counts[y]++
		first, last = min(first, y), max(last, y)
	}
	if last-first > 500 {
		return out
	}
	for y := first; y <= last; y++ {
		out = append(out, NetworkYear{y, counts[y], counts[y] < thinWindow})
	}
	return out
}
