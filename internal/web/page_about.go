package web

import (
	"fmt"
	"strconv"

	"entente"
	"entente/analysis/alignment"
	"entente/analysis/suggest"
	"entente/internal/view"
)

// totals counts the records of a corpus, per table and level of verification.
type totals struct {
	Tables []tableCount
	Levels []levelCount // over the statements
	States int
	Blocs  int
}

// tableCount is one table; Primary, Secondary and Unverified are -1 where the
// records of the table have no level.
type tableCount struct {
	Table      string `json:"table"`
	Records    int    `json:"records"`
	Primary    int    `json:"primary"`
	Secondary  int    `json:"secondary"`
	Unverified int    `json:"unverified"`
}

type levelCount struct {
	Level string
	N     int
}

// Levelled reports whether the records of the table have a level.
func (t tableCount) Levelled() bool { return t.Primary >= 0 }

func countTotals(c *entente.Corpus) totals {
	var out totals
	plain := func(name string, n int) { out.Tables = append(out.Tables, tableCount{name, n, -1, -1, -1}) }
	levelled := func(name string, n int, level func(i int) entente.Level) {
		t := tableCount{Table: name, Records: n}
		for i := range n {
			switch level(i) {
			case entente.Primary:
				t.Primary++
			case entente.Secondary:
				t.Secondary++
			default:
				t.Unverified++
			}
		}
		out.Tables = append(out.Tables, t)
	}
	plain("actors", len(c.Actors))
	plain("sources", len(c.Sources))
	plain("propositions", len(c.Propositions))
	levelled("statements", len(c.Statements), func(i int) entente.Level { return c.StatementLevel(&c.Statements[i]) })
	levelled("instruments", len(c.Instruments), func(i int) entente.Level {
		in := &c.Instruments[i]
		return entente.LevelOf(c.Source(in.Source), in.Checked, in.Body)
	})
	levelled("participations", len(c.Participations), func(i int) entente.Level { return c.ParticipationLevel(&c.Participations[i]) })
	levelled("memberships", len(c.Memberships), func(i int) entente.Level { return c.MembershipLevel(&c.Memberships[i]) })
	plain("roll-calls", len(c.RollCalls))
	levelled("votes", len(c.Votes), func(i int) entente.Level { return c.VoteLevel(&c.Votes[i]) })
	plain("implications", len(c.Implications))
	levelled("coverage", len(c.Coverages), func(i int) entente.Level { return c.CoverageLevel(&c.Coverages[i]) })
	plain("projects", len(c.Projects))
	plain("incidents", len(c.Incidents))
	plain("attributions", len(c.Attributions))
	plain("suggestions", len(c.Suggestions))
	plain("facts", len(c.Facts))
	for i := range c.Actors {
		switch c.Actors[i].Kind {
		case entente.State:
			out.States++
		case entente.Bloc:
			out.Blocs++
		}
	}
	for _, t := range out.Tables {
		if t.Table == "statements" {
			out.Levels = []levelCount{{"primary", t.Primary}, {"secondary", t.Secondary}, {"unverified", t.Unverified}}
		}
	}
	return out
}

// Of gives the number of records in a table.
func (t totals) Of(table string) int {
	for _, x := range t.Tables {
		if x.Table == table {
			return x.Records
		}
	}
	return 0
}

// About is the JSON of the page about the data.
type About struct {
	Schema string          `json:"schema"` // "entente.about/1"
	Corpus view.CorpusInfo `json:"corpus"`
	Note   string          `json:"provenance"`
	Tables []tableCount    `json:"tables"` // -1: the records of this table have no level
}

type aboutScreen struct {
	Info   entente.Info
	Totals totals
	Doubts []doubt
}

// doubt is a question on which the records of one actor conflict, or that a
// source names as open.
type doubt struct {
	Actor       entente.ActorID
	Proposition *entente.Proposition
	Readings    []string
}

