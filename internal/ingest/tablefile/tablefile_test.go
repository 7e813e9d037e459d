package tablefile_test

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/ingest"
	"entente/internal/ingest/tablefile"
)

// corpus is a made-up corpus of two actors, two propositions and one source.
func corpus() ingest.Resolver {
	return ingest.InCorpus(entente.NewCorpus(entente.Info{Name: "test"}, entente.Records{
		Actors: []entente.Actor{
			{ID: "est", Kind: entente.State, Name: "Estonia", ISO2: "EE", ISO3: "EST"},
			{ID: "jpn", Kind: entente.State, Name: "Japan", ISO2: "JP", ISO3: "JPN"},
		},
		Propositions: []entente.Proposition{
			{ID: "law-ihl", Pillar: entente.Law, Issue: "ihl", Statement: "Humanitarian law applies in cyberspace"},
			{ID: "law-due", Pillar: entente.Law, Issue: "due diligence", Statement: "Due diligence is a rule of law"},
		},
		Sources: []entente.Source{{ID: "est-2019", Title: "Speech of May 2019", URL: "https://example.org/speech", Kind: entente.StatementText, Date: entente.Day(2019, 5, 29)}},
	}))
}

func mapping() tablefile.Mapping {
	return tablefile.Mapping{
		Name: "codings", Kind: "statements",
		Columns: []tablefile.Column{
			{From: "Country", To: "actor"},
			{From: "Claim", To: "proposition"},
			{From: "View", To: "stance", Words: map[string]string{"supports": "affirms", "opposes": "rejects"}},
			{From: "Day", To: "date", Date: "DD.MM.YYYY"},
			{From: "Document", To: "source"},
			{From: "Page", To: "pinpoint"},
			{From: "Coder", To: "coder"},
			{To: "checked", Fixed: "no"},
		},
	}
}

const table = `Country,Claim,View,Day,Document,Page,Coder
Estonia,law-ihl,Supports,29.5.2019,Speech of May 2019,p. 2,A
JPN,Due diligence is a rule of law,opposes,2020,https://example.org/speech/,p. 3,B
Estonia,law-due,,29.05.2019,est-2019,p. 4,A
Atlantis,law-ihl,supports,1.6.2019,est-2019,p. 5,A
,,,,,,
Estonia,law-ihl,maybe,29.5.2019,est-2019,p. 6,A
Estonia,law-ihl,Supports,29.5.2019,Speech of May 2019,p. 2,A
Estonia,law-ihl,opposes,31.2.2019,est-2019,p. 8,A
`

