package view

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/congruence"
)

func network(t *testing.T, a NetworkAsk, o compare.Options) *Network {
	t.Helper()
	p, err := builder(t).Network(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return p.Data.(*Network)
}

// TestWordsAreThoseOfTheAnalysis: every word that is offered is taken, and no
// word of the analysis is left out.
func TestWordsAreThoseOfTheAnalysis(t *testing.T) {
	for _, mode := range NetworkModes {
		for _, kind := range NetworkKinds(mode) {
			for _, norm := range NetworkNorms(mode) {
				for _, d := range NetworkDuplicates {
					o := congruence.Options{Mode: congruence.Mode(mode), Kind: congruence.Kind(kind), Norm: congruence.Norm(norm), Duplicates: congruence.Duplicates(d)}
					if err := o.Check(); err != nil {
						t.Errorf("%s %s %s %s: %v", mode, kind, norm, d, err)
					}
				}
			}
		}
	}
	// The hint of the analysis lists what it allows.
	for what, c := range map[string]struct {
		o    congruence.Options
		want []string
	}{
		"kinds, one": {congruence.Options{Mode: "one"}, NetworkKinds("one")},
		"kinds, two": {congruence.Options{Mode: "two"}, NetworkKinds("two")},
		"norms, one": {congruence.Options{Mode: "one", Kind: "ignore"}, NetworkNorms("one")},
		"norms, two": {congruence.Options{Mode: "two", Kind: "ignore"}, NetworkNorms("two")},
		"duplicates": {congruence.Options{Mode: "one", Kind: "ignore", Norm: "none"}, NetworkDuplicates},
		"modes":      {congruence.Options{}, NetworkModes},
	} {
		e, ok := errors.AsType[*entente.Error](c.o.Check())
		if !ok {
			t.Fatalf("%s: no error", what)
		}
		_, list, _ := strings.Cut(e.Hint, ": ")
		got := strings.Split(list, ", ")
		slices.Sort(got)
		want := slices.Sorted(slices.Values(c.want))
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-offered +allowed):\n%s", what, d)
		}
	}
}

// TestNetworkCounts recounts what went in from the corpus.
func TestNetworkCounts(t *testing.T) {
	b := builder(t)
	for _, o := range []compare.Options{{}, {Settings: entente.Settings{AsOf: entente.Day(2021, 2, 19)}}, {Settings: entente.Settings{Unverified: true}}, {Pillars: []entente.Pillar{entente.Norms}}} {
		v := network(t, NetworkAsk{Bootstrap: "0", Duplicates: "all"}, o)
		read, used := 0, 0
		for i := range b.Corpus.Statements {
			s := &b.Corpus.Statements[i]
			if len(o.Pillars) > 0 && b.Corpus.Proposition(s.Proposition).Pillar != o.Pillars[0] {
				continue
			}
			read++
			d, err := entente.ParseDate(b.said(s, o).Date)
			if err != nil {
				t.Fatal(err)
			}
			if d.By(b.Corpus.AsOf(o.Settings)) && (o.Unverified || b.Corpus.StatementLevel(s) != entente.Unverified) {
				used++
			}
		}
		c := v.Counts
		if c.Read != read || c.Used != used {
			t.Errorf("%+v: %d of %d used, recounted %d of %d", o, c.Used, c.Read, used, read)
		}
		if sum := c.Unverified + c.NotByDate + c.Incomplete + c.Undated + c.Outside + c.Filtered + c.Duplicates + c.Infrequent + c.Used; sum != c.Read {
			t.Errorf("%+v: the parts make %d", c, sum)
		}
	}
}

