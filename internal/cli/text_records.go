package cli

import (
	"sort"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/view"
)

func propositionText(p *printer, v *view.PropositionPage, evidence bool) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	d := &v.Proposition
	line := pillarNames[d.Pillar] + "; issue " + d.Issue + "; first on record " + dateOr(d.Raised)
	if d.Scope != "" {
		line += "; for members of " + p.name(d.Scope)
	}
	p.flow(0, 0, plain(line+"."))
	if v.Parent != nil {
		p.flow(0, 2, plain("Details: "+v.Parent.Statement), quiet(" ["+string(v.Parent.ID)+"]"))
	}
	for _, c := range v.Children {
		p.flow(0, 2, plain("Detailed by: "+c.Statement), quiet(" ["+string(c.ID)+"]"))
	}
	p.challengedOf(0, v.Used.Challenged, v.Used.Records)
	for _, n := range v.Counts {
		p.section(groupWords[n.Kind], quiet(" – a side taken by "+of(n.TookSide, n.CouldAddress)+" that could and were looked at; "+itoa(n.Actors)+" in all"))
		for _, k := range classes(n.Classes) {
			var names []view.Stand
			for i := range v.Stands {
				if group(v.Stands[i].Actor.Kind) == n.Kind && v.Stands[i].Class == k {
					names = append(names, v.Stands[i])
				}
			}
			p.class(k, n, names, evidence)
		}
	}
	if len(v.Timeline) > 0 {
		p.section("Every statement, oldest first", quiet(" – "+itoa(len(v.Timeline))))
		for i := range v.Timeline {
			p.said(&v.Timeline[i])
		}
	}
	p.implied("Implied by", v.ImpliedBy, func(x *view.ImpliedBy) string { return x.Title })
}

var groupWords = map[string]string{"state": "States", "bloc": "Blocs", "other": "Others who spoke"}

func group(kind string) string {
	if kind == "state" || kind == "bloc" {
		return kind
	}
	return "other"
}

// class writes who stands in one class: with sources where somebody spoke, as a
// count where nobody has read.
func (p *printer) class(k string, n view.StandCount, list []view.Stand, evidence bool) {
	word := wordOr(shortSilence, k)
	if w, ok := stanceWords[k]; ok {
		word = w
	}
	p.flow(2, 4, strong(word), plain(" "+of(n.Classes[k], n.Actors)))
	if (k == string(entente.NotCoded) || k == string(entente.NoOpportunity)) && !evidence {
		return
	}
	// Those whose position rests on the same record stand together: a bloc's
	// word for many members, a signature of many.
	var order []string
	same := map[string][]int{}
	for i := range list {
		key := "alone " + itoa(i)
		if e := list[i].Position.Evidence; !evidence && len(e) > 0 && e[0].Use == string(entente.Decides) && !list[i].Position.Contested && list[i].Position.Basis != string(entente.Stated) {
			key = strings.Join([]string{list[i].Position.Basis, e[0].ID, e[0].Date, string(e[0].Source), e[0].Pinpoint}, "\x00")
		}
		if same[key] == nil {
			order = append(order, key)
		}
		same[key] = append(same[key], i)
	}
	for _, key := range order {
		rows := same[key]
		if len(rows) == 1 {
			s := &list[rows[0]]
			p.position(4, 6, string(s.Actor.ID), &s.Position, evidence)
			continue
		}
		var who []entente.ActorID
		for _, i := range rows {
			who = append(who, list[i].Actor.ID)
		}
		v := &list[rows[0]].Position
		e := &v.Evidence[0]
		p.flow(4, 10, plain(ids(who)+": "), strong(stance(v)), plain(", "+p.basis(v, e)+", "+when(e.Date, e.DateBasis)), quiet(" – "+p.cited(e.Source, e.Pinpoint, e.Verification)))
	}
}

// classes orders stances as on the scale, then the silences.
func classes(m map[string]int) []string {
	var order []string
	for _, s := range entente.Stances {
		order = append(order, string(s))
	}
	order = append(order, "contested")
	for _, s := range entente.Silences {
		if s != entente.SilenceByWord {
			order = append(order, string(s))
		}
	}
	var out []string
	for _, k := range order {
		if m[k] > 0 {
			out = append(out, k)
		}
	}
	return out
}

func (p *printer) said(s *view.Said) {
	spans := []span{plain(s.ActorName + " "), strong(wordOr(stanceWords, value(s.Stance))), quiet(" – " + p.cited(s.Source, s.Pinpoint, s.Verification))}
	if s.Conditions != "" {
		spans = append(spans, plain(" – on condition: "+s.Conditions))
	}
	if !s.Counts {
		spans = append(spans, quiet(" – left out of the figures"))
	}
	p.pair(2, 14, when(s.Date, s.DateBasis), spans...)
	p.disputed(16, &s.Evidence)
}

