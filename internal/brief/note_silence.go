package brief

import (
	"fmt"
	"strings"

	"entente"
	"entente/internal/document"
	"entente/internal/view"
)

// issue is what a source names as open, with the propositions it bears on.
type issue struct {
	source     entente.SourceID
	words, pin string
	rows       []*view.CompareRow
}

// issues gathers what sources name as open, in the order of the propositions.
func (w *writer) issues() []*issue {
	var list []*issue
	at := map[string]*issue{}
	for i := range w.v.Propositions {
		row := &w.v.Propositions[i]
		for _, n := range row.Named {
			key := string(n.Source) + "\x00" + n.Note
			is := at[key]
			if is == nil {
				pin, words, ok := strings.Cut(n.Note, ": ")
				if !ok {
					pin, words = "", n.Note
				}
				if words == "" {
					words = row.Issue
				}
				is = &issue{n.Source, words, pin, nil}
				at[key] = is
				list = append(list, is)
			}
			if l := is.rows; len(l) == 0 || l[len(l)-1] != row {
				is.rows = append(is.rows, row)
			}
		}
	}
	return list
}

// open adds what sources name as open, beside what the records say of it.
func (w *writer) open(s *section) {
	list := w.issues()
	for i, is := range list {
		if i == w.limits.open {
			s.row("", fmt.Sprintf("%d more in the body of evidence.", len(list)-i), w.counted())
			return
		}
		refs := []ref{{how: "named", source: is.source, pinpoint: is.pin}}
		var said []string
		for _, row := range is.rows {
			said = append(said, row.Issue+": "+w.whoStands(row))
			refs = append(refs, w.rowRefs(row)...)
		}
		about := ""
		if i == 0 {
			about = "Named as open"
		}
		s.row(about, document.B(upper(is.words)+"."), " On record: "+strings.Join(said, "; ")+".", w.fn(refs))
	}
}

// toldOpen reports whether a row is told among the open issues already.
func (w *writer) toldOpen(row *view.CompareRow) bool {
	for i, is := range w.issues() {
		for _, r := range is.rows {
			if r == row && i < w.limits.open {
				return true
			}
		}
	}
	return false
}

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// silence tells who has spoken alone, and the silences of all by kind.
func (w *writer) silence() section {
	s := section{title: "Open and silent"}
	w.open(&s)
	var alone []*view.CompareRow
	for _, row := range w.rows("one-silent", "partly-silent") {
		if !w.toldOpen(row) {
			alone = append(alone, row)
		}
	}
	chosen, left := choose(w, alone, w.limits.alone)
	for _, row := range chosen {
		s.row(upper(row.Issue), w.stated(row)...)
	}
	rows := w.rows("both-silent", "all-silent")
	for _, row := range w.reserved(rows) {
		s.row(upper(row.Issue), w.stated(row)...)
	}
	if len(rows)+len(left) == 0 {
		return s
	}
	var parts []string
	for i, a := range w.v.Actors {
		if i == 4 {
			parts = append(parts, "the others in the body of evidence")
			break
		}
		parts = append(parts, a.Name+" "+silenceCounts(a.ID, rows))
	}
	text := ""
	if len(left) > 0 {
		text = fmt.Sprintf("On %d more, one has spoken and another not. ", len(left))
	}
	if len(rows) > 0 {
		none := "neither has"
		if len(w.v.Actors) > 2 {
			none = "none has"
		}
		text += fmt.Sprintf("On %d of %d %s taken a side: %s.", len(rows), w.v.Summary.Propositions, none, strings.Join(parts, "; "))
	}
	s.row("Further", strings.TrimSpace(text), w.counted())
	return s
}

// reserved gives the silent propositions on which an actor stated that it has
// not decided: a finding about the actor.
func (w *writer) reserved(rows []*view.CompareRow) []*view.CompareRow {
	var out []*view.CompareRow
	for _, row := range rows {
		for _, a := range w.v.Actors {
			if s := row.Positions[a.ID].Silence; s != nil && *s == string(entente.SilenceByWord) && len(out) < w.limits.reserved && !w.toldOpen(row) {
				out = append(out, row)
				break
			}
		}
	}
	return out
}

// silenceCounts counts the silences of an actor by kind.
func silenceCounts(id entente.ActorID, rows []*view.CompareRow) string {
	var kinds []string
	for _, k := range entente.Silences {
		n := 0
		for _, row := range rows {
			if s := row.Positions[id].Silence; s != nil && *s == string(k) {
				n++
			}
		}
		if n > 0 {
			kinds = append(kinds, fmt.Sprintf("%s %d", silenceNames[k], n))
		}
	}
	return strings.Join(kinds, ", ")
}
