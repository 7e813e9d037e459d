package brief

import (
	"fmt"
	"strings"

	"entente"
	"entente/internal/document"
	"entente/internal/view"
)

// note writes the first two pages: the figures, how to read them, then two tables, the first of
// what they hold, the second of what they did and could do.
func (w *writer) note() {
	w.lead()
	w.howToRead()
	w.heading(1, "Where they stand", "stand")
	w.table("Question", w.agreements(), w.silence())
	w.heading(1, "What they did and could do", "acts")
	w.table("Act", w.together(), w.next())
}

// section is a group of rows of the note.
type section struct {
	title string
	rows  []document.Row
}

// row adds a row: what it is about, and the claims.
func (s *section) row(about string, parts ...any) {
	s.rows = append(s.rows, document.R(about, document.C(parts...)))
}

// table writes sections as one table.
func (w *writer) table(about string, sections ...section) {
	t := document.Table{Header: document.Cells(about, "What the records show"), Widths: []int{19, 81}, RowHeaders: true}
	for _, s := range sections {
		if len(s.rows) > 0 {
			t.Rows = append(append(t.Rows, document.Group(s.title)), s.rows...)
		}
	}
	w.doc.Add(t)
}

func (w *writer) heading(level int, text, anchor string) {
	w.doc.Add(document.H(level, text).Anchor(anchor))
}

// fn is the footnote of a claim on all actors.
func (w *writer) fn(refs []ref) document.Inline {
	return w.notes.note(refs, w.all(), len(w.v.Actors))
}

// counted is the mark of the note that says what figures are counted from.
func (w *writer) counted() document.NoteRef { return document.Again(w.count) }

// countedFrom makes the note that says what figures are counted from.
func (w *writer) countedFrom() document.Inline {
	fn := w.notes.plain("Counted from the tables of the ", document.A("#evidence", strings.ToLower(EvidenceHeading)), "; the ", document.A("#sources", "list of sources"), " there cites in full what these notes name.")
	w.count = fn.(document.Footnote).Key
	return fn
}

// lead tells the figures, each with its base.
func (w *writer) lead() {
	s, v := w.v.Summary, w.v
	fn := w.countedFrom()
	all := strings.ToLower(w.all())
	text := fmt.Sprintf("On %d of %s %s took a side. ", s.AllSpoke, count(s.Propositions, "proposition", "propositions"), all)
	if len(v.Actors) == 2 {
		text = fmt.Sprintf("On %d of %s both took a side: they agree on %d, agree in part on %d and differ on %d. One is silent on %d, both on %d. ",
			s.AllSpoke, count(s.Propositions, "proposition", "propositions"), s.Outcomes["agree"], s.Outcomes["agree-in-part"], s.Outcomes["differ"], s.Outcomes["one-silent"], s.Outcomes["both-silent"])
		if a := s.Agreement; a != nil && a.N > 0 {
			text += fmt.Sprintf("Same side: %d of %d", a.Agreed, a.N)
			if len(a.Exact) == 2 {
				text += fmt.Sprintf(" (95%% interval %.0f%% to %.0f%%)", 100*a.Exact[0], 100*a.Exact[1])
			}
			if a.Thin {
				text += ", a thin base"
			}
			text += "."
		}
	} else {
		text += fmt.Sprintf("Of the %d they agree on %d; on %d they stand on both sides; on %d some are silent and the others agree; on %d all are silent.",
			s.Propositions, s.Outcomes["agree"], s.Outcomes["split"], s.Outcomes["partly-silent"], s.Outcomes["all-silent"])
	}
	text += fmt.Sprintf(" %s had the chance to speak, and were read for it, on %d.", w.all(), s.CouldAddress)
	if s.Contested > 0 {
		text += fmt.Sprintf(" On %d the records of one actor point to both sides; these enter no share.", s.Contested)
	}
	if s.Challenged > 0 {
		text += fmt.Sprintf(" Of the %d records that count, %d %s challenged; the body of evidence says by whom and why.", s.Records, s.Challenged, isAre(s.Challenged))
	}
	w.doc.Add(document.P(text, fn))
}

// isAre is the verb of a number.
func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// agreements lists what they agree on, pillar by pillar: their own words before
// acts and bodies, wide questions before details.
func (w *writer) agreements() section {
	s := section{title: "Agreed and different"}
	rows := w.rows("agree", "agree-in-part")
	if len(rows) == 0 {
		s.row("Agreements", "None is on record.", w.counted())
	}
	chosen, left := choose(w, rows, w.limits.agreements)
	for _, p := range entente.Pillars {
		var parts []any
		for _, row := range chosen {
			if row.Pillar == p {
				parts = append(parts, w.agreed(row, len(parts) == 0)...)
			}
		}
		if len(parts) > 0 {
			s.row(pillarNames[p], parts...)
		}
	}
	if len(left) > 0 {
		s.row("Further", w.further(left), w.counted())
	}
	w.differences(&s)
	return s
}

