package csl_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/corpora"
	"entente/internal/cite"
	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/ingest/csl"
)

func read(t testing.TB, data string, s csl.Settings, r ingest.Resolver) *ingest.Proposal {
	t.Helper()
	p, err := csl.Read(context.Background(), "z.json", []byte(data), s, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// library is a made-up export in the shape that Zotero writes.
const library = `[
 {"id":"http://zotero.org/users/1/items/AAAA","type":"article-journal","title":"On silence","container-title":"Journal of Norms","DOI":"10.1000/X1",
  "author":[{"family":"Doe","given":"Ann"},{"literal":"The Group"},{"family":"Berg","given":"Bo","non-dropping-particle":"van den"}],"issued":{"date-parts":[["2019",5]]},"language":"en-GB"},
 {"id":2,"type":"report","genre":"Position paper","title":"Position of Estonia","author":[{"literal":"Estonia"}],"number":7,"issued":{"raw":"29 May 2019"},"URL":"https://example.org/p","language":"English"},
 {"id":"c","type":"document","title":"A paper","issued":{"date-parts":[[2019,21]]}},
 {"id":"d","type":"legislation","number":"A/RES/73/27","title":"Developments","publisher":"United Nations","issued":{"date-parts":[[2018,12,1],[2018,12,5]]}},
 {"id":"e","type":"webpage"},
 {"id":"f","type":"report","genre":"Position paper","title":"Position of Estonia","URL":"https://example.org/p"},
 {"id":"g","type":"webpage","title":"Known page","URL":"http://www.example.org/known/"},
 {"id":"h","type":["x"]},
 {"id":"i","type":"speech","title":"Bad day","issued":{"date-parts":[[2019,2,31]]},"URL":"ftp://example.org"}
]`

func corpus() ingest.Resolver {
	return ingest.InCorpus(entente.NewCorpus(entente.Info{}, entente.Records{
		Actors:  []entente.Actor{{ID: "est", Name: "Estonia"}},
		Sources: []entente.Source{{ID: "page", Title: "Something else", URL: "https://example.org/known"}},
	}))
}

func TestRead(t *testing.T) {
	p := read(t, library, csl.Settings{AuthorsText: true}, corpus())
	var outcomes []string
	for _, r := range p.Rows {
		outcomes = append(outcomes, string(r.Outcome)+": "+r.Why)
	}
	if diff := cmp.Diff([]string{
		"used: ",
		`used: of the date "29 May 2019" only the year was read; the language "English" is not a code and was left out`,
		`problem: the type "document" tells no kind of source (kinds, other_kind)`,
		`used: the date is the period 2018-12-01 to 2018-12-05: kept as "2018-12"`,
		"problem: the item has no title", "skipped: the same as item 2", "skipped: is in the corpus as page",
		`problem: it is not an item of CSL JSON: ["x"] is not a text`, `used: the address "ftp://example.org" was left out`,
	}, outcomes); diff != "" {
		t.Error(diff)
	}
	var got []map[string]string
	for i := range p.Records {
		if err := p.Records[i].Check(); err != nil {
			t.Error(err)
		}
		c := p.Records[i].Cells
		delete(c, "id")
		got = append(got, c)
	}
	if diff := cmp.Diff([]map[string]string{
		{"title": "On silence", "kind": "scholarship", "author": "Ann Doe and The Group and Bo van den Berg, Journal of Norms", "date": "2019-05", "url": "https://doi.org/10.1000/X1", "lang": "en-GB"},
		{"title": "Position of Estonia", "kind": "position-paper", "author": "Estonia", "date": "2019", "symbol": "7", "url": "https://example.org/p", "text_of": "est"},
		{"title": "Developments", "kind": "resolution", "author": "United Nations", "date": "2018-12", "symbol": "A/RES/73/27"},
		{"title": "Bad day", "kind": "statement", "date": "2019-02"},
	}, got); diff != "" {
		t.Error(diff)
	}
	p = read(t, library, csl.Settings{Kinds: map[string]string{"document": "reference"}}, corpus())
	if c := p.Records[2].Cells; c["kind"] != "reference" || c["date"] != "2019" { // 21 is a season
		t.Errorf("%v", c)
	}
	p = read(t, library, csl.Settings{OtherKind: "report"}, corpus())
	if r := p.Rows[2]; r.Outcome != ingest.Used || !strings.Contains(r.Why, "taken as report") {
		t.Errorf("%+v", r)
	}
}

func TestTwiceIsTheSameAndCorrectedTitlesKeepTheirID(t *testing.T) {
	a, b := read(t, library, csl.Settings{}, corpus()), read(t, library, csl.Settings{}, corpus())
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	c := read(t, strings.Replace(library, "On silence", "On silences", 1), csl.Settings{}, corpus())
	if a.Records[0].Cells["id"] != c.Records[0].Cells["id"] {
		t.Errorf("%v, %v", a.Records[0], c.Records[0])
	}
}

// Every source of the default corpus goes out as CSL JSON and comes back the
// same.
func TestOurOwnExportComesBack(t *testing.T) {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		t.Fatal(err)
	}
	var list []*entente.Source
	for i := range c.Sources {
		list = append(list, &c.Sources[i])
	}
	var b bytes.Buffer
	if err := cite.WriteCSL(&b, list); err != nil {
		t.Fatal(err)
	}
	p := read(t, b.String(), csl.Settings{}, ingest.InCorpus(c))
	if len(p.Records) != len(list) {
		t.Fatalf("%d of %d sources: %+v", len(p.Records), len(list), p.Rows)
	}
	var back entente.Records
	for i := range p.Records {
		if err := (datapackage.Row{Table: "sources", Cells: p.Records[i].List()}).AppendTo(&back); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(c.Sources, back.Sources, cmp.AllowUnexported(entente.Date{})); diff != "" {
		t.Error(diff)
	}
}

func TestHostileFiles(t *testing.T) {
	for data, want := range map[string]string{
		"": "empty", "{}": "this is not CSL JSON", "[": "this is not CSL JSON", "<xml/>": "this is not CSL JSON", strings.Repeat("[", 20000): "this is not CSL JSON",
	} {
		if _, err := csl.Read(context.Background(), "z.json", []byte(data), csl.Settings{}, corpus()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20s: %v", data, err)
		}
	}
	if p := read(t, `{"items":[1,null,{"type":"book","title":"B"}]}`, csl.Settings{}, corpus()); len(p.Records) != 1 || len(p.Rows) != 3 {
		t.Errorf("%+v", p)
	}
	if err := (csl.Settings{Kinds: map[string]string{"book": "novel"}, OtherKind: "novel", Unknown: "x"}).Check("s"); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("%v", err)
	}
}
