package cli

import (
	"strings"

	"entente/internal/view"
)

// acts writes what the actors did or belong to together.
func (p *printer) acts(list []view.Act, actors []view.Actor) {
	if len(list) == 0 {
		return
	}
	p.section("Done together", quiet(" – "+itoa(len(list))))
	bodies := false
	for _, body := range []bool{true, false} {
		for i := range list {
			a := &list[i]
			if (a.Body != "") != body {
				continue
			}
			if body && !bodies {
				bodies = true
				p.flow(2, 4, plain("Bodies in which they sat together, since when:"))
			} else if !body && bodies {
				bodies = false
				p.flow(2, 4, plain("Instruments and acts:"))
			}
			p.act1(a, actors)
		}
	}
}

// act1 writes one shared act: date, title, verb and, where they differ, parts.
func (p *printer) act1(a *view.Act, actors []view.Actor) {
	spans := []span{plain(a.Title)}
	if a.Body == "" {
		spans = append(spans, plain(", "+a.Kind))
	}
	var parts []string
	var cites []string
	seen := map[string]bool{}
	for _, x := range actors {
		part, ok := a.Actors[x.ID]
		if !ok {
			continue
		}
		parts = append(parts, string(x.ID)+" "+p.part(&part))
		if c := p.cited(part.Source, part.Pinpoint, part.Verification); part.Source != "" && !seen[c] {
			seen[c] = true
			cites = append(cites, c)
		}
	}
	spans = append(spans, plain(" – "+strings.Join(parts, "; ")))
	if len(cites) > 0 {
		spans = append(spans, quiet(" – "+strings.Join(cites, "; ")))
	}
	p.pair(4, 12, dateOr(a.Date), spans...)
}

func dateOr(d string) string {
	if d == "" {
		return "undated"
	}
	return d
}

// part writes a role with its dates.
func (p *printer) part(x *view.Part) string {
	s := strings.ReplaceAll(x.Role, "-", " ")
	switch {
	case x.From != "" && x.To != "":
		s += " " + when(x.From, x.DateBasis) + " to " + x.To
	case x.From != "":
		s += " since " + when(x.From, x.DateBasis)
	case x.Date != "":
		s += " " + when(x.Date, x.DateBasis)
	}
	return s
}

// votes writes the count and the votes that differed; with all, every row.
func (p *printer) votes(v *view.Votes, actors []view.Actor, all bool) {
	if len(v.Rows) == 0 {
		return
	}
	p.section("Recorded votes", quiet(" – the same vote in "+of(v.Agreed, v.BothCast)+" that all cast"))
	uncounted := 0
	for i := range v.Rows {
		r := &v.Rows[i]
		if !r.Counted {
			uncounted++
		}
		if all || r.Counted && !r.Agreed {
			p.voteRow(r, actors)
		}
	}
	if uncounted > 0 && !all {
		p.flow(4, 6, quiet(count(uncounted, "vote is", "votes are")+" not counted: one of them was absent, or the record does not name everyone (--evidence lists them)."))
	}
}

func (p *printer) voteRow(r *view.VoteRow, actors []view.Actor) {
	word := "differ"
	switch {
	case !r.Counted:
		word = "not counted"
	case r.Agreed:
		word = "the same"
	}
	var ballots []string
	for _, a := range actors {
		b := value(r.Ballots[a.ID])
		if b == "" {
			b = "not on record"
		}
		ballots = append(ballots, string(a.ID)+" "+b)
	}
	title := r.Title
	if r.Symbol != "" {
		title = r.Symbol + ", " + title
	}
	p.pair(4, 12, r.Date, strong(strings.Join(ballots, ", ")), plain(" ("+word+") – "+title), quiet(" – "+p.cited(r.Source, "", "")))
}

// asymmetries writes what one did and another did not.
func (p *printer) asymmetries(title, lead string, list []view.Asymmetry, v *view.Compare) {
	if len(list) == 0 {
		return
	}
	p.section(title, quiet(" – "+itoa(len(list))))
	p.flow(2, 2, quiet(lead))
	for _, kind := range []struct{ kind, head string }{{"count", "How often"}, {"body", "Bodies"}, {"instrument", "Instruments and acts"}, {"statement", "Views stated by one only"}} {
		first := true
		for i := range list {
			a := &list[i]
			if a.Kind != kind.kind {
				continue
			}
			if first {
				p.flow(2, 4, plain(kind.head+":"))
				first = false
			}
			p.asymmetry(a, v.Actors)
		}
	}
}

func (p *printer) asymmetry(a *view.Asymmetry, actors []view.Actor) {
	var parts, cites []string
	for _, x := range actors {
		part, ok := a.Actors[x.ID]
		switch {
		case a.Kind == "count":
			parts = append(parts, string(x.ID)+" "+itoa(a.Counts[x.ID]))
		case ok && a.Kind == "statement":
			parts = append(parts, string(x.ID)+" "+wordOr(stanceWords, part.Role)+" "+when(part.Date, part.DateBasis))
		case ok:
			parts = append(parts, string(x.ID)+" "+p.part(&part))
		}
		if ok && a.Kind != "count" {
			cites = append(cites, p.cited(part.Source, part.Pinpoint, part.Verification))
		}
	}
	spans := []span{strong(strings.Join(parts, ", "))}
	if a.Kind != "count" {
		spans = append(spans, plain("; not "+ids(a.Lacking)))
	}
	spans = append(spans, plain(" – "+a.Title))
	if len(cites) > 0 {
		spans = append(spans, quiet(" – "+strings.Join(cites, "; ")))
	}
	p.flow(4, 6, spans...)
}

// suggestions writes next steps, and what became of earlier ones.
func (p *printer) suggestions(list []view.Suggestion, log []view.SuggestionLog) {
	if len(list) > 0 {
		p.section("What they could do next", quiet(" – "+itoa(len(list))+", best supported first"))
	}
	for i := range list {
		s := &list[i]
		p.pair(2, 4, itoa(s.Rank)+".", strong(s.Text), quiet(" ["+s.Rule+"]"))
		for _, r := range s.Reasons {
			p.flow(6, 8, plain("because "+r))
		}
		seen := map[string]bool{}
		var cites []string
		for _, e := range s.Evidence {
			if c := p.cited(e.Source, e.Pinpoint, e.Level); !seen[c] {
				seen[c] = true
				cites = append(cites, c)
			}
		}
		if len(cites) > 0 {
			p.flow(6, 8, quiet("evidence: "+strings.Join(cites, "; ")))
		}
		if s.WeakestAssumption != "" {
			p.flow(6, 8, quiet("weakest assumption: "+s.WeakestAssumption))
		}
	}
	if len(log) == 0 {
		return
	}
	p.section("Suggested before")
	for i := range log {
		s := &log[i]
		status := strings.ReplaceAll(s.Status, "-", " ")
		if s.StatusDate != "" {
			status += " " + s.StatusDate
		}
		spans := []span{strong(status), plain(" – " + s.Text), quiet(" – " + p.cited(s.Source, s.Pinpoint, ""))}
		if s.Proof != "" && s.Proof != s.Source {
			spans = append(spans, quiet("; proof: "+p.cited(s.Proof, s.ProofPin, "")))
		}
		p.pair(4, 12, dateOr(s.Date), spans...)
	}
}
