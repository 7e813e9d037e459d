package workbench_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/ingest"
	"entente/internal/ingest/all"
	"entente/internal/ingest/tablefile"
	"entente/internal/store"
	"entente/internal/workbench"
)

// table is a synthetic file of statements, with a row of each sort.
const table = `actor,question,stance,source,note
Estonia,law-ihl,supports,A synthetic report,first
Japan,law-ihl,opposes,A synthetic report,second
Atlantis,law-ihl,supports,A synthetic report,no such state
Estonia,law-charter,,A synthetic report,no stance
`

// mapping reads it.
var mapping = all.Settings{Kind: "csv", Table: &tablefile.Mapping{
	Name: "synthetic", Kind: "statements", Unknown: ingest.UnknownNew, New: ingest.New{SourceKind: "report"},
	Columns: []tablefile.Column{
		{From: "actor", To: "actor"},
		{From: "question", To: "proposition"},
		{From: "stance", To: "stance", Words: map[string]string{"supports": "affirms", "opposes": "rejects"}},
		{From: "source", To: "source"},
		{From: "note", To: "note"},
		{To: "coder", Fixed: "student"},
		{To: "checked", Fixed: "yes"},
	},
}}

func (d *desk) read(data string, s all.Settings) *ingest.Proposal {
	d.t.Helper()
	r, err := d.Resolver(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	p, err := all.Read(d.ctx, "file.csv", []byte(data), s, r)
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func (d *desk) preview(p *ingest.Proposal) *workbench.Plan {
	d.t.Helper()
	plan, err := d.Preview(d.ctx, edith, p)
	if err != nil {
		d.t.Fatal(err)
	}
	return plan
}

func counts(p *workbench.Plan) map[workbench.PlanOutcome]int {
	out := map[workbench.PlanOutcome]int{}
	for _, o := range workbench.PlanOutcomes {
		if n := p.Count(o); n > 0 {
			out[o] = n
		}
	}
	return out
}

func TestImportTwiceChangesNothing(t *testing.T) {
	for _, state := range []store.State{"", store.InReview, store.Published} {
		t.Run(string(state), func(t *testing.T) {
			d := ticking(t, workbench.Options{})
			plan := d.preview(d.read(table, mapping))
			if before, err := d.Store.Mark(d.ctx); err != nil || before.Seq != 1 {
				t.Errorf("a preview wrote something: %+v %v", before, err)
			}
			// One source, two statements; Atlantis has no kind, one row no stance.
			if diff := cmp.Diff(map[workbench.PlanOutcome]int{workbench.PlanNew: 3}, counts(plan)); diff != "" {
				t.Fatal(diff)
			}
			done, err := d.Apply(d.ctx, edith, plan, state, nil)
			if err != nil || done.Commit.Changes != 3 {
				t.Fatalf("%+v %v", done, err)
			}
			again := d.preview(d.read(table, mapping))
			if diff := cmp.Diff(map[workbench.PlanOutcome]int{workbench.PlanSame: 2}, counts(again)); diff != "" {
				t.Errorf("the second time: %s", diff) // the source is known by its title now
			}
			done, err = d.Apply(d.ctx, edith, again, state, nil)
			if err != nil || done.Commit.Changes != 0 {
				t.Errorf("%+v %v", done.Commit, err)
			}
			if m, err := d.Store.Mark(d.ctx); err != nil || m.Seq != 2 {
				t.Errorf("the second import is commit %d: %v", m.Seq, err)
			}
		})
	}
}

func TestAnImportTellsOfEveryRow(t *testing.T) {
	d := ticking(t, workbench.Options{})
	done, err := d.Apply(d.ctx, edith, d.preview(d.read(table, mapping)), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	page := done.Page()
	v := page.Data.(*workbench.Import)
	outcome := map[int][]string{}
	for _, r := range v.Rows {
		outcome[r.Row] = append(outcome[r.Row], r.Outcome+" "+fmt.Sprint(r.Written))
	}
	want := map[int][]string{2: {"new true", "new true"}, 3: {"new true"}, 4: {"problem false"}, 5: {"problem false"}}
	if diff := cmp.Diff(want, outcome); diff != "" {
		t.Error(diff)
	}
	if v.Written != 3 || v.Commit == 0 || len(page.Table.Rows) != len(v.Rows) || !strings.Contains(page.Title, "3 new") {
		t.Errorf("%+v %q", v, page.Title)
	}
}

func TestImportAndEdits(t *testing.T) {
	d := ticking(t, workbench.Options{})
	apply := func(plan *workbench.Plan) {
		t.Helper()
		done, err := d.Apply(d.ctx, edith, plan, "", nil)
		d.must(done, err)
	}
	apply(d.preview(d.read(table, mapping)))
	list, _, err := d.List(d.ctx, edith, store.Query{Kinds: []string{"statements"}, Facets: store.Facets{Coder: "student"}})
	if err != nil || len(list) != 2 {
		t.Fatalf("%d statements, %v", len(list), err)
	}
	k := list[0].Key
	proposal := func(note string) *ingest.Proposal {
		row := d.get(k)
		row["note"] = note
		p := &ingest.Proposal{}
		p.Add("statements", 2, "line 2", row)
		return p
	}
	// The file has changed: an import changes what an import wrote.
	plan := d.preview(proposal("corrected in the file"))
	if plan.Rows[0].Outcome != workbench.PlanChanged || len(plan.Rows[0].Cells) != 1 || plan.Rows[0].Cells[0].After != "corrected in the file" {
		t.Fatalf("%+v", plan.Rows[0])
	}
	apply(plan)
	// Somebody edits it: the file does not win by itself.
	cells := d.get(k)
	cells["note"] = "edited by hand"
	d.must(d.Store.Save(d.ctx, store.Reason{Who: "ann", Via: "web"}, store.RowChange(row("statements", cells), d.seen(k)[0].Version, store.Draft)))
	plan = d.preview(proposal("corrected again"))
	if r := plan.Rows[0]; r.Outcome != workbench.PlanConflict || r.By != "ann" || !strings.Contains(r.Why, "ann changed it") {
		t.Fatalf("%+v", r)
	}
	apply(plan)
	if d.get(k)["note"] != "edited by hand" {
		t.Error("an import overwrote an edit")
	}
	// It wins when somebody says so, unless the record moves on in between.
	plan.Overwrite[k] = true
	cells["note"] = "edited again"
	d.must(d.Store.Save(d.ctx, store.Reason{Who: "ann", Via: "web"}, store.RowChange(row("statements", cells), d.seen(k)[0].Version, store.Draft)))
	_, err = d.Apply(d.ctx, edith, plan, "", nil)
	d.fails(err, entente.Conflict, "by ann")
	plan = d.preview(proposal("corrected again"))
	plan.Overwrite[k] = true
	apply(plan)
	if d.get(k)["note"] != "corrected again" {
		t.Error("the decision was not followed")
	}
	// What was retired does not come back by itself.
	d.must(d.Retire(d.ctx, edith, "wrong", d.seen(k)...))
	if plan = d.preview(proposal("corrected again")); plan.Rows[0].Outcome != workbench.PlanConflict || !strings.Contains(plan.Rows[0].Why, "retired by edith") {
		t.Errorf("%+v", plan.Rows[0])
	}
}

func row(kind string, cells map[string]string) datapackage.Row {
	r := datapackage.Row{Table: kind}
	for _, c := range datapackage.Columns(kind) {
		r.Cells = append(r.Cells, cells[c.Name])
	}
	return r
}

func TestPreviewFindsProblems(t *testing.T) {
	d := ticking(t, workbench.Options{})
	p := &ingest.Proposal{}
	p.Add("nonsense", 1, "1", map[string]string{"id": "x"})
	p.Add("sources", 2, "2", map[string]string{"id": "s", "title": "T", "kind": "nonsense"})
	p.Add("sources", 3, "3", map[string]string{"id": "s2", "title": "T", "kind": "report", "colour": "red"})
	p.Add("statements", 4, "4", map[string]string{"id": "st", "actor": "est", "proposition": "law-ihl", "stance": "affirms", "source": "s", "checked": "yes"})
	p.Add("quotations", 5, "5", map[string]string{"statement": "st", "start": "1", "end": "2", "source": "osula-2021", "exact": "x"})
	p.Add("statements", 6, "6", map[string]string{"id": "st2", "actor": "atlantis", "proposition": "law-ihl", "stance": "affirms", "source": "osula-2021", "checked": "yes"})
	p.Add("sources", 7, "7", map[string]string{"id": "good", "title": "T", "kind": "report"})
	p.Add("sources", 8, "8", map[string]string{"id": "good", "title": "T", "kind": "report"})
	p.Add("sources", 9, "9", map[string]string{"id": "good", "title": "U", "kind": "report"})
	p.Documents = []ingest.Document{{Source: "s", Name: "a.txt", Text: "x"}, {Source: "nobody", Name: "b.txt", Text: "x"}}
	plan := d.preview(p)
	for i, want := range []string{
		"problem no table", "problem nonsense", "problem no column", "problem statements:st refers to sources:s, which cannot", "problem refers to statements:st, which cannot",
		"problem atlantis, which is neither", "new ", "same the same again", "problem something else",
	} {
		r := plan.Rows[i]
		outcome, why, _ := strings.Cut(want, " ")
		if i == 3 {
			why = "refers to sources:s, which cannot"
		}
		if string(r.Outcome) != outcome || !strings.Contains(r.Why, why) {
			t.Errorf("row %d: %s %q, want %s", i+1, r.Outcome, r.Why, want)
		}
	}
	for i, why := range []string{"cannot be used", "not there"} {
		if !strings.Contains(plan.Documents[i].Why, why) {
			t.Errorf("%+v", plan.Documents[i])
		}
	}
	_, err := d.Apply(d.ctx, rev, plan, store.Published, nil)
	d.fails(err, entente.Denied, "not publish")
	_, err = d.Apply(d.ctx, edith, plan, store.Retired, nil)
	d.fails(err, entente.Invalid, "cannot be imported as")
}

func TestImportBringsTextsAndKeepsPassages(t *testing.T) {
	d := ticking(t, workbench.Options{})
	text := "A synthetic text.\n\nStates should not  knowingly allow it.\n"
	p := func() *ingest.Proposal {
		p := &ingest.Proposal{}
		p.Add("sources", 1, "1", map[string]string{"id": "dna-1", "title": "A synthetic text", "kind": "report"})
		p.Add("statements", 2, "2", map[string]string{"id": "dna-st", "actor": "est", "proposition": "norm-13c", "stance": "affirms", "source": "dna-1", "coder": "student", "checked": "yes"})
		from := strings.Index(text, "States")
		p.Quote("dna-st", "dna-1", ingest.Quote{Start: from, End: from + 17, Exact: "States should not", Prefix: "text.\n\n", Suffix: "  knowingly", Document: ingest.Hash(text)}, 2, "2")
		p.Documents = []ingest.Document{{Source: "dna-1", Name: "one", Media: "text/plain", Text: text, Lang: "en"}}
		p.Passages = []ingest.Passage{{Source: "dna-1", Code: "due diligence", Coder: "student", Quote: ingest.Quote{Start: 0, End: 1, Exact: "A"}, Row: 3}}
		return p
	}
	done, err := d.Apply(d.ctx, edith, d.preview(p()), "", nil)
	if err != nil || len(done.Texts) != 1 || !done.Texts[0].New {
		t.Fatalf("%+v %v", done, err)
	}
	placed := d.codings(edith, done.Texts[0].Document)
	if len(placed) != 1 || placed[0].Paragraph == 0 || placed[0].Quotation.Exact != "States should not" {
		t.Errorf("the quotation is not found in the text: %+v", placed)
	}
	list, err := d.Passages(d.ctx, "dna-1")
	if err != nil || len(list) != 1 || list[0].Code != "due diligence" {
		t.Errorf("%+v %v", list, err)
	}
	m, _ := d.Store.Mark(d.ctx)
	done, err = d.Apply(d.ctx, edith, d.preview(p()), "", nil)
	if err != nil || done.Commit.Changes != 0 || done.Texts[0].New {
		t.Errorf("%+v %v", done, err)
	}
	if now, _ := d.Store.Mark(d.ctx); now.Seq != m.Seq {
		t.Errorf("the second import wrote commits %d to %d", m.Seq+1, now.Seq)
	}
}

// many is a proposal of n synthetic votes.
func many(n int) *ingest.Proposal {
	p := &ingest.Proposal{}
	p.Add("instruments", 1, "1", map[string]string{"id": "i", "title": "synthetic", "kind": "resolution", "source": "osula-2021", "checked": "yes"})
	for i := range n {
		id := fmt.Sprintf("rc-%06d", i)
		p.Add("rollcalls", i+2, "", map[string]string{"id": id, "instrument": "i", "date": "2025-01-02", "stage": "plenary", "complete": "no", "source": "osula-2021"})
	}
	return p
}

func TestImportCanBeStoppedAndIsQuick(t *testing.T) {
	d := ticking(t, workbench.Options{})
	const n = 10_000
	start := time.Now()
	plan := d.preview(many(n))
	looked := time.Since(start)
	stop := errors.New("enough")
	_, err := d.Apply(d.ctx, edith, plan, store.Published, func(done, total int) error {
		if total != n+1 {
			t.Errorf("%d in all", total)
		}
		if done > n/2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	if c := d.corpus(); len(c.RollCalls) > 1000 {
		t.Error("a part of a stopped import was kept")
	}
	ctx, cancel := context.WithCancel(d.ctx)
	cancel()
	if _, err := d.Apply(ctx, edith, plan, store.Published, nil); err == nil {
		t.Error("a cancelled import went on")
	}
	start = time.Now()
	done, err := d.Apply(d.ctx, edith, plan, store.Published, nil)
	if err != nil || done.Commit.Changes != n+1 {
		t.Fatalf("%+v %v", done, err)
	}
	t.Logf("%d records: preview %v, apply %v", n, looked, time.Since(start))
}

func TestMappings(t *testing.T) {
	d := ticking(t, workbench.Options{})
	m, err := d.SaveMapping(d.ctx, edith, "Student's table", mapping, 0)
	if err != nil || m.Version != 1 {
		t.Fatalf("%+v %v", m, err)
	}
	_, err = d.SaveMapping(d.ctx, adam, "Student's table", mapping, 0)
	d.fails(err, entente.Conflict, "there already")
	list, err := d.Mappings(d.ctx)
	if err != nil || len(list) != 1 || list[0].Name != "Student's table" || list[0].Settings.Table.Columns[2].Words["opposes"] != "rejects" {
		t.Fatalf("%+v %v", list, err)
	}
	// The saved settings read the next file as these do.
	if diff := cmp.Diff(counts(d.preview(d.read(table, mapping))), counts(d.preview(d.read(table, list[0].Settings)))); diff != "" {
		t.Error(diff)
	}
	_, err = d.SaveMapping(d.ctx, edith, "broken", all.Settings{Kind: "csv"}, 0)
	d.fails(err, entente.Invalid, "table")
	d.must(nil, d.DropMapping(d.ctx, edith, list[0].ID, 1))
	m, err = d.SaveMapping(d.ctx, edith, "Student's table", mapping, 0)
	if err != nil || m.Version != 3 {
		t.Errorf("%+v %v", m, err)
	}
}
