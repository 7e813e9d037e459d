package view

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/compare"
)

// Schemas of the lists.
const (
	ActorsSchema       = "entente.actors/1"
	PropositionsSchema = "entente.propositions/1"
	InstrumentsSchema  = "entente.instruments/1"
	SourcesSchema      = "entente.sources/1"
)

func itoa(n int) string { return strconv.Itoa(n) }

// ActorFilter chooses actors; empty fields choose all.
type ActorFilter struct {
	Kind   entente.ActorKind
	Region string // UN M49 region, case does not matter
	Body   entente.ActorID
}

// ActorList lists actors with what is on record of them.
type ActorList struct {
	Schema string         `json:"schema"`
	Corpus CorpusInfo     `json:"corpus"`
	Kinds  map[string]int `json:"kinds"` // add up to the length of actors
	Actors []ActorRow     `json:"actors"`
}

// ActorRow counts an actor's records: all of them, whatever their date; Counted
// are the statements that are not unverified.
type ActorRow struct {
	Actor
	Region       string `json:"region,omitempty"`
	Statements   int    `json:"statements"`
	Counted      int    `json:"statements_counted"`
	Propositions int    `json:"propositions"` // on how many it has a counted statement
	Instruments  int    `json:"instruments"`
	Memberships  int    `json:"memberships"`
}

// Actors lists the actors that pass a filter, by name.
func (b Builder) Actors(f ActorFilter) (*Page, error) {
	if err := oneOf("kind of actor", f.Kind, entente.ActorKinds); err != nil {
		return nil, err
	}
	if f.Body != "" {
		if _, err := b.findActor(f.Body); err != nil {
			return nil, err
		}
	}
	if err := b.regionKnown(f.Region); err != nil {
		return nil, err
	}
	v := &ActorList{Schema: ActorsSchema, Corpus: b.info(), Kinds: map[string]int{}, Actors: []ActorRow{}}
	members := b.Corpus.MembersAt(f.Body, b.Corpus.Info.Released, false)
	for i := range b.Corpus.Actors {
		a := &b.Corpus.Actors[i]
		if f.Kind != "" && a.Kind != f.Kind || f.Region != "" && !strings.EqualFold(a.Region, f.Region) || f.Body != "" && !slices.Contains(members, a.ID) {
			continue
		}
		row := ActorRow{Actor: actorOf(a), Region: a.Region, Memberships: len(b.Corpus.MembershipsOf(a.ID))}
		seen := map[entente.PropositionID]bool{}
		for _, s := range b.Corpus.StatementsBy(a.ID) {
			row.Statements++
			if b.Corpus.StatementLevel(s) != entente.Unverified {
				row.Counted++
				seen[s.Proposition] = true
			}
		}
		row.Propositions = len(seen)
		parts := map[entente.InstrumentID]bool{}
		for _, p := range b.Corpus.ParticipationsOf(a.ID) {
			parts[p.Instrument] = true
		}
		row.Instruments = len(parts)
		v.Kinds[string(a.Kind)]++
		v.Actors = append(v.Actors, row)
	}
	sort.SliceStable(v.Actors, func(i, j int) bool { return fold(v.Actors[i].Name) < fold(v.Actors[j].Name) })
	t := Table{Name: "actors", Header: []string{"actor", "name", "kind", "iso3", "region", "statements", "statements_counted", "propositions", "instruments", "memberships"}}
	for _, r := range v.Actors {
		t.Rows = append(t.Rows, []string{string(r.ID), r.Name, r.Kind, r.ISO3, r.Region, itoa(r.Statements), itoa(r.Counted), itoa(r.Propositions), itoa(r.Instruments), itoa(r.Memberships)})
	}
	title := "Actors"
	if f.Kind != "" {
		title += ", " + string(f.Kind)
	}
	if f.Region != "" {
		title += ", " + f.Region
	}
	if f.Body != "" {
		title += ", members of " + b.name(f.Body)
	}
	return &Page{Title: title, Data: v, Table: t, Sources: []entente.SourceID{}}, nil
}

