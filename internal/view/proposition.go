package view

import (
	"fmt"
	"sort"
	"strconv"

	"entente"
	"entente/analysis/compare"
)

// PropositionSchema names the shape of [PropositionPage].
const PropositionSchema = "entente.proposition/1"

// PropositionPage says who stands where on one proposition.
type PropositionPage struct {
	Head
	Proposition PropositionDetail `json:"proposition"`
	Parent      *PropositionRef   `json:"parent"`
	Children    []PropositionRef  `json:"children"`
	Counts      []StandCount      `json:"counts"` // states, blocs, others; empty groups left out
	Stands      []Stand           `json:"stands"` // states first, each group by name
	Timeline    []Said            `json:"timeline"`
	Used        Used              `json:"used"` // by the positions
	ImpliedBy   []ImpliedBy       `json:"implied_by"`
}

// PropositionRef names a proposition.
type PropositionRef struct {
	ID        entente.PropositionID `json:"id"`
	Pillar    entente.Pillar        `json:"pillar"`
	Issue     string                `json:"issue"`
	Statement string                `json:"statement"`
}

func propositionRef(p *entente.Proposition) PropositionRef {
	return PropositionRef{p.ID, p.Pillar, p.Issue, p.Statement}
}

// PropositionDetail is everything recorded of the proposition itself. Raised is
// the earliest day on which anybody is on record on it.
type PropositionDetail struct {
	PropositionRef
	Scope  entente.ActorID `json:"scope,omitempty"` // only members of this body have the chance to address it
	Raised string          `json:"raised"`
	Note   string          `json:"note,omitempty"`

	Challenges []Challenge `json:"challenges,omitempty"`
}

// Stand is one actor's position. Class is what a map shows; see [ClassOf].
type Stand struct {
	Actor    Actor    `json:"actor"`
	Region   string   `json:"region,omitempty"`
	Class    string   `json:"class"`
	Position Position `json:"position"`
}

// StandCount counts the positions of one kind of actor. Classes adds up to
// Actors; CouldAddress leaves out those that nobody looked at and those without
// the chance: the base for a share.
type StandCount struct {
	Kind         string         `json:"kind"` // state, bloc, other
	Actors       int            `json:"actors"`
	CouldAddress int            `json:"could_address"`
	TookSide     int            `json:"took_side"`
	Classes      map[string]int `json:"classes"`
}

// Said is one statement on the proposition, at its date.
type Said struct {
	ActorName   string                `json:"actor_name"`
	ActorKind   string                `json:"actor_kind"`
	Proposition entente.PropositionID `json:"proposition"`
	Counts      bool                  `json:"counts"` // false: unverified, left out of the figures
	Evidence
}

// ImpliedBy is an instrument in which to take part is evidence of a stance.
type ImpliedBy struct {
	Instrument   entente.InstrumentID  `json:"instrument"`
	Title        string                `json:"title"`
	Date         string                `json:"date"`
	Proposition  entente.PropositionID `json:"proposition"`
	Statement    string                `json:"statement"`
	Polarity     string                `json:"polarity"`
	Acts         []string              `json:"acts"`
	NoVote       bool                  `json:"no_vote"` // a vote against is evidence of the opposite stance
	Reason       string                `json:"reason"`
	Source       entente.SourceID      `json:"source"`
	Pinpoint     string                `json:"pinpoint,omitempty"`
	Verification string                `json:"verification"`
}

// Proposition makes the page of one proposition as of a date: the position of
// every state and bloc, and of everyone else with a statement on it. The
// options' pillars and issues do not matter here.
func (b Builder) Proposition(id entente.PropositionID, o compare.Options) (*Page, error) {
	p, err := b.findProposition(id)
	if err != nil {
		return nil, err
	}
	o.Pillars, o.Issues = nil, nil
	v := &PropositionPage{
		Head:        b.head(PropositionSchema, o),
		Proposition: PropositionDetail{propositionRef(p), p.Scope, b.Corpus.Raised(id).String(), p.Note, b.challenges("propositions", string(p.ID))},
		Children:    []PropositionRef{}, Counts: []StandCount{}, Stands: []Stand{}, ImpliedBy: []ImpliedBy{},
	}
	if parent := b.Corpus.Proposition(p.Parent); parent != nil {
		ref := propositionRef(parent)
		v.Parent = &ref
	}
	for i := range b.Corpus.Propositions {
		if c := &b.Corpus.Propositions[i]; c.Parent == id {
			v.Children = append(v.Children, propositionRef(c))
		}
	}
	sort.SliceStable(v.Children, func(i, j int) bool { return v.Children[i].ID < v.Children[j].ID })
	used := sourceSet{}
	b.stands(v, o, used)
	v.Timeline = b.timeline(id, o, used)
	for i := range b.Corpus.Implications {
		if im := &b.Corpus.Implications[i]; im.Proposition == id {
			v.ImpliedBy = append(v.ImpliedBy, b.impliedBy(im))
			used.add(im.Source)
		}
	}
	sort.SliceStable(v.ImpliedBy, func(i, j int) bool { return v.ImpliedBy[i].Date < v.ImpliedBy[j].Date })
	return &Page{Title: p.Statement + ": who stands where" + filterWords(b.Corpus.AsOf(o.Settings), o), Data: v, Table: v.table(), Sources: used.list()}, nil
}

// groups are the kinds of actor in the order of display.
var groups = []string{"state", "bloc", "other"}

func groupOf(k entente.ActorKind) string {
	if k == entente.State || k == entente.Bloc {
		return string(k)
	}
	return "other"
}