func (p *printer) implied(title string, list []view.ImpliedBy, what func(*view.ImpliedBy) string) {
	if len(list) == 0 {
		return
	}
	p.section(title, quiet(" – "+itoa(len(list))))
	for i := range list {
		x := &list[i]
		spans := []span{plain(what(x) + ", " + strings.Join(x.Acts, ", ") + ": " + x.Polarity), quiet(" – " + x.Reason + " – " + p.cited(x.Source, x.Pinpoint, x.Verification))}
		p.pair(2, 14, dateOr(x.Date), spans...)
	}
}

func instrumentText(p *printer, v *view.InstrumentPage) {
	d := &v.Instrument
	line := joined("; ", d.Kind, d.BodyName, d.Symbol, d.Date, d.URL)
	p.flow(0, 0, plain(line), quiet(" – "+p.cited(d.Source, d.Pinpoint, d.Verification)))
	if d.Note != "" {
		p.flow(0, 0, quiet(d.Note))
	}
	for _, g := range v.Roles {
		p.section(strings.ToUpper(g.Role[:1])+strings.ReplaceAll(g.Role[1:], "-", " "), quiet(" – "+itoa(g.Count)))
		for i := range g.Actors {
			x := &g.Actors[i]
			p.pair(2, 14, when(x.Date, x.DateBasis), plain(x.Actor.Name), quiet(" – "+p.cited(x.Source, x.Pinpoint, x.Verification)))
		}
	}
	for i := range v.RollCalls {
		rc := &v.RollCalls[i]
		p.section("Vote of "+rc.Date+", "+rc.Stage, quiet(" – "+tally(rc.Tally)+" of "+itoa(rc.Recorded)+" on record"))
		if !rc.Complete {
			p.flow(2, 2, plain("The record names only some voters: this is not the result."))
		}
		by := map[string][]string{}
		for _, b := range rc.Ballots {
			by[b.Ballot] = append(by[b.Ballot], b.Actor.Name)
		}
		for _, k := range entente.Ballots {
			if list := by[string(k)]; len(list) > 0 {
				p.pair(2, 14, string(k)+" "+itoa(len(list)), plain(strings.Join(list, ", ")))
			}
		}
		p.flow(2, 4, quiet(p.cited(rc.Source, "", "")+withNote(rc.Note)))
	}
	p.implied("To take part is evidence of", v.Implications, func(x *view.ImpliedBy) string { return x.Statement })
	if len(v.Statements) > 0 {
		p.section("Said in it", quiet(" – "+itoa(len(v.Statements))))
		for i := range v.Statements {
			s := &v.Statements[i]
			p.pair(2, 14, when(s.Date, s.DateBasis), plain(s.ActorName+" "), strong(wordOr(stanceWords, value(s.Stance))), plain(" "+string(s.Proposition)), quiet(" – "+p.cited(s.Source, s.Pinpoint, s.Verification)))
		}
	}
	if n := v.LeftOut.Instruments; n > 0 {
		p.blank()
		p.flow(0, 0, quiet(count(n, "unverified part", "unverified parts")+" left out (--include-unverified shows them)."))
	}
}

func sourceText(p *printer, v *view.SourcePage) {
	d := &v.Source
	if s := p.corpus.Source(d.ID); s != nil {
		p.flow(0, 0, plain(cite.Footnote(s, cite.Place{}).String()))
	}
	p.flow(0, 0, plain(joined("; ", d.Kind, d.Lang, d.Status)))
	names := make([]string, len(v.TextOf))
	for i, a := range v.TextOf {
		names[i] = a.Name
	}
	if len(names) > 0 {
		p.flow(0, 0, plain("Own text of "+strings.Join(names, ", ")+"."))
	}
	p.flow(0, 0, plain(v.LevelRule))
	if d.Note != "" {
		p.flow(0, 0, quiet(d.Note))
	}
	kinds := make([]string, 0, len(v.Counts))
	for k := range v.Counts {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	for _, k := range kinds {
		p.section(strings.ToUpper(k[:1])+k[1:], quiet(" – "+count(v.Counts[k], "record cites it", "records cite it")))
		for _, r := range v.Records {
			if r.Kind != k {
				continue
			}
			what := r.What
			if r.Kind == "statement" {
				what = wordOr(stanceWords, what)
			}
			who := string(r.Actor)
			if who != "" {
				who += " "
			}
			more := ""
			if r.Kind == "votes" {
				more = ", " + count(r.Count, "ballot", "ballots")
			}
			tail := joined(" – ", r.Pinpoint, r.Verification)
			if tail != "" {
				tail = " – " + tail
			}
			p.pair(2, 12, dateOr(r.Date), plain(who+what+" – "+r.About+more), quiet(tail))
		}
	}
}
