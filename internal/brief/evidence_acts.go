package brief

import (
	"fmt"
	"sort"
	"strings"

	"entente"
	"entente/internal/document"
	"entente/internal/view"
)

func (w *writer) allActs() {
	w.heading(2, "Shared acts", "shared")
	if len(w.v.SharedActs) == 0 {
		w.doc.Add(document.P("No shared act is on record."))
		return
	}
	t := document.Table{
		Caption: document.Inlines(count(len(w.v.SharedActs), "shared act", "shared acts")), Header: document.Cells("Act", "How", "Who, when, source"),
		Widths: []int{32, 14, 54}, RowHeaders: true,
	}
	for i := range w.v.SharedActs {
		a := &w.v.SharedActs[i]
		kind := actKind(a)
		if a.Body != "" {
			kind = "sat together"
		}
		t.Rows = append(t.Rows, document.R(a.Title, kind+", "+day(a.Date), w.parts(a.Actors)))
	}
	w.doc.Add(t)
}

func (w *writer) allUneven() {
	w.heading(2, "What one did and another did not", "uneven")
	for _, part := range []struct {
		list          []view.Asymmetry
		caption, none string
	}{
		{w.v.Asymmetries, "Counted: all were looked at", "No uneven act is on record for which all were looked at."},
		{w.v.NotCounted, "Not counted: it is not on record that all were looked at, so these may be gaps of the corpus", ""},
	} {
		if len(part.list) == 0 {
			if part.none != "" {
				w.doc.Add(document.P(part.none))
			}
			continue
		}
		t := document.Table{
			Caption: document.Inlines(part.caption), Header: document.Cells("What", "Who, when, source", "Not on record", "Looked at"),
			Widths: []int{28, 34, 16, 22}, RowHeaders: true,
		}
		for i := range part.list {
			a := &part.list[i]
			what, lacking := a.Title, w.namesOf(a.Lacking)
			if a.Kind == "count" {
				what, lacking = w.unevenText(a), ""
			}
			var looked []any
			for j, r := range a.Looked {
				if j > 0 {
					looked = append(looked, document.Break{})
				}
				who := "all"
				if r.Actor != entente.AnyActor {
					who = w.name(r.Actor)
				}
				looked = append(looked, w.sourceCell(r.Source, "", who+": "), ", "+say(findings, r.Finding))
			}
			t.Rows = append(t.Rows, document.R(what, w.parts(a.Actors), lacking, document.C(looked...)))
		}
		w.doc.Add(t)
	}
}

func (w *writer) allVotes() {
	v := w.v.Votes
	if len(v.Rows) == 0 {
		return
	}
	w.heading(2, "Votes", "votes")
	wide := len(w.v.Actors) > 4
	header := []any{"Resolution", "Date"}
	widths := []int{46, 18}
	if wide {
		header, widths = append(header, "Ballots"), append(widths, 30)
	} else {
		for _, a := range w.v.Actors {
			header, widths = append(header, a.Name), append(widths, 14)
		}
	}
	header, widths = append(header, "Counted", "Source"), append(widths, 14, 22)
	t := document.Table{
		Caption: document.Inlines(fmt.Sprintf("%d of %d votes in which %s cast a ballot were the same", v.Agreed, v.BothCast, strings.ToLower(w.all()))),
		Header:  document.Cells(header...), Widths: widths, RowHeaders: true,
	}
	for i := range v.Rows {
		r := &v.Rows[i]
		cells := []any{w.resolution(r) + ", " + r.Title + " (" + r.Stage + ")", day(r.Date)}
		if wide {
			cells = append(cells, w.ballotNames(r))
		} else {
			for _, a := range w.v.Actors {
				b := "not on record"
				if s := r.Ballots[a.ID]; s != nil {
					b = *s
				}
				cells = append(cells, b)
			}
		}
		counted := "no"
		switch {
		case r.Counted && r.Agreed:
			counted = "yes, alike"
		case r.Counted:
			counted = "yes, differ"
		}
		t.Rows = append(t.Rows, document.R(append(cells, counted, document.C(w.sourceCell(r.Source, "", "")))...))
	}
	w.doc.Add(t)
}

// ballotNames tells the ballots of many by name: "yes: A, B; no: C".
func (w *writer) ballotNames(row *view.VoteRow) string {
	who := map[string][]string{}
	for _, a := range w.v.Actors {
		b := "not on record"
		if s := row.Ballots[a.ID]; s != nil {
			b = *s
		}
		who[b] = append(who[b], a.Name)
	}
	var keys []string
	for k := range who {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out []string
	for _, k := range keys {
		out = append(out, k+": "+strings.Join(who[k], ", "))
	}
	return strings.Join(out, "; ")
}

func (w *writer) allNext() {
	if len(w.v.Suggestions) > 0 {
		w.heading(2, "All suggestions", "suggestions")
		t := document.Table{
			Caption: document.Inlines(count(len(w.v.Suggestions), "suggestion", "suggestions") + ", in the order of their rank"),
			Header:  document.Cells("Reasons and weakest assumption", "Evidence"), Widths: []int{38, 62},
		}
		for i := range w.v.Suggestions {
			s := &w.v.Suggestions[i]
			why := document.C("Reasons: "+sentence(strings.Join(s.Reasons, "; ")), document.Break{}, "Weakest assumption: "+sentence(s.WeakestAssumption))
			t.Rows = append(t.Rows, document.Group(fmt.Sprintf("%d. %s (rule: %s)", i+1, sentence(s.Text), s.Rule)))
			for _, ev := range w.chunks(s.Evidence) {
				t.Rows = append(t.Rows, document.R(why, ev))
				why = document.Cell{}
			}
		}
		w.doc.Add(t)
	}
	if len(w.v.Records) > 0 {
		w.heading(2, "Suggested before", "before")
		t := document.Table{
			Caption: document.Inlines("What was suggested before, and what became of it"), Header: document.Cells("Suggestion", "Made", "Now", "Proof"),
			Widths: []int{40, 22, 18, 20}, RowHeaders: true,
		}
		for i := range w.v.Records {
			r := &w.v.Records[i]
			proof := document.Cell{}
			if r.Proof != "" {
				proof = document.C(w.sourceCell(r.Proof, r.ProofPin, ""))
			}
			t.Rows = append(t.Rows, document.R(r.Text, document.C(day(r.Date)+", ", w.sourceCell(r.Source, r.Pinpoint, "")), w.became(r), proof))
		}
		w.doc.Add(t)
	}
}

// chunks puts what a suggestion rests on into cells that are low enough not to
// leave half a page empty.
func (w *writer) chunks(list []view.Cited) []document.Cell {
	const lines = 4
	out := []document.Cell{{}}
	var in []any
	for j, e := range list {
		if j > 0 && j%lines == 0 {
			out, in = append(out, document.Cell{}), nil
		}
		if len(in) > 0 {
			in = append(in, document.Break{})
		}
		in = append(in, e.What+": ", w.sourceCell(e.Source, e.Pinpoint, ""))
		out[len(out)-1] = document.C(in...)
	}
	return out
}
