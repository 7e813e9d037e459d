package web

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/internal/chart"
	"entente/internal/message"
	"entente/internal/view"
)

// networkSettings are the parameters of a network and of its edges.
var networkSettings = []string{"data", "mode", "kind", "norm", "duplicates", "from", "to", "as_of", "known_at", "pillar", "issue", "unverified", "threshold", "min_shared", "compat"}

// networkQuery is the part of a request that chooses a network, as typed.
type networkQuery struct {
	data, mode, norm, duplicates, threshold, minShared, compat string
}

// networkParams are the parameters that only networks have; kind, from and to
// they share with other pages.
var networkParams = []param{
	{name: "data", enum: view.NetworkDataSets, about: "what goes into a network", sample: "votes", read: func(q *query, v []string) error {
		q.network.data = v[0]
		return nil
	}},
	{name: "mode", enum: view.NetworkModes, about: "one: actors with actors; two: actors with what they spoke on", sample: "two", read: func(q *query, v []string) error {
		q.network.mode = v[0]
		return nil
	}},
	{name: "norm", about: "what the weights of a network are divided by: none, average, jaccard, cosine (mode one), activity, prominence (mode two)", sample: "average", read: func(q *query, v []string) error {
		q.network.norm = v[0]
		return nil
	}},
	{name: "duplicates", enum: view.NetworkDuplicates, about: "of equal events in a network count one per this", sample: "year", read: func(q *query, v []string) error {
		q.network.duplicates = v[0]
		return nil
	}},
	{name: "threshold", about: "leave out edges of a network of less absolute weight", sample: "2", read: func(q *query, v []string) error {
		q.network.threshold = v[0]
		return nil
	}},
	{name: "min_shared", about: "leave out edges of a network on fewer shared concepts", sample: "3", read: func(q *query, v []string) error {
		q.network.minShared = v[0]
		return nil
	}},
	{name: "compat", enum: []string{"dna"}, about: "dna: cosine, weeks, months and categories as the Discourse Network Analyzer 3.1 has them", sample: "dna", read: func(q *query, v []string) error {
		q.network.compat = v[0]
		return nil
	}},
}

// networkAsk is what a request asks of package view.
func (r *request) networkAsk() view.NetworkAsk {
	n := r.network
	return view.NetworkAsk{
		Data: n.data, Mode: n.mode, Kind: r.kind, Norm: n.norm, Duplicates: n.duplicates, From: r.from.String(), To: r.to.String(),
		Threshold: n.threshold, MinShared: n.minShared, Compat: n.compat,
	}
}

// networkForm is the form that chooses a network.
type networkForm struct {
	Action                             string
	Data, Modes, Kinds, Norms, Repeats []choice
	From, To, AsOf, Released           string
	Threshold, MinShared               string
	Pillars, Issues                    []choice
	Unverified, Compat                 bool
	Stored                             bool
	KnownAt                            string
}

func choices(words []string, on string, name func(string) string) []choice {
	out := make([]choice, len(words))
	for i, w := range words {
		out[i] = choice{w, name(w), w == on}
	}
	return out
}

func (s *site) networkForm(r *request, v view.NetworkSettings, data string) networkForm {
	base := s.filterForm(r, true)
	return networkForm{
		Action:  "/network",
		Data:    choices(view.NetworkDataSets, data, func(w string) string { return r.t.Label("network.data", w) }),
		Modes:   choices(view.NetworkModes, v.Mode, func(w string) string { return r.t.Label("network.mode", w) }),
		Kinds:   choices(view.NetworkKinds(v.Mode), v.Kind, func(w string) string { return r.t.Label("network.kind", v.Mode+"."+w) }),
		Norms:   choices(view.NetworkNorms(v.Mode), v.Norm, func(w string) string { return r.t.Label("network.norm", w) }),
		Repeats: choices(view.NetworkDuplicates, v.Duplicates, func(w string) string { return r.t.Label("network.duplicates", w) }),
		Stored:  base.Stored, KnownAt: base.KnownAt,
		From: v.From, To: v.To, AsOf: base.AsOf, Released: base.Released, Threshold: r.network.threshold, MinShared: r.network.minShared,
		Pillars: base.Pillars, Issues: base.Issues, Unverified: base.Unverified, Compat: v.Compat != "",
	}
}

// networkScreen is a network with what is read off it.
type networkScreen struct {
	V      *view.Network
	Form   networkForm
	One    bool
	SVG    template.HTML
	Drawn  int
	Stress string
	Shades []netShade
	Years  []yearLink
	Query  string // of links that keep the settings
	Names  map[string]string

	Edges, More  []edgeRow
	Rest         int // edges in the files only
	Nodes        []nodeRow
	MoreNodes    []nodeRow
	Brokers      []nodeRow
	Camps        []campRow
	Blocs        []blocRowOf
	Left         string // what was left out, and why
	Full, Others string // losses of the backbone's rivals
}