// TestEvidenceAddsUp: for every edge of a network what stands behind it adds up
// to the weight, undivided and divided by what the formula divides by.
func TestEvidenceAddsUp(t *testing.T) {
	b := builder(t)
	o := compare.Options{Pillars: []entente.Pillar{entente.CBM, entente.Norms}}
	for _, a := range []NetworkAsk{
		{Kind: "congruence"},
		{Kind: "conflict"},
		{Kind: "subtract", Norm: "average"},
		{Kind: "ignore", Duplicates: "range"},
		{Mode: "two", Kind: "subtract", Norm: "activity"},
		{Kind: "subtract", Data: "votes"},
	} {
		a.Bootstrap = "0"
		opt := o
		if a.Data == "votes" {
			opt = compare.Options{}
		}
		v := network(t, a, opt)
		if len(v.Edges) < 5 {
			t.Fatalf("%+v: only %d edges", a, len(v.Edges))
		}
		for i, e := range v.Edges {
			if i%max(1, len(v.Edges)/25) != 0 {
				continue
			}
			p, err := b.NetworkEdge(e.Source, e.Target, a, opt)
			if err != nil {
				t.Fatal(err)
			}
			x := p.Data.(*NetworkEdgePage)
			divisor := 1.0
			switch a.Norm {
			case "average":
				divisor = (x.Source.Events + x.Target.Events) / 2
			case "activity":
				divisor = x.Source.Events
			}
			sum, records := 0.0, 0
			for _, c := range x.Concepts {
				sum += c.Weight
				records += len(c.First) + len(c.Second)
				for _, ev := range slices.Concat(c.First, c.Second) {
					if ev.Concept != c.ID || ev.Actor != e.Source && ev.Actor != e.Target || ev.Source == "" || ev.Date == "" {
						t.Errorf("%s-%s: %+v does not belong under %s", e.Source, e.Target, ev, c.ID)
					}
					if b.Corpus.Source(ev.Source) == nil || !slices.Contains(p.Sources, ev.Source) {
						t.Errorf("%s: the source %q is not listed", ev.ID, ev.Source)
					}
				}
			}
			if math.Abs(sum/divisor-e.Weight) > 1e-9 || math.Abs(x.Weight-e.Weight) > 1e-12 {
				t.Errorf("%+v %s-%s: %v / %v, the edge is %v", a, e.Source, e.Target, sum, divisor, e.Weight)
			}
			if e.Events == nil || records != *e.Events || len(x.Concepts) != *e.Basis || x.Shared != e.Shared || len(p.Table.Rows) != records {
				t.Errorf("%s-%s: %d records on %d concepts, the edge says %v on %v", e.Source, e.Target, records, len(x.Concepts), *e.Events, *e.Basis)
			}
		}
	}
}

