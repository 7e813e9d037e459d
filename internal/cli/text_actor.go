package cli

import (
	"strings"

	"entente"
	"entente/internal/view"
)

func actorText(p *printer, v *view.ActorPage, evidence bool) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	d := &v.Actor
	p.flow(0, 0, plain(joined("; ", d.Kind, strings.Trim(d.ISO2+" "+d.ISO3, " "), d.Subregion, un(d.UNStatus))+"."))
	var pillar entente.Pillar
	silent := map[string][]string{}
	for i := range v.Positions {
		row := &v.Positions[i]
		if row.Position.Stance == nil && !row.Position.Contested && !evidence {
			k := value(row.Position.Silence)
			silent[k] = append(silent[k], string(row.ID))
			continue
		}
		if row.Pillar != pillar {
			pillar = row.Pillar
			p.section(pillarNames[pillar])
		}
		p.flow(2, 4, strong(row.Statement), quiet(" ["+string(row.ID)+"]"))
		p.position(4, 0, "", &row.Position, evidence)
	}
	s := &v.Summary
	p.section("Silences", quiet(" – of "+count(s.Propositions, "proposition", "propositions")))
	for _, k := range entente.Silences {
		if n := s.Silences[string(k)]; n > 0 {
			list := strings.Join(silent[string(k)], ", ")
			if list != "" {
				list = ": " + list
			}
			p.pair(2, 18, of(n, s.Propositions), plain(wordOr(shortSilence, string(k))), quiet(list))
		}
	}
	p.flow(2, 4, plain("Took a side on "+of(s.TookSide, s.CouldAddress)+" that it had the chance to address and that were looked at."))
	p.challengedOf(2, v.Used.Challenged, v.Used.Records)
	p.memberships("Sits in", v.Memberships, func(m *view.MembershipRow) string { return m.BodyName })
	p.memberships("Who sits in it", v.Members, func(m *view.MembershipRow) string { return m.ActorName })
	if len(v.Instruments) > 0 {
		p.section("Instruments and acts", quiet(" – "+itoa(len(v.Instruments))))
		for i := range v.Instruments {
			x := &v.Instruments[i]
			p.pair(2, 14, when(x.Date, x.DateBasis), plain(strings.ReplaceAll(x.Role, "-", " ")+", "+x.Title), quiet(" – "+p.cited(x.Source, x.Pinpoint, x.Verification)))
		}
	}
	if v.Votes.RollCalls > 0 {
		p.section("Recorded votes", quiet(" – "+tally(v.Votes.Ballots)+" in "+count(v.Votes.RollCalls, "roll call", "roll calls")))
		for _, x := range v.Votes.Rows {
			p.pair(2, 14, x.Date, strong(x.Ballot), plain(" – "+strings.TrimPrefix(x.Symbol+", "+x.Title, ", ")))
		}
	}
	if len(v.Projects) > 0 {
		p.section("Projects", quiet(" – "+itoa(len(v.Projects))))
		for _, x := range v.Projects {
			p.pair(2, 14, dateOr(x.From), plain(x.Title+", "+x.Kind), quiet(" – "+p.cited(x.Source, x.Pinpoint, x.Verification)))
		}
	}
	p.attributions("Attributions made", v.Made, func(a *view.Attribution) string { return "named " + p.name(a.AttributedTo) })
	p.attributions("Attributions received", v.Received, func(a *view.Attribution) string { return "named by " + p.name(a.Actor) })
	l := v.LeftOut
	if n := l.Memberships + l.Instruments + l.Projects + l.Attributions; n > 0 {
		p.blank()
		p.flow(0, 0, quiet(count(n, "unverified record", "unverified records")+" left out: "+leftOut(l)+" (--include-unverified shows them)."))
	}
}

func un(status string) string {
	if status == "" {
		return ""
	}
	return "United Nations: " + status
}

func leftOut(l view.LeftOut) string {
	var parts []string
	for _, x := range []struct {
		n    int
		what string
	}{{l.Memberships, "memberships"}, {l.Instruments, "parts in instruments"}, {l.Projects, "projects"}, {l.Attributions, "attributions"}} {
		if x.n > 0 {
			parts = append(parts, itoa(x.n)+" "+x.what)
		}
	}
	return strings.Join(parts, ", ")
}

func tally(ballots map[string]int) string {
	parts := make([]string, len(entente.Ballots))
	for i, b := range entente.Ballots {
		parts[i] = itoa(ballots[string(b)]) + " " + string(b)
	}
	return strings.Join(parts, ", ")
}

func (p *printer) memberships(title string, list []view.MembershipRow, name func(*view.MembershipRow) string) {
	if len(list) == 0 {
		return
	}
	p.section(title, quiet(" – "+itoa(len(list))))
	for i := range list {
		m := &list[i]
		dates := when(m.From, m.DateBasis)
		if m.To != "" {
			dates += " to " + m.To
		}
		p.flow(2, 4, plain(name(m)+", "+m.Role+", "+dates), quiet(" – "+p.cited(m.Source, m.Pinpoint, m.Verification)))
	}
}

func (p *printer) attributions(title string, list []view.Attribution, what func(*view.Attribution) string) {
	if len(list) == 0 {
		return
	}
	p.section(title, quiet(" – "+itoa(len(list))))
	for i := range list {
		a := &list[i]
		p.pair(2, 14, when(a.Date, a.DateBasis), plain(what(a)+", "+a.Title+" ("+a.Kind+")"), quiet(" – "+p.cited(a.Source, a.Pinpoint, a.Verification)))
	}
}
