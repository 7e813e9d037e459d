package main

import (
	"fmt"

	"entente"
)

// synthetic makes a corpus factor² times as large as c: factor copies of every
// actor, proposition, source and instrument, and for each record about two of
// them one copy per pair of copies. It is invented data and is named so.
func synthetic(c *entente.Corpus, factor int) *entente.Corpus {
	info := c.Info
	info.Name, info.Title = "synthetic", "Synthetic corpus for benchmarks: copies of the default corpus, not facts"
	r := entente.Records{Sources: append([]entente.Source(nil), c.Sources...)}
	for k := range factor {
		mark := func(id string) string {
			if k == 0 || id == "" {
				return id
			}
			return fmt.Sprintf("%s-synthetic%d", id, k)
		}
		for _, a := range c.Actors {
			a.ID, a.Name = entente.ActorID(mark(string(a.ID))), mark(a.Name)
			if k > 0 {
				a.ISO2, a.ISO3, a.Open = "", "", false
			}
			r.Actors = append(r.Actors, a)
		}
		for _, p := range c.Propositions {
			p.ID, p.Parent = entente.PropositionID(mark(string(p.ID))), entente.PropositionID(mark(string(p.Parent)))
			r.Propositions = append(r.Propositions, p)
		}
		for _, in := range c.Instruments {
			in.ID = entente.InstrumentID(mark(string(in.ID)))
			r.Instruments = append(r.Instruments, in)
		}
		for _, rc := range c.RollCalls {
			rc.ID, rc.Instrument = mark(rc.ID), entente.InstrumentID(mark(string(rc.Instrument)))
			r.RollCalls = append(r.RollCalls, rc)
		}
		for _, im := range c.Implications {
			im.Instrument, im.Proposition = entente.InstrumentID(mark(string(im.Instrument))), entente.PropositionID(mark(string(im.Proposition)))
			r.Implications = append(r.Implications, im)
		}
		for j := range factor {
			pairs(c, &r, mark, func(id string) string {
				if j == 0 || id == "" {
					return id
				}
				return fmt.Sprintf("%s-synthetic%d", id, j)
			})
		}
	}
	return entente.NewCorpus(info, r)
}

// pairs copies the records that tie an actor (renamed by who) to something else
// (renamed by what). Sources get one copy per pair.
func pairs(c *entente.Corpus, r *entente.Records, who, what func(string) string) {
	suffix := "@" + who("a") + what("b")
	source := func(id entente.SourceID) entente.SourceID { return id + entente.SourceID(suffix) }
	for _, s := range c.Sources {
		s.ID = source(s.ID)
		texts := make([]entente.ActorID, len(s.TextOf))
		for i, a := range s.TextOf {
			texts[i] = entente.ActorID(who(string(a)))
		}
		s.TextOf = texts
		r.Sources = append(r.Sources, s)
	}
	for _, m := range c.Memberships {
		m.Actor, m.Body, m.Source = entente.ActorID(who(string(m.Actor))), entente.ActorID(what(string(m.Body))), source(m.Source)
		r.Memberships = append(r.Memberships, m)
	}
	for _, s := range c.Statements {
		s.ID += suffix
		s.Actor, s.Proposition = entente.ActorID(who(string(s.Actor))), entente.PropositionID(what(string(s.Proposition)))
		s.Instrument, s.Source = entente.InstrumentID(what(string(s.Instrument))), source(s.Source)
		r.Statements = append(r.Statements, s)
	}
	for _, p := range c.Participations {
		p.Actor, p.Instrument, p.Source = entente.ActorID(who(string(p.Actor))), entente.InstrumentID(what(string(p.Instrument))), source(p.Source)
		r.Participations = append(r.Participations, p)
	}
	for _, v := range c.Votes {
		v.Actor, v.RollCall, v.Source = entente.ActorID(who(string(v.Actor))), what(v.RollCall), source(v.Source)
		r.Votes = append(r.Votes, v)
	}
}
