package view

import (
	"sort"

	"entente"
)

// SourceSchema names the shape of [SourcePage].
const SourceSchema = "entente.source/1"

// SourcePage is one source: what it is, whose text it is, and every record that
// cites it. It has no as-of date: a source holds what it holds.
type SourcePage struct {
	Schema    string         `json:"schema"`
	Corpus    CorpusInfo     `json:"corpus"`
	Source    SourceDetail   `json:"source"`
	TextOf    []Actor        `json:"text_of"`
	LevelRule string         `json:"level_rule"` // in words: what a record that cites it counts as
	Counts    map[string]int `json:"counts"`     // records by kind; add up to the length of records
	Records   []SourceRecord `json:"records"`

	Challenges []Challenge `json:"challenges,omitempty"` // to the record of the source
}

// SourceDetail is the source as it is cited. The fields map one to one to CSL
// JSON: title, author (literal), issued, number, URL, type, language.
type SourceDetail struct {
	ID     entente.SourceID `json:"id"`
	Title  string           `json:"title"`
	Author string           `json:"author"`
	Date   string           `json:"date"`
	Symbol string           `json:"symbol,omitempty"`
	URL    string           `json:"url,omitempty"`
	Kind   string           `json:"kind"`
	Lang   string           `json:"lang,omitempty"`
	Status string           `json:"text_status,omitempty"`
	SHA256 string           `json:"sha256,omitempty"`
	Note   string           `json:"note,omitempty"`
}

func sourceDetail(s *entente.Source) SourceDetail {
	return SourceDetail{s.ID, s.Title, s.Author, s.Date.String(), s.Symbol, s.URL, string(s.Kind), s.Lang, string(s.Status), s.SHA256, s.Note}
}

// SourceRecord is one record that cites the source. Votes are gathered: one row
// per roll call, with the number of ballots in Count.
type SourceRecord struct {
	Kind         string          `json:"kind"` // statement, participation, membership, instrument, implication, votes, coverage, project, attribution, suggestion, fact
	ID           string          `json:"id"`
	Actor        entente.ActorID `json:"actor,omitempty"`
	About        string          `json:"about"` // id of the proposition, instrument, body … it speaks of
	What         string          `json:"what"`  // stance, role, ballots, finding
	Date         string          `json:"date,omitempty"`
	Pinpoint     string          `json:"pinpoint,omitempty"`
	Verification string          `json:"verification,omitempty"`
	Count        int             `json:"count"`
}

// Source makes the page of one source.
func (b Builder) Source(id entente.SourceID) (*Page, error) {
	s, err := b.findSource(id)
	if err != nil {
		return nil, err
	}
	v := &SourcePage{
		Schema: SourceSchema, Corpus: b.info(), Source: sourceDetail(s), TextOf: []Actor{}, LevelRule: levelRule(s), Counts: map[string]int{},
		Records: orEmpty(b.citing(id)), Challenges: b.challenges("sources", string(id)),
	}
	for _, a := range s.TextOf {
		if x := b.Corpus.Actor(a); x != nil {
			v.TextOf = append(v.TextOf, actorOf(x))
		}
	}
	for _, r := range v.Records {
		v.Counts[r.Kind]++
	}
	return &Page{Title: s.Title, Data: v, Table: v.table(), Sources: []entente.SourceID{id}}, nil
}

// levelRule says in words what entente.LevelOf decides by.
func levelRule(s *entente.Source) string {
	switch {
	case s.Kind == entente.GeneralKnowledge:
		return "Not a source that can be cited: every record that rests on it is unverified."
	case s.Kind == entente.Reference || s.Kind == entente.News || s.Kind == entente.Scholarship:
		return "A reference work, news or scholarship: a checked record that rests on it is secondary, whoever it speaks of; an unchecked one is unverified."
	case len(s.TextOf) == 0:
		return "Nobody's own text: a checked record that rests on it is secondary; an unchecked one is unverified."
	}
	return "A checked record is primary when it speaks of an actor whose own text this is (for an act: or of the body it was done in), else secondary; an unchecked one is unverified."
}

