package desk

import (
	"slices"
	"strings"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
	"entente/internal/workbench"
)

// readingRow is one coverage record of the document's source.
type readingRow struct {
	workbench.Reading
	ActorName string
	Subjects  []string // in words
	Ids       []string // of the propositions
	Who       string
	Drop      string // address; "" when the reader may not
	History   string
}

// readingList is what the template "readings" shows.
type readingList struct {
	List []readingRow
	From string // the page that its forms lead back to: "read", or "" for the one of coverage
}

func (c *Call) readingRows(o *opened, list []workbench.Reading, x *choices, open bool) []readingRow {
	var out []readingRow
	for i := range list {
		r := readingRow{Reading: list[i], ActorName: c.T.T("coverage.any-actor"), Who: list[i].Coder, History: RecordHref(workbench.KindCoverage, list[i].ID)}
		if r.Actor != entente.AnyActor {
			r.ActorName = x.name(r.Actor)
		}
		if r.Own {
			r.Who = c.T.T("read.you")
		}
		r.Subjects = nil
		for _, s := range list[i].Subjects {
			id, ok := strings.CutPrefix(s, "proposition:")
			if !ok {
				r.Subjects = append(r.Subjects, s)
				continue
			}
			r.Ids = append(r.Ids, id)
			r.Subjects = append(r.Subjects, x.words(entente.PropositionID(id)))
		}
		if open && c.May(auth.Code) && (r.Own || c.User.Role.AtLeast(auth.Reviewer)) && (r.State == store.Draft || r.State == store.InReview) {
			r.Drop = o.at(0, "coverage", "drop")
		}
		out = append(out, r)
	}
	return out
}

// issueGroup is the propositions of one issue.
type issueGroup struct {
	Pillar entente.Pillar
	Issue  string
	ID     string // of the heading
	Left   int    // propositions without a coding or a finding
	List   []issueRow
}

// issueRow is one proposition with what the reader has recorded of it here.
type issueRow struct {
	ID    entente.PropositionID
	Words string
	Done  []string // in words: the stances coded, the findings
	Left  bool     // nothing is recorded yet
	Coded bool     // a stance is coded, so that it cannot be that nothing was found
	On    bool     // ticked in the form
}

// issues groups propositions by pillar and issue, each with what the reader has
// recorded of an actor in the source.
func (c *Call) issues(x *choices, wanted []entente.PropositionID, actor entente.ActorID, list []workbench.Placed, readings []workbench.Reading, ticked []string) (groups []issueGroup, left, total int) {
	done, coded := map[entente.PropositionID][]string{}, map[entente.PropositionID]bool{}
	note := func(p entente.PropositionID, words string) {
		if !slices.Contains(done[p], words) {
			done[p] = append(done[p], words)
		}
	}
	for i := range list {
		p := &list[i]
		if p.Own && p.Statement.Actor == actor {
			words := c.T.T("coding.unset")
			if p.Statement.Stance != "" {
				words = c.T.Label("stance", string(p.Statement.Stance))
			}
			note(p.Statement.Proposition, words)
			coded[p.Statement.Proposition] = true
		}
	}
	for i := range readings {
		r := &readings[i]
		if !r.Own || r.Actor != actor && r.Actor != entente.AnyActor {
			continue
		}
		for _, sub := range r.Subjects {
			if id, ok := strings.CutPrefix(sub, "proposition:"); ok {
				note(entente.PropositionID(id), c.T.Label("finding", string(r.Finding)))
			}
		}
	}
	props := slices.Concat(x.corpus.Propositions, x.drafts.Propositions)
	slices.SortStableFunc(props, func(a, b entente.Proposition) int {
		if d := slices.Index(entente.Pillars, a.Pillar) - slices.Index(entente.Pillars, b.Pillar); d != 0 {
			return d
		}
		return strings.Compare(a.Issue, b.Issue)
	})
	seen := map[entente.PropositionID]bool{}
	for i := range props {
		p := &props[i]
		if seen[p.ID] || len(wanted) > 0 && !slices.Contains(wanted, p.ID) {
			continue
		}
		seen[p.ID] = true
		if n := len(groups); n == 0 || groups[n-1].Pillar != p.Pillar || groups[n-1].Issue != p.Issue {
			groups = append(groups, issueGroup{Pillar: p.Pillar, Issue: p.Issue, ID: "issue-" + codingKey(string(p.Pillar)+"-"+p.Issue)})
		}
		g := &groups[len(groups)-1]
		row := issueRow{ID: p.ID, Words: p.Statement, Done: done[p.ID], Left: len(done[p.ID]) == 0, Coded: coded[p.ID], On: slices.Contains(ticked, string(p.ID))}
		g.List = append(g.List, row)
		total++
		if row.Left {
			g.Left++
			left++
		}
	}
	return groups, left, total
}