// TestNoEdgeIsNoDisagreement: a pair without an edge has a page of its own.
func TestNoEdgeIsNoDisagreement(t *testing.T) {
	p, err := builder(t).NetworkEdge("Vanuatu", "kir", NetworkAsk{}, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v := p.Data.(*NetworkEdgePage)
	if v.Source.ID != "vut" || v.Weight != 0 || v.Divisor != nil || v.Concepts == nil || len(v.Concepts) != 0 {
		t.Errorf("%+v", v)
	}
}

// TestIntervalsHoldTheirEdges also checks that the default makes intervals.
func TestNetworkIntervals(t *testing.T) {
	v := network(t, NetworkAsk{Data: "votes", Norm: "average"}, compare.Options{})
	for _, e := range v.Edges {
		if e.Lo == nil || e.Hi == nil || *e.Lo > *e.Hi {
			t.Fatalf("%s-%s: interval %v to %v", e.Source, e.Target, e.Lo, e.Hi)
		}
	}
	if v = network(t, NetworkAsk{Bootstrap: "0"}, compare.Options{}); v.Edges[0].Lo != nil || v.Settings.Draws != 0 {
		t.Error("intervals that nobody asked for")
	}
}

// TestVotesSplitAsIsKnown: the recorded votes on ICTs are known to part the
// members of NATO from those of the SCO; a camp that did not show it would be
// wrong.
func TestVotesSplitAsIsKnown(t *testing.T) {
	v := network(t, NetworkAsk{Data: "votes", Kind: "subtract", Norm: "average", Communities: true, Bootstrap: "0"}, compare.Options{})
	camp := map[string]string{}
	for _, n := range v.Nodes {
		camp[n.ID] = n.Camp
	}
	if camp["est"] != camp["usa"] || camp["rus"] != camp["chn"] || camp["est"] == camp["rus"] {
		t.Errorf("camps: est %s, usa %s, rus %s, chn %s", camp["est"], camp["usa"], camp["rus"], camp["chn"])
	}
	if v.Blocs.Joint == nil || v.Blocs.Joint.ARI.Value < 0.2 || v.Blocs.Joint.ARI.P > 0.01 {
		t.Errorf("%+v", v.Blocs.Joint)
	}
	for _, r := range v.Blocs.Rows {
		if r.Bloc.ID == "nato" && (r.InCamp != r.Placed || r.Difference.P > 0.01 || r.Members < len(r.InNetwork)) {
			t.Errorf("NATO: %+v", r)
		}
	}
	if v.Polarisation == nil || v.Polarisation.Chance.P > 0.05 || len(v.Polarisation.First)+len(v.Polarisation.Second) != v.Size.Actors {
		t.Errorf("%+v", v.Polarisation)
	}
	if v.Backbone == nil || len(v.Backbone.List) != v.Backbone.Size || v.Backbone.Value > *v.Backbone.Rest {
		t.Errorf("%+v", v.Backbone)
	}
}

// TestWhatIsNotDefinedIsSaid: nothing is left out without a note.
func TestWhatIsNotDefinedIsSaid(t *testing.T) {
	for _, c := range []struct {
		name string
		a    NetworkAsk
		o    compare.Options
		code string
	}{
		{"conflict", NetworkAsk{Kind: "conflict", Communities: true}, compare.Options{}, "camps-conflict"},
		{"conflict", NetworkAsk{Kind: "conflict"}, compare.Options{}, "betweenness-conflict"},
		{"two-mode", NetworkAsk{Mode: "two", Communities: true}, compare.Options{}, "camps-two-mode"},
		{"acts", NetworkAsk{Data: "acts", Communities: true}, compare.Options{}, "polarisation-one-sided"},
		{"acts", NetworkAsk{Data: "acts", Communities: true}, compare.Options{}, "backbone-one-level"},
		{"nothing", NetworkAsk{From: "1950", To: "1951", Communities: true, Layout: true}, compare.Options{}, "camps-none"},
		{"nothing", NetworkAsk{From: "1950", To: "1951", Communities: true, Layout: true}, compare.Options{}, "layout-many"},
		{"nothing", NetworkAsk{From: "1950", To: "1951", Communities: true, Layout: true}, compare.Options{}, "polarisation-size"},
	} {
		c.a.Bootstrap = "0"
		v := network(t, c.a, c.o)
		if !slices.ContainsFunc(v.Notes, func(n NetworkNote) bool { return n.Code == c.code && n.Text != "" }) {
			t.Errorf("%s: no note %s in %+v", c.name, c.code, v.Notes)
		}
		for _, n := range v.Notes {
			if !slices.Contains(NetworkNotes, n.Code) {
				t.Errorf("the note %s is not in the list", n.Code)
			}
		}
	}
}

// TestAWindowIsTheNetworkOfItsDates: the slice of a moving window is the network
// that from and to give.
func TestAWindowIsTheNetworkOfItsDates(t *testing.T) {
	v := network(t, NetworkAsk{Window: "24m", Step: "12", Bootstrap: "0"}, compare.Options{})
	if len(v.Windows) < 3 {
		t.Fatalf("%d windows", len(v.Windows))
	}
	for _, w := range v.Windows[1:3] {
		x := network(t, NetworkAsk{From: w.From, To: w.To, Bootstrap: "0"}, compare.Options{})
		if x.Counts.Used != w.Events || len(x.Edges) != len(w.Edges) || w.Thin != (w.Events < 30) {
			t.Errorf("%s to %s: %d events and %d edges, the range has %d and %d", w.From, w.To, w.Events, len(w.Edges), x.Counts.Used, len(x.Edges))
		}
		for i := range w.Edges {
			if w.Edges[i].Weight != x.Edges[i].Weight || w.Edges[i].Source != x.Edges[i].Source {
				t.Fatalf("edge %d: %+v, %+v", i, w.Edges[i], x.Edges[i])
			}
		}
	}
}

// TestYearsOfThePictureKeepTheirPlaces: what a slider shows must not jump.
func TestYearsOfThePictureKeepTheirPlaces(t *testing.T) {
	all := network(t, NetworkAsk{Layout: true, Bootstrap: "0"}, compare.Options{})
	at := map[string][2]float64{}
	for _, n := range all.Nodes {
		at[n.ID] = [2]float64{*n.X, *n.Y}
	}
	year := network(t, NetworkAsk{Layout: true, Bootstrap: "0", From: "2021", To: "2021"}, compare.Options{})
	for _, n := range year.Nodes {
		if at[n.ID] != [2]float64{*n.X, *n.Y} {
			t.Errorf("%s moved from %v to %v, %v", n.ID, at[n.ID], *n.X, *n.Y)
		}
	}
	sum := 0
	for _, y := range all.Years {
		sum += y.Events
	}
	if sum != all.Counts.Used+all.Counts.Duplicates {
		t.Errorf("the years have %d records, the network %+v", sum, all.Counts)
	}
	if !slices.Equal(wordsOfYears(all.Years), wordsOfYears(year.Years)) {
		t.Error("the years depend on the range")
	}
}

func wordsOfYears(list []NetworkYear) (out []int) {
	for _, y := range list {
		out = append(out, y.Year, y.Events)
	}
	return out
}

// TestDrawnEdges: each node has its strongest edge in the picture.
func TestDrawnEdges(t *testing.T) {
	v := network(t, NetworkAsk{Kind: "subtract", Bootstrap: "0"}, compare.Options{})
	drawn := map[[2]string]bool{}
	for _, e := range v.Drawn(2) {
		drawn[[2]string{e.Source, e.Target}] = true
	}
	best := map[string]NetworkEdge{}
	for _, e := range v.Strongest(0) {
		for _, id := range []string{e.Source, e.Target} {
			if _, ok := best[id]; !ok {
				best[id] = e
			}
		}
	}
	for id, e := range best {
		if !drawn[[2]string{e.Source, e.Target}] {
			t.Errorf("the strongest edge of %s, %s-%s, is not drawn", id, e.Source, e.Target)
		}
	}
	if len(drawn) >= len(v.Edges) || len(drawn) > 4*len(v.Nodes) {
		t.Errorf("%d of %d edges are drawn", len(drawn), len(v.Edges))
	}
}

// TestNetworkIsDeterministic also stands for "another machine": no clock, no map
// order.
func TestNetworkIsDeterministic(t *testing.T) {
	a := NetworkAsk{Kind: "subtract", Communities: true, Layout: true, Window: "2y"}
	x, y := network(t, a, compare.Options{}), network(t, a, compare.Options{})
	if d := cmp.Diff(x, y, cmp.AllowUnexported(NetworkEdge{}, NetworkNode{}), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".matrix" }, cmp.Ignore())); d != "" {
		t.Error(d)
	}
}

