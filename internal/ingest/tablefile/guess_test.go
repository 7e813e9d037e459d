package tablefile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/ingest/tablefile"
)

func TestGuess(t *testing.T) {
	header := []string{"Member State", "Concept", "Position", "Date", "Document", "Page", "Internal no."}
	sample := [][]string{
		{"EST", "law-ihl", "Supports", "29.05.2019", "est-2019", "2", "x"},
		{"JPN", "law-ihl", "opposes", "1.6.2019", "est-2019", "3", "y"},
		{"JPN", "law-ihl", "hm", "2020", "est-2019", "", ""},
	}
	m, notes := tablefile.Guess(header, sample, "statements")
	want := tablefile.Mapping{Name: "guessed", Kind: "statements", Columns: []tablefile.Column{
		{From: "Member State", To: "actor"},
		{From: "Concept", To: "proposition"},
		{From: "Position", To: "stance", Words: map[string]string{"Supports": "affirms", "opposes": "rejects"}},
		{From: "Date", To: "date", Date: "DD.MM.YYYY"},
		{From: "Document", To: "source"},
		{From: "Page", To: "pinpoint"},
		{To: "checked", Fixed: "no"},
	}}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"stance: say what these words mean: hm", "no column tells checked: no stands for every row", `the column "Internal no." is not used`,
	}, notes); diff != "" {
		t.Error(diff)
	}
	if err := m.Check("guess"); err != nil {
		t.Error(err)
	}
}

func TestGuessLeavesOpenWhatItCannotTell(t *testing.T) {
	m, notes := tablefile.Guess([]string{"actor", "proposition", "stance", "date", "source"}, [][]string{{"a", "b", "1", "3/4/2020", "s"}, {"a", "b", "0", "5/6/2020", "s"}}, "statements")
	for _, c := range m.Columns {
		if c.Words != nil || c.Date != "" {
			t.Errorf("%+v", c)
		}
	}
	all := strings.Join(notes, "\n")
	for _, want := range []string{"say what these words mean: 0, 1", `"3/4/2020" can be read as DD/MM/YYYY or as MM/DD/YYYY: choose one`} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not in %q", want, all)
		}
	}
	// Absent is not abstain, and what is neither stays open.
	m, notes = tablefile.Guess([]string{"rcid", "country", "vote", "source"}, [][]string{{"1", "EST", "A", "s"}, {"1", "JPN", "abstention", "s"}, {"1", "FRA", "NV", "s"}, {"1", "LVA", "Y", "s"}}, "votes")
	for _, c := range m.Columns {
		if c.To == "ballot" {
			if diff := cmp.Diff(map[string]string{"A": "abstain", "abstention": "abstain", "Y": "yes"}, c.Words); diff != "" {
				t.Error(diff)
			}
		}
	}
	if !strings.Contains(strings.Join(notes, "\n"), "say what these words mean: NV") {
		t.Error(notes)
	}
}

func TestGuessOfEveryTablesOwnColumnsIsThatTable(t *testing.T) {
	for _, kind := range datapackage.Tables() {
		var header []string
		for _, s := range datapackage.Columns(kind) {
			header = append(header, s.Name)
		}
		m, _ := tablefile.Guess(header, nil, kind)
		if err := m.Check(kind); err != nil {
			t.Error(err)
		}
		for _, c := range m.Columns {
			if c.From != c.To {
				t.Errorf("%s: %s is read from %q", kind, c.To, c.From)
			}
		}
		if len(m.Columns) != len(header) {
			t.Errorf("%s: %d of %d columns", kind, len(m.Columns), len(header))
		}
	}
}

