package cli

import (
	"fmt"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/internal/view"
)

func itoa(n int) string { return strconv.Itoa(n) }

// compareText writes a comparison.
func compareText(p *printer, v *view.Compare, evidence bool) {
	p.flow(0, 0, quiet(settingsWords(v.Corpus, v.Settings)))
	column := labelColumn(v.Actors)
	// Within a pillar by outcome, so that what all are silent on comes last.
	for _, pillar := range entente.Pillars {
		if v.Summary.ByPillar[pillar] == nil {
			continue
		}
		p.section(pillarNames[pillar], quiet(" – "+pillarLine(v, pillar)))
		for _, o := range outcomes(len(v.Actors)) {
			for i := range v.Propositions {
				if row := &v.Propositions[i]; row.Pillar == pillar && row.Outcome == o {
					p.compareRow(v, row, column, evidence)
				}
			}
		}
	}
	p.acts(v.SharedActs, v.Actors)
	p.votes(&v.Votes, v.Actors, evidence)
	p.asymmetries("Only one of them", "One did, or did more often, and the other did not; both were looked at.", v.Asymmetries, v)
	p.asymmetries("Not counted", "It is not on record that all were looked at: these may be gaps of the corpus.", v.NotCounted, v)
	if v.Changes != nil {
		p.section("What changed between " + v.Changes.From + " and " + v.Changes.To)
		changesBody(p, v.Changes, evidence)
	}
	if v.Members != nil {
		p.section("Inside " + v.Members.Bloc.Name)
		blocBody(p, v.Members, evidence)
	}
	p.suggestions(v.Suggestions, v.Records)
	p.summary(v)
}

func labelColumn(list []view.Actor) int {
	w := 0
	for _, a := range list {
		w = max(w, columns(string(a.ID)))
	}
	return w + 2
}

func pillarLine(v *view.Compare, pillar entente.Pillar) string {
	var parts []string
	for _, o := range outcomes(len(v.Actors)) {
		if n := v.Summary.ByPillar[pillar][o]; n > 0 {
			parts = append(parts, itoa(n)+" "+signs[o].word)
		}
	}
	return strings.Join(parts, ", ")
}

func outcomes(actors int) []string {
	list := compare.PairOutcomes
	if actors > 2 {
		list = compare.GroupOutcomes
	}
	out := make([]string, len(list))
	for i, o := range list {
		out[i] = string(o)
	}
	return out
}

// compareRow writes one proposition: the outcome as a sign and a word, then each
// side. Where all are silent one line is enough.
func (p *printer) compareRow(v *view.Compare, row *view.CompareRow, column int, evidence bool) {
	s := signs[row.Outcome]
	head := []span{{s.style, s.mark + " " + s.word}, plain(" "), strong(row.Statement), quiet(" [" + string(row.ID) + "]")}
	silent := row.Outcome == string(compare.BothSilent) || row.Outcome == string(compare.AllSilent)
	if silent && !evidence {
		p.flow(0, 4, append(head, quiet(" – "+silences(v.Actors, row)))...)
	} else {
		if row.Contested {
			head = append(head, plain(" (records conflict: in no figure)"))
		}
		p.flow(0, 4, head...)
		for _, a := range v.Actors {
			pos := row.Positions[a.ID]
			p.position(4, column, string(a.ID), &pos, evidence)
		}
	}
	seen := map[entente.SourceID]bool{}
	for _, n := range row.Named {
		if !seen[n.Source] {
			seen[n.Source] = true
			p.flow(4, 6, plain("named as open"), quiet(" – "+p.cited(n.Source, "", "")))
		}
	}
}

// silences groups the actors by why they are silent.
func silences(actors []view.Actor, row *view.CompareRow) string {
	var order []string
	who := map[string][]string{}
	for _, a := range actors {
		kind := value(row.Positions[a.ID].Silence)
		if who[kind] == nil {
			order = append(order, kind)
		}
		who[kind] = append(who[kind], string(a.ID))
	}
	for i, kind := range order {
		order[i] = strings.Join(who[kind], ", ") + ": " + wordOr(shortSilence, kind)
	}
	return strings.Join(order, "; ")
}

// summary writes the counts, each with its base.
func (p *printer) summary(v *view.Compare) {
	s := &v.Summary
	p.section("Summary")
	for _, o := range outcomes(len(v.Actors)) {
		x := signs[o]
		p.pair(2, 18, x.mark+" "+x.word, plain(of(s.Outcomes[o], s.Propositions)))
	}
	p.flow(2, 4, plain(fmt.Sprintf("All had the chance and were looked at on %s propositions; all took a side on %s.", of(s.CouldAddress, s.Propositions), of(s.AllSpoke, s.Propositions))))
	if a := s.Agreement; a != nil {
		p.flow(2, 4, plain(agreement(a)))
	}
	if s.Contested > 0 {
		p.flow(2, 4, plain(count(s.Contested, "proposition is", "propositions are")+" left out of the agreement, because records conflict."))
	}
	p.challengedOf(2, s.Challenged, s.Records)
	if s.LeftOut > 0 {
		p.flow(2, 4, plain(count(s.LeftOut, "unverified record was", "unverified records were")+" left out (--include-unverified lets them count)."))
	}
	p.flow(2, 4, quiet("Sources in full: --sources, or --format csl, bibtex, ris. Every record: --evidence. Every figure can be recounted from --format csv and json."))
}

// agreement writes the share with its base, both intervals and the
// chance-corrected forms.
func agreement(a *view.Agreement) string {
	if a.N == 0 {
		return "There is no proposition on which both took a side."
	}
	s := fmt.Sprintf("On the same side on %s on which both took one (share %s; 95%% interval exact %s", of(a.Agreed, a.N), dec(*a.Share), interval(a.Exact))
	if len(a.Bootstrap) == 2 {
		s += ", bootstrap " + interval(a.Bootstrap)
	}
	s += "). Corrected for chance: "
	var parts []string
	for _, m := range []struct {
		name string
		e    *view.Estimate
	}{{"S", a.S}, {"kappa", a.Kappa}, {"pi", a.Pi}} {
		if m.e == nil {
			parts = append(parts, m.name+" not defined")
			continue
		}
		parts = append(parts, m.name+" "+dec(m.e.Value)+" ("+interval(m.e.Interval)+")")
	}
	s += strings.Join(parts, ", ") + "."
	if a.Thin {
		s += " The base is thin."
	}
	return s
}

func dec(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }

func interval(ends []float64) string { return dec(ends[0]) + " to " + dec(ends[1]) }
