package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/analysis/congruence"
)

// netSource is a list of events with what stands behind each.
type netSource struct {
	data       NetworkData
	ev         *congruence.Events
	unverified int // records left out before the network is made
	notByDate  int
	record     func(i int) NetworkEvent
	actor      func(name string) NetworkNode
	concept    func(name string) NetworkItem
}

// collector numbers names and gathers events in the order of the records.
type collector struct {
	ev                          congruence.Events
	actors, concepts, documents map[string]int32
	records                     []NetworkEvent
	asOf                        entente.Date
	countAll                    bool
	unverified, notByDate       int
}

func newCollector(asOf entente.Date, unverified bool) *collector {
	return &collector{actors: map[string]int32{}, concepts: map[string]int32{}, documents: map[string]int32{}, asOf: asOf, countAll: unverified}
}

func numbered(at map[string]int32, list *[]string, name string) int32 {
	if n, ok := at[name]; ok {
		return n
	}
	n := int32(len(*list)) //nolint:gosec // a corpus is small
	at[name] = n
	*list = append(*list, name)
	return n
}

// add takes a record in, or counts why not.
func (c *collector) add(r NetworkEvent, d entente.Date) {
	switch {
	case r.Verification == string(entente.Unverified) && !c.countAll:
		c.unverified++
		return
	case !d.By(c.asOf):
		c.notByDate++
		return
	}
	ev := &c.ev
	ev.Actor = append(ev.Actor, numbered(c.actors, &ev.Actors, r.Actor))
	ev.Concept = append(ev.Concept, numbered(c.concepts, &ev.Concepts, r.Concept))
	ev.Document = append(ev.Document, numbered(c.documents, &ev.Documents, r.Document))
	ev.Qualifier = append(ev.Qualifier, r.Value)
	day, p := congruence.DateOf(d)
	ev.Day, ev.Precision, ev.ID = append(ev.Day, day), append(ev.Precision, p), append(ev.ID, r.ID)
	c.records = append(c.records, r)
}

// netSource gathers the events of the corpus.
func (b Builder) netSource(data string, o compare.Options) (*netSource, error) {
	asOf := b.Corpus.AsOf(o.Settings)
	c := newCollector(asOf, o.Unverified)
	s := &netSource{data: NetworkData{From: data, Actors: "actors"}}
	s.actor = func(id string) NetworkNode {
		if a := b.Corpus.Actor(entente.ActorID(id)); a != nil {
			return NetworkNode{ID: id, Name: a.Name, Kind: string(a.Kind), ISO3: a.ISO3}
		}
		return NetworkNode{ID: id, Name: id, Kind: "actor"}
	}
	var err error
	switch data {
	case "statements":
		err = b.gatherStatements(c, s, o)
	case "acts":
		err = b.gatherActs(c, s, o)
	default:
		err = b.gatherVotes(c, s, o)
	}
	if err != nil {
		return nil, err
	}
	s.ev, s.unverified, s.notByDate = &c.ev, c.unverified, c.notByDate
	s.record = func(i int) NetworkEvent { return c.records[i] }
	return s, nil
}

func (b Builder) gatherStatements(c *collector, s *netSource, o compare.Options) error {
	props, err := b.selected(o)
	if err != nil {
		return err
	}
	wanted := map[entente.PropositionID]bool{}
	for _, p := range props {
		wanted[p.ID] = true
	}
	c.ev.Scale = congruence.Stances()
	for i := range b.Corpus.Statements {
		st := &b.Corpus.Statements[i]
		if !wanted[st.Proposition] {
			continue
		}
		said := b.said(st, o)
		d, err := entente.ParseDate(said.Date)
		if err != nil {
			return err
		}
		c.add(NetworkEvent{
			ID: st.ID, Actor: string(st.Actor), Concept: string(st.Proposition), Level: string(st.Stance), Value: float64(st.Stance.Score()), Date: said.Date, Basis: said.DateBasis,
			Document: string(st.Source), Source: st.Source, Pinpoint: st.Pinpoint, Verification: said.Verification, Conditions: st.Conditions, Note: st.Note,
		}, d)
	}
	s.data.Concepts, s.data.Documents = "propositions", "sources"
	s.concept = func(id string) NetworkItem {
		if p := b.Corpus.Proposition(entente.PropositionID(id)); p != nil {
			return NetworkItem{id, p.Statement, "proposition"}
		}
		return NetworkItem{id, id, "proposition"}
	}
	return nil
}

// wantedInstruments chooses instruments by pillar; acts and votes have no issue.
func (b Builder) wantedInstruments(data string, o compare.Options) (func(entente.InstrumentID) bool, error) {
	for _, p := range o.Pillars {
		if err := oneOf("pillar", p, entente.Pillars); err != nil {
			return nil, err
		}
	}
	if len(o.Issues) > 0 {
		return nil, netFault("issue", data+" have no issue", "use pillar, or data statements")
	}
	return func(id entente.InstrumentID) bool {
		if len(o.Pillars) == 0 {
			return true
		}
		in := b.Corpus.Instrument(id)
		return in != nil && slices.ContainsFunc(in.Pillars, func(p entente.Pillar) bool { return slices.Contains(o.Pillars, p) })
	}, nil
}

