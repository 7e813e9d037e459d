package datapackage

import (
	"fmt"
	"strings"

	"entente"
)

// tables is the format: every file of a corpus, in the order in which they are
// listed in datapackage.json. To add a table, add it here and to
// entente.Records.
var tables = []table{
	actors, memberships, sources, instruments, participation, rollCalls, votes, propositions, implications,
	statements, quotations, codebook, coverage, challenges, projects, incidents, attributions, suggestions, facts,
}

const (
	docSource   = "source that shows it"
	docPinpoint = "place in the source: paragraph, page, section"
	docChecked  = "yes when it was read in a copy of the source; no keeps the record out of figures"
	docDateLvl  = "how well the date is known, when not as well as the record"
	docNote     = "remark"
)

var actors = Table[entente.Actor]{
	Name: "actors", Doc: "States, blocs, organisations, companies and groups of persons.",
	rows: func(r *entente.Records) *[]entente.Actor { return &r.Actors },
	Columns: []Column[entente.Actor]{
		text("id", "lower-case id; for states the ISO 3166 alpha-3 code", func(a *entente.Actor) *entente.ActorID { return &a.ID }).key(),
		enum(text("kind", "sort of actor", func(a *entente.Actor) *entente.ActorKind { return &a.Kind }).required(), entente.ActorKinds),
		text("name", "English short name", func(a *entente.Actor) *string { return &a.Name }).required(),
		text("iso2", "ISO 3166-1 alpha-2", func(a *entente.Actor) *string { return &a.ISO2 }),
		text("iso3", "ISO 3166-1 alpha-3", func(a *entente.Actor) *string { return &a.ISO3 }),
		text("region", "UN M49 region", func(a *entente.Actor) *string { return &a.Region }),
		text("subregion", "UN M49 sub-region", func(a *entente.Actor) *string { return &a.Subregion }),
		enum(text("un_status", "standing in the United Nations", func(a *entente.Actor) *string { return &a.UNStatus }), []string{"member", "observer"}),
		yes("open", "yes for a body in which every UN member may sit", func(a *entente.Actor) *bool { return &a.Open }).required(),
		date("from", "when the actor began to exist or to sit", func(a *entente.Actor) *entente.Date { return &a.Life.From }),
		date("to", "when it ended", func(a *entente.Actor) *entente.Date { return &a.Life.To }),
		text("note", docNote, func(a *entente.Actor) *string { return &a.Note }),
	},
	check: func(a *entente.Actor) (string, error) { return spanOrder(a.Life) },
}

var memberships = Table[entente.Membership]{
	Name: "memberships", Doc: "Actors in bodies, dated.",
	rows: func(r *entente.Records) *[]entente.Membership { return &r.Memberships },
	Columns: []Column[entente.Membership]{
		text("actor", "who", func(m *entente.Membership) *entente.ActorID { return &m.Actor }).key().ref("actors"),
		text("body", "in what", func(m *entente.Membership) *entente.ActorID { return &m.Body }).key().ref("actors"),
		text("role", "as what; see the concepts page for the roles that count as full membership", func(m *entente.Membership) *string { return &m.Role }).key(),
		text("source", docSource, func(m *entente.Membership) *entente.SourceID { return &m.Source }).key().ref("sources"),
		date("from", "first day; empty is unknown", func(m *entente.Membership) *entente.Date { return &m.Span.From }),
		date("to", "last day; empty is open", func(m *entente.Membership) *entente.Date { return &m.Span.To }),
		text("pinpoint", docPinpoint, func(m *entente.Membership) *string { return &m.Pinpoint }),
		yes("checked", docChecked, func(m *entente.Membership) *bool { return &m.Checked }).required(),
		enum(text("date_level", docDateLvl, func(m *entente.Membership) *entente.Level { return &m.DateLevel }), entente.Levels),
		text("note", docNote, func(m *entente.Membership) *string { return &m.Note }),
	},
	check: func(m *entente.Membership) (string, error) { return spanOrder(m.Span) },
}

var sources = Table[entente.Source]{
	Name: "sources", Doc: "Citable documents.",
	rows: func(r *entente.Records) *[]entente.Source { return &r.Sources },
	Columns: []Column[entente.Source]{
		text("id", "id", func(s *entente.Source) *entente.SourceID { return &s.ID }).key(),
		text("title", "title", func(s *entente.Source) *string { return &s.Title }).required(),
		text("author", "author or body", func(s *entente.Source) *string { return &s.Author }),
		date("date", "date of the document", func(s *entente.Source) *entente.Date { return &s.Date }),
		text("symbol", "document number", func(s *entente.Source) *string { return &s.Symbol }),
		text("url", "address", func(s *entente.Source) *string { return &s.URL }),
		enum(text("kind", "sort of document", func(s *entente.Source) *entente.SourceKind { return &s.Kind }).required(), entente.SourceKinds),
		text("lang", "BCP 47 language of the copy that was read", func(s *entente.Source) *string { return &s.Lang }),
		enum(text("status", "whose wording the copy carries", func(s *entente.Source) *entente.TextStatus { return &s.Status }), entente.TextStatuses),
		list("text_of", "actors whose own text it is; decides what is primary", func(s *entente.Source) *[]entente.ActorID { return &s.TextOf }).ref("actors"),
		text("sha256", "hash of the archived copy", func(s *entente.Source) *string { return &s.SHA256 }),
		text("note", docNote, func(s *entente.Source) *string { return &s.Note }),
	},
	check: func(s *entente.Source) (string, error) {
		if s.URL != "" && !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://") {
			return "url", &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is not a web address", s.URL), Hint: "expected https://… or http://…"}
		}
		return "", nil
	},
}