func read(t testing.TB, name, data string, m tablefile.Mapping, r ingest.Resolver) *ingest.Proposal {
	t.Helper()
	f, err := tablefile.Open(name, []byte(data))
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Read(context.Background(), m, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryRowIsUsedOrToldOf(t *testing.T) {
	p := read(t, "t.csv", table, mapping(), corpus())
	want := []ingest.RowReport{
		{Row: 2, Place: "t.csv:2", Outcome: ingest.Used},
		{Row: 3, Place: "t.csv:3", Outcome: ingest.Used},
		{Row: 4, Place: "t.csv:4", Outcome: ingest.Problem, Why: "stance: no stance is set, and none is assumed"},
		{Row: 5, Place: "t.csv:5", Outcome: ingest.Problem, Why: `actor: the actor "Atlantis" is not known`},
		{Row: 6, Place: "t.csv:6", Outcome: ingest.Skipped, Why: "the row is empty"},
		{Row: 7, Place: "t.csv:7", Outcome: ingest.Problem, Why: `stance: "maybe" is not allowed here and has no translation (expected one of affirms, affirms-with-conditions, reserved, doubts, rejects)`},
		{Row: 8, Place: "t.csv:8", Outcome: ingest.Skipped, Why: "the same as row 2"},
		{Row: 9, Place: "t.csv:9", Outcome: ingest.Problem, Why: `date: "31.2.2019" is not a date written as DD.MM.YYYY`},
	}
	if diff := cmp.Diff(want, p.Rows); diff != "" {
		t.Error(diff)
	}
	if len(p.Records) != 2 {
		t.Fatalf("%d records: %+v", len(p.Records), p.Records)
	}
	id := p.Records[0].Cells["id"]
	if diff := cmp.Diff(ingest.Record{
		Kind: "statements", Row: 2, Place: "t.csv:2",
		Cells: map[string]string{
			"id": id, "actor": "est", "proposition": "law-ihl", "stance": "affirms", "date": "2019-05-29", "source": "est-2019", "pinpoint": "p. 2",
			"coder": "A", "checked": "no",
		},
	}, p.Records[0]); diff != "" {
		t.Error(diff)
	}
	for i := range p.Records {
		if err := p.Records[i].Check(); err != nil {
			t.Error(err)
		}
	}
	if got := p.Records[1].Cells; got["actor"] != "jpn" || got["proposition"] != "law-due" || got["source"] != "est-2019" || got["date"] != "2020" {
		t.Errorf("%v", got)
	}
	if diff := cmp.Diff([]string{"A", "B"}, p.Coders); diff != "" {
		t.Error(diff)
	}
	if u, s, b := p.Count(); u != 2 || s != 2 || b != 4 {
		t.Errorf("%d used, %d skipped, %d problems", u, s, b)
	}
}

func TestTheSameFileGivesTheSameProposal(t *testing.T) {
	m := mapping()
	m.Unknown, m.New.ActorKind = ingest.UnknownNew, "state"
	a, b := read(t, "a.csv", table, m, corpus()), read(t, "a.csv", table, m, corpus())
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	// A stance that was corrected changes the record, not its name; a second
	// row on the same passage with another stance is a record of its own.
	fixed := strings.Replace(table, "law-ihl,Supports,29.5.2019,Speech of May 2019,p. 2,A", "law-ihl,opposes,29.5.2019,Speech of May 2019,p. 2,A", 1)
	c := read(t, "a.csv", fixed, m, corpus())
	if a.Records[0].Cells["id"] != c.Records[0].Cells["id"] || c.Records[0].Cells["stance"] != "rejects" {
		t.Errorf("%v, %v", a.Records[0], c.Records[0])
	}
	ids := map[string]bool{}
	for i := range c.Records {
		id := c.Records[i].Kind + " " + c.Records[i].ID()
		if ids[id] {
			t.Errorf("%s twice", id)
		}
		ids[id] = true
	}
}

func TestUnknownThingsAreNewOrSkippedAsSet(t *testing.T) {
	m := mapping()
	m.Unknown = ingest.UnknownSkip
	p := read(t, "t.csv", table, m, corpus())
	if r := p.Rows[3]; r.Outcome != ingest.Skipped {
		t.Errorf("%+v", r)
	}
	m.Unknown = ingest.UnknownNew
	p = read(t, "t.csv", table, m, corpus())
	if r := p.Rows[3]; r.Outcome != ingest.Problem || !strings.Contains(r.Why, "new.actor_kind") {
		t.Errorf("a new actor without a kind: %+v", r)
	}
	m.New = ingest.New{ActorKind: "state", Pillar: "law", Issue: "imported", SourceKind: "report"}
	p = read(t, "t.csv", table+"Atlantis,Nobody owns the moon,supports,2020,Report X,,A\n", m, corpus())
	var kinds []string
	for i := range p.Records {
		r := &p.Records[i]
		kinds = append(kinds, r.Kind)
		if err := r.Check(); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"statements", "statements", "actors", "statements", "propositions", "sources", "statements"}, kinds); diff != "" {
		t.Error(diff)
	}
	if got := p.Records[2].Cells; got["name"] != "Atlantis" || got["kind"] != "state" || p.Records[3].Cells["actor"] != got["id"] || p.Records[6].Cells["actor"] != got["id"] {
		t.Errorf("%v", p.Records[2:])
	}
}

func TestAnEmptyCellNeverBecomesAStance(t *testing.T) {
	m := mapping()
	m.Columns[2].Words[""] = "affirms"
	f, err := tablefile.Open("t.csv", []byte(table))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read(context.Background(), m, corpus()); err == nil || !strings.Contains(err.Error(), "an empty cell must not stand for a value") {
		t.Errorf("%v", err)
	}
}

func TestARowThatIsNotUsedLeavesNothingBehind(t *testing.T) {
	m := mapping()
	m.Unknown, m.New = ingest.UnknownNew, ingest.New{ActorKind: "state", SourceKind: "report"} // no pillar
	p := read(t, "t.csv", "Country,Claim,View,Day,Document,Page,Coder\nAtlantis,law-ihl,,2020,Report X,,A\nLemuria,Something new,supports,2020,Report Y,,A\nMu,law-ihl,supports,2020,Report Z,,A\n", m, corpus())
	var got []string
	for _, r := range p.Records {
		got = append(got, r.Kind+" "+r.Cells["name"]+r.Cells["title"])
	}
	if diff := cmp.Diff([]string{"actors Mu", "sources Report Z", "statements "}, got); diff != "" {
		t.Error(diff, p.Rows)
	}
}

func TestSplitMultipliesRowsAndFillsLists(t *testing.T) {
	m := tablefile.Mapping{
		Kind: "statements",
		Columns: []tablefile.Column{
			{From: "who", To: "actor", Split: ","},
			{To: "proposition", Fixed: "law-ihl"},
			{To: "stance", Fixed: "affirms"},
			{To: "source", Fixed: "est-2019"},
			{To: "checked", Fixed: "no"},
		},
	}
	p := read(t, "t.csv", "who\n\"Estonia, Japan\"\n\"Japan, Atlantis\"\n", m, corpus())
	if len(p.Records) != 2 || p.Records[0].Cells["actor"] != "est" || p.Records[1].Cells["actor"] != "jpn" {
		t.Errorf("%+v", p.Records)
	}
	if r := p.Rows[1]; r.Outcome != ingest.Problem || !strings.Contains(r.Why, "Atlantis") || !strings.Contains(r.Why, "same as row 2") {
		t.Errorf("%+v", r)
	}
	m = tablefile.Mapping{Kind: "sources", Columns: []tablefile.Column{
		{From: "t", To: "title"}, {From: "k", To: "kind"}, {From: "who", To: "text_of", Split: "/"},
	}}
	p = read(t, "t.csv", "t;k;who\nA text;report;Japan / Estonia\n", m, corpus())
	if got := p.Records[0].Cells["text_of"]; got != "jpn;est" {
		t.Errorf("%q", got)
	}
}

func TestAThingThatIsKnownUnderAnotherIDIsNotMadeAgain(t *testing.T) {
	m := tablefile.Mapping{Kind: "sources", Columns: []tablefile.Column{{From: "title", To: "title"}, {From: "date", To: "date"}, {To: "kind", Fixed: "report"}}}
	p := read(t, "t.csv", "title,date\nSpeech of May 2019,2019-05\nSpeech of May 2019,2020-05-01\n", m, corpus())
	if r := p.Rows[0]; r.Outcome != ingest.Skipped || r.Why != "is in the corpus as est-2019" {
		t.Errorf("%+v", r)
	}
	if r := p.Rows[1]; r.Outcome != ingest.Used { // another year is another document
		t.Errorf("%+v", r)
	}
}

func TestParentsMayStandAfterTheirChildren(t *testing.T) {
	m := tablefile.Mapping{Kind: "propositions", Columns: []tablefile.Column{
		{From: "id", To: "id"}, {From: "text", To: "statement"}, {From: "parent", To: "parent"}, {To: "pillar", Fixed: "law"}, {To: "issue", Fixed: "x"},
	}}
	p := read(t, "t.csv", "id,text,parent\na1,Narrow,a\na,Wide,\na2,Other,nowhere\na,Wide again,\n", m, corpus())
	if p.Rows[0].Outcome != ingest.Used || p.Rows[1].Outcome != ingest.Used || p.Rows[2].Outcome != ingest.Problem {
		t.Errorf("%+v", p.Rows)
	}
	if r := p.Rows[3]; r.Outcome != ingest.Problem || !strings.Contains(r.Why, "row 3 already") {
		t.Errorf("%+v", r)
	}
}

func TestEncodingsAndSeparators(t *testing.T) {
	m := tablefile.Mapping{Kind: "actors", Columns: []tablefile.Column{{From: "Name", To: "name"}, {From: "Kind", To: "kind"}, {To: "open", Fixed: "no"}}}
	units := utf16.Encode([]rune("Name\tKind\r\nÖsterreich 𝔄\tstate\r\n"))
	le, be := []byte{0xff, 0xfe}, []byte{}
	for _, u := range units {
		le, be = binary.LittleEndian.AppendUint16(le, u), binary.BigEndian.AppendUint16(be, u)
	}
	for name, tc := range map[string]struct{ data, want, encoding string }{
		"UTF-8 with a mark":        {"\xef\xbb\xbfName;Kind\r\nÖsterreich;state\r\n", "Österreich", "UTF-8"},
		"Windows-1252":             {"Name,Kind\n\xd6sterreich \x96 Wien,state\n", "Österreich – Wien", "Windows-1252"},
		"UTF-16 with a mark":       {string(le), "Österreich 𝔄", "UTF-16"},
		"UTF-16 without a mark":    {string(be), "Österreich 𝔄", "UTF-16"},
		"a separator line":         {"sep=;\nName;Kind\nÖsterreich, die;state\n", "Österreich, die", "UTF-8"},
		"quotes and line ends":     {"Name|Kind\n\"Two\r\nlines \"\"x\"\"\"|state\n", "Two\nlines \"x\"", "UTF-8"},
		"a title above the header": {"\n\nName,Kind\nÖsterreich,state\n", "Österreich", "UTF-8"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := tablefile.Open("t.csv", []byte(tc.data))
			if err != nil {
				t.Fatal(err)
			}
			p, err := f.Read(context.Background(), m, ingest.Nothing{})
			if err != nil {
				t.Fatal(err)
			}
			if f.Encoding != tc.encoding || len(p.Records) != 1 || p.Records[0].Cells["name"] != tc.want {
				t.Errorf("%s: %+v %+v", f.Encoding, p.Records, p.Rows)
			}
		})
	}
}

func TestBatchesAreTheWholeFile(t *testing.T) {
	f, err := tablefile.Open("t.csv", []byte(table))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := f.Read(context.Background(), mapping(), corpus())
	if err != nil {
		t.Fatal(err)
	}
	got, n := &ingest.Proposal{}, 0
	err = f.Batches(context.Background(), mapping(), corpus(), 3, func(p *ingest.Proposal) error {
		n++
		got.Records, got.Rows, got.Coders = append(got.Records, p.Records...), append(got.Rows, p.Rows...), append(got.Coders, p.Coders...)
		return nil
	})
	if err != nil || n != 3 {
		t.Errorf("%d batches, %v", n, err)
	}
	if diff := cmp.Diff(whole, got); diff != "" {
		t.Error(diff)
	}
	p, err := f.Preview(context.Background(), mapping(), corpus(), 3)
	if err != nil || len(p.Rows) != 3 {
		t.Errorf("%+v, %v", p, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Read(ctx, mapping(), corpus()); err == nil {
		t.Error("a cancelled reading went on")
	}
}
