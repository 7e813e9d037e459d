package cli

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/view"
)

// figure writes a weight.
func figure(f float64) string {
	s := fmt.Sprintf("%.3f", f)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

func between(lo, hi *float64) string {
	if lo == nil || hi == nil {
		return ""
	}
	return figure(*lo) + " to " + figure(*hi)
}

// networkSettings says how a network was made.
func networkSettings(s view.NetworkSettings, d view.NetworkData) string {
	parts := []string{s.Mode + "-mode", s.Kind, "normalisation " + s.Norm, "duplicates: " + s.Duplicates}
	if s.Duplicates != "all" {
		parts[3] = "one of equal events per " + s.Duplicates
	}
	if s.Unverified {
		parts = append(parts, "unverified records count")
	}
	if s.Threshold > 0 {
		parts = append(parts, "weights from "+figure(s.Threshold))
	}
	if s.MinShared > 0 {
		parts = append(parts, fmt.Sprintf("at least %d shared %s", s.MinShared, d.Concepts))
	}
	if s.Compat != "" {
		parts = append(parts, "compatible with "+s.Compat)
	}
	if s.Draws > 0 {
		parts = append(parts, fmt.Sprintf("%g%% intervals from %d draws of a %s each, seed %d", 100*s.Level, s.Draws, s.Unit, s.Seed))
	}
	return strings.Join(parts, "; ") + "."
}

// countsLine says what became of the records.
func countsLine(v *view.Network) string {
	c := v.Counts
	line := fmt.Sprintf("%d of %d %s count", c.Used, c.Read, v.Data.From)
	if c.Documents > 0 {
		line += fmt.Sprintf(", from %s", count(c.Documents, "document", "documents"))
	}
	var out []string
	for _, x := range []struct {
		n    int
		what string
	}{
		{c.Unverified, "as unverified"},
		{c.NotByDate, "as not certainly by the date"},
		{c.Incomplete, "as incomplete"},
		{c.Undated, "as undated"},
		{c.Outside, "as not certainly in the range"},
		{c.Filtered, "by a filter"},
		{c.Duplicates, "as duplicate"},
		{c.Infrequent, "as rare"},
	} {
		if x.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	if len(out) > 0 {
		line += "; left out: " + strings.Join(out, ", ")
	}
	return line + "."
}

func networkText(p *printer, v *view.Network, limit int) {
	p.flow(0, 0, quiet(networkSettings(v.Settings, v.Data)))
	p.flow(0, 0, plain(countsLine(v)))
	s := v.Size
	nodes := count(s.Actors, "actor", "actors")
	if s.Concepts > 0 {
		nodes += fmt.Sprintf(" and %d %s", s.Concepts, v.Data.Concepts)
	}
	p.flow(0, 0, plain(fmt.Sprintf("%s; %s possible pairs joined, %d of them below zero; %d without an edge.", nodes, of(s.Edges, s.Pairs), s.Negative, s.Isolated)))
	if s.Edges == 0 {
		p.blank()
		p.flow(0, 0, plain("There is no edge under these settings. That is no disagreement: nothing was found to compare."))
	}
	networkEdges(p, v, limit)
	networkNodes(p, v, limit)
	networkCamps(p, v)
	networkBlocs(p, v)
	if x := v.Polarisation; x != nil {
		p.section("Polarisation")
		p.flow(2, 2, plain(fmt.Sprintf("The best split into two camps (%d and %d) scores %.3f; in %d networks whose pairs were dealt anew it scored %.3f to %.3f (p = %.3g). 1: two equal camps without exception; 0: none.",
			len(x.First), len(x.Second), x.Score, x.Draws, x.Chance.Lo, x.Chance.Hi, x.Chance.P)))
		p.pair(2, 10, "first", plain(strings.Join(x.First, " ")))
		p.pair(2, 10, "second", plain(strings.Join(x.Second, " ")))
	}
	if x := v.Backbone; x != nil {
		what := "tell the blocs apart with a loss of"
		if x.Loss == "network" {
			what = "keep the structure with a loss of"
		}
		p.section("Backbone", quiet(fmt.Sprintf(" – these %d %s %.3f (all: %s, all others: %s)", x.Size, what, x.Value, optional(x.Full), optional(x.Rest))))
		for _, c := range x.List {
			p.flow(2, 4, plain(c.Title), quiet(" ("+c.ID+")"))
		}
	}
	networkWindows(p, v)
	if len(v.Notes) > 0 {
		p.section("Mind")
		for _, n := range v.Notes {
			p.flow(2, 4, plain(strings.ToUpper(n.Text[:1])+n.Text[1:]+"."))
		}
	}
	p.blank()
	p.flow(0, 0, quiet("An edge says that coded records agree (or, below zero, differ), not that actors cooperate or influence each other. No edge says that nothing was found to compare. --edge FIRST SECOND shows the records."))
}

func optional(f *float64) string {
	if f == nil {
		return "undefined"
	}
	return figure(*f)
}

func networkEdges(p *printer, v *view.Network, limit int) {
	list := v.Strongest(limit)
	if len(list) == 0 {
		return
	}
	p.section("Edges", quiet(" – the strongest first"))
	one := v.Settings.Mode == "one"
	rows := [][]string{{"Weight", "Interval", "Shared", "Records", "Edge"}}
	for _, e := range list {
		name := e.Source + " – " + e.Target
		if e.Thin {
			name += " (thin)"
		}
		row := []string{figure(e.Weight), between(e.Lo, e.Hi), itoa(e.Shared), "", name}
		if e.Events != nil {
			row[3] = itoa(*e.Events)
		}
		rows = append(rows, row)
	}
	if !one {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], 2, 3)
		}
	}
	p.grid(2, []bool{true, false, one, true}, rows)
	if n := len(v.Edges) - len(list); n > 0 {
		p.flow(2, 2, quiet(count(n, "more edge", "more edges")+" not shown (--limit 0 shows all; csv and json always hold all)."))
	}
}