func buildAbout(s *site, r *request) (*result, error) {
	a := &About{Schema: "entente.about/1", Corpus: s.corpusInfo(), Note: s.corpus.Info.Note, Tables: s.totals.Tables}
	table := view.Table{Name: "about", Header: []string{"table", "records", "primary", "secondary", "unverified"}}
	for _, t := range a.Tables {
		row := []string{t.Table, strconv.Itoa(t.Records), "", "", ""}
		if t.Levelled() {
			row = []string{t.Table, strconv.Itoa(t.Records), strconv.Itoa(t.Primary), strconv.Itoa(t.Secondary), strconv.Itoa(t.Unverified)}
		}
		table.Rows = append(table.Rows, row)
	}
	screen := &aboutScreen{Info: s.corpus.Info, Totals: s.totals}
	for i := range s.corpus.Actors {
		actor := &s.corpus.Actors[i]
		if len(s.corpus.StatementsBy(actor.ID)) == 0 {
			continue
		}
		for j := range s.corpus.Propositions {
			p := &s.corpus.Propositions[j]
			pos := s.corpus.Position(actor.ID, p.ID, entente.Settings{NoBloc: true})
			if !pos.Contested {
				continue
			}
			d := doubt{Actor: actor.ID, Proposition: p}
			for _, st := range pos.Readings {
				d.Readings = append(d.Readings, r.t.Label("stance", string(st)))
			}
			screen.Doubts = append(screen.Doubts, d)
		}
	}
	return &result{
		view:   &view.Page{Title: s.corpus.Info.Title, Data: a, Table: table, Sources: []entente.SourceID{}},
		screen: screen, title: r.t.T("about.title"), lede: r.t.T("about.lede"),
	}, nil
}

func (s *site) corpusInfo() view.CorpusInfo {
	i := s.corpus.Info
	return view.CorpusInfo{Name: i.Name, Title: i.Title, Version: i.Version, Released: i.Released.String(), Licence: i.Licence}
}

// Methods is the JSON of the page on methods: the rules of the suggestions and
// the fixed numbers, which a reader needs to recompute a figure.
type Methods struct {
	Schema string          `json:"schema"` // "entente.methods/1"
	Corpus view.CorpusInfo `json:"corpus"`
	Thin   int             `json:"thin"`  // a base below it is called thin
	Seed   int             `json:"seed"`  // of the bootstrap
	Draws  int             `json:"draws"` // of the bootstrap
	Rules  []RuleText      `json:"suggestion_rules"`
}

// RuleText is a rule of the suggestions in words.
type RuleText struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

type methodsScreen struct {
	Methods
	Sections []methodSection
}

// methodSection is one rule in words: the keys of its paragraphs.
type methodSection struct {
	ID         string
	Paragraphs []string
	Formula    string
}

// methodSections lists the sections of the page and how many paragraphs each
// has in the catalogue.
var methodSections = []struct {
	id         string
	paragraphs int
	formula    bool
}{
	{"verification", 3, false},
	{"position", 6, false},
	{"silence", 3, false},
	{"outcome", 4, false},
	{"agreement", 4, true},
	{"votes", 2, false},
	{"acts", 2, false},
	{"nearest", 2, false},
	{"bridge", 1, false},
	{"bloc", 2, false},
	{"limits", 4, false},
}

func buildMethods(s *site, r *request) (*result, error) {
	m := Methods{Schema: "entente.methods/1", Corpus: s.corpusInfo(), Thin: alignment.Thin, Seed: alignment.Seed, Draws: alignment.Draws, Rules: []RuleText{}}
	table := view.Table{Name: "methods", Header: []string{"rule", "text"}}
	for _, rule := range suggest.Rules {
		m.Rules = append(m.Rules, RuleText{rule.Name, rule.Doc})
		table.Rows = append(table.Rows, []string{rule.Name, rule.Doc})
	}
	screen := &methodsScreen{Methods: m}
	for _, sec := range methodSections {
		out := methodSection{ID: sec.id}
		for i := range sec.paragraphs {
			out.Paragraphs = append(out.Paragraphs, r.t.Label("methods."+sec.id, fmt.Sprint(i+1)))
		}
		if sec.formula {
			out.Formula = r.t.T("methods."+sec.id+".formula", "thin", m.Thin, "seed", m.Seed, "draws", m.Draws)
		}
		screen.Sections = append(screen.Sections, out)
	}
	return &result{
		view:   &view.Page{Title: "Methods", Data: m, Table: table, Sources: []entente.SourceID{}},
		screen: screen, title: r.t.T("methods.title"), lede: r.t.T("methods.lede"),
	}, nil
}
