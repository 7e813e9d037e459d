package brief

import (
	"sort"

	"entente"
	"entente/internal/view"
)

// rows gives the propositions with one of these outcomes, in display order.
func (w *writer) rows(outcomes ...string) []*view.CompareRow {
	var out []*view.CompareRow
	for i := range w.v.Propositions {
		for _, o := range outcomes {
			if w.v.Propositions[i].Outcome == o {
				out = append(out, &w.v.Propositions[i])
			}
		}
	}
	return out
}

// ownWords reports whether all positions that are taken are the actors' own words.
func (w *writer) ownWords(row *view.CompareRow) bool {
	for _, a := range w.v.Actors {
		if b := row.Positions[a.ID].Basis; b == string(entente.Implied) || b == string(entente.ViaBloc) {
			return false
		}
	}
	return true
}

// weight says how much a row deserves a place in the note: own words (8), then
// that all were looked at (4), then questions that are no detail of another (2),
// then full agreement (1).
func (w *writer) weight(r *view.CompareRow) int {
	n := 0
	for _, f := range []struct {
		on bool
		n  int
	}{{w.ownWords(r), 8}, {r.Counts, 4}, {r.Parent == "", 2}, {r.Outcome != "agree-in-part", 1}} {
		if f.on {
			n += f.n
		}
	}
	return n
}

// choose takes the weightiest rows for the note. Rows of equal weight are taken
// from the pillars in turn, so that the note shows the whole field; the order of
// display breaks ties. Both lists keep the order of display.
func choose(w *writer, rows []*view.CompareRow, limit int) (chosen, left []*view.CompareRow) {
	if len(rows) <= limit {
		return rows, nil
	}
	turn := map[*view.CompareRow]int{}
	seen := map[[2]string]int{}
	for _, r := range rows {
		key := [2]string{string(r.Pillar), string(rune(w.weight(r)))}
		turn[r] = seen[key]
		seen[key]++
	}
	best := append([]*view.CompareRow(nil), rows...)
	sort.SliceStable(best, func(i, j int) bool {
		if a, b := w.weight(best[i]), w.weight(best[j]); a != b {
			return a > b
		}
		return turn[best[i]] < turn[best[j]]
	})
	in := map[*view.CompareRow]bool{}
	for _, r := range best[:limit] {
		in[r] = true
	}
	for _, r := range rows {
		if in[r] {
			chosen = append(chosen, r)
		} else {
			left = append(left, r)
		}
	}
	return chosen, left
}
