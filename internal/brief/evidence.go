package brief

import (
	"fmt"
	"sort"
	"strings"

	"entente"
	"entente/internal/cite"
	"entente/internal/document"
	"entente/internal/view"
)

// evidence writes the second part: everything that the note rests on.
func (w *writer) evidence(sources []*entente.Source) {
	w.startEvidence()
	w.propositions()
	w.unspoken()
	w.allActs()
	w.allUneven()
	w.allVotes()
	w.allNext()
	w.sources(sources)
}

func (w *writer) startEvidence() {
	w.doc.Add(document.PageBreak{}, document.H(1, EvidenceHeading).Anchor("evidence"), document.P(
		"The tables give every record, those included that do not decide. Sources are named by short forms; the ",
		document.A("#sources", "list of sources"), " at the end cites them in full. “By” before a date means that the record is known through a later text."))
}

// propositions gives one table per pillar: each actor's position and all its
// records. Propositions on which nobody has any record follow in [writer.unspoken].
func (w *writer) propositions() {
	w.heading(2, "Positions and their evidence", "positions")
	for _, p := range entente.Pillars {
		t := document.Table{
			Caption: document.Inlines(pillarNames[p]),
			Header:  document.Cells("Actor", "Position", "Records, what decides first"), Widths: []int{14, 20, 66}, RowHeaders: true,
		}
		for i := range w.v.Propositions {
			row := &w.v.Propositions[i]
			if row.Pillar != p || !w.hasRecord(row) {
				continue
			}
			head := fmt.Sprintf("%s (%s)", strings.TrimRight(row.Statement, ". "), say(outcomes, row.Outcome))
			if row.Contested {
				head += ", contested"
			}
			t.Rows = append(t.Rows, document.Group(head))
			told := map[string]bool{}
			for _, a := range w.v.Actors {
				t.Rows = append(t.Rows, w.positionRows(a, row, told)...)
			}
		}
		if len(t.Rows) > 0 {
			w.doc.Add(t)
		}
	}
}

func (w *writer) hasRecord(row *view.CompareRow) bool {
	for _, a := range w.v.Actors {
		if p := row.Positions[a.ID]; len(p.Evidence) > 0 || len(p.Read) > 0 {
			return true
		}
	}
	return len(row.Named) > 0
}

func (w *writer) positionRows(a view.Actor, row *view.CompareRow, told map[string]bool) []document.Row {
	p := row.Positions[a.ID]
	name, stand := a.Name, w.stand(p, false)
	var out []document.Row
	add := func(record ...any) {
		out = append(out, document.R(name, stand, document.C(record...)))
		name, stand = "", ""
	}
	for i := range p.Evidence {
		add(w.record(a, &p, &p.Evidence[i], told)...)
	}
	for _, list := range [][]view.Reading{p.Read, row.Named} {
		for _, r := range list {
			if r.Actor == a.ID || r.Actor == entente.AnyActor {
				add(day(r.Date)+": ", w.sourceCell(r.Source, "", ""), "; read: "+say(findings, r.Finding)+noted(r.Note))
			}
		}
	}
	if len(out) == 0 {
		add("no record")
	}
	return out
}

func noted(s string) string { return prefixed(": ", strings.TrimSpace(s)) }

// record tells one record: date, source and place, what was said or done when it
// is not the position itself, its weight. Why an act counts is told once for each
// proposition.
func (w *writer) record(a view.Actor, p *view.Position, e *view.Evidence, told map[string]bool) []any {
	out := []any{dated(e.Date, e.DateBasis) + ": ", w.sourceCell(e.Source, e.Pinpoint, "")}
	var text strings.Builder
	text.WriteString(prefixed("; ", w.how(a.ID, e)))
	if e.Stance != nil && (p.Stance == nil || *p.Stance != *e.Stance) {
		text.WriteString("; " + verbs[entente.Stance(*e.Stance)][0])
	}
	if c := strings.TrimSpace(e.Conditions); c != "" {
		text.WriteString("; conditions: " + c)
	}
	text.WriteString("; " + e.Verification + prefixed(", ", weightOf(e)))
	if reason := strings.TrimRight(e.Reason, "."); reason != "" && e.Use != string(entente.LeftOut) {
		if key := e.Instrument + reason; !told[key] {
			told[key] = true
			text.WriteString(" (counts because: " + reason + ")")
		}
	}
	for _, q := range e.Quotations {
		text.WriteString("; in its words: “" + strings.TrimSpace(q.Text) + "”")
	}
	for _, c := range e.Challenges {
		text.WriteString("; challenged by " + c.By + prefixed(", ", day(c.Date)) + ": “" + strings.TrimSpace(c.Text) + "”")
	}
	return append(out, text.String())
}