func (b Builder) regionKnown(region string) error {
	if region == "" {
		return nil
	}
	known := map[string]bool{}
	for i := range b.Corpus.Actors {
		r := b.Corpus.Actors[i].Region
		if strings.EqualFold(r, region) {
			return nil
		}
		if r != "" {
			known[r] = true
		}
	}
	list := make([]string, 0, len(known))
	for r := range known {
		list = append(list, r)
	}
	sort.Strings(list)
	return &entente.Error{Kind: entente.Invalid, Msg: "there is no region " + strconv.Quote(region), Hint: "expected one of " + strings.Join(list, ", ")}
}

// PropositionList lists propositions with what is on record on them.
type PropositionList struct {
	Head
	Propositions []PropositionRow `json:"propositions"`
}

// PropositionRow counts who is on record on a proposition by the as-of date:
// Statements are counted statements of Actors different actors; Stances counts
// each actor's latest own stance (by its own statements only, whatever the
// options), and adds up with Contested to Actors.
type PropositionRow struct {
	PropositionRef
	Parent     entente.PropositionID `json:"parent,omitempty"`
	Raised     string                `json:"raised"`
	Statements int                   `json:"statements"`
	Actors     int                   `json:"actors"`
	Stances    map[string]int        `json:"stances"`
	Contested  int                   `json:"contested"`
	ImpliedBy  int                   `json:"implied_by"` // instruments
}

// Propositions lists the propositions that the options choose.
func (b Builder) Propositions(o compare.Options) (*Page, error) {
	props, err := b.selected(o)
	if err != nil {
		return nil, err
	}
	t := b.Corpus.AsOf(o.Settings)
	own := o.Settings
	own.NoBloc, own.NoImplied = true, true
	v := &PropositionList{Head: b.head(PropositionsSchema, o), Propositions: []PropositionRow{}}
	implied := map[entente.PropositionID]int{}
	for i := range b.Corpus.Implications {
		implied[b.Corpus.Implications[i].Proposition]++
	}
	for _, p := range props {
		row := PropositionRow{PropositionRef: propositionRef(p), Parent: p.Parent, Raised: b.Corpus.Raised(p.ID).String(), Stances: map[string]int{}, ImpliedBy: implied[p.ID]}
		seen := map[entente.ActorID]bool{}
		for _, s := range b.Corpus.StatementsOn(p.ID) {
			said := b.said(s, o)
			if d, err := entente.ParseDate(said.Date); err != nil || !d.By(t) || !said.Counts {
				continue
			}
			row.Statements++
			if seen[s.Actor] {
				continue
			}
			seen[s.Actor] = true
			pos := b.Corpus.Position(s.Actor, p.ID, own)
			row.Actors++
			if pos.Stance == "" {
				row.Contested++
			} else {
				row.Stances[string(pos.Stance)]++
			}
		}
		v.Propositions = append(v.Propositions, row)
	}
	tab := Table{Name: "propositions", Header: []string{"proposition", "pillar", "issue", "statement", "parent", "raised", "statements", "actors"}}
	for _, s := range entente.Stances {
		tab.Header = append(tab.Header, string(s))
	}
	tab.Header = append(tab.Header, "contested", "implied_by")
	for _, r := range v.Propositions {
		cells := []string{string(r.ID), string(r.Pillar), r.Issue, r.Statement, string(r.Parent), r.Raised, itoa(r.Statements), itoa(r.Actors)}
		for _, s := range entente.Stances {
			cells = append(cells, itoa(r.Stances[string(s)]))
		}
		tab.Rows = append(tab.Rows, append(cells, itoa(r.Contested), itoa(r.ImpliedBy)))
	}
	return &Page{Title: "Propositions" + filterWords(t, o), Data: v, Table: tab, Sources: []entente.SourceID{}}, nil
}
