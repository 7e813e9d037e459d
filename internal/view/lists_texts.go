package view

import (
	"slices"
	"sort"
	"strings"

	"entente"
)

// InstrumentFilter chooses instruments; empty fields choose all.
type InstrumentFilter struct {
	Kind   entente.InstrumentKind
	Pillar entente.Pillar
	Body   entente.ActorID
}

// InstrumentList lists instruments, newest first.
type InstrumentList struct {
	Schema      string          `json:"schema"`
	Corpus      CorpusInfo      `json:"corpus"`
	Kinds       map[string]int  `json:"kinds"` // add up to the length of instruments
	Instruments []InstrumentRow `json:"instruments"`
}

// InstrumentRow counts what is on record of an instrument.
type InstrumentRow struct {
	InstrumentDetail
	Participants int `json:"participants"` // different actors, unverified ones left out
	RollCalls    int `json:"roll_calls"`
	Implications int `json:"implications"`
}

// Instruments lists the instruments that pass a filter.
func (b Builder) Instruments(f InstrumentFilter) (*Page, error) {
	if err := oneOf("kind of instrument", f.Kind, entente.InstrumentKinds); err != nil {
		return nil, err
	}
	if err := oneOf("pillar", f.Pillar, entente.Pillars); err != nil {
		return nil, err
	}
	if f.Body != "" {
		if _, err := b.findActor(f.Body); err != nil {
			return nil, err
		}
	}
	v := &InstrumentList{Schema: InstrumentsSchema, Corpus: b.info(), Kinds: map[string]int{}, Instruments: []InstrumentRow{}}
	used := sourceSet{}
	for i := range b.Corpus.Instruments {
		in := &b.Corpus.Instruments[i]
		if f.Kind != "" && in.Kind != f.Kind || f.Pillar != "" && !slices.Contains(in.Pillars, f.Pillar) || f.Body != "" && in.Body != f.Body {
			continue
		}
		who := map[entente.ActorID]bool{}
		for _, p := range b.Corpus.ParticipationsIn(in.ID) {
			if b.Corpus.ParticipationLevel(p) != entente.Unverified {
				who[p.Actor] = true
			}
		}
		v.Kinds[string(in.Kind)]++
		used.add(in.Source)
		v.Instruments = append(v.Instruments, InstrumentRow{b.instrumentDetail(in), len(who), len(b.Corpus.RollCallsOn(in.ID)), len(b.Corpus.ImplicationsOf(in.ID))})
	}
	sort.SliceStable(v.Instruments, func(i, j int) bool {
		x, y := &v.Instruments[i], &v.Instruments[j]
		if x.Date != y.Date {
			return x.Date > y.Date
		}
		return x.ID < y.ID
	})
	t := Table{Name: "instruments", Header: []string{"instrument", "title", "kind", "body", "date", "symbol", "pillars", "participants", "roll_calls", "implications", "source", "verification", "url"}}
	for _, r := range v.Instruments {
		t.Rows = append(t.Rows, []string{
			string(r.ID), r.Title, r.Kind, string(r.Body), r.Date, r.Symbol, strings.Join(wordsOf(r.Pillars), ";"), itoa(r.Participants), itoa(r.RollCalls), itoa(r.Implications), string(r.Source), r.Verification, r.URL,
		})
	}
	title := "Instruments"
	if f.Kind != "" {
		title += ", " + string(f.Kind)
	}
	if f.Pillar != "" {
		title += ", on " + string(f.Pillar)
	}
	if f.Body != "" {
		title += ", of " + b.name(f.Body)
	}
	return &Page{Title: title, Data: v, Table: t, Sources: used.list()}, nil
}

// SourceFilter chooses sources; empty fields choose all.
type SourceFilter struct {
	Kind   entente.SourceKind
	TextOf entente.ActorID
}

// SourceList lists sources by author and title.
type SourceList struct {
	Schema  string         `json:"schema"`
	Corpus  CorpusInfo     `json:"corpus"`
	Kinds   map[string]int `json:"kinds"` // add up to the length of sources
	Sources []SourceRow    `json:"sources"`
}

// SourceRow is a source with the number of statements, participations and
// votes that cite it.
type SourceRow struct {
	SourceDetail
	TextOf     []entente.ActorID `json:"text_of"`
	Statements int               `json:"statements"`
	Acts       int               `json:"acts"`
	Votes      int               `json:"votes"`
}

// Sources lists the sources that pass a filter.
func (b Builder) Sources(f SourceFilter) (*Page, error) {
	if err := oneOf("kind of source", f.Kind, entente.SourceKinds); err != nil {
		return nil, err
	}
	if f.TextOf != "" {
		if _, err := b.findActor(f.TextOf); err != nil {
			return nil, err
		}
	}
	statements, acts, votes := map[entente.SourceID]int{}, map[entente.SourceID]int{}, map[entente.SourceID]int{}
	for i := range b.Corpus.Statements {
		statements[b.Corpus.Statements[i].Source]++
	}
	for i := range b.Corpus.Participations {
		acts[b.Corpus.Participations[i].Source]++
	}
	for i := range b.Corpus.Votes {
		votes[b.Corpus.Votes[i].Source]++
	}
	v := &SourceList{Schema: SourcesSchema, Corpus: b.info(), Kinds: map[string]int{}, Sources: []SourceRow{}}
	used := sourceSet{}
	for i := range b.Corpus.Sources {
		s := &b.Corpus.Sources[i]
		if f.Kind != "" && s.Kind != f.Kind || f.TextOf != "" && !s.IsTextOf(f.TextOf) {
			continue
		}
		used.add(s.ID)
		v.Kinds[string(s.Kind)]++
		v.Sources = append(v.Sources, SourceRow{sourceDetail(s), orEmpty(s.TextOf), statements[s.ID], acts[s.ID], votes[s.ID]})
	}
	sort.SliceStable(v.Sources, func(i, j int) bool {
		x, y := &v.Sources[i], &v.Sources[j]
		if a, b := fold(x.Author), fold(y.Author); a != b {
			return a < b
		}
		if a, b := fold(x.Title), fold(y.Title); a != b {
			return a < b
		}
		return x.ID < y.ID
	})
	t := Table{Name: "sources", Header: []string{"source", "title", "author", "date", "symbol", "kind", "lang", "text_status", "text_of", "statements", "acts", "votes", "url"}}
	for _, r := range v.Sources {
		t.Rows = append(t.Rows, []string{
			string(r.ID), r.Title, r.Author, r.Date, r.Symbol, r.Kind, r.Lang, r.Status, strings.Join(wordsOf(r.TextOf), ";"), itoa(r.Statements), itoa(r.Acts), itoa(r.Votes), r.URL,
		})
	}
	title := "Sources"
	if f.Kind != "" {
		title += ", " + string(f.Kind)
	}
	if f.TextOf != "" {
		title += ", text of " + b.name(f.TextOf)
	}
	return &Page{Title: title, Data: v, Table: t, Sources: used.list()}, nil
}