type netShade struct {
	Letter, Class string
	N             int
}

// yearLink is one stop of the time slider.
type yearLink struct {
	Href, Word string
	Events     int
	Thin, On   bool
}

type edgeRow struct {
	view.NetworkEdge
	From, To, Href, Figure, Interval string
}

type nodeRow struct {
	view.NetworkNode
	Href, Strength, Records, Between, Sure string
}

type campRow struct {
	view.NetworkCamp
	Sure string
}

type blocRowOf struct {
	view.NetworkBlocRow
	Within, Across string
}

// shownEdges is the number of edges that a page prints; the twins hold all.
const shownEdges = 150

func buildNetwork(s *site, r *request) (*result, error) {
	ask := r.networkAsk()
	ask.Layout, ask.Communities = true, true
	p, err := s.views.Network(ask, r.options)
	if err != nil {
		return nil, webPlace(err)
	}
	v := p.Data.(*view.Network)
	screen := &networkScreen{V: v, Form: s.networkForm(r, v.Settings, v.Data.From), One: v.Settings.Mode == "one", Query: queryOf(r.canon, networkSettings), Names: map[string]string{}}
	for _, n := range v.Nodes {
		screen.Names[n.ID] = n.Name
	}
	screen.tables(r)
	screen.Left = leftOutOfNetwork(r.t, v.Counts)
	screen.years(r)
	if err := screen.draw(r); err != nil {
		return nil, err
	}
	c := v.Counts
	lede := r.t.T("network.lede", "used", c.Used, "read", c.Read, "data", r.t.Label("network.data", v.Data.From), "actors", r.t.T("count.actors", "n", v.Size.Actors), "edges", v.Size.Edges, "pairs", v.Size.Pairs)
	return &result{
		view: p, screen: screen, title: s.networkTitle(r, v.Settings, v.Data.From), kicker: r.t.T("network.kicker"), lede: lede, links: []string{"network"},
		settings: true, actsOnly: true, leftOut: c.Unverified, listsSources: true,
	}, nil
}

// leftOutOfNetwork lists why records do not count; what is nought is not said.
func leftOutOfNetwork(t *message.Catalogue, c view.NetworkCounts) string {
	var out []string
	for _, x := range []struct {
		n    int
		text string
	}{
		{c.Unverified, t.T("network.left.unverified", "n", c.Unverified)},
		{c.NotByDate, t.T("network.left.date", "n", c.NotByDate)},
		{c.Incomplete + c.Undated, t.T("network.left.incomplete", "n", c.Incomplete+c.Undated)},
		{c.Outside, t.T("network.left.outside", "n", c.Outside)},
		{c.Duplicates, t.T("network.left.duplicates", "n", c.Duplicates)},
	} {
		if x.n > 0 {
			out = append(out, x.text)
		}
	}
	return strings.Join(out, t.T("list.comma"))
}

// networkTitle names a network by its settings.
func (s *site) networkTitle(r *request, v view.NetworkSettings, data string) string {
	t := r.t
	words := []string{t.T("network.title", "kind", t.Label("network.title", v.Mode+"."+v.Kind), "data", t.Label("network.data", data))}
	if v.Norm != "none" {
		words = append(words, t.Label("network.norm", v.Norm))
	}
	switch {
	case v.From != "" && v.From == v.To:
		words = append(words, t.T("network.title.in", "date", t.Date(v.From)))
	case v.From != "" && v.To != "":
		words = append(words, t.T("network.title.between", "from", t.Date(v.From), "to", t.Date(v.To)))
	case v.From != "":
		words = append(words, t.T("network.title.since", "date", t.Date(v.From)))
	case v.To != "":
		words = append(words, t.T("network.title.until", "date", t.Date(v.To)))
	}
	return s.filterTitle(r, strings.Join(words, t.T("list.comma")))
}

// webPlace names the parameter where a view names a setting.
func webPlace(err error) error {
	if e, ok := errors.AsType[*entente.Error](err); ok {
		moved := *e
		switch e.Place {
		case "from-data":
			moved.Place = "data"
		case "min-shared":
			moved.Place = "min_shared"
		}
		return &moved
	}
	return err
}

func weight(f float64) string {
	return strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(f, 'f', 3, 64), "0"), ".")
}

func weights(t *message.Catalogue, lo, hi *float64) string {
	if lo == nil || hi == nil {
		return ""
	}
	return t.T("network.interval", "lo", weight(*lo), "hi", weight(*hi))
}