func networkNodes(p *printer, v *view.Network, limit int) {
	var list []view.NetworkNode
	for _, n := range v.Nodes {
		if n.Degree > 0 {
			list = append(list, n)
		}
	}
	if len(list) == 0 {
		return
	}
	slices.SortStableFunc(list, func(a, b view.NetworkNode) int {
		switch {
		case a.Strength > b.Strength:
			return -1
		case a.Strength < b.Strength:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	more := 0
	if limit > 0 && len(list) > limit {
		list, more = list[:limit], len(list)-limit
	}
	p.section("Actors", quiet(" – by the sum of the weights of their edges; not a rank of influence"))
	rows := [][]string{{"Strength", "Edges", "Records", "Betweenness", "Camp", "Name"}}
	for _, n := range list {
		b := ""
		if n.Betweenness != nil {
			b = fmt.Sprintf("%.4f", *n.Betweenness)
		}
		rows = append(rows, []string{figure(n.Strength), itoa(n.Degree), figure(n.Events), b, n.Camp, n.Name})
	}
	p.grid(2, []bool{true, true, true, true}, rows)
	if more > 0 {
		p.flow(2, 2, quiet(itoa(more)+" more not shown."))
	}
}

func networkCamps(p *printer, v *view.Network) {
	c := v.Camps
	if c == nil {
		return
	}
	p.section("Camps", quiet(fmt.Sprintf(" – %s, weights %s; %s ended here, in %s", c.Method, c.Layers, of(c.Reached, c.Runs)+" runs", count(c.Distinct, "different way", "different ways"))))
	for _, x := range c.Camps {
		firm := ""
		if x.Firm != nil {
			firm = fmt.Sprintf(" – two of them are together in %.0f%% of the runs", 100**x.Firm)
		}
		p.pair(2, 6, x.Camp, plain(strings.Join(x.Members, " ")), quiet(firm))
	}
	for _, s := range c.Seeds {
		camps := count(s.Most, "camp", "camps")
		if s.Fewest != s.Most {
			camps = fmt.Sprintf("%d to %d camps", s.Fewest, s.Most)
		}
		p.flow(2, 4, quiet(fmt.Sprintf("Resolution %g: %s; single runs agree with ARI %.2f on average, %.2f at worst.", s.Resolution, camps, s.MeanARI, s.LeastARI)))
	}
	for _, m := range c.Methods {
		p.flow(2, 4, quiet(fmt.Sprintf("%s and %s: ARI %.2f.", m.A, m.B, m.ARI)))
	}
	var brokers []view.NetworkNode
	for _, n := range v.Nodes {
		if n.Broker != nil && n.Broker.Between > 0 {
			brokers = append(brokers, n)
		}
	}
	slices.SortStableFunc(brokers, func(a, b view.NetworkNode) int { return int(b.Broker.Between - a.Broker.Between) })
	if len(brokers) > 0 {
		p.section("Between camps", quiet(" – open triads in which the actor joins two of different camps, or of another camp; expected with camps dealt at random"))
		rows := [][]string{{"Triads", "Expected", "Camp", "Name"}}
		for _, n := range brokers[:min(8, len(brokers))] {
			rows = append(rows, []string{figure(n.Broker.Between), fmt.Sprintf("%.1f", n.Broker.Expected), n.Camp, n.Name})
		}
		p.grid(2, []bool{true, true}, rows)
	}
}

func networkBlocs(p *printer, v *view.Network) {
	if v.Blocs == nil {
		return
	}
	p.section("Camps and known blocs", quiet(fmt.Sprintf(" – p from %d deals of the labels", v.Blocs.Draws)))
	if j := v.Blocs.Joint; j != nil {
		p.flow(2, 4, plain(fmt.Sprintf("Over %d actors with a bloc the camps follow the blocs with ARI %.2f (0 is chance, 1 is all; p = %.3g), NMI %.2f. Who is in several counts under the first of %s.", j.Actors, j.ARI.Value, j.ARI.P, j.NMI, strings.Join(v.Blocs.Order, ", "))))
	}
	rows := [][]string{{"Bloc", "Here", "One camp", "Inside", "Across", "p", "ARI", "p"}}
	for i := range v.Blocs.Rows {
		r := &v.Blocs.Rows[i]
		row := []string{string(r.Bloc.ID), of(len(r.InNetwork), r.Members), "", "", "", "", "", ""}
		if r.Camp != "" {
			row[2] = r.Camp + " " + of(r.InCamp, r.Placed)
		}
		if r.Difference != nil {
			row[3], row[4], row[5] = figure(*r.Inside), figure(*r.Outside), fmt.Sprintf("%.3g", r.Difference.P)
		}
		if r.ARI != nil {
			row[6], row[7] = fmt.Sprintf("%.2f", r.ARI.Value), fmt.Sprintf("%.3g", r.ARI.P)
		}
		rows = append(rows, row)
	}
	p.grid(2, []bool{false, false, false, true, true, true, true, true}, rows)
	p.flow(2, 4, quiet("Here: members in the network. Inside, across: mean weight of a pair of members, and of a member with another."))
}

func networkWindows(p *printer, v *view.Network) {
	if len(v.Windows) == 0 {
		return
	}
	p.section("Moving window", quiet(" – "+count(len(v.Windows), "position", "positions")+" of "+v.Settings.Window+"; only windows wholly in the range"))
	rows := [][]string{{"From", "To", v.Data.From, "Actors", "Edges", "Mean weight", ""}}
	for i := range v.Windows {
		w := &v.Windows[i]
		thin := ""
		if w.Thin {
			thin = "thin"
		}
		rows = append(rows, []string{w.From, w.To, itoa(w.Events), itoa(w.Actors), itoa(len(w.Edges)), figure(w.Mean), thin})
	}
	p.grid(2, []bool{false, false, true, true, true, true}, rows)
}

func networkEdgeText(p *printer, v *view.NetworkEdgePage) {
	p.flow(0, 0, quiet(networkSettings(v.Settings, v.Data)))
	if v.Weight == 0 && len(v.Concepts) == 0 {
		why := fmt.Sprintf("They share %d %s on which both are on record.", v.Shared, v.Data.Concepts)
		if v.Settings.Mode == "two" {
			why = "There is no record of the one on the other under these settings."
		}
		p.blank()
		p.flow(0, 0, plain("No edge. "+why+" That is not the same as disagreement."))
		return
	}
	line := "Weight " + figure(v.Weight)
	if iv := between(v.Lo, v.Hi); iv != "" {
		line += " (" + iv + ")"
	}
	if v.Settings.Mode == "one" {
		line += fmt.Sprintf("; both are on record on %d %s", v.Shared, v.Data.Concepts)
	}
	line += fmt.Sprintf("; %s add to it", count(v.Events, "record", "records"))
	if v.Divisor != nil && *v.Divisor != 1 {
		line += fmt.Sprintf("; it is %s divided by %s", figure(v.Sum), figure(*v.Divisor))
	}
	p.flow(0, 0, plain(line+"."))
	if v.Thin {
		p.flow(0, 0, plain("Thin: fewer than three shared "+v.Data.Concepts+"; the interval is too narrow."))
	}
	for i := range v.Concepts {
		c := &v.Concepts[i]
		p.section(c.Title, quiet(" ("+c.ID+") – adds "+figure(c.Weight)))
		for _, list := range [][]view.NetworkEvent{c.First, c.Second} {
			for _, e := range list {
				words := []span{plain(wordOr(stanceWords, e.Level))}
				if e.Date != "" || e.Source != "" { // an event list may have no dates at all
					words = append(words, quiet(", "+when(e.Date, e.Basis)))
				}
				if e.Source != "" {
					words = append(words, quiet(", "+p.cited(e.Source, e.Pinpoint, e.Verification)))
				} else {
					words = append(words, quiet(", "+joined(", ", e.Document, e.ID)))
				}
				if e.Conditions != "" {
					words = append(words, plain(" – "+e.Conditions))
				}
				p.pair(2, 2+max(5, columns(e.Actor)+2), e.Actor, words...)
			}
		}
	}
}
