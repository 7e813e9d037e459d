package datapackage

import "entente"

var propositions = Table[entente.Proposition]{
	Name: "propositions", Doc: "What one can affirm or reject.",
	rows: func(r *entente.Records) *[]entente.Proposition { return &r.Propositions },
	Columns: []Column[entente.Proposition]{
		text("id", "id", func(p *entente.Proposition) *entente.PropositionID { return &p.ID }).key(),
		enum(text("pillar", "part of the field", func(p *entente.Proposition) *entente.Pillar { return &p.Pillar }).required(), entente.Pillars),
		text("issue", "issue within the pillar", func(p *entente.Proposition) *string { return &p.Issue }).required(),
		text("statement", "the proposition, in words of our own", func(p *entente.Proposition) *string { return &p.Statement }).required(),
		text("parent", "wider proposition that this one details", func(p *entente.Proposition) *entente.PropositionID { return &p.Parent }).ref("propositions"),
		text("scope", "body whose members alone have the chance to address it", func(p *entente.Proposition) *entente.ActorID { return &p.Scope }).ref("actors"),
		text("note", docNote, func(p *entente.Proposition) *string { return &p.Note }),
	},
}

var implications = Table[entente.Implication]{
	Name: "implications", Doc: "What taking part in an instrument is evidence of.",
	rows: func(r *entente.Records) *[]entente.Implication { return &r.Implications },
	Columns: []Column[entente.Implication]{
		text("instrument", "which instrument", func(i *entente.Implication) *entente.InstrumentID { return &i.Instrument }).key().ref("instruments"),
		text("proposition", "which proposition", func(i *entente.Implication) *entente.PropositionID { return &i.Proposition }).key().ref("propositions"),
		enum(text("polarity", "the side the instrument is on", func(i *entente.Implication) *entente.Polarity { return &i.Polarity }).required(), entente.Polarities),
		enum(list("acts", "roles that carry it; voted-yes is a vote in favour", func(i *entente.Implication) *[]string { return &i.Acts }).required(), actWords()),
		yes("no_vote", "yes when a vote against is evidence of the opposite stance", func(i *entente.Implication) *bool { return &i.NoVote }).required(),
		text("reason", "why", func(i *entente.Implication) *string { return &i.Reason }).required(),
		text("source", docSource, func(i *entente.Implication) *entente.SourceID { return &i.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(i *entente.Implication) *string { return &i.Pinpoint }),
		yes("checked", docChecked, func(i *entente.Implication) *bool { return &i.Checked }).required(),
	},
}

func actWords() []string {
	words := []string{entente.VotedYes}
	for _, r := range entente.Roles {
		words = append(words, string(r))
	}
	return words
}

var statements = Table[entente.Statement]{
	Name: "statements", Doc: "Coded evidence: an actor's stance on a proposition at a date in a source.",
	rows: func(r *entente.Records) *[]entente.Statement { return &r.Statements },
	Columns: []Column[entente.Statement]{
		text("id", "id", func(s *entente.Statement) *string { return &s.ID }).key(),
		text("actor", "who", func(s *entente.Statement) *entente.ActorID { return &s.Actor }).required().ref("actors"),
		text("proposition", "on what", func(s *entente.Statement) *entente.PropositionID { return &s.Proposition }).required().ref("propositions"),
		enum(text("stance", "what it says", func(s *entente.Statement) *entente.Stance { return &s.Stance }).required(), entente.Stances),
		text("conditions", "the conditions, in words", func(s *entente.Statement) *string { return &s.Conditions }),
		date("date", "day it was said; empty counts from the source's date", func(s *entente.Statement) *entente.Date { return &s.Date }),
		enum(text("date_basis", "not-later-than when known only through a later digest", func(s *entente.Statement) *entente.DateBasis { return &s.DateBasis }), entente.DateBases),
		text("instrument", "instrument it was made in", func(s *entente.Statement) *entente.InstrumentID { return &s.Instrument }).ref("instruments"),
		text("source", docSource, func(s *entente.Statement) *entente.SourceID { return &s.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(s *entente.Statement) *string { return &s.Pinpoint }),
		text("coder", "who coded it (a role or pseudonym, never a contact)", func(s *entente.Statement) *string { return &s.Coder }),
		yes("checked", docChecked, func(s *entente.Statement) *bool { return &s.Checked }).required(),
		enum(text("date_level", docDateLvl, func(s *entente.Statement) *entente.Level { return &s.DateLevel }), entente.Levels),
		text("note", docNote, func(s *entente.Statement) *string { return &s.Note }),
	},
}

var coverage = Table[entente.Coverage]{
	Name: "coverage", Doc: "Which source was read for what, and what was found, nothing included.",
	rows: func(r *entente.Records) *[]entente.Coverage { return &r.Coverages },
	Columns: []Column[entente.Coverage]{
		text("id", "id", func(c *entente.Coverage) *string { return &c.ID }).key(),
		text("actor", "for whom; * is everyone the source lists", func(c *entente.Coverage) *entente.ActorID { return &c.Actor }).required().ref("actors").wild(),
		text("source", "what was read", func(c *entente.Coverage) *entente.SourceID { return &c.Source }).required().ref("sources"),
		list("subjects", "for what: proposition:ID, instrument:ID, body:ID, kind:KIND or topic:WORDS", func(c *entente.Coverage) *[]string { return &c.Subjects }).required(),
		enum(text("finding", "what was found", func(c *entente.Coverage) *entente.Finding { return &c.Finding }).required(), entente.Findings),
		date("date", "date of the text that was read", func(c *entente.Coverage) *entente.Date { return &c.Date }),
		text("coder", "who read it (a role or pseudonym)", func(c *entente.Coverage) *string { return &c.Coder }),
		yes("checked", docChecked, func(c *entente.Coverage) *bool { return &c.Checked }).required(),
		text("note", docNote, func(c *entente.Coverage) *string { return &c.Note }),
	},
}

var projects = Table[entente.Project]{
	Name: "projects", Doc: "Capacity-building, training and cooperation activities.",
	rows: func(r *entente.Records) *[]entente.Project { return &r.Projects },
	Columns: []Column[entente.Project]{
		text("id", "id", func(p *entente.Project) *string { return &p.ID }).key(),
		text("title", "title", func(p *entente.Project) *string { return &p.Title }).required(),
		enum(text("kind", "sort of activity", func(p *entente.Project) *string { return &p.Kind }).required(), entente.ProjectKinds),
		text("lead", "who leads", func(p *entente.Project) *entente.ActorID { return &p.Lead }).required().ref("actors"),
		list("partners", "who takes part", func(p *entente.Project) *[]entente.ActorID { return &p.Partners }).ref("actors"),
		text("beneficiaries", "for whom, in words", func(p *entente.Project) *string { return &p.Beneficiaries }),
		date("from", "start", func(p *entente.Project) *entente.Date { return &p.Span.From }),
		date("to", "end", func(p *entente.Project) *entente.Date { return &p.Span.To }),
		enum(list("pillars", "parts of the field", func(p *entente.Project) *[]entente.Pillar { return &p.Pillars }), entente.Pillars),
		text("status", "what became of it", func(p *entente.Project) *string { return &p.Status }),
		text("source", docSource, func(p *entente.Project) *entente.SourceID { return &p.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(p *entente.Project) *string { return &p.Pinpoint }),
		yes("checked", docChecked, func(p *entente.Project) *bool { return &p.Checked }).required(),
		text("note", docNote, func(p *entente.Project) *string { return &p.Note }),
	},
	check: func(p *entente.Project) (string, error) { return spanOrder(p.Span) },
}

var incidents = Table[entente.Incident]{
	Name: "incidents", Doc: "Events that somebody publicly attributed.",
	rows: func(r *entente.Records) *[]entente.Incident { return &r.Incidents },
	Columns: []Column[entente.Incident]{
		text("id", "id", func(i *entente.Incident) *string { return &i.ID }).key(),
		text("title", "what happened", func(i *entente.Incident) *string { return &i.Title }).required(),
		date("date", "when", func(i *entente.Incident) *entente.Date { return &i.Date }),
		list("targets", "against whom", func(i *entente.Incident) *[]entente.ActorID { return &i.Targets }).ref("actors"),
		text("note", docNote, func(i *entente.Incident) *string { return &i.Note }),
	},
}

var attributions = Table[entente.Attribution]{
	Name: "attributions", Doc: "Public acts of naming who stood behind an incident.",
	rows: func(r *entente.Records) *[]entente.Attribution { return &r.Attributions },
	Columns: []Column[entente.Attribution]{
		text("id", "id", func(a *entente.Attribution) *string { return &a.ID }).key(),
		text("incident", "of which incident", func(a *entente.Attribution) *string { return &a.Incident }).required().ref("incidents"),
		text("actor", "who names", func(a *entente.Attribution) *entente.ActorID { return &a.Actor }).required().ref("actors"),
		text("attributed_to", "who is named", func(a *entente.Attribution) *entente.ActorID { return &a.AttributedTo }).ref("actors"),
		text("unit", "unit that is named", func(a *entente.Attribution) *entente.ActorID { return &a.Unit }).ref("actors"),
		enum(text("kind", "way of taking part", func(a *entente.Attribution) *string { return &a.Kind }).required(), entente.AttributionKinds),
		date("date", "when", func(a *entente.Attribution) *entente.Date { return &a.Date }),
		text("source", docSource, func(a *entente.Attribution) *entente.SourceID { return &a.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(a *entente.Attribution) *string { return &a.Pinpoint }),
		yes("checked", docChecked, func(a *entente.Attribution) *bool { return &a.Checked }).required(),
		enum(text("date_level", docDateLvl, func(a *entente.Attribution) *entente.Level { return &a.DateLevel }), entente.Levels),
		text("note", docNote, func(a *entente.Attribution) *string { return &a.Note }),
	},
}

var suggestions = Table[entente.SuggestionRecord]{
	Name: "suggestions", Doc: "Suggestions that were made, and what became of them.",
	rows: func(r *entente.Records) *[]entente.SuggestionRecord { return &r.Suggestions },
	Columns: []Column[entente.SuggestionRecord]{
		text("id", "id", func(s *entente.SuggestionRecord) *string { return &s.ID }).key(),
		text("rule", "rule that makes the same suggestion", func(s *entente.SuggestionRecord) *string { return &s.Rule }),
		list("actors", "for whom", func(s *entente.SuggestionRecord) *[]entente.ActorID { return &s.Actors }).required().ref("actors"),
		text("text", "what was suggested, in own words", func(s *entente.SuggestionRecord) *string { return &s.Text }).required(),
		date("date", "when", func(s *entente.SuggestionRecord) *entente.Date { return &s.Date }).required(),
		text("source", docSource, func(s *entente.SuggestionRecord) *entente.SourceID { return &s.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(s *entente.SuggestionRecord) *string { return &s.Pinpoint }),
		enum(text("status", "what became of it", func(s *entente.SuggestionRecord) *string { return &s.Status }).required(), entente.SuggestionStatuses),
		date("status_date", "since when", func(s *entente.SuggestionRecord) *entente.Date { return &s.StatusDate }),
		text("proof", "source that shows the status", func(s *entente.SuggestionRecord) *entente.SourceID { return &s.Proof }).ref("sources"),
		text("proof_pinpoint", "place in the proof", func(s *entente.SuggestionRecord) *string { return &s.ProofPin }),
		text("note", docNote, func(s *entente.SuggestionRecord) *string { return &s.Note }),
	},
}

var facts = Table[entente.SourceFact]{
	Name: "facts", Doc: "What an analysis tells, fact by fact, and where the corpus records it.",
	rows: func(r *entente.Records) *[]entente.SourceFact { return &r.Facts },
	Columns: []Column[entente.SourceFact]{
		text("id", "id", func(f *entente.SourceFact) *string { return &f.ID }).key(),
		list("actors", "about whom", func(f *entente.SourceFact) *[]entente.ActorID { return &f.Actors }).ref("actors"),
		text("text", "the fact, in words of our own", func(f *entente.SourceFact) *string { return &f.Text }).required(),
		text("source", docSource, func(f *entente.SourceFact) *entente.SourceID { return &f.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(f *entente.SourceFact) *string { return &f.Pinpoint }),
		list("recorded_in", "records that hold it, as table:key", func(f *entente.SourceFact) *[]string { return &f.RecordedIn }),
	},
}