func (c *networkScreen) tables(r *request) {
	list := c.V.Strongest(shownEdges)
	c.Rest = len(c.V.Edges) - len(list)
	var rows []edgeRow
	for _, e := range list {
		rows = append(rows, edgeRow{e, c.Names[e.Source], c.Names[e.Target], c.href(e), weight(e.Weight), weights(r.t, e.Lo, e.Hi)})
	}
	c.Edges, c.More = firstOf(rows)
	var nodes []nodeRow
	for _, n := range c.V.Nodes {
		row := nodeRow{NetworkNode: n, Href: nodeHref(n), Strength: weight(n.Strength), Records: weight(n.Events)}
		if n.Betweenness != nil {
			row.Between = fmt.Sprintf("%.4f", *n.Betweenness)
		}
		row.Sure = toHundredths(n.Firm)
		nodes = append(nodes, row)
	}
	slices.SortStableFunc(nodes, func(a, b nodeRow) int {
		switch {
		case a.NetworkNode.Strength > b.NetworkNode.Strength:
			return -1
		case a.NetworkNode.Strength < b.NetworkNode.Strength:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, n := range nodes {
		if n.Broker != nil && n.Broker.Between > 0 {
			c.Brokers = append(c.Brokers, n)
		}
	}
	slices.SortStableFunc(c.Brokers, func(a, b nodeRow) int { return int(b.Broker.Between - a.Broker.Between) })
	c.Brokers = c.Brokers[:min(len(c.Brokers), 10)]
	c.Nodes, c.MoreNodes = firstOf(nodes)
	if v := c.V.Camps; v != nil {
		for _, x := range v.Camps {
			if len(x.Members) > 1 {
				c.Camps = append(c.Camps, campRow{x, toHundredths(x.Firm)})
			}
		}
	}
	if v := c.V.Blocs; v != nil {
		for _, x := range v.Rows {
			c.Blocs = append(c.Blocs, blocRowOf{x, toHundredths(x.Inside), toHundredths(x.Outside)})
		}
	}
	if v := c.V.Backbone; v != nil {
		c.Full, c.Others = toHundredths(v.Full), toHundredths(v.Rest)
	}
}

func toHundredths(f *float64) string {
	if f == nil {
		return ""
	}
	return fmt.Sprintf("%.2f", *f)
}

func (c *networkScreen) href(e view.NetworkEdge) string {
	return "/network/edge/" + url.PathEscape(e.Source) + "/" + url.PathEscape(e.Target) + c.Query
}

func nodeHref(n view.NetworkNode) string {
	switch n.Kind {
	case "proposition":
		return "/propositions/" + n.ID
	case "instrument":
		return "/instruments/" + n.ID
	case "roll-call":
		return "/votes/" + n.ID
	}
	return "/actors/" + n.ID
}

// years makes the stops of the time slider: all dates, then year by year.
func (c *networkScreen) years(r *request) {
	link := func(from, to string) string {
		return address("/network", formatHTML, with(with(r.canon, "from", from), "to", to)) + "#figure"
	}
	set := c.V.Settings
	all := yearLink{Href: link("", ""), Word: r.t.T("network.years.all"), On: set.From == "" && set.To == ""}
	c.Years = append(c.Years, all)
	for _, y := range c.V.Years {
		c.Years[0].Events += y.Events
		if y.Events == 0 {
			continue
		}
		word := strconv.Itoa(y.Year)
		c.Years = append(c.Years, yearLink{Href: link(word, word), Word: word, Events: y.Events, Thin: y.Thin, On: set.From == word && set.To == word})
	}
}

// edgesEach is how many edges of every node are drawn; see view.Network.Drawn.
const edgesEach = 3

func (c *networkScreen) draw(r *request) error {
	v, t := c.V, r.t
	if v.Layout == nil || len(v.Edges) == 0 {
		return nil
	}
	c.Stress = fmt.Sprintf("%.2f", v.Layout.Stress)
	var nodes []chart.NetNode
	counts := map[string]int{}
	for _, n := range v.Nodes {
		code := n.ISO3
		if code == "" {
			code = strings.ToUpper(n.ID)
		}
		square := nodeHref(n)[1] != 'a'
		if square {
			code = n.ID
		}
		title := t.T("network.node", "name", n.Name, "edges", n.Degree, "records", weight(n.Events))
		if n.Camp != "" {
			title += " " + t.T("network.node.camp", "camp", n.Camp)
			counts[n.Camp]++
		}
		nodes = append(nodes, chart.NetNode{ID: n.ID, Code: code, Title: title, Href: nodeHref(n), X: *n.X, Y: *n.Y, Group: n.Camp, Square: square})
	}
	drawn := v.Drawn(edgesEach)
	c.Drawn = len(drawn)
	most := 0.0
	for _, e := range drawn {
		most = math.Max(most, math.Abs(e.Weight))
	}
	var edges []chart.NetEdge
	for i := range drawn {
		e := &drawn[i]
		a, b := e.Ends()
		edges = append(edges, chart.NetEdge{A: a, B: b, Width: math.Abs(e.Weight) / most, Negative: e.Weight < 0, Thin: e.Thin, Href: c.href(*e), Title: edgeTitle(t, c.Names, e)})
	}
	about := t.T("network.figure.about", "actors", len(v.Nodes), "drawn", c.Drawn, "edges", v.Size.Edges, "each", edgesEach)
	svg, err := chart.Network(nodes, edges, chart.NetOptions{ID: "net", Title: t.T("network.figure"), Desc: about, Crowd: v.Layout.Nodes})
	if err != nil {
		return err
	}
	c.SVG = template.HTML(svg.String()) //nolint:gosec // package chart escapes all text
	if v.Camps != nil {
		for i, camp := range v.Camps.Camps {
			if len(camp.Members) < 2 {
				continue
			}
			shade := netShade{Letter: camp.Camp, Class: "net-camp-" + string(rune('a'+min(i, 5))), N: len(camp.Members)}
			c.Shades = append(c.Shades, shade)
		}
	}
	return nil
}

func edgeTitle(t *message.Catalogue, names map[string]string, e *view.NetworkEdge) string {
	title := t.T("network.edge.title", "a", names[e.Source], "b", names[e.Target], "weight", weight(e.Weight))
	if iv := weights(t, e.Lo, e.Hi); iv != "" {
		title += " (" + iv + ")"
	}
	if e.Thin {
		title += ", " + t.T("thin.short")
	}
	return title
}

// networkEdgeScreen is what stands behind one edge.
type networkEdgeScreen struct {
	V        *view.NetworkEdgePage
	One      bool
	Weight   string
	Interval string
	Sum      string
	Divisor  string
	Network  string // the whole network
	Compare  string
	Concepts []conceptRow
}

type conceptRow struct {
	view.NetworkEdgeConcept
	Href, Figure string
}

func buildNetworkEdge(s *site, r *request) (*result, error) {
	ask := r.networkAsk()
	a, b, err := s.views.NetworkEnds(r.path("a"), r.path("b"), ask)
	if err != nil {
		return nil, webPlace(err)
	}
	if a != r.path("a") || b != r.path("b") {
		return r.canonical("/network/edge/" + a + "/" + b), nil
	}
	p, err := s.views.NetworkEdge(a, b, ask, r.options)
	if err != nil {
		return nil, webPlace(err)
	}
	v := p.Data.(*view.NetworkEdgePage)
	screen := &networkEdgeScreen{
		V: v, One: v.Settings.Mode == "one", Weight: weight(v.Weight), Interval: weights(r.t, v.Lo, v.Hi), Sum: weight(v.Sum),
		Network: "/network" + queryOf(r.canon, networkSettings),
	}
	if v.Divisor != nil && *v.Divisor != 1 {
		screen.Divisor = weight(*v.Divisor)
	}
	if screen.One {
		screen.Compare = "/compare/" + a + "/" + b + queryOf(r.canon, []string{"as_of", "pillar", "issue", "unverified"})
	}
	for i := range v.Concepts {
		c := v.Concepts[i]
		screen.Concepts = append(screen.Concepts, conceptRow{c, nodeHref(view.NetworkNode{ID: c.ID, Kind: c.Kind}), weight(c.Weight)})
	}
	lede := r.t.T("network-edge.lede.none")
	switch {
	case len(v.Concepts) > 0 && screen.One:
		lede = r.t.T("network-edge.lede", "weight", screen.Weight, "records", v.Events, "shared", v.Shared, "concepts", r.t.Label("network.concepts", v.Data.From))
	case len(v.Concepts) > 0:
		lede = r.t.T("network-edge.lede.two", "weight", screen.Weight, "records", v.Events)
	}
	return &result{
		view: p, screen: screen, kicker: r.t.T("network-edge.kicker", "kind", r.t.Label("network.title", v.Settings.Mode+"."+v.Settings.Kind)), lede: lede, settings: true, actsOnly: true, leftOut: -1,
		title: s.filterTitle(r, r.t.T("network-edge.title", "a", v.Source.Name, "b", v.Target.Name, "data", r.t.Label("network.data", v.Data.From))),
	}, nil
}

// networkFile writes a network for another program.
func networkFile(p *view.Page, format string) ([]byte, error) {
	var b bytes.Buffer
	v, ok := p.Data.(*view.Network)
	if !ok {
		return nil, fmt.Errorf("the page holds %T, not a network", p.Data)
	}
	err := v.WriteFile(&b, format, p.Title)
	return b.Bytes(), err
}
