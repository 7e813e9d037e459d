package brief_test

import (
	"bytes"
	"strings"
	"testing"

	"entente"
	"entente/analysis/compare"
	"entente/corpora"
	"entente/internal/brief"
	"entente/internal/datapackage"
	"entente/internal/document"
	"entente/internal/view"
)

// options reads "2021-02-19".
func options(t *testing.T, asOf string) compare.Options {
	t.Helper()
	d, err := entente.ParseDate(asOf)
	if err != nil {
		t.Fatal(err)
	}
	var o compare.Options
	o.AsOf = d
	return o
}

// builder reads the default corpus.
func builder(t *testing.T) view.Builder {
	t.Helper()
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	return view.Builder{Corpus: c}
}

// note makes the document of a comparison named like "est jpn".
func note(t *testing.T, b view.Builder, o compare.Options, actors string) (*document.Document, *view.Page) {
	t.Helper()
	var ids []entente.ActorID
	for id := range strings.FieldsSeq(actors) {
		ids = append(ids, entente.ActorID(id))
	}
	p, err := b.Compare(ids, o)
	if err != nil {
		t.Fatal(err)
	}
	d, err := brief.Compare(b, p)
	if err != nil {
		t.Fatal(err)
	}
	return d, p
}

func docx(t *testing.T, d *document.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := brief.WriteDOCX(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func markdown(t *testing.T, d *document.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := document.WriteMarkdown(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// synthetic is a small corpus that shows every sort of claim; its states do not
// exist.
func synthetic(t *testing.T) view.Builder {
	t.Helper()
	day := func(s string) entente.Date {
		d, err := entente.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	paper := func(id, actor, title, date string) entente.Source {
		return entente.Source{
			ID: entente.SourceID(id), Title: title, Author: "Ministry of Foreign Affairs of " + actor, Date: day(date), Kind: entente.PositionPaper,
			Lang: "en", Status: entente.Official, TextOf: []entente.ActorID{entente.ActorID(strings.ToLower(actor[:3]))}, URL: "https://example.org/" + id,
			Note: "WORKING NOTE of " + id,
		}
	}
	said := func(id, actor, prop string, stance entente.Stance, conditions, date, src, pin string) entente.Statement {
		return entente.Statement{
			ID: id, Actor: entente.ActorID(actor), Proposition: entente.PropositionID(prop), Stance: stance, Conditions: conditions,
			Date: day(date), Source: entente.SourceID(src), Pinpoint: pin, Checked: true,
		}
	}
	study := entente.Source{ID: "study-1", Title: "A study", Author: "Ann Ab, Zenda Law Review 5(1)", Date: day("2020"), Kind: entente.Scholarship, Lang: "en"}
	union := entente.Source{ID: "union-1", Title: "Common position", Author: "Union", Date: day("2019-05-01"), Kind: entente.PositionPaper, TextOf: []entente.ActorID{"union"}}
	record := entente.Source{ID: "unga-1", Title: "Record", Author: "United Nations", Date: day("2018-12-31"), Kind: entente.Report, Symbol: "A/73/PV.45", TextOf: []entente.ActorID{"un"}}
	c := entente.NewCorpus(entente.Info{Name: "synthetic", Title: "Synthetic corpus", Version: "1", Released: day("2021-01-01"), Licence: "CC0"}, entente.Records{
		Actors: []entente.Actor{
			{ID: "rur", Kind: entente.State, Name: "Ruritania"},
			{ID: "zen", Kind: entente.State, Name: "Zenda"},
			{ID: "gra", Kind: entente.State, Name: "Graustark"},
			{ID: "union", Kind: entente.Bloc, Name: "Union"},
			{ID: "un", Kind: entente.Organisation, Name: "United Nations"},
		},
		Memberships: []entente.Membership{
			{Actor: "zen", Body: "union", Role: "member", Span: entente.Span{From: day("2000-01-01")}, Source: "union-1", Pinpoint: "p. 1", Checked: true},
			{Actor: "gra", Body: "union", Role: "member", Span: entente.Span{From: day("2000-01-01")}, Source: "union-1", Pinpoint: "p. 1", Checked: true},
		},
		Sources: []entente.Source{paper("rur-1", "Ruritania", "Views of Ruritania", "2020-03-01"), paper("zen-1", "Zenda", "Views of Zenda", "2020-04-01"), study, union, record},
		Instruments: []entente.Instrument{
			{ID: "memo", Title: "Memorandum of Strelsau", Kind: entente.Memorandum, Date: day("2015"), Source: "study-1", Checked: true},
			{ID: "res", Title: "Resolution on ICT", Kind: entente.Resolution, Body: "un", Date: day("2018-12-05"), Symbol: "A/RES/73/27", Source: "unga-1", Checked: true},
		},
		Participations: []entente.Participation{
			{Instrument: "memo", Actor: "rur", Role: entente.Signatory, Date: day("2015"), Source: "study-1", Pinpoint: "p. 3", Checked: true},
			{Instrument: "memo", Actor: "zen", Role: entente.Signatory, Date: day("2015"), Source: "study-1", Pinpoint: "p. 3", Checked: true},
		},
		RollCalls: []entente.RollCall{{ID: "rc-1", Instrument: "res", Date: day("2018-12-05"), Stage: "plenary", Complete: true, Source: "unga-1"}},
		Votes: []entente.Vote{
			{RollCall: "rc-1", Actor: "rur", Ballot: entente.Yes, Source: "unga-1"}, {RollCall: "rc-1", Actor: "zen", Ballot: entente.No, Source: "unga-1"},
		},
		Propositions: []entente.Proposition{
			{ID: "p-agree", Pillar: entente.Law, Issue: "applicability", Statement: "Law applies"},
			{ID: "p-part", Pillar: entente.Law, Issue: "self-defence", Statement: "Self-defence is open"},
			{ID: "p-reject", Pillar: entente.Process, Issue: "treaty", Statement: "A treaty is needed"},
			{ID: "p-differ", Pillar: entente.Norms, Issue: "new norms", Statement: "New norms are needed"},
			{ID: "p-via", Pillar: entente.CBM, Issue: "dialogue", Statement: "Dialogue builds trust"},
			{ID: "p-alone", Pillar: entente.Capacity, Issue: "aid", Statement: "Aid should grow"},
			{ID: "p-open", Pillar: entente.Threat, Issue: "militarisation", Statement: "Cyberspace is militarised"},
		},
		Statements: []entente.Statement{
			said("1", "rur", "p-agree", entente.Affirms, "", "2020-03-01", "rur-1", "para. 2"), said("2", "zen", "p-agree", entente.Affirms, "", "2020-04-01", "zen-1", "p. 4"),
			said("3", "rur", "p-part", entente.AffirmsWithConditions, "after an armed attack", "2020-03-01", "rur-1", "para 3"), said("4", "zen", "p-part", entente.Affirms, "", "2020-04-01", "zen-1", "p. 5"),
			said("5", "rur", "p-reject", entente.Rejects, "", "2020", "study-1", "p. 7"), said("6", "zen", "p-reject", entente.Rejects, "", "2020", "study-1", "p. 7"),
			said("7", "rur", "p-differ", entente.Affirms, "", "2020-03-01", "rur-1", "para 5"), said("8", "zen", "p-differ", entente.Rejects, "", "2020-04-01", "zen-1", "p. 6"),
			said("9", "rur", "p-via", entente.Affirms, "", "2020-03-01", "rur-1", "para 6"), said("10", "union", "p-via", entente.Affirms, "", "2019-05-01", "union-1", "p. 2"),
			said("11", "rur", "p-alone", entente.Affirms, "", "2020-03-01", "rur-1", "para 7"),
			said("12", "rur", "p-open", entente.Reserved, "", "2020-03-01", "rur-1", "para 8"),
		},
		Coverages: []entente.Coverage{
			{ID: "c1", Actor: "zen", Source: "zen-1", Subjects: []string{"proposition:p-alone"}, Finding: entente.FoundNothing, Date: day("2020-04-01"), Checked: true},
			{ID: "c2", Actor: "zen", Source: "study-1", Subjects: []string{"proposition:p-open"}, Finding: entente.FoundOpen, Date: day("2020"), Checked: true, Note: "Conclusions: the fear of militarisation"},
		},
		Suggestions: []entente.SuggestionRecord{{
			ID: "s1", Actors: []entente.ActorID{"rur", "zen"}, Text: "Share legal views", Date: day("2020"), Source: "study-1", Pinpoint: "p. 9",
			Status: "done", StatusDate: day("2020-12-01"), Proof: "zen-1", ProofPin: "p. 1",
		}},
	})
	return view.Builder{Corpus: c}
}
