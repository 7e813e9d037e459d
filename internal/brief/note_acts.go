package brief

import (
	"fmt"
	"sort"
	"strings"

	"entente"
	"entente/internal/document"
	"entente/internal/view"
)

// actRank orders the kinds of shared acts: what binds the two alone first.
var actRank = map[string]int{"bilateral": 0, "ratified": 1, "signed": 2, "sponsored": 3, "authored": 4, "submitted": 5, "took part": 6}

func rankOf(kind string) int {
	if n, ok := actRank[kind]; ok {
		return n
	}
	return len(actRank)
}

func actKind(a *view.Act) string {
	switch {
	case a.Body != "":
		return "sat together"
	case a.Kind == "took part":
		return "different parts"
	}
	return a.Kind
}

// together tells shared acts, kind by kind, then the bodies in which they sat at
// the same time, then the votes.
func (w *writer) together() section {
	s := section{title: "Done"}
	var bodies, acts []*view.Act
	for i := range w.v.SharedActs {
		a := &w.v.SharedActs[i]
		switch {
		case a.Body == "":
			acts = append(acts, a)
		case len(w.actRefs(a.Actors)) > 0: // a body that is open to all says nothing
			bodies = append(bodies, a)
		}
	}
	sort.SliceStable(acts, func(i, j int) bool { return rankOf(acts[i].Kind) < rankOf(acts[j].Kind) })
	sort.SliceStable(bodies, func(i, j int) bool { return !w.openToAll(bodies[i]) && w.openToAll(bodies[j]) })
	left := len(w.v.SharedActs) - min(len(acts), w.limits.acts) - min(len(bodies), w.limits.bodies)
	for _, list := range [][]*view.Act{acts[:min(len(acts), w.limits.acts)], bodies[:min(len(bodies), w.limits.bodies)]} {
		var parts []any
		for i, a := range list {
			title := a.Title
			if year, _, _ := strings.Cut(a.Date, "-"); year != "" && !strings.Contains(title, year) {
				title += " (" + prefixed(since(a), day(a.Date)) + ")"
			}
			parts = append(parts, title, w.fn(w.actRefs(a.Actors)))
			if i+1 < len(list) && actKind(list[i+1]) == actKind(a) {
				parts = append(parts, "; ")
				continue
			}
			s.row(upper(actKind(a)), parts...)
			parts = nil
		}
	}
	switch {
	case len(w.v.SharedActs) == 0:
		s.row("Acts", "No shared act is on record.", w.counted())
	case left > 0:
		s.row("Further", count(left, "shared act more", "shared acts more")+" in the body of evidence.", w.counted())
	}
	s.rows = append(s.rows, w.votes())
	w.uneven(&s)
	return s
}

// openToAll reports whether a body was open to all and nobody's part in it is on
// record by name: it says little of these actors.
func (w *writer) openToAll(a *view.Act) bool {
	body := w.c.Actor(a.Body)
	if body == nil || !body.Open {
		return false
	}
	for _, p := range a.Actors {
		if !strings.HasPrefix(p.Role, "open to all") {
			return false
		}
	}
	return true
}

func since(a *view.Act) string {
	if a.Body != "" {
		return "since "
	}
	return ""
}

// actRefs are the citations of an act, actor by actor.
func (w *writer) actRefs(parts map[entente.ActorID]view.Part) []ref {
	var out []ref
	for _, a := range w.v.Actors {
		if p, ok := parts[a.ID]; ok && p.Source != "" {
			out = append(out, ref{a.Name, "", p.Source, p.Pinpoint, p.Verification})
		}
	}
	return out
}

// votes tells how many of the votes that all cast were the same, and which not.
func (w *writer) votes() document.Row {
	v, all := w.v.Votes, strings.ToLower(w.all())
	if v.BothCast == 0 {
		return document.R("Votes", document.C("No recorded vote in which "+all+" cast a ballot is on record.", w.counted()))
	}
	text := fmt.Sprintf("Alike in %d of %s in which %s cast a ballot.", v.Agreed, count(v.BothCast, "recorded vote", "recorded votes"), all)
	var refs []ref
	var differ []string
	for i := range v.Rows {
		row := &v.Rows[i]
		if row.Counted {
			refs = append(refs, ref{source: row.Source})
			if !row.Agreed {
				differ = append(differ, w.resolution(row)+" ("+w.ballots(row)+")")
			}
		}
	}
	if n := len(differ) - w.limits.votes; n > 0 {
		differ = append(differ[n:], fmt.Sprintf("%d earlier", n))
	}
	if len(differ) > 0 {
		text += " Different on " + strings.Join(differ, "; ") + "."
	}
	return document.R("Votes", document.C(text, w.notes.note(refs, "", 0)))
}