var instruments = Table[entente.Instrument]{
	Name: "instruments", Doc: "Texts and events in which actors take part.",
	rows: func(r *entente.Records) *[]entente.Instrument { return &r.Instruments },
	Columns: []Column[entente.Instrument]{
		text("id", "id", func(i *entente.Instrument) *entente.InstrumentID { return &i.ID }).key(),
		text("title", "title", func(i *entente.Instrument) *string { return &i.Title }).required(),
		enum(text("kind", "sort of instrument", func(i *entente.Instrument) *entente.InstrumentKind { return &i.Kind }).required(), entente.InstrumentKinds),
		text("body", "body it belongs to or is deposited with", func(i *entente.Instrument) *entente.ActorID { return &i.Body }).ref("actors"),
		date("date", "date of adoption, signature or event", func(i *entente.Instrument) *entente.Date { return &i.Date }),
		text("symbol", "document number", func(i *entente.Instrument) *string { return &i.Symbol }),
		text("url", "address", func(i *entente.Instrument) *string { return &i.URL }),
		enum(list("pillars", "parts of the field", func(i *entente.Instrument) *[]entente.Pillar { return &i.Pillars }), entente.Pillars),
		text("source", docSource, func(i *entente.Instrument) *entente.SourceID { return &i.Source }).required().ref("sources"),
		text("pinpoint", docPinpoint, func(i *entente.Instrument) *string { return &i.Pinpoint }),
		yes("checked", docChecked, func(i *entente.Instrument) *bool { return &i.Checked }).required(),
		text("note", docNote, func(i *entente.Instrument) *string { return &i.Note }),
	},
}

var participation = Table[entente.Participation]{
	Name: "participation", Doc: "Actors' parts in instruments, recorded votes apart.",
	rows: func(r *entente.Records) *[]entente.Participation { return &r.Participations },
	Columns: []Column[entente.Participation]{
		text("instrument", "in what", func(p *entente.Participation) *entente.InstrumentID { return &p.Instrument }).key().ref("instruments"),
		text("actor", "who", func(p *entente.Participation) *entente.ActorID { return &p.Actor }).key().ref("actors"),
		enum(text("role", "as what", func(p *entente.Participation) *entente.Role { return &p.Role }).key(), entente.Roles),
		text("source", docSource, func(p *entente.Participation) *entente.SourceID { return &p.Source }).key().ref("sources"),
		date("date", "date of the act; empty counts from the source's date", func(p *entente.Participation) *entente.Date { return &p.Date }),
		text("pinpoint", docPinpoint, func(p *entente.Participation) *string { return &p.Pinpoint }),
		yes("checked", docChecked, func(p *entente.Participation) *bool { return &p.Checked }).required(),
		enum(text("date_level", docDateLvl, func(p *entente.Participation) *entente.Level { return &p.DateLevel }), entente.Levels),
		text("note", docNote, func(p *entente.Participation) *string { return &p.Note }),
	},
}

var rollCalls = Table[entente.RollCall]{
	Name: "rollcalls", Doc: "Recorded votes.",
	rows: func(r *entente.Records) *[]entente.RollCall { return &r.RollCalls },
	Columns: []Column[entente.RollCall]{
		text("id", "id", func(r *entente.RollCall) *string { return &r.ID }).key(),
		text("instrument", "on what", func(r *entente.RollCall) *entente.InstrumentID { return &r.Instrument }).required().ref("instruments"),
		date("date", "day of the vote", func(r *entente.RollCall) *entente.Date { return &r.Date }).required(),
		enum(text("stage", "where the vote was taken", func(r *entente.RollCall) *string { return &r.Stage }).required(), []string{"plenary", "committee"}),
		yes("complete", "yes when every member's vote is on record", func(r *entente.RollCall) *bool { return &r.Complete }).required(),
		text("source", docSource, func(r *entente.RollCall) *entente.SourceID { return &r.Source }).required().ref("sources"),
		text("note", docNote, func(r *entente.RollCall) *string { return &r.Note }),
	},
}

var votes = Table[entente.Vote]{
	Name: "votes", Doc: "One actor's vote in a roll call. Absent is not abstain; who has no row was no member or is not named.",
	rows: func(r *entente.Records) *[]entente.Vote { return &r.Votes },
	Columns: []Column[entente.Vote]{
		text("rollcall", "in which vote", func(v *entente.Vote) *string { return &v.RollCall }).key().ref("rollcalls"),
		text("actor", "who", func(v *entente.Vote) *entente.ActorID { return &v.Actor }).key().ref("actors"),
		enum(text("ballot", "how", func(v *entente.Vote) *entente.Ballot { return &v.Ballot }).required(), entente.Ballots),
		text("source", docSource, func(v *entente.Vote) *entente.SourceID { return &v.Source }).required().ref("sources"),
		text("note", docNote, func(v *entente.Vote) *string { return &v.Note }),
	},
}

// spanOrder refuses a span whose end certainly lies before its start.
func spanOrder(s entente.Span) (string, error) {
	if !s.From.IsZero() && !s.To.IsZero() && s.To.Last().Compare(s.From.First()) < 0 {
		return "to", &entente.Error{Kind: entente.Invalid, Msg: fmt.Sprintf("%q is before from, %q", s.To, s.From), Hint: "swap the two dates"}
	}
	return "", nil
}