func (b Builder) citing(id entente.SourceID) []SourceRecord {
	c := b.Corpus
	var out []SourceRecord
	add := func(src entente.SourceID, r SourceRecord) {
		if src == id {
			r.Count = max(r.Count, 1)
			out = append(out, r)
		}
	}
	for i := range c.Statements {
		s := &c.Statements[i]
		add(s.Source, SourceRecord{Kind: "statement", ID: s.ID, Actor: s.Actor, About: string(s.Proposition), What: string(s.Stance), Date: s.Date.String(), Pinpoint: s.Pinpoint, Verification: string(c.StatementLevel(s))})
	}
	for i := range c.Participations {
		p := &c.Participations[i]
		add(p.Source, SourceRecord{Kind: "participation", ID: string(p.Instrument) + ":" + string(p.Role), Actor: p.Actor, About: string(p.Instrument), What: string(p.Role), Date: p.Date.String(), Pinpoint: p.Pinpoint, Verification: string(c.ParticipationLevel(p))})
	}
	for i := range c.Memberships {
		m := &c.Memberships[i]
		add(m.Source, SourceRecord{Kind: "membership", ID: string(m.Actor) + ":" + string(m.Body), Actor: m.Actor, About: string(m.Body), What: m.Role, Date: m.Span.From.String(), Pinpoint: m.Pinpoint, Verification: string(c.MembershipLevel(m))})
	}
	for i := range c.Instruments {
		in := &c.Instruments[i]
		add(in.Source, SourceRecord{Kind: "instrument", ID: string(in.ID), About: string(in.ID), What: in.Title, Date: in.Date.String(), Pinpoint: in.Pinpoint, Verification: string(b.level(in.Source, in.Checked, in.Body))})
	}
	for i := range c.Implications {
		im := &c.Implications[i]
		x := b.impliedBy(im)
		add(im.Source, SourceRecord{Kind: "implication", ID: string(im.Instrument) + ":" + string(im.Proposition), About: string(im.Proposition), What: im.Reason, Date: x.Date, Pinpoint: im.Pinpoint, Verification: x.Verification})
	}
	votes := map[string]int{}
	for i := range c.Votes {
		if c.Votes[i].Source == id {
			votes[c.Votes[i].RollCall]++
		}
	}
	for i := range c.RollCalls {
		rc := &c.RollCalls[i]
		if n := votes[rc.ID]; n > 0 || rc.Source == id {
			out = append(out, SourceRecord{Kind: "votes", ID: rc.ID, About: string(rc.Instrument), What: rc.Stage, Date: rc.Date.String(), Count: n})
		}
	}
	for i := range c.Coverages {
		v := &c.Coverages[i]
		for _, s := range v.Subjects {
			add(v.Source, SourceRecord{Kind: "coverage", ID: v.ID, Actor: v.Actor, About: s, What: string(v.Finding), Date: v.Date.String(), Verification: string(c.CoverageLevel(v))})
		}
	}
	for i := range c.Projects {
		p := &c.Projects[i]
		add(p.Source, SourceRecord{Kind: "project", ID: p.ID, Actor: p.Lead, About: p.ID, What: p.Title, Date: p.Span.From.String(), Pinpoint: p.Pinpoint, Verification: string(b.level(p.Source, p.Checked, append([]entente.ActorID{p.Lead}, p.Partners...)...))})
	}
	for i := range c.Attributions {
		a := &c.Attributions[i]
		add(a.Source, SourceRecord{Kind: "attribution", ID: a.ID, Actor: a.Actor, About: a.Incident, What: a.Kind, Date: a.Date.String(), Pinpoint: a.Pinpoint, Verification: string(b.level(a.Source, a.Checked, a.Actor))})
	}
	for i := range c.Suggestions {
		s := &c.Suggestions[i]
		add(s.Source, SourceRecord{Kind: "suggestion", ID: s.ID, About: s.Rule, What: s.Text, Date: s.Date.String(), Pinpoint: s.Pinpoint})
		if s.Proof != s.Source {
			add(s.Proof, SourceRecord{Kind: "suggestion", ID: s.ID, About: s.Rule, What: s.Status, Date: s.StatusDate.String(), Pinpoint: s.ProofPin})
		}
	}
	for i := range c.Facts {
		f := &c.Facts[i]
		add(f.Source, SourceRecord{Kind: "fact", ID: f.ID, About: f.ID, What: f.Text, Pinpoint: f.Pinpoint})
	}
	order := map[string]int{}
	for _, r := range out {
		if _, ok := order[r.Kind]; !ok {
			order[r.Kind] = len(order)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		if order[out[i].Kind] != order[out[j].Kind] {
			return order[out[i].Kind] < order[out[j].Kind]
		}
		if out[i].ID != out[j].ID {
			return out[i].ID < out[j].ID
		}
		return out[i].About < out[j].About
	})
	return out
}

func (v *SourcePage) table() Table {
	t := Table{Name: "source-" + string(v.Source.ID), Header: []string{"source", "record", "id", "actor", "about", "what", "date", "pinpoint", "verification", "count"}}
	for _, r := range v.Records {
		t.Rows = append(t.Rows, []string{string(v.Source.ID), r.Kind, r.ID, string(r.Actor), r.About, r.What, r.Date, r.Pinpoint, r.Verification, itoa(r.Count)})
	}
	return t
}