func (w *writer) resolution(row *view.VoteRow) string {
	if in := w.c.Instrument(row.Instrument); in != nil {
		return instrumentName(in)
	}
	return row.Symbol
}

func ballotOf(row *view.VoteRow, id entente.ActorID) string {
	if s := row.Ballots[id]; s != nil {
		return *s
	}
	return "not on record"
}

// ballots tells the ballots of a few by name, of many by number.
func (w *writer) ballots(row *view.VoteRow) string {
	var out []string
	if len(w.v.Actors) <= 4 {
		for _, a := range w.v.Actors {
			out = append(out, a.Name+" "+ballotOf(row, a.ID))
		}
		return strings.Join(out, ", ")
	}
	n := map[string]int{}
	for _, a := range w.v.Actors {
		n[ballotOf(row, a.ID)]++
	}
	for _, b := range []string{"yes", "no", "abstain", "absent", "not on record"} {
		if n[b] > 0 {
			out = append(out, fmt.Sprintf("%s %d", b, n[b]))
		}
	}
	return strings.Join(out, ", ")
}

// uneven tells what some did and others did not; who spoke alone stands under
// the silences. Counts come first, then instruments, then bodies.
func (w *writer) uneven(s *section) {
	var list []*view.Asymmetry
	for _, kind := range []string{"count", "instrument", "body"} {
		for i := range w.v.Asymmetries {
			if w.v.Asymmetries[i].Kind == kind {
				list = append(list, &w.v.Asymmetries[i])
			}
		}
	}
	left := len(list) - w.limits.uneven
	list = list[:min(len(list), w.limits.uneven)]
	var order []string
	groups := map[string][]*view.Asymmetry{}
	for _, a := range list {
		who := w.doers(a)
		if groups[who] == nil {
			order = append(order, who)
		}
		groups[who] = append(groups[who], a)
	}
	for _, who := range order {
		var parts []any
		for i, a := range groups[who] {
			if i > 0 {
				parts = append(parts, "; ")
			}
			refs := w.actRefs(a.Actors)
			if a.Kind != "count" {
				for _, r := range a.Looked {
					if r.Finding == string(entente.FoundNothing) {
						refs = append(refs, w.readRef(w.lookedWho(r), r))
					}
				}
			}
			parts = append(parts, w.unevenText(a), w.fn(refs))
		}
		s.row(upper(who), parts...)
	}
	if left > 0 {
		s.row("Further", fmt.Sprintf("%d more such acts in the body of evidence.", left), w.counted())
	}
}

func (w *writer) lookedWho(r view.Reading) string {
	if r.Actor == entente.AnyActor {
		return ""
	}
	return w.name(r.Actor)
}

// doers says who did and who did not.
func (w *writer) doers(a *view.Asymmetry) string {
	if a.Kind == "count" {
		return "how often"
	}
	var did []entente.ActorID
	for _, x := range w.v.Actors {
		if _, ok := a.Actors[x.ID]; ok {
			did = append(did, x.ID)
		}
	}
	if len(w.v.Actors) > 4 {
		return fmt.Sprintf("%d of %d", len(did), len(w.v.Actors))
	}
	return w.namesOf(did) + ", not " + w.namesOf(a.Lacking)
}

func (w *writer) unevenText(a *view.Asymmetry) string {
	switch {
	case a.Kind == "count":
		var out []string
		for _, x := range w.v.Actors {
			out = append(out, fmt.Sprintf("%s %d", x.Name, a.Counts[x.ID]))
		}
		return upper(a.Title) + ": " + strings.Join(out, ", ")
	case len(w.v.Actors) > 4 && len(a.Lacking) <= 3:
		return a.Title + " (not " + w.namesOf(a.Lacking) + ")"
	}
	return a.Title
}
