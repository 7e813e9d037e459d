package dna_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"entente"
	"entente/internal/ingest"
	"entente/internal/ingest/dna"
	"entente/internal/ingest/ingesttest"
)

// tables are the tables of DNA 3 with the columns and defaults that its
// description names; constraints that do not matter to a reader are left out.
const tables = `
CREATE TABLE SETTINGS(Property TEXT PRIMARY KEY, Value TEXT NOT NULL);
CREATE TABLE CODERS(ID INTEGER NOT NULL PRIMARY KEY, Name TEXT NOT NULL, Red INTEGER, Green INTEGER, Blue INTEGER, Password TEXT NOT NULL);
CREATE TABLE DOCUMENTS(ID INTEGER NOT NULL PRIMARY KEY, Title TEXT NOT NULL, Text TEXT NOT NULL, Coder INTEGER, Author TEXT NOT NULL DEFAULT '',
  Source TEXT NOT NULL DEFAULT '', Section TEXT NOT NULL DEFAULT '', Notes TEXT NOT NULL DEFAULT '', Type TEXT NOT NULL DEFAULT '', Date INTEGER NOT NULL);
CREATE TABLE STATEMENTTYPES(ID INTEGER NOT NULL PRIMARY KEY, Label TEXT NOT NULL, Red INTEGER, Green INTEGER, Blue INTEGER);
CREATE TABLE VARIABLES(ID INTEGER NOT NULL PRIMARY KEY, Variable TEXT NOT NULL, DataType TEXT NOT NULL DEFAULT 'short text', StatementTypeId INTEGER);
CREATE TABLE STATEMENTS(ID INTEGER NOT NULL PRIMARY KEY, StatementTypeId INTEGER, DocumentId INTEGER, Start INTEGER NOT NULL, Stop INTEGER NOT NULL, Coder INTEGER);
CREATE TABLE DATABOOLEAN(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL, VariableId INTEGER NOT NULL, Value INTEGER NOT NULL DEFAULT 1, UNIQUE (StatementId, VariableId));
CREATE TABLE DATAINTEGER(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL, VariableId INTEGER NOT NULL, Value INTEGER NOT NULL DEFAULT 0, UNIQUE (StatementId, VariableId));
CREATE TABLE ENTITIES(ID INTEGER PRIMARY KEY NOT NULL, VariableId INTEGER NOT NULL, Value TEXT NOT NULL DEFAULT '', ChildOf INTEGER, UNIQUE (VariableId, Value));
CREATE TABLE DATASHORTTEXT(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL, VariableId INTEGER NOT NULL, Entity INTEGER NOT NULL, UNIQUE (StatementId, VariableId));
CREATE TABLE DATALONGTEXT(ID INTEGER PRIMARY KEY NOT NULL, StatementId INTEGER NOT NULL, VariableId INTEGER NOT NULL, Value TEXT DEFAULT '', UNIQUE (StatementId, VariableId));
INSERT INTO SETTINGS VALUES ('version', '3.1.2');
INSERT INTO STATEMENTTYPES(ID, Label) VALUES (1, 'DNA Statement'), (3, 'Annotation');
INSERT INTO VARIABLES VALUES (1, 'person', 'short text', 1), (2, 'organization', 'short text', 1), (3, 'concept', 'short text', 1), (4, 'agreement', 'boolean', 1), (11, 'note', 'long text', 3);
`

// first is a made-up text with a letter outside the basic plane and two kinds
// of line end; the places below are counted by the test.
const first = "Opening 𝔄.\r\nWe hold that humanitarian law applies. We do not accept\rcountermeasures by third states. 終わり"

func units(s string) int { return len(utf16.Encode([]rune(s))) }

// span gives the places of words in the text, in UTF-16 code units.
func span(t testing.TB, text, words string) (int, int) {
	t.Helper()
	at := strings.Index(text, words)
	if at < 0 {
		t.Fatalf("%q is not in the text", words)
	}
	return units(text[:at]), units(text[:at+len(words)])
}

