package view

import (
	"fmt"

	"entente"
	"entente/analysis/compare"
)

// CheckSchema names the shape of [Check].
const CheckSchema = "entente.check/1"

// Check says what a corpus holds and what its reader should know of it.
type Check struct {
	Schema   string      `json:"schema"`
	Corpus   CorpusInfo  `json:"corpus"`
	Tables   []TableSize `json:"tables"`
	Warnings []string    `json:"warnings"`
}

// TableSize is the number of records of a table, and how many are unverified
// (null where records carry no level of their own).
type TableSize struct {
	Table      string `json:"table"`
	Records    int    `json:"records"`
	Unverified *int   `json:"unverified"`
}

// Check counts the records of the corpus and lists what is no fault, but
// weakens what can be said.
func (b Builder) Check() *Page {
	c := b.Corpus
	v := &Check{Schema: CheckSchema, Corpus: b.info(), Warnings: []string{}}
	plain := func(name string, n int) { v.Tables = append(v.Tables, TableSize{Table: name, Records: n}) }
	levelled := func(name string, n int, level func(i int) entente.Level) {
		bad := 0
		for i := range n {
			if level(i) == entente.Unverified {
				bad++
			}
		}
		v.Tables = append(v.Tables, TableSize{name, n, &bad})
		if bad > 0 {
			v.Warnings = append(v.Warnings, fmt.Sprintf("%d of %d %s are unverified: figures leave them out", bad, n, name))
		}
	}
	plain("actors", len(c.Actors))
	plain("sources", len(c.Sources))
	plain("propositions", len(c.Propositions))
	levelled("statements", len(c.Statements), func(i int) entente.Level { return c.StatementLevel(&c.Statements[i]) })
	levelled("memberships", len(c.Memberships), func(i int) entente.Level { return c.MembershipLevel(&c.Memberships[i]) })
	levelled("instruments", len(c.Instruments), func(i int) entente.Level {
		in := &c.Instruments[i]
		return b.level(in.Source, in.Checked, in.Body)
	})
	levelled("participations", len(c.Participations), func(i int) entente.Level { return c.ParticipationLevel(&c.Participations[i]) })
	levelled("implications", len(c.Implications), func(i int) entente.Level {
		im := &c.Implications[i]
		return b.level(im.Source, im.Checked)
	})
	plain("roll calls", len(c.RollCalls))
	levelled("votes", len(c.Votes), func(i int) entente.Level { return c.VoteLevel(&c.Votes[i]) })
	levelled("coverage records", len(c.Coverages), func(i int) entente.Level { return c.CoverageLevel(&c.Coverages[i]) })
	levelled("projects", len(c.Projects), func(i int) entente.Level {
		p := &c.Projects[i]
		return b.level(p.Source, p.Checked, append([]entente.ActorID{p.Lead}, p.Partners...)...)
	})
	levelled("attributions", len(c.Attributions), func(i int) entente.Level {
		a := &c.Attributions[i]
		return b.level(a.Source, a.Checked, a.Actor)
	})
	v.warn(b)
	t := Table{Name: "check", Header: []string{"table", "records", "unverified"}}
	for _, x := range v.Tables {
		cell := ""
		if x.Unverified != nil {
			cell = itoa(*x.Unverified)
		}
		t.Rows = append(t.Rows, []string{x.Table, itoa(x.Records), cell})
	}
	return &Page{Title: "The corpus " + c.Info.Name + " " + c.Info.Version, Data: v, Table: t, Sources: []entente.SourceID{}}
}

// warn adds what the tables do not show.
func (v *Check) warn(b Builder) {
	c := b.Corpus
	undated, unpinned, mute, later := 0, 0, 0, 0
	for i := range c.Statements {
		s := &c.Statements[i]
		if s.Date.IsZero() {
			undated++
		}
		if s.Pinpoint == "" {
			unpinned++
		}
		if said := b.said(s, compare.Options{}); !said.on(c.Info.Released) {
			later++
		}
	}
	for i := range c.Propositions {
		if len(c.StatementsOn(c.Propositions[i].ID)) == 0 {
			mute++
		}
	}
	for _, w := range []struct {
		n, of      int
		what, then string
	}{
		{undated, len(c.Statements), "statements have no date", "they count from the date of their source"},
		{unpinned, len(c.Statements), "statements have no pinpoint", "a reader has to search the whole source"},
		{later, len(c.Statements), "statements are dated after the release", "they count only as of a later date"},
		{mute, len(c.Propositions), "propositions have no statement", "nobody is on record on them by word"},
	} {
		if w.n > 0 {
			v.Warnings = append(v.Warnings, fmt.Sprintf("%d of %d %s: %s", w.n, w.of, w.what, w.then))
		}
	}
}
