package mapping

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"entente"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/stix"
)

var update = flag.Bool("update", false, "rewrite the schemas in docs/stix")

var corpus = sync.OnceValue(func() *entente.Corpus {
	c, err := datapackage.Read(corpora.CyberNorms())
	if err != nil {
		panic(err)
	}
	return c
})

var node = ActorIdentity("est")

var everything = sync.OnceValues(func() ([]*stix.Object, error) {
	return Export(corpus(), nil, Options{Creator: node})
})

func exported(t testing.TB) []*stix.Object {
	t.Helper()
	list, err := everything()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The whole embedded corpus goes out as STIX, over the wire, in any order, and
// comes back as the same records.
func TestTheCorpusComesBackTheSame(t *testing.T) {
	list := slices.Clone(exported(t))
	slices.Reverse(list)
	var wire bytes.Buffer
	if err := stix.WriteBundle(&wire, list); err != nil {
		t.Fatal(err)
	}
	size := wire.Len()
	got, bad, err := stix.ReadAll(&wire, stix.DefaultStreamLimits)
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	in := Import(got, "cybernorms")
	for _, l := range in.Left {
		if l.Fault {
			t.Errorf("%s: %s", l.Object, l.Why)
		}
	}
	if len(in.Missing) > 0 {
		t.Errorf("missing: %v", in.Missing)
	}
	records, err := in.Records()
	if err != nil {
		t.Fatal(err)
	}
	back := entente.NewCorpus(corpus().Info, records)
	if diff := datapackage.Diff(corpus(), back); len(diff) > 0 {
		t.Errorf("%d records differ, the first: %+v", len(diff), diff[0])
	}
	rows := len(datapackage.RowsOf(&corpus().Records))
	t.Logf("%d records, %d objects, %d kB", rows, len(got), size>>10)
	if len(in.Rows) != rows {
		t.Errorf("%d rows, want %d", len(in.Rows), rows)
	}
}

// Every object is valid without a warning, and the schema of each extension
// holds for it.
func TestEveryObjectIsValid(t *testing.T) {
	schemas := compiled(t)
	used := map[string]int{}
	for _, o := range exported(t) {
		if faults := stix.Validate(o); len(faults) > 0 {
			t.Fatalf("%s: %v", o.Raw(), faults)
		}
		for i := range Extensions {
			e := &Extensions[i]
			v := o.Extension(e.ID())
			if v == nil {
				continue
			}
			used[e.Name]++
			if e.On != "" && o.Type() != e.On {
				t.Fatalf("the extension %s is on a %s", e.Name, o.Type())
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(v))
			if err != nil {
				t.Fatal(err)
			}
			if err := schemas[e.Name].Validate(doc); err != nil {
				t.Fatalf("%s: %v", v, err)
			}
		}
	}
	for _, e := range Extensions {
		if used[e.Name] == 0 {
			t.Errorf("the corpus does not use the extension %s", e.Name)
		}
	}
}

func compiled(t testing.TB) map[string]*jsonschema.Schema {
	t.Helper()
	out := map[string]*jsonschema.Schema{}
	for i := range Extensions {
		e := &Extensions[i]
		b, err := os.ReadFile(filepath.Join(docs, e.Name+".schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource(e.Name, doc); err != nil {
			t.Fatal(err)
		}
		if out[e.Name], err = c.Compile(e.Name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

var docs = filepath.Join("..", "..", "..", "..", "docs", "stix")

// The published schemas are those that the program holds.
func TestDocsSchemas(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(docs, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range Extensions {
		e := &Extensions[i]
		want, err := e.SchemaFile()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(docs, e.Name+".schema.json")
		if *update {
			if err := os.WriteFile(path, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what the program says; -update rewrites it (%v)", path, err)
		}
		if !strings.Contains(string(readme), string(e.ID())) {
			t.Errorf("docs/stix/README.md does not name %s, %s", e.Name, e.ID())
		}
	}
}

// A schema that takes anything would prove nothing.
func TestSchemasRefuse(t *testing.T) {
	schemas := compiled(t)
	for _, c := range []struct{ extension, value string }{
		{"stance", `{}`},
		{"stance", `{"extension_type":"property-extension","framework":"x","id":"a","actor":"est","proposition":"p","stance":"likes","source":"s","checked":true}`},
		{"stance", `{"extension_type":"property-extension","framework":"x","id":"a","actor":"est","proposition":"p","stance":"affirms","source":"s","checked":"yes"}`},
		{"stance", `{"extension_type":"property-extension","framework":"x","id":"a","actor":"est","proposition":"p","stance":"affirms","source":"s","checked":true,"date":"2021-2"}`},
		{"stance", `{"extension_type":"property-extension","framework":"x","id":"a","actor":"est","proposition":"p","stance":"affirms","source":"s","checked":true,"more":1}`},
		{"record", `{"extension_type":"property-extension","framework":"x","table":"votes","fields":{"rollcall":"r","actor":"est","ballot":"maybe","source":"s"}}`},
		{"record", `{"extension_type":"property-extension","framework":"x","table":"statements","fields":{}}`},
	} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(c.value))
		if err != nil {
			t.Fatal(err)
		}
		if schemas[c.extension].Validate(doc) == nil {
			t.Errorf("%s takes %s", c.extension, c.value)
		}
	}
}

// What is asked for comes with all it refers to, and with nothing else; what is
// imported needs nothing more.
func TestSelectionsAreWhole(t *testing.T) {
	all := datapackage.RowsOf(&corpus().Records)
	rapid.Check(t, func(t *rapid.T) {
		var want []datapackage.Ref
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(all)-1), 1, 3).Draw(t, "rows") {
			want = append(want, datapackage.Ref{Table: all[i].Table, ID: all[i].ID()})
		}
		x := exporterOf(t)
		refs, err := x.closure(want)
		if err != nil {
			t.Fatal(err)
		}
		in := map[datapackage.Ref]bool{}
		for _, r := range refs {
			in[r] = true
		}
		for _, r := range want {
			if !in[r] {
				t.Fatalf("%v is not in its own selection", r)
			}
		}
		for _, r := range refs {
			for _, to := range x.rows[r].Refs() {
				if !in[to] {
					t.Fatalf("%v refers to %v, which is left out", r, to)
				}
			}
		}
	})
}

var oneExporter = sync.OnceValues(func() (*exporter, error) { return newExporter(corpus(), Options{Creator: node}) })

func exporterOf(t *rapid.T) *exporter {
	x, err := oneExporter()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Any record, with whatever text in it, comes back the same.
func TestAnyRecordComesBack(t *testing.T) {
	tables := datapackage.Tables()
	word := rapid.StringMatching(`[a-z0-9é日"\\]{1,8}( [<>&a-z;]{1,5})?`)
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SampledFrom(tables).Draw(t, "table")
		r := datapackage.Row{Table: table}
		for _, s := range datapackage.Columns(table) {
			cell := ""
			if s.Required || rapid.Bool().Draw(t, s.Name+" is filled") {
				switch {
				case len(s.Enum) > 0:
					cell = rapid.SampledFrom(s.Enum).Draw(t, s.Name)
				case s.Type == "boolean":
					cell = rapid.SampledFrom([]string{"yes", "no"}).Draw(t, s.Name)
				case s.Type == "integer":
					cell = rapid.SampledFrom([]string{"0", "7", "123456789"}).Draw(t, s.Name)
				case s.Type == "date":
					cell = rapid.SampledFrom([]string{"2014", "2020-10", "2021-02-19"}).Draw(t, s.Name)
				case s.List:
					cell = strings.Join(rapid.SliceOfN(rapid.StringMatching(`[a-z:-]{1,6}`), 1, 3).Draw(t, s.Name), ";")
				default:
					cell = word.Draw(t, s.Name)
				}
			}
			r.Cells = append(r.Cells, cell)
		}
		if r.Check() != nil {
			return // ends before starts, an address that is none: not a record
		}
		x := exporterOf(t)
		list, err := x.objects(newRow(r))
		if err != nil {
			t.Fatal(err)
		}
		o, err := stix.Build(list[0])
		if err != nil {
			t.Fatal(err)
		}
		in := Import([]*stix.Object{o}, "cybernorms")
		if len(in.Rows) != 1 || len(in.Left) != 0 {
			t.Fatalf("%d rows, left %v", len(in.Rows), in.Left)
		}
		if diff := cmp.Diff(r, in.Rows[0].Row); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The tables that the embedded corpus leaves empty: a quotation, a codebook
// entry and a challenge, made up, come back the same and stand on the object
// that they are about.
func TestRecordsAboutRecords(t *testing.T) {
	r := corpus().Records
	st := r.Statements[0]
	r.Quotations = []entente.Quotation{{Statement: st.ID, Source: st.Source, Start: 0, End: 9, Exact: "synthetic", Prefix: " before ", Suffix: "\nafter "}}
	r.Codebooks = []entente.CodebookEntry{{Proposition: st.Proposition, Version: 2, Definition: "synthetic", Date: entente.Day(2021, 2, 19)}}
	r.Challenges = []entente.Challenge{{ID: "c1", Record: "statements:" + st.ID, Text: "synthetic", Status: entente.ChallengeOpen}}
	c := entente.NewCorpus(corpus().Info, r)
	want := []datapackage.Ref{{Table: "quotations", ID: st.ID + "|0"}, {Table: "codebook", ID: string(st.Proposition) + "|2"}, {Table: "challenges", ID: "c1"}}
	list, err := Export(c, want, Options{Creator: node})
	if err != nil {
		t.Fatal(err)
	}
	in := Import(list, "cybernorms")
	records, err := in.Records()
	if err != nil || len(in.Missing) > 0 {
		t.Fatal(err, in.Missing)
	}
	same := cmp.Comparer(func(a, b entente.Date) bool { return a == b })
	for name, diff := range map[string]string{
		"quotations": cmp.Diff(r.Quotations, records.Quotations), "codebook": cmp.Diff(r.Codebooks, records.Codebooks, same),
		"challenges": cmp.Diff(r.Challenges, records.Challenges, same), "statements": cmp.Diff([]entente.Statement{st}, records.Statements, same),
	} {
		if diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	x, err := newExporter(c, Options{Creator: node})
	if err != nil {
		t.Fatal(err)
	}
	about := map[string]datapackage.Ref{
		"quotations": {Table: "statements", ID: st.ID}, "codebook": {Table: "propositions", ID: string(st.Proposition)}, "challenges": {Table: "statements", ID: st.ID},
	}
	for _, row := range in.Rows {
		to, ok := about[row.Table]
		if !ok {
			continue
		}
		id, err := x.idOf(to)
		i := slices.IndexFunc(list, func(o *stix.Object) bool { return o.ID() == row.Object })
		if err != nil || !slices.Equal(list[i].Refs("object_refs"), []stix.ID{id}) {
			t.Errorf("%s is about %v, want %s (%v)", row.Table, list[i].Refs("object_refs"), id, err)
		}
	}
}

func TestIsDefinition(t *testing.T) {
	defs, err := Definitions()
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range defs {
		if !IsDefinition(o.ID()) {
			t.Errorf("%s is not known as a definition", o.ID())
		}
	}
	if IsDefinition(node) {
		t.Error("an actor is taken for a definition")
	}
}

// The words of the field are the same objects whoever exports them; what a node
// vouches for is its own.
func TestSharedWordsHaveNoOwner(t *testing.T) {
	want := []datapackage.Ref{{Table: "statements", ID: corpus().Statements[0].ID}}
	byID := map[stix.ID]string{}
	opinions := map[stix.ID]bool{}
	for _, n := range []stix.ID{node, ActorIdentity("jpn")} {
		list, err := Export(corpus(), want, Options{Creator: n})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			old, seen := byID[o.ID()]
			switch {
			case seen && old != string(o.Raw()):
				t.Errorf("two nodes give %s differently:\n%s\n%s", o.ID(), old, o.Raw())
			case o.Type() == "opinion":
				opinions[o.ID()] = true
				if o.CreatedBy() != n {
					t.Errorf("the maker of %s is %q", o.ID(), o.CreatedBy())
				}
			case o.ID() == NormID("cybernorms", corpus().Statements[0].Proposition) && o.CreatedBy() != "":
				t.Errorf("the norm has a maker, %s", o.CreatedBy())
			}
			byID[o.ID()] = string(o.Raw())
		}
	}
	if len(opinions) != 2 {
		t.Errorf("%d opinions, want one of each node", len(opinions))
	}
}

// The five stances and their words on the scale of STIX, and no opinion for
// nothing.
func TestStanceOnTheScale(t *testing.T) {
	count := map[string]int{}
	for _, o := range exported(t) {
		if o.Type() == "opinion" {
			count[o.Text("opinion")]++
		}
	}
	stances := map[entente.Stance]int{}
	for _, s := range corpus().Statements {
		stances[s.Stance]++
	}
	want := map[string]int{
		"strongly-agree": stances[entente.Affirms], "agree": stances[entente.AffirmsWithConditions], "neutral": stances[entente.Reserved],
		"disagree": stances[entente.Doubts], "strongly-disagree": stances[entente.Rejects],
	}
	if diff := cmp.Diff(want, count); diff != "" {
		t.Error(diff)
	}
	r := corpus().Records
	none := r.Statements[0]
	none.Stance = ""
	r.Statements = []entente.Statement{none}
	if _, err := Export(entente.NewCorpus(corpus().Info, r), []datapackage.Ref{{Table: "statements", ID: none.ID}}, Options{}); err == nil {
		t.Error("an opinion was made for no stance")
	}
}

// Somebody turns the opinion round and leaves the extension, or the other way
// round: neither is believed.
func TestAnAlteredOpinionGivesNoRecord(t *testing.T) {
	st := corpus().Statements[0]
	list, err := Export(corpus(), []datapackage.Ref{{Table: "statements", ID: st.ID}}, Options{Creator: node})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(o *stix.Object) bool { return o.Type() == "opinion" })
	for name, change := range map[string][2]string{
		"opinion":     {`"opinion":"strongly-agree"`, `"opinion":"strongly-disagree"`},
		"stance":      {`"stance":"affirms"`, `"stance":"rejects"`},
		"norm":        {string(NormID("cybernorms", st.Proposition)), string(NormID("cybernorms", "other"))},
		"proposition": {`"proposition":"` + string(st.Proposition) + `"`, `"proposition":"other"`},
	} {
		raw := strings.Replace(string(list[i].Raw()), `"object_refs":["`+change[0], `"object_refs":["`+change[1], 1)
		raw = strings.Replace(raw, change[0], change[1], 1)
		if raw == string(list[i].Raw()) {
			t.Fatalf("%s: nothing changed in %s", name, raw)
		}
		o, err := stix.Read([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if in := Import([]*stix.Object{o}, ""); len(in.Rows) > 0 || len(in.Left) != 1 || !in.Left[0].Fault {
			t.Errorf("%s: rows %v, left %v", name, in.Rows, in.Left)
		}
	}
}

func TestImportLeavesWhatItCannotTake(t *testing.T) {
	st := corpus().Statements[0]
	at := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	export := func(by stix.ID) *stix.Object {
		list, err := Export(corpus(), []datapackage.Ref{{Table: "statements", ID: st.ID}}, Options{Creator: by})
		if err != nil {
			t.Fatal(err)
		}
		return list[slices.IndexFunc(list, func(o *stix.Object) bool { return o.Type() == "opinion" })]
	}
	a, b := export(node), export(ActorIdentity("jpn"))
	edit := func(o *stix.Object, old, now string) *stix.Object {
		t.Helper()
		raw := strings.Replace(string(o.Raw()), old, now, 1)
		n, err := stix.Read([]byte(raw))
		if err != nil || raw == string(o.Raw()) {
			t.Fatal(raw, err)
		}
		return n
	}
	gone, err := stix.Revoke(a, at)
	if err != nil {
		t.Fatal(err)
	}
	basis := edit(a, `"framework":"cybernorms"`, `"framework":"cybernorms","legal_basis":"Article 2(4)"`)
	other := edit(b, `"checked":true`, `"checked":true,"conditions":"synthetic"`)
	for _, c := range []struct {
		name                  string
		in                    []*stix.Object
		framework             string
		rows, withdrawn, left int
		why                   string
	}{
		{"another list of propositions", []*stix.Object{a}, "others", 0, 0, 1, "belongs to"},
		{"revoked", []*stix.Object{a, gone}, "", 0, 1, 0, ""},
		{"revoked, in the other order", []*stix.Object{gone, a}, "", 0, 1, 0, ""},
		{"legal basis", []*stix.Object{basis}, "", 1, 0, 1, "legal_basis"},
		{"two objects, the same record", []*stix.Object{a, b}, "", 1, 0, 0, ""},
		{"two objects, two records", []*stix.Object{a, other}, "", 1, 0, 1, "differently"},
		{"a cell with NUL", []*stix.Object{edit(a, `"checked":true`, `"checked":true,"conditions":"a\u0000"`)}, "", 0, 0, 1, "NUL"},
		{"a cell of another type", []*stix.Object{edit(a, `"checked":true`, `"checked":"true"`)}, "", 0, 0, 1, "checked"},
		{"no framework", []*stix.Object{edit(a, `"framework":"cybernorms"`, `"framework":""`)}, "", 0, 0, 1, "list of propositions"},
	} {
		got := Import(c.in, c.framework)
		if len(got.Rows) != c.rows || len(got.Withdrawn) != c.withdrawn || len(got.Left) != c.left || c.left > 0 && !strings.Contains(got.Left[0].Why, c.why) {
			t.Errorf("%s: %d rows, %d withdrawn, left %v", c.name, len(got.Rows), len(got.Withdrawn), got.Left)
		}
	}
}

// Of two objects that give one record differently the later version counts, in
// whatever order and by whomever they are.
func TestTheLaterObjectCounts(t *testing.T) {
	st := corpus().Statements[0]
	var both []*stix.Object
	for i, by := range []stix.ID{node, ActorIdentity("jpn")} {
		r := corpus().Records
		changed := st
		changed.Note = string(by)
		r.Statements = []entente.Statement{changed}
		list, err := Export(entente.NewCorpus(corpus().Info, r), []datapackage.Ref{{Table: "statements", ID: st.ID}}, Options{
			Creator: by, Times: func(datapackage.Ref) (time.Time, time.Time, bool) {
				at := time.Date(2024, 1, 1+i, 0, 0, 0, 0, time.UTC)
				return at, at, true
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		both = append(both, list[slices.IndexFunc(list, func(o *stix.Object) bool { return o.Type() == "opinion" })])
	}
	for range 2 {
		slices.Reverse(both)
		in := Import(both, "")
		if len(in.Rows) != 1 || in.Rows[0].CreatedBy != ActorIdentity("jpn") || len(in.Left) != 1 || !in.Left[0].Fault {
			t.Errorf("rows %v, left %v", in.Rows, in.Left)
		}
	}
	// A new version of the other one turns it round.
	newer, err := stix.NextVersion(both[0], time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), nil)
	if err != nil {
		t.Fatal(err)
	}
	if in := Import([]*stix.Object{newer, both[1]}, ""); len(in.Rows) != 1 || in.Rows[0].CreatedBy != newer.CreatedBy() {
		t.Errorf("rows %v", in.Rows)
	}
}

// Times move with the record, marks stand on every object of it, and the
// creation of a shared word belongs to nobody.
func TestTimesAndMarks(t *testing.T) {
	created, modified := time.Date(2024, 1, 2, 3, 4, 5, 6e6, time.UTC), time.Date(2024, 5, 6, 7, 8, 9, 1e3, time.UTC)
	green := stix.ID("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb")
	list, err := Export(corpus(), []datapackage.Ref{{Table: "attributions", ID: corpus().Attributions[0].ID}}, Options{
		Creator: node,
		Times:   func(datapackage.Ref) (time.Time, time.Time, bool) { return created, modified, true },
		Marks:   func(datapackage.Ref) []stix.ID { return []stix.ID{green} },
	})
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]int{}
	for _, o := range list {
		if o.Type() == "extension-definition" || o.ID() == Publisher {
			continue
		}
		types[o.Type()]++
		want := "2024-01-02T03:04:05.006Z"
		if o.CreatedBy() == "" {
			want = Epoch
		}
		if o.Created().String() != want || o.Modified().String() != "2024-05-06T07:08:09.000001Z" || !slices.Equal(o.Marks(), []stix.ID{green}) {
			t.Errorf("%s: created %s, modified %s, marks %v", o.ID(), o.Created(), o.Modified(), o.Marks())
		}
	}
	for _, typ := range []string{"identity", "location", "relationship", "incident", "report"} {
		if types[typ] == 0 {
			t.Errorf("no %s among %v", typ, types)
		}
	}
	if _, err := Export(corpus(), nil, Options{Creator: "report--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"}); err == nil {
		t.Error("a report was taken for a maker")
	}
	if _, err := Export(corpus(), []datapackage.Ref{{Table: "statements", ID: "none"}}, Options{}); entente.KindOf(err) != entente.NotFound {
		t.Errorf("a record that is not there: %v", err)
	}
}

func TestTranslations(t *testing.T) {
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var norm *stix.Object
	for _, o := range exported(t) {
		if o.Type() == "report" && o.Extension(extensionOf["propositions"].ID()) != nil {
			norm = o
			break
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		want := Translation{
			Object: norm.ID(), Modified: norm.Modified(), Lang: rapid.SampledFrom([]string{"et", "ja"}).Draw(t, "language"),
			Fields: map[string]string{"name": rapid.StringN(1, 40, -1).Draw(t, "text")},
		}
		o, err := Translate(norm, want.Lang, want.Fields, node, at)
		if err != nil {
			t.Fatal(err)
		}
		in := Import([]*stix.Object{o}, "")
		if len(in.Translations) != 1 {
			t.Fatalf("%d translations", len(in.Translations))
		}
		a, _ := json.Marshal(want.Fields)
		b, _ := json.Marshal(in.Translations[0].Fields)
		got := in.Translations[0]
		if string(a) != string(b) || got.Object != want.Object || got.Lang != want.Lang || !got.Modified.Equal(want.Modified) {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
	for name, f := range map[string]map[string]string{"nothing": {}, "no such text": {"goals": "x"}, "no text": {"object_refs": "x"}} {
		if _, err := Translate(norm, "et", f, node, at); err == nil {
			t.Errorf("%s was translated", name)
		}
	}
	if _, err := Translate(norm, "en", map[string]string{"name": "x"}, node, at); err == nil {
		t.Error("English was translated into English")
	}
}