// build makes a database and runs more on it.
func build(t testing.TB, more ...string) []byte {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	c, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	run := func(q string, args ...any) {
		t.Helper()
		if _, err := c.ExecContext(context.Background(), q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	run(tables)
	run("INSERT INTO CODERS(ID, Name, Password) VALUES (1, 'Admin', ''), (2, 'Real Name', '')")
	run("INSERT INTO DOCUMENTS VALUES (1, 'Speech of Estonia', ?, 1, 'Estonia', 'https://example.org/speech', 'plenary', 'read twice', 'speech', 1559088000)", first) // 2019-05-29
	run("INSERT INTO DOCUMENTS VALUES (2, 'Letter', 'We agree.', 1, 'Japan', 'Some archive', '', '', 'letter', 0)")
	a, b := span(t, first, "humanitarian law applies")
	run("INSERT INTO STATEMENTS VALUES (10, 1, 1, ?, ?, 2)", a, b)
	a, b = span(t, first, "We do not accept\rcountermeasures by third states")
	run("INSERT INTO STATEMENTS VALUES (11, 1, 1, ?, ?, 2)", a, b)
	run("INSERT INTO STATEMENTS VALUES (12, 1, 2, 0, 8, 1), (13, 3, 1, 0, 7, 1), (14, 1, 2, 0, 99, 1), (15, 1, 2, 3, 8, 1)")
	run("INSERT INTO ENTITIES(ID, VariableId, Value) VALUES (1, 2, 'Estonia'), (2, 2, 'Atlantis'), (3, 3, 'law-ihl'), (4, 3, 'Third states may not take countermeasures'), (5, 1, 'Jane Speaker'), (6, 2, ''), (7, 2, 'Japan')")
	run("INSERT INTO DATASHORTTEXT(StatementId, VariableId, Entity) VALUES (10, 2, 1), (10, 3, 3), (10, 1, 5), (11, 2, 1), (11, 3, 4), (12, 2, 2), (12, 3, 3), (14, 2, 7), (14, 3, 3), (15, 2, 7), (15, 3, 3)")
	run("INSERT INTO DATABOOLEAN(StatementId, VariableId, Value) VALUES (10, 4, 1), (11, 4, 0), (12, 4, 1), (14, 4, 1)")
	run("INSERT INTO DATALONGTEXT(StatementId, VariableId, Value) VALUES (13, 11, 'look again')")
	for _, q := range more {
		run(q)
	}
	var out []byte
	if err := c.Raw(func(d any) (err error) {
		out, err = d.(interface{ Serialize() ([]byte, error) }).Serialize()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func settings() dna.Settings {
	s := dna.Defaults()
	s.Stances = map[string]string{"1": "affirms", "0": "rejects"}
	s.SourceKinds = map[string]string{"speech": "statement"}
	s.Unknown = ingest.UnknownNew
	s.New = ingest.New{ActorKind: "organisation", Pillar: "law", Issue: "imported", SourceKind: "report"}
	return s
}

func records() entente.Records {
	return entente.Records{
		Actors:       []entente.Actor{{ID: "est", Kind: entente.State, Name: "Estonia"}, {ID: "jpn", Kind: entente.State, Name: "Japan"}},
		Propositions: []entente.Proposition{{ID: "law-ihl", Pillar: entente.Law, Issue: "ihl", Statement: "Humanitarian law applies"}},
	}
}

func corpus() ingest.Resolver { return ingest.InCorpus(entente.NewCorpus(entente.Info{}, records())) }

func read(t testing.TB, data []byte, s dna.Settings, r ingest.Resolver) *ingest.Proposal {
	t.Helper()
	p, err := dna.Read(context.Background(), "p.dna", data, s, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestRead(t *testing.T) {
	s := settings()
	s.AuthorsText = true
	p := read(t, build(t), s, corpus())
	var outcomes []string
	for _, r := range p.Rows {
		outcomes = append(outcomes, r.Place+": "+string(r.Outcome)+" "+r.Why)
	}
	if diff := cmp.Diff([]string{
		"document 1: used ", "document 2: used ", "statement 10: used ", "statement 11: used ", "statement 12: used ",
		`statement 13: skipped it is of the type "Annotation": kept as a passage`,
		"statement 14: problem the places 0 to 99 lie outside the document, which has 9 characters",
		"statement 15: problem no stance is set, and none is assumed",
	}, outcomes); diff != "" {
		t.Error(diff)
	}
	var kinds []string
	by := map[string][]map[string]string{}
	for i := range p.Records {
		r := &p.Records[i]
		if err := r.Check(); err != nil {
			t.Error(err)
		}
		kinds = append(kinds, r.Kind)
		by[r.Kind] = append(by[r.Kind], r.Cells)
	}
	if diff := cmp.Diff([]string{"sources", "sources", "statements", "quotations", "propositions", "statements", "quotations", "actors", "statements", "quotations"}, kinds); diff != "" {
		t.Error(diff)
	}
	speech := by["sources"][0]
	if diff := cmp.Diff(map[string]string{
		"id": speech["id"], "title": "Speech of Estonia", "author": "Estonia", "date": "2019-05-29", "url": "https://example.org/speech", "kind": "statement",
		"text_of": "est", "note": "section: plenary; read twice",
	}, speech); diff != "" {
		t.Error(diff)
	}
	if l := by["sources"][1]; l["date"] != "" || l["kind"] != "report" || l["note"] != "source: Some archive" {
		t.Errorf("%v", l)
	}
	text := strings.ReplaceAll(strings.ReplaceAll(first, "\r\n", "\n"), "\r", "\n")
	if p.Documents[0].Text != text || p.Documents[0].Source != speech["id"] {
		t.Errorf("%+v", p.Documents[0])
	}
	// Places count code points of the text with LF.
	want := "We do not accept\ncountermeasures by third states"
	start := len([]rune(text[:strings.Index(text, want)]))
	q := by["quotations"][1]
	if diff := cmp.Diff(map[string]string{
		"statement": by["statements"][1]["id"], "source": speech["id"], "document": ingest.Hash(text), "exact": want,
		"start": itoa(start), "end": itoa(start + len([]rune(want))), "prefix": " that humanitarian law applies. ", "suffix": ". 終わり",
	}, q); diff != "" {
		t.Error(diff)
	}
	if st := by["statements"]; st[0]["actor"] != "est" || st[0]["stance"] != "affirms" || st[1]["stance"] != "rejects" || st[2]["actor"] != by["actors"][0]["id"] || st[0]["note"] != "" {
		t.Errorf("%v", st)
	}
	if diff := cmp.Diff([]string{
		"3 of 4 statements have the value of agreement that the program writes when nobody chooses one: they may be choices or gaps",
		"1 of 2 documents have no date", "1 statements name a person; the names are left out", "coders stand under pseudonyms",
	}, p.Notes); diff != "" {
		t.Error(diff)
	}
	if len(p.Passages) != 3 || p.Passages[0].Note != "note: look again" || p.Passages[0].Quote.Exact != "Opening" {
		t.Errorf("%+v", p.Passages)
	}
	all, _ := ingest.WriteJSON(p)
	for _, name := range []string{"Real Name", "Jane Speaker", "Admin"} {
		if strings.Contains(string(all), name) {
			t.Errorf("the name %s is in the proposal", name)
		}
	}
	if len(p.Coders) != 2 {
		t.Errorf("%q", p.Coders)
	}
	if diff := cmp.Diff(p, read(t, build(t), s, corpus())); diff != "" {
		t.Error("a second import differs", diff)
	}
}

func TestTwice(t *testing.T) {
	data := build(t)
	c := ingesttest.Twice(t, records(), func(r ingest.Resolver) *ingest.Proposal { return read(t, data, settings(), r) })
	if len(c.Statements) != 3 || len(c.Quotations("nothing")) != 0 || len(c.Quotations(c.Statements[0].ID)) != 1 {
		t.Errorf("%+v", c.Statements)
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestAQualifierMeansNothingUntilTheSettingsSay(t *testing.T) {
	s := settings()
	s.Stances = nil
	p := read(t, build(t), s, corpus())
	for i := range p.Records {
		if p.Records[i].Kind != "sources" {
			t.Errorf("%+v", p.Records[i])
		}
	}
	if r := p.Rows[2]; r.Outcome != ingest.Problem || !strings.Contains(r.Why, `the variable agreement is "1", and the settings do not say`) {
		t.Errorf("%+v", r)
	}
	if len(p.Passages) != 6 { // nothing is lost
		t.Errorf("%d passages", len(p.Passages))
	}
}

func TestDescribe(t *testing.T) {
	c, err := dna.Describe(context.Background(), "p.dna", build(t))
	if err != nil {
		t.Fatal(err)
	}
	if c.Documents != 2 || len(c.Types) != 2 || c.Types[1].Statements != 5 || c.Types[1].Variables[0].Name != "agreement" {
		t.Errorf("%+v", c)
	}
	if diff := cmp.Diff([]dna.Count{{Value: "1", N: 3}, {Value: "0", N: 1}}, c.Types[1].Variables[0].Values); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Admin", "Real Name"}, c.Coders); diff != "" {
		t.Error(diff)
	}
}

func TestWriteAheadFile(t *testing.T) {
	data := build(t)
	data[18], data[19] = 2, 2 // as a database in write-ahead mode has it
	if p := read(t, data, settings(), corpus()); len(p.Documents) != 2 {
		t.Errorf("%d documents", len(p.Documents))
	}
	if data[18] != 2 {
		t.Error("the caller's bytes were changed")
	}
}

func TestHostileDatabases(t *testing.T) {
	good := build(t)
	cut := append([]byte(nil), good[:len(good)/2]...)
	torn := append([]byte(nil), good...)
	for i := 4096; i < len(torn); i++ {
		torn[i] = byte(i * 7)
	}
	endless := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS ID, 'x' AS Value FROM n"
	s := settings()
	other := s
	other.Type = "Claim"
	wrong := s
	wrong.Concept, wrong.Note = "topic", []string{"mood"}
	for name, tc := range map[string]struct {
		data []byte
		s    dna.Settings
		want string
	}{
		"empty":            {nil, s, "the file is empty"},
		"text":             {[]byte("hello"), s, "not an SQLite database"},
		"cut":              {cut, s, "damaged"},
		"torn":             {torn, s, "damaged"},
		"a view":           {build(t, "DROP TABLE ENTITIES", "CREATE VIEW ENTITIES AS "+endless), s, "has no table ENTITIES"},
		"a computed text":  {build(t, "DROP TABLE ENTITIES", "CREATE TABLE ENTITIES(ID INTEGER PRIMARY KEY, Value TEXT AS (hex(zeroblob(100000000))))"), s, "the table ENTITIES has no plain column Value"},
		"a virtual table":  {build(t, "DROP TABLE ENTITIES", "CREATE VIRTUAL TABLE ENTITIES USING fts5(ID, Value)"), s, "has no table ENTITIES"},
		"another program":  {build(t, "DROP TABLE STATEMENTS"), s, "has no table STATEMENTS"},
		"version 2":        {build(t, "UPDATE SETTINGS SET Value = '2.0 beta 25'"), s, "the database is of DNA 2.0 beta 25"},
		"no such type":     {good, other, "the types are Annotation, DNA Statement"},
		"no such variable": {good, wrong, "the variables are agreement, concept, organization, person"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := dna.Read(context.Background(), "p.dna", tc.data, tc.s, corpus()); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v", err)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := dna.Read(ctx, "p.dna", good, s, corpus()); err == nil {
		t.Error("a cancelled reading went on")
	}
}

func TestSettingsAreChecked(t *testing.T) {
	s := settings()
	s.Actor, s.Stances, s.SourceKinds = "", map[string]string{"1": "yes", " ": "affirms"}, map[string]string{"a": "paper"}
	s.Coders, s.Unknown = map[string]string{"A": "a@example.org"}, "maybe"
	err := s.Check("settings")
	for _, want := range []string{"settings: actor", `"1" means "yes"`, "must not stand for a stance", `"a" is of the kind "paper"`, `"a@example.org"`, `"maybe"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %v", want, err)
		}
	}
}