// weightOf is the use of a record; that it is unverified is said already.
func weightOf(e *view.Evidence) string {
	if e.Use == string(entente.LeftOut) {
		return "left out"
	}
	return say(uses, e.Use)
}

// sourceCell names a source by its short form, with the place.
func (w *writer) sourceCell(id entente.SourceID, pinpoint, prefix string) document.Inline {
	s := w.c.Source(id)
	if s == nil {
		return document.Text(prefix + string(id))
	}
	name := w.short[id]
	if name == "" {
		name = cite.Short(s)
	}
	if pin := cite.Pinpoint(w.notes.words(pinpoint)); pin != "" {
		name += ", " + pin
	}
	return document.Text(prefix + name)
}

// unspoken lists the propositions on which nobody has a record, with the kind of
// silence of each.
func (w *writer) unspoken() {
	t := document.Table{
		Caption: document.Inlines("Propositions without any record"), Header: document.Cells("Proposition", "Pillar", "Why silent"),
		Widths: []int{56, 18, 26}, RowHeaders: true,
	}
	for i := range w.v.Propositions {
		row := &w.v.Propositions[i]
		if w.hasRecord(row) {
			continue
		}
		t.Rows = append(t.Rows, document.R(strings.TrimRight(row.Statement, ". "), pillarNames[row.Pillar], w.whySilent(row)))
	}
	if len(t.Rows) > 0 {
		w.doc.Add(t)
	}
}

func (w *writer) whySilent(row *view.CompareRow) string {
	var order []string
	who := map[string][]entente.ActorID{}
	for _, a := range w.v.Actors {
		k := ""
		if s := row.Positions[a.ID].Silence; s != nil {
			k = silenceNames[entente.Silence(*s)]
		}
		if who[k] == nil {
			order = append(order, k)
		}
		who[k] = append(who[k], a.ID)
	}
	var out []string
	for _, k := range order {
		name := w.namesOf(who[k])
		if len(who[k]) == len(w.v.Actors) {
			name = strings.ToLower(w.all())
		}
		out = append(out, name+": "+k)
	}
	return strings.Join(out, "; ")
}

// parts tells, in one cell, what each actor did, a line for each.
func (w *writer) parts(parts map[entente.ActorID]view.Part) document.Cell {
	var in []any
	for _, a := range w.v.Actors {
		p, ok := parts[a.ID]
		if !ok {
			continue
		}
		for _, x := range append([]view.Part{p}, p.Also...) {
			if len(in) > 0 {
				in = append(in, document.Break{})
			}
			when := dated(x.Date, x.DateBasis)
			if x.From != "" || x.To != "" {
				when = strings.TrimSpace(prefixed("from ", day(x.From)) + prefixed(" to ", day(x.To)))
			}
			line := fmt.Sprintf("%s: %s, %s", a.Name, x.Role, when)
			if x.Source == "" {
				in = append(in, line)
				continue
			}
			in = append(in, line+" (", w.sourceCell(x.Source, x.Pinpoint, ""), "; "+x.Verification+")")
		}
	}
	return document.C(in...)
}

// sources resolves the short forms: each source in full, with its address.
func (w *writer) sources(list []*entente.Source) {
	w.heading(2, "Sources", "sources")
	if len(list) == 0 {
		w.doc.Add(document.P("No source is on record for this selection."))
		return
	}
	list = append([]*entente.Source(nil), list...)
	sort.SliceStable(list, func(i, j int) bool {
		a, b := strings.ToLower(w.short[list[i].ID]), strings.ToLower(w.short[list[j].ID])
		if a != b {
			return a < b
		}
		return list[i].ID < list[j].ID
	})
	t := document.Table{
		Caption: document.Inlines(count(len(list), "source", "sources")), Header: document.Cells("Short form", "Full citation"),
		Widths: []int{26, 74}, RowHeaders: true,
	}
	for _, s := range list {
		t.Rows = append(t.Rows, document.R(w.short[s.ID], document.C(inlines(cite.Footnote(s, cite.Place{})), ".")))
	}
	w.doc.Add(t)
	w.doc.Add(document.P(fmt.Sprintf("The records are from %s, version %s, licence %s. Anyone with the same corpus gets the same document.", w.v.Corpus.Title, w.v.Corpus.Version, w.v.Corpus.Licence)))
}