// hand is a list computed by hand: A and B agree on x and differ on y, where C
// agrees with B.
func hand() *congruence.Events {
	return &congruence.Events{
		Actors: []string{"A", "B", "C"}, Concepts: []string{"x", "y"}, Actor: []int32{0, 1, 0, 1, 2}, Concept: []int32{0, 0, 1, 1, 1},
		Scale: congruence.Scale{Kind: congruence.Binary}, Qualifier: []float64{1, 1, 1, 0, 0},
	}
}

func TestEventListByHand(t *testing.T) {
	for _, c := range []struct {
		kind, norm string
		want       []float64 // A-B, A-C, B-C
	}{
		{"congruence", "none", []float64{1, 0, 1}},
		{"conflict", "none", []float64{1, 1, 0}},
		{"subtract", "none", []float64{0, -1, 1}},
		{"ignore", "none", []float64{2, 1, 1}},
		{"congruence", "average", []float64{0.5, 0, 1 / 1.5}},
		{"congruence", "cosine", []float64{0.5, 0, 1 / math.Sqrt2}},
	} {
		p, err := EventNetwork(NetworkAsk{Kind: c.kind, Norm: c.norm, Bootstrap: "0"}, "hand.csv", hand())
		if err != nil {
			t.Fatal(err)
		}
		v := p.Data.(*Network)
		m := v.Matrix().Rows
		for i, cell := range []string{m[0][2], m[0][3], m[1][3]} {
			got, err := strconv.ParseFloat(cell, 64)
			if err != nil || math.Abs(got-c.want[i]) > 1e-12 {
				t.Errorf("%s %s: cell %d is %s, want %v", c.kind, c.norm, i, cell, c.want[i])
			}
		}
		if v.Corpus != nil || v.Settings.Duplicates != "all" || v.Data.File != "hand.csv" {
			t.Errorf("%+v", v.Data)
		}
	}
}

