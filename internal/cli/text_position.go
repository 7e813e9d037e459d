package cli

import (
	"strings"

	"entente"
	"entente/internal/view"
)

// position writes one actor's position under a label: stance, basis, date and
// source; with evidence, every record that bears on it.
func (p *printer) position(indent, column int, label string, v *view.Position, evidence bool) {
	spans := []span{strong(stance(v))}
	switch {
	case len(v.Evidence) > 0 && v.Evidence[0].Use == string(entente.Decides):
		e := &v.Evidence[0]
		spans = append(spans, plain(", "+p.basis(v, e)+", "+when(e.Date, e.DateBasis)), quiet(" – "+p.cited(e.Source, e.Pinpoint, e.Verification)))
		if v.Conditions != "" {
			spans = append(spans, plain(" – on condition: "+v.Conditions))
		}
	case len(v.Read) > 0:
		r := &v.Read[0]
		spans = append(spans, quiet(" – read: "+p.cited(r.Source, "", "")))
		if len(v.Read) > 1 {
			spans = append(spans, quiet(" and "+count(len(v.Read)-1, "more", "more")))
		}
	}
	if n := challenged(v); n > 0 && !evidence {
		spans = append(spans, plain(" – challenged: "+count(n, "record", "records")))
	}
	if label == "" {
		p.flow(indent, indent+2, spans...)
	} else {
		p.pair(indent, column, label, spans...)
	}
	hidden := 0
	for i := range v.Evidence {
		e := &v.Evidence[i]
		switch {
		case evidence:
			p.evidence(indent+column, e)
		case e.Use == string(entente.LeftOut):
			hidden++
		case e.Use == string(entente.Decides) && i > 0 && v.Contested:
			p.flow(indent+column, indent+column+2, plain("and "+wordOr(stanceWords, value(e.Stance))+", "+when(e.Date, e.DateBasis)), quiet(" – "+p.cited(e.Source, e.Pinpoint, e.Verification)))
		case e.Use == string(entente.MayPostdate):
			p.flow(indent+column, indent+column+2, quiet("may be later: "+wordOr(stanceWords, value(e.Stance))+", "+e.Date+" – "+p.cited(e.Source, e.Pinpoint, e.Verification)))
		case e.Use == string(entente.Differs) && e.Actor != "" && e.Stance != nil && v.Stance != nil && *e.Stance != *v.Stance && e.Kind == "statement":
			p.flow(indent+column, indent+column+2, quiet("otherwise: "+wordOr(stanceWords, *e.Stance)+", "+when(e.Date, e.DateBasis)+p.whose(e)+" – "+p.cited(e.Source, e.Pinpoint, e.Verification)))
		}
	}
	if hidden > 0 {
		p.flow(indent+column, indent+column+2, quiet(count(hidden, "unverified record", "unverified records")+" left out"))
	}
	if evidence {
		for i := range v.Read {
			r := &v.Read[i]
			p.flow(indent+column, indent+column+2, quiet("read "+when(r.Date, "")+": "+p.cited(r.Source, "", "")+withNote(r.Note)))
		}
	}
}

// whose says that a statement is a body's, not the actor's own.
func (p *printer) whose(e *view.Evidence) string {
	if a := p.corpus.Actor(e.Actor); a != nil && a.Kind != entente.State {
		return ", " + a.Name
	}
	return ""
}

// evidence writes one record in full.
func (p *printer) evidence(indent int, e *view.Evidence) {
	what := wordOr(stanceWords, value(e.Stance))
	if e.Kind != "statement" {
		what += " by " + p.act(e)
	}
	line := []span{plain("[" + wordOr(useWords, e.Use) + "] " + when(e.Date, e.DateBasis) + " " + what + p.whose(e)), quiet(" – " + p.cited(e.Source, e.Pinpoint, e.Verification))}
	if e.Conditions != "" {
		line = append(line, plain(" – on condition: "+e.Conditions))
	}
	for _, note := range []string{e.Reason, e.Note} {
		if note != "" {
			line = append(line, quiet(" – "+note))
		}
	}
	p.flow(indent, indent+2, line...)
	p.disputed(indent+2, e)
}

// disputed writes the passage that was read, and what disputes a record.
func (p *printer) disputed(indent int, e *view.Evidence) {
	for _, q := range e.Quotations {
		p.flow(indent, indent+2, quiet("“"+q.Text+"”"))
	}
	for _, c := range e.Challenges {
		by := c.By
		if c.Date != "" {
			by += ", " + c.Date
		}
		p.flow(indent, indent+2, plain("challenged by "+by+": “"+c.Text+"”"))
	}
}

// challenged counts the records of a position that are challenged.
func challenged(v *view.Position) int {
	n := 0
	for i := range v.Evidence {
		if len(v.Evidence[i].Challenges) > 0 {
			n++
		}
	}
	return n
}

// challengedOf says how many of the records that count are challenged; nothing
// when none is.
func (p *printer) challengedOf(indent, n, records int) {
	if n > 0 {
		p.flow(indent, indent+2, plain(of(n, records)+" records that count "+isAre(n)+" challenged (--evidence shows by whom and why)."))
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func withNote(note string) string {
	if note == "" {
		return ""
	}
	return " – " + note
}

// count writes a number with its noun.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}

// ids joins actor ids.
func ids(list []entente.ActorID) string {
	words := make([]string, len(list))
	for i, a := range list {
		words[i] = string(a)
	}
	return strings.Join(words, ", ")
}