// further counts by pillar what the note leaves to the body of evidence.
func (w *writer) further(left []*view.CompareRow) string {
	n, acts := map[entente.Pillar]int{}, 0
	for _, row := range left {
		n[row.Pillar]++
		if !w.ownWords(row) {
			acts++
		}
	}
	var parts []string
	for _, p := range entente.Pillars {
		if n[p] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", strings.ToLower(pillarNames[p]), n[p]))
		}
	}
	text := fmt.Sprintf("%s in the body of evidence (%s)", count(len(left), "agreement more", "agreements more"), strings.Join(parts, ", "))
	if acts > 0 {
		text += fmt.Sprintf("; %d of them rest on acts or on a body for at least one", acts)
	}
	return text + "."
}

// agreed tells one agreement: "International law applies.¹"
func (w *writer) agreed(row *view.CompareRow, first bool) []any {
	lead := row.Positions[w.v.Actors[0].ID]
	text := bare(row.Statement)
	if lead.Stance != nil && entente.Stance(*lead.Stance).Sign() < 0 {
		verb := "do not hold"
		if row.Outcome == "agree" && *lead.Stance == string(entente.Rejects) {
			verb = "reject"
		}
		text = fmt.Sprintf("%s %s: “%s”", w.all(), verb, text)
	}
	if q := w.qualified(row); q != "" {
		text += " (" + q + ")"
	}
	if !first {
		text = " " + text
	}
	return []any{text + ".", w.fn(w.rowRefs(row))}
}

// bare is a statement without its full stop.
func bare(statement string) string { return strings.TrimRight(statement, ". ") }

// qualified says in what the positions differ, and on what they rest when it is
// not the actors' own words.
func (w *writer) qualified(row *view.CompareRow) string {
	return w.grouped(w.v.Actors, func(a view.Actor) string {
		p := row.Positions[a.ID]
		var q []string
		if p.Stance != nil {
			switch entente.Stance(*p.Stance) {
			case entente.AffirmsWithConditions:
				q = append(q, "with conditions"+prefixed(": ", w.conditions(p)))
			case entente.Doubts:
				q = append(q, "doubts it")
			}
		}
		if l := w.label(p); l != "" {
			q = append(q, l)
		}
		return strings.Join(q, ", ")
	})
}

// grouped tells a word of each actor, those with the same word together and
// those without one left out: "Estonia: with conditions; Japan: implied by acts".
func (w *writer) grouped(actors []view.Actor, word func(view.Actor) string) string {
	var order, out []string
	who := map[string][]entente.ActorID{}
	for _, a := range actors {
		text := word(a)
		if text == "" {
			continue
		}
		if who[text] == nil {
			order = append(order, text)
		}
		who[text] = append(who[text], a.ID)
	}
	for _, text := range order {
		name := w.namesOf(who[text])
		if len(who[text]) == len(w.v.Actors) {
			name = strings.ToLower(w.all())
		}
		out = append(out, name+": "+text)
	}
	return strings.Join(out, "; ")
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// differences lists what they differ on, each side in its own words.
func (w *writer) differences(s *section) {
	rows := w.rows("differ", "split")
	if len(rows) == 0 {
		s.row("Differences", fmt.Sprintf("None among the %d on which %s took a side.", w.v.Summary.AllSpoke, strings.ToLower(w.all())), w.counted())
		return
	}
	chosen, left := choose(w, rows, w.limits.differ)
	for i, row := range chosen {
		about := ""
		if i == 0 {
			about = "Differences"
		}
		s.row(about, w.stated(row)...)
	}
	if len(left) > 0 {
		s.row("", count(len(left), "difference more", "differences more")+" in the body of evidence.", w.counted())
	}
}

// stated tells a proposition and who stands where on it.
func (w *writer) stated(row *view.CompareRow) []any {
	return []any{fmt.Sprintf("“%s”: %s.", bare(row.Statement), w.whoStands(row)), w.fn(w.rowRefs(row))}
}

// howToRead says in three sentences what counts and what is left out.
func (w *writer) howToRead() {
	left := "no unverified record bears on these questions"
	if n := w.v.Summary.LeftOut; n > 0 {
		left = count(n, "unverified record is", "unverified records are") + " left out"
	}
	if w.v.Settings.Unverified {
		left = "unverified records are let in, as asked"
	}
	w.doc.Add(document.Note("How to read this note", document.P(
		"An actor’s own latest words decide its position, else its body’s (“via”), else its acts (“implied”). ",
		"“Secondary source” means that a list or a study says so, “not read yet” that the corpus is silent, not the actor. ",
		"Only what all could address is counted; "+left+".")))
}