// TestFilesReadBack reads GraphML and GEXF with a parser that knows nothing of
// the writer.
func TestFilesReadBack(t *testing.T) {
	for _, a := range []NetworkAsk{{Kind: "subtract", Layout: true, Communities: true, Bootstrap: "50"}, {Mode: "two", Layout: true, Bootstrap: "0"}} {
		v := network(t, a, compare.Options{Pillars: []entente.Pillar{entente.Law}})
		for _, format := range NetworkFiles {
			var buf bytes.Buffer
			if err := v.WriteFile(&buf, format, "Title & <mark>"); err != nil {
				t.Fatal(err)
			}
			nodes, edges := readGraph(t, &buf)
			if len(nodes) != len(v.Nodes) || len(edges) != len(v.Edges) {
				t.Fatalf("%s: %d nodes and %d edges, want %d and %d", format, len(nodes), len(edges), len(v.Nodes), len(v.Edges))
			}
			for _, e := range v.Edges {
				got, ok := edges[[2]string{e.Source, e.Target}]
				if !ok || math.Abs(got.number("weight")-e.Weight) > 1e-9 || got.number("count") != float64(*e.Events) {
					t.Fatalf("%s: edge %s-%s is %v, want %v of %d", format, e.Source, e.Target, got, e.Weight, *e.Events)
				}
				if e.Lo != nil && math.Abs(got.number("lo")-*e.Lo) > 1e-9 {
					t.Fatalf("%s: lo %v, want %v", format, got["lo"], *e.Lo)
				}
			}
			for _, n := range v.Nodes {
				got := nodes[n.ID]
				if got["label"] != n.Name || got["kind"] != n.Kind || got.number("events") != n.Events || got["group"] != n.Camp {
					t.Fatalf("%s: node %s is %v", format, n.ID, got)
				}
			}
		}
	}
	v := network(t, NetworkAsk{Window: "2y", Bootstrap: "0"}, compare.Options{})
	if err := v.WriteFile(io.Discard, "gexf", "x"); entente.KindOf(err) != entente.Invalid {
		t.Errorf("many networks in one file: %v", err)
	}
}

type attributes map[string]string

func (a attributes) number(name string) float64 {
	f, err := strconv.ParseFloat(a[name], 64)
	if err != nil {
		return math.NaN()
	}
	return f
}

// readGraph reads nodes and edges with their attributes from GraphML or GEXF,
// whose keys are declared apart from where they are used.
func readGraph(t *testing.T, in io.Reader) (map[string]attributes, map[[2]string]attributes) {
	t.Helper()
	names := map[string]string{} // of a key or attribute, by class and id
	nodes, edges := map[string]attributes{}, map[[2]string]attributes{}
	var current attributes
	var key, class string
	d := xml.NewDecoder(in)
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nodes, edges
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			at := attributes{}
			for _, a := range e.Attr {
				at[a.Name.Local] = a.Value
			}
			switch e.Name.Local {
			case "key":
				names[at["for"]+at["id"]] = at["attr.name"]
			case "attributes":
				class = at["class"]
			case "attribute":
				names[class+at["id"]] = at["title"]
			case "node":
				current, class = at, "node"
				nodes[at["id"]] = at
			case "edge":
				current, class = at, "edge"
				edges[[2]string{at["source"], at["target"]}] = at
			case "data":
				key = names[class+at["key"]]
			case "attvalue":
				current[names[class+at["for"]]] = at["value"]
			}
		case xml.CharData:
			if key != "" {
				current[key] += string(e)
			}
		case xml.EndElement:
			key = ""
		}
	}
}