func TestAMappingIsSavedAndLoadedStrictly(t *testing.T) {
	m := mapping()
	m.Unknown, m.New.ActorKind, m.Sheet, m.HeaderRow = ingest.UnknownNew, "state", "Codings", 3
	b, err := m.Save()
	if err != nil {
		t.Fatal(err)
	}
	back, err := tablefile.Load("m.json", b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back); diff != "" {
		t.Error(diff)
	}
	ok := `{"name":"n","kind":"votes","columns":[{"from":"c","to":"rollcall"},{"from":"a","to":"actor"},{"from":"v","to":"ballot"},{"from":"s","to":"source"}]}`
	if _, err := tablefile.Load("m.json", []byte(ok)); err != nil {
		t.Error(err)
	}
	for name, tc := range map[string]struct{ json, want string }{
		"unknown field":   {"{\n  \"kind\": \"votes\",\n  \"colums\": []\n}", `m.json:3:11: there is no field "colums" here (expected name, kind`},
		"inner field":     {`{"kind":"votes","columns":[{"form":"x"}]}`, `m.json:1:35: there is no field "form" here`},
		"field twice":     {`{"kind":"votes","kind":"votes"}`, `the field "kind" stands twice`},
		"other case":      {`{"Kind":"votes"}`, `there is no field "Kind" here`},
		"type":            {`{"kind":7}`, "m.json:1:"},
		"not JSON":        {`{"kind":`, "this is not JSON"},
		"tail":            {ok + "x", "invalid character 'x'"},
		"two values":      {ok + "{}", "something follows the settings"},
		"unknown table":   {`{"kind":"vote","columns":[]}`, `m.json: kind: there is no table "vote"`},
		"unknown column":  {strings.Replace(ok, `"ballot"`, `"stance"`, 1), `columns[2] (stance) to: the table votes has no column "stance"`},
		"missing column":  {strings.Replace(ok, `,{"from":"v","to":"ballot"}`, ``, 1), "nothing fills ballot"},
		"filled twice":    {strings.Replace(ok, `"ballot"`, `"actor"`, 1), "the column actor is filled twice"},
		"bad word":        {strings.Replace(ok, `"ballot"`, `"ballot","words":{"A":"abstained"}`, 1), `"A" is translated to "abstained"`},
		"bad unknown":     {strings.Replace(ok, `"kind"`, `"unknown":"ignore","kind"`, 1), `"ignore" is not allowed here`},
		"bad new":         {strings.Replace(ok, `"kind"`, `"new":{"actor_kind":"nation"},"kind"`, 1), `"nation" is not allowed here`},
		"date of a word":  {strings.Replace(ok, `"ballot"`, `"ballot","date":"DD.MM.YYYY"`, 1), "the column ballot holds no date"},
		"fixed and from":  {strings.Replace(ok, `"ballot"`, `"ballot","fixed":"yes"`, 1), "both a column of the file and a fixed value"},
		"bad separator":   {strings.Replace(ok, `"kind"`, `"separator":"#","kind"`, 1), "separator"},
		"nothing to read": {strings.Replace(ok, `"from":"v",`, ``, 1), "neither a column of the file nor a fixed value"},
	} {
		if _, err := tablefile.Load("m.json", []byte(tc.json)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	bad := mapping()
	for format, want := range map[string]string{"DD.MM.YY": "does not tell the century", "MM": "has no year", "DD.DD.YYYY": "a part twice", "heute": "is not a way"} {
		bad.Columns[3].Date = format
		if err := bad.Check("m"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestDates(t *testing.T) {
	for _, tc := range []struct{ format, value, want string }{
		{"DD.MM.YYYY", "1.2.2020", "2020-02-01"},
		{"MM/DD/YYYY", "1/2/2020", "2020-01-02"},
		{"D MMM YYYY", "3 September 2019", "2019-09-03"},
		{"D MMM YYYY", "3 Sept. 2019", "2019-09-03"},
		{"MMM D, YYYY", "May 29, 2019", "2019-05-29"},
		{"MMM YYYY", "Mar 2020", "2020-03"},
		{"YYYY/MM/DD", "2020/12/31", "2020-12-31"},
		{"DD.MM.YYYY", "2020-10", "2020-10"},
		{"", "2020-10-05T12:30:00Z", "2020-10-05"},
		{"", "2020-10-05 12:30", "2020-10-05"},
		{"DD.MM.YYYY", "1.13.2020", ""},
		{"DD.MM.YYYY", "1.2.20", ""},
		{"D MMM YYYY", "3 Foo 2019", ""},
		{"", "1.2.2020", ""},
		{"", "44000", ""},
	} {
		m := tablefile.Mapping{Kind: "incidents", Columns: []tablefile.Column{{To: "title", Fixed: "x"}, {From: "d", To: "date", Date: tc.format}}}
		p := read(t, "t.csv", "d\n\""+tc.value+"\"\n", m, ingest.Nothing{})
		got := ""
		if len(p.Records) > 0 {
			got = p.Records[0].Cells["date"]
		}
		if got != tc.want {
			t.Errorf("%q as %q: %q, want %q (%+v)", tc.value, tc.format, got, tc.want, p.Rows)
		}
	}
}

// Whatever stands in a file, every row is reported once, every record is one
// that its table accepts, and ids are not shared.
func TestAnyFile(t *testing.T) {
	words := []string{"", "est", "Estonia", "law-ihl", "affirms", "supports", "2020", "31.12.2019", "est-2019", "a;b", "x|y", "\"q\"", "ü\n", " "}
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("Country,Claim,View,Day,Document,Page,Coder\n")
		rows := rapid.IntRange(0, 12).Draw(t, "rows")
		for range rows {
			for c := range 7 {
				if c > 0 {
					b.WriteByte(',')
				}
				b.WriteString(`"` + strings.ReplaceAll(rapid.SampledFrom(words).Draw(t, "w"), `"`, `""`) + `"`)
			}
			b.WriteByte('\n')
		}
		m := mapping()
		m.Unknown = rapid.SampledFrom(ingest.Unknowns).Draw(t, "unknown")
		m.New = ingest.New{ActorKind: "state", Pillar: "law", Issue: "x", SourceKind: "report"}
		f, err := tablefile.Open("t.csv", []byte(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Read(t.Context(), m, corpus())
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Rows) != rows {
			t.Fatalf("%d reports of %d rows", len(p.Rows), rows)
		}
		ids := map[string]bool{}
		for i := range p.Records {
			if err := p.Records[i].Check(); err != nil {
				t.Fatal(err)
			}
			id := p.Records[i].Kind + ":" + p.Records[i].ID()
			if ids[id] {
				t.Fatalf("%s twice", id)
			}
			ids[id] = true
		}
	})
}