// gatherActs: taking part in an instrument, in whatever role. All acts have one
// level, so congruence counts common instruments and there is no conflict.
func (b Builder) gatherActs(c *collector, s *netSource, o compare.Options) error {
	wanted, err := b.wantedInstruments("acts", o)
	if err != nil {
		return err
	}
	c.ev.Scale = congruence.Scale{Kind: congruence.Binary}
	for i := range b.Corpus.Participations {
		p := &b.Corpus.Participations[i]
		if !wanted(p.Instrument) {
			continue
		}
		d, basis := b.Corpus.DateOf(p, o.Settings)
		c.add(NetworkEvent{
			ID: string(p.Instrument) + " " + string(p.Role), Actor: string(p.Actor), Concept: string(p.Instrument), Level: string(p.Role), Value: 1, Date: d.String(), Basis: string(basis),
			Document: string(p.Instrument), Source: p.Source, Pinpoint: p.Pinpoint, Verification: string(b.Corpus.ParticipationLevel(p)), Note: p.Note,
		}, d)
	}
	s.data.Concepts, s.data.Documents = "instruments", "instruments"
	s.concept = b.instrumentItem
	return nil
}

func (b Builder) instrumentItem(id string) NetworkItem {
	if in := b.Corpus.Instrument(entente.InstrumentID(id)); in != nil {
		title := in.Title
		if in.Symbol != "" {
			title = in.Symbol + ": " + title
		}
		return NetworkItem{id, title, "instrument"}
	}
	return NetworkItem{id, id, "instrument"}
}

// gatherVotes: yes 1, abstain 0, no -1. Who was absent did not vote.
func (b Builder) gatherVotes(c *collector, s *netSource, o compare.Options) error {
	wanted, err := b.wantedInstruments("votes", o)
	if err != nil {
		return err
	}
	c.ev.Scale = congruence.Scale{Kind: congruence.Ordinal, Min: -1, Max: 1}
	values := map[entente.Ballot]float64{entente.Yes: 1, entente.Abstain: 0, entente.No: -1}
	for i := range b.Corpus.Votes {
		v := &b.Corpus.Votes[i]
		rc := b.Corpus.RollCall(v.RollCall)
		if rc == nil || !v.Ballot.Cast() || !wanted(rc.Instrument) {
			continue
		}
		source := v.Source
		if source == "" {
			source = rc.Source
		}
		c.add(NetworkEvent{
			ID: v.RollCall, Actor: string(v.Actor), Concept: v.RollCall, Level: string(v.Ballot), Value: values[v.Ballot], Date: rc.Date.String(),
			Document: v.RollCall, Source: source, Verification: string(b.Corpus.VoteLevel(v)), Note: v.Note,
		}, rc.Date)
	}
	s.data.Concepts, s.data.Documents = "roll calls", "roll calls"
	s.concept = func(id string) NetworkItem {
		if rc := b.Corpus.RollCall(id); rc != nil {
			return NetworkItem{id, b.instrumentItem(string(rc.Instrument)).Title, "roll-call"}
		}
		return NetworkItem{id, id, "roll-call"}
	}
	return nil
}

// eventSource wraps a list of somebody else.
func eventSource(file string, ev *congruence.Events) *netSource {
	s := &netSource{ev: ev, data: NetworkData{From: "events", File: file, Actors: "actors", Concepts: "concepts"}}
	if ev.Document != nil {
		s.data.Documents = "documents"
	}
	s.actor = func(name string) NetworkNode { return NetworkNode{ID: name, Name: name, Kind: "actor"} }
	s.concept = func(name string) NetworkItem { return NetworkItem{name, name, "concept"} }
	s.record = func(i int) NetworkEvent {
		e := NetworkEvent{ID: strconv.Itoa(i), Value: ev.Qualifier[i], Level: levelWord(ev.Scale, ev.Qualifier[i])}
		if ev.ID != nil {
			e.ID = ev.ID[i]
		}
		if a := ev.Actor[i]; a >= 0 {
			e.Actor = ev.Actors[a]
		}
		if c := ev.Concept[i]; c >= 0 {
			e.Concept = ev.Concepts[c]
		}
		if ev.Document != nil && ev.Document[i] >= 0 && int(ev.Document[i]) < len(ev.Documents) {
			e.Document = ev.Documents[ev.Document[i]]
		}
		if ev.Day != nil {
			e.Date = partialDate(ev, i)
		}
		return e
	}
	return s
}

func levelWord(s congruence.Scale, v float64) string {
	switch {
	case s.Kind == congruence.Binary && v == 1:
		return "yes"
	case s.Kind == congruence.Binary:
		return "no"
	case s.Kind == congruence.Nominal && v >= 0 && int(v) < len(s.Categories):
		return s.Categories[int(v)]
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

func partialDate(ev *congruence.Events, i int) string {
	p := congruence.ExactDay
	if ev.Precision != nil {
		p = ev.Precision[i]
	}
	d := congruence.DayString(ev.Day[i])
	switch p {
	case congruence.Undated:
		return ""
	case congruence.YearOnly:
		d, _, _ = strings.Cut(d, "-")
	case congruence.MonthOnly:
		d = d[:strings.LastIndex(d, "-")]
	}
	return d
}

// instruments of a network of more nodes or edges than people or programs read.
func (s *netSource) bounded(nodes, edges int) error {
	if nodes > 10_000 || edges > 2_000_000 {
		return netFault("threshold", fmt.Sprintf("the network has %d nodes and %d edges", nodes, edges), "raise the threshold, or narrow the dates")
	}
	return nil
}