func (b Builder) stands(v *PropositionPage, o compare.Options, used sourceSet) {
	records := recordSet{}
	spoke := map[entente.ActorID]bool{}
	for _, s := range b.Corpus.StatementsOn(v.Proposition.ID) {
		spoke[s.Actor] = true
	}
	counts := map[string]*StandCount{}
	for i := range b.Corpus.Actors {
		a := &b.Corpus.Actors[i]
		g := groupOf(a.Kind)
		if g == "other" && !spoke[a.ID] {
			continue
		}
		pos := b.Corpus.Position(a.ID, v.Proposition.ID, o.Settings)
		n := counts[g]
		if n == nil {
			n = &StandCount{Kind: g, Classes: map[string]int{}}
			counts[g] = n
		}
		s := Stand{Actor: actorOf(a), Region: a.Region, Class: ClassOf(&pos), Position: b.positionOf(&pos)}
		n.Actors++
		n.Classes[s.Class]++
		if pos.AddressedOrCould() {
			n.CouldAddress++
		}
		if pos.Taken() {
			n.TookSide++
		}
		used.position(&s.Position)
		records.position(&s.Position)
		v.Stands = append(v.Stands, s)
	}
	v.Used = records.count()
	for _, g := range groups {
		if counts[g] != nil {
			v.Counts = append(v.Counts, *counts[g])
		}
	}
	order := map[string]int{}
	for i, g := range groups {
		order[g] = i
	}
	sort.SliceStable(v.Stands, func(i, j int) bool {
		x, y := &v.Stands[i].Actor, &v.Stands[j].Actor
		if m, n := order[groupOf(entente.ActorKind(x.Kind))], order[groupOf(entente.ActorKind(y.Kind))]; m != n {
			return m < n
		}
		return fold(x.Name) < fold(y.Name)
	})
}

// timeline lists every statement on a proposition by the as-of date, oldest
// first. Its Use is empty: it belongs to a position, not to the record.
func (b Builder) timeline(id entente.PropositionID, o compare.Options, used sourceSet) []Said {
	t := b.Corpus.AsOf(o.Settings)
	out := []Said{}
	for _, s := range b.Corpus.StatementsOn(id) {
		if said := b.said(s, o); said.on(t) {
			used.add(s.Source)
			out = append(out, said)
		}
	}
	sortSaid(out)
	return out
}

func sortSaid(out []Said) {
	sort.SliceStable(out, func(i, j int) bool {
		if out[i].Date != out[j].Date {
			return out[i].Date < out[j].Date
		}
		return out[i].ID < out[j].ID
	})
}

func (b Builder) said(s *entente.Statement, o compare.Options) Said {
	d, basis := s.Date, s.DateBasis
	if x, y := b.dated(s.Date, s.DateLevel, s.Source, o); x != s.Date {
		d, basis = x, y
	}
	level := b.Corpus.StatementLevel(s)
	v := Said{
		ActorName: b.name(s.Actor), Proposition: s.Proposition, Counts: level != entente.Unverified || o.Unverified,
		Evidence: Evidence{
			ID: s.ID, Kind: "statement", Actor: s.Actor, Stance: word(s.Stance), Conditions: s.Conditions, Date: d.String(), DateBasis: string(basis),
			Source: s.Source, Pinpoint: s.Pinpoint, Verification: string(level), Instrument: string(s.Instrument), Note: s.Note,
		},
	}
	if a := b.Corpus.Actor(s.Actor); a != nil {
		v.ActorKind = string(a.Kind)
	}
	b.disputed(&v.Evidence)
	return v
}

// on reports whether the statement lies, or may lie, by t.
func (s *Said) on(t entente.Date) bool {
	d, err := entente.ParseDate(s.Date)
	return err == nil && (d.By(t) || d.MayPostdate(t))
}

func (b Builder) impliedBy(im *entente.Implication) ImpliedBy {
	v := ImpliedBy{
		Instrument: im.Instrument, Proposition: im.Proposition, Polarity: string(im.Polarity), Acts: orEmpty(im.Acts), NoVote: im.NoVote,
		Reason: im.Reason, Source: im.Source, Pinpoint: im.Pinpoint,
	}
	var body entente.ActorID
	if in := b.Corpus.Instrument(im.Instrument); in != nil {
		v.Title, v.Date, body = in.Title, in.Date.String(), in.Body
	}
	if p := b.Corpus.Proposition(im.Proposition); p != nil {
		v.Statement = p.Statement
	}
	v.Verification = string(b.level(im.Source, im.Checked, body))
	return v
}

// table is one row per actor.
func (v *PropositionPage) table() Table {
	t := Table{Name: "proposition-" + string(v.Proposition.ID), Header: []string{
		"proposition", "actor", "name", "kind", "region", "class", "stance", "basis", "via", "silence", "contested", "conditions",
		"date", "date_basis", "source", "pinpoint", "verification", "records",
	}}
	for _, s := range v.Stands {
		e, p := s.Position.deciding(), &s.Position
		t.Rows = append(t.Rows, []string{
			string(v.Proposition.ID), string(s.Actor.ID), s.Actor.Name, s.Actor.Kind, s.Region, s.Class, str(p.Stance), p.Basis, p.Via, str(p.Silence),
			fmt.Sprint(p.Contested), p.Conditions, e.Date, e.DateBasis, string(e.Source), e.Pinpoint, e.Verification, strconv.Itoa(len(p.Evidence)),
		})
	}
	return t
}
