package workbench_test

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/store"
	"entente/internal/workbench"
)

func cells(row datapackage.Row) map[string]string {
	out := map[string]string{}
	for i, c := range datapackage.Columns(row.Table) {
		out[c.Name] = row.Cells[i]
	}
	return out
}

// export gives the bytes of every table of the corpus.
func (d *desk) export() map[string]string {
	d.t.Helper()
	files, err := datapackage.Files(d.corpus())
	if err != nil {
		d.t.Fatal(err)
	}
	out := map[string]string{}
	for name, b := range files {
		if strings.HasSuffix(name, ".csv") { // the descriptor names the commit
			out[name] = string(b)
		}
	}
	return out
}

// dangling lists references of published rows to what is not there.
func dangling(c *entente.Corpus) []string {
	rows := datapackage.RowsOf(&c.Records)
	there := map[datapackage.Ref]bool{}
	for _, r := range rows {
		there[datapackage.Ref{Table: r.Table, ID: r.ID()}] = true
	}
	var out []string
	for _, r := range rows {
		for _, ref := range r.Refs() {
			if !there[ref] {
				out = append(out, fmt.Sprintf("%s:%s → %s:%s", r.Table, r.ID(), ref.Table, ref.ID))
			}
		}
	}
	return out
}

// TestEveryTableThatNamesAPropositionIsMoved fails when a new table refers to
// propositions and split and merge do not know of it.
func TestEveryTableThatNamesAPropositionIsMoved(t *testing.T) {
	var got []string
	for _, table := range datapackage.Tables() {
		for _, c := range datapackage.Columns(table) {
			if c.Ref == "propositions" {
				got = append(got, table+"."+c.Name)
			}
		}
	}
	want := []string{"propositions.parent", "implications.proposition", "statements.proposition", "codebook.proposition"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("teach reshape.go the new column (-known +there):\n%s", diff)
	}
}

// part is a new proposition below the ones that are there.
func part(id string) workbench.NewProposition {
	return workbench.NewProposition{
		Proposition: entente.Proposition{ID: entente.PropositionID(id), Pillar: entente.Law, Issue: "synthetic", Statement: "A synthetic part, " + id},
		Definition:  "what " + id + " takes in",
	}
}

// small is a desk with the law part of the corpus only, so that many draws are
// quick.
func small(t *testing.T) *desk {
	t.Helper()
	c := newDesk(t).corpus()
	r := entente.Records{Actors: c.Actors, Sources: c.Sources}
	for _, p := range c.Propositions {
		if strings.HasPrefix(string(p.ID), "law-") || p.ID == "norm-13a" {
			r.Propositions = append(r.Propositions, p)
		}
	}
	in := func(p entente.PropositionID) bool {
		return slices.ContainsFunc(r.Propositions, func(x entente.Proposition) bool { return x.ID == p })
	}
	for _, x := range c.Implications {
		if in(x.Proposition) {
			r.Implications = append(r.Implications, x)
		}
	}
	for _, x := range c.Instruments {
		if slices.ContainsFunc(r.Implications, func(i entente.Implication) bool { return i.Instrument == x.ID }) {
			r.Instruments = append(r.Instruments, x)
		}
	}
	for _, x := range c.Statements {
		if in(x.Proposition) {
			x.Instrument = ""
			r.Statements = append(r.Statements, x)
		}
	}
	for _, x := range c.Coverages {
		x.Subjects = slices.DeleteFunc(slices.Clone(x.Subjects), func(s string) bool {
			p, ok := strings.CutPrefix(s, "proposition:")
			return !ok || !in(entente.PropositionID(p))
		})
		if len(x.Subjects) > 0 {
			r.Coverages = append(r.Coverages, x)
		}
	}
	r.Facts = []entente.SourceFact{{ID: "f", Text: "a synthetic fact", Source: r.Sources[0].ID, RecordedIn: []string{"propositions:law-ihl", "propositions:law-charter"}}}
	s, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "small.entente"), store.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &desk{workbench.New(s, workbench.Options{}), t, context.Background()}
	d.must(s.Fill(d.ctx, store.Reason{Who: "local"}, entente.NewCorpus(c.Info, r)))
	return d
}

// draws bounds the number of draws of a property whose every draw writes to a
// disk, unless the command line asks for another number.
func draws(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if was := f.Value.String(); was == f.DefValue {
		t.Cleanup(func() { _ = f.Value.Set(was) })
		if err := f.Value.Set(strconv.Itoa(n)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSplitAndMergeLoseNothing draws propositions of the corpus, drafts, a
// challenge, a codebook and a task; splits or merges; and takes it back.
func TestSplitAndMergeLoseNothing(t *testing.T) {
	base := small(t)
	doc := base.add(paper)
	var ids []entente.PropositionID
	for _, p := range base.corpus().Propositions {
		if p.Scope == "" {
			ids = append(ids, p.ID)
		}
	}
	for i, p := range []entente.PropositionID{"law-ihl", "law-due-diligence", "law-cm-collective"} {
		c := base.code(ann, doc.ID, "International humanitarian law applies", p, entente.Stances[i])
		if i == 1 {
			base.must(base.Submit(base.ctx, ann, base.seen(statement(c.Statement.ID))...))
		}
		base.must(base.ReadNothing(base.ctx, ben, doc.ID, "est", []entente.PropositionID{p, "norm-13a"}, entente.FoundNothing))
		base.must(base.SaveCodebook(base.ctx, edith, entente.CodebookEntry{Proposition: p, Definition: "first"}))
		base.must(base.SaveCodebook(base.ctx, edith, entente.CodebookEntry{Proposition: p, Version: 1, Definition: "second"}))
		ch, err := base.Challenge(base.ctx, ben, store.Key{Kind: "codebook", ID: string(p) + "|1"}, "unclear")
		base.must(ch, err)
	}
	base.must(base.SaveTask(base.ctx, edith, workbench.Task{Document: doc.ID, Coders: []string{"ann"}, Propositions: []entente.PropositionID{"law-ihl", "norm-13a"}}))
	n := 0
	draws(t, 25)
	rapid.Check(t, func(rt *rapid.T) {
		d := &desk{base.Bench, base.t, base.ctx}
		before, statements := d.export(), d.statements()
		n++
		var r *workbench.Reshape
		var err error
		if rapid.Bool().Draw(rt, "split") {
			old := rapid.SampledFrom(ids).Draw(rt, "old")
			s := workbench.Split{Old: old, Keep: rapid.Bool().Draw(rt, "keep")}
			for i := range rapid.IntRange(2, 3).Draw(rt, "parts") {
				s.Into = append(s.Into, part(fmt.Sprintf("%s-part-%d-%d", old, n, i)))
			}
			s.Rest = s.Into[0].ID
			s.RestCoverage = []entente.PropositionID{s.Into[0].ID, s.Into[1].ID}
			s.Statements = map[string]entente.PropositionID{}
			for id, p := range statements {
				if p == string(old) && rapid.Bool().Draw(rt, "second") {
					s.Statements[id] = s.Into[1].ID
				}
			}
			r, err = d.Split(d.ctx, edith, s)
		} else {
			m := workbench.Merge{Into: rapid.SampledFrom(ids).Draw(rt, "into"), Implications: map[entente.InstrumentID]entente.PropositionID{}}
			for range rapid.IntRange(1, 3).Draw(rt, "from") {
				if p := rapid.SampledFrom(ids).Draw(rt, "p"); p != m.Into && !slices.Contains(m.From, p) {
					m.From = append(m.From, p)
				}
			}
			if len(m.From) == 0 {
				rt.Skip("nothing to merge")
			}
			for _, x := range d.corpus().Implications { // whichever comes first holds
				if _, ok := m.Implications[x.Instrument]; !ok && (x.Proposition == m.Into || slices.Contains(m.From, x.Proposition)) {
					m.Implications[x.Instrument] = x.Proposition
				}
			}
			r, err = d.Merge(d.ctx, edith, m)
		}
		if err != nil {
			rt.Fatalf("%v", err)
		}
		after := d.statements()
		if len(after) != len(statements) {
			rt.Errorf("%d statements became %d", len(statements), len(after))
		}
		if lost := dangling(d.corpus()); lost != nil {
			rt.Errorf("dangling: %v", lost[:min(5, len(lost))])
		}
		moved := 0
		for id, p := range after {
			if statements[id] != p {
				moved++
			}
			if d.corpus().Proposition(entente.PropositionID(p)) == nil {
				rt.Errorf("statement %s stands on %s, which is gone", id, p)
			}
		}
		if moved != r.Statements() {
			rt.Errorf("%d statements moved, the report says %d", moved, r.Statements())
		}
		if _, err := d.Store.Undo(d.ctx, store.Reason{Who: "edith", Why: "undo"}, r.Commit.Seq); err != nil {
			rt.Fatalf("undo: %v", err)
		}
		if diff := cmp.Diff(before, d.export()); diff != "" {
			rt.Errorf("undo did not restore the export:\n%s", diff)
		}
		if diff := cmp.Diff(statements, d.statements()); diff != "" {
			rt.Errorf("undo did not restore the statements:\n%s", diff)
		}
	})
}

// statements gives the proposition of every live statement, drafts included.
func (d *desk) statements() map[string]string {
	d.t.Helper()
	out := map[string]string{}
	ask := store.Query{Kinds: []string{"statements"}, States: []store.State{store.Draft, store.InReview, store.Published}}
	for {
		list, err := d.Store.List(d.ctx, ask)
		if err != nil {
			d.t.Fatal(err)
		}
		for i := range list {
			out[list[i].ID] = list[i].Proposition
		}
		if len(list) < store.MaxList {
			return out
		}
		ask.After = list[len(list)-1].Key
	}
}

func TestSplitAsksForEveryRecord(t *testing.T) {
	d := ticking(t, workbench.Options{})
	s := workbench.Split{Old: "law-ihl", Into: []workbench.NewProposition{part("law-ihl-a"), part("law-ihl-b")}}
	r, err := d.PreviewSplit(d.ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	c := d.corpus()
	want := len(c.StatementsOn("law-ihl"))
	for _, x := range c.Coverages {
		if slices.Contains(x.Subjects, "proposition:law-ihl") {
			want++
		}
	}
	for _, x := range c.Implications {
		if x.Proposition == "law-ihl" {
			want++
		}
	}
	if want == 0 || len(r.Problems) != want {
		t.Errorf("%d problems, want %d: one for each record that is not assigned", len(r.Problems), want)
	}
	before := d.export()
	_, err = d.Split(d.ctx, edith, s)
	d.fails(err, entente.Conflict, "not assigned")
	if cmp.Diff(before, d.export()) != "" {
		t.Error("a refused split wrote something")
	}
	for _, tt := range []struct {
		change func(*workbench.Split)
		what   string
	}{
		{func(s *workbench.Split) { s.Into = s.Into[:1] }, "needs 2"},
		{func(s *workbench.Split) { s.Rest = "law-charter" }, "none of the propositions"},
		{func(s *workbench.Split) { s.Rest = "law-ihl" }, "none of the propositions"}, // not kept
		{func(s *workbench.Split) { s.Into = []workbench.NewProposition{part("x"), part("x")} }, "twice"},
		{func(s *workbench.Split) { s.Into = []workbench.NewProposition{part("x"), part("law-charter")} }, "there is a proposition"},
		{func(s *workbench.Split) { s.Into = []workbench.NewProposition{part("x"), {}} }, "no id"},
	} {
		bad := s
		tt.change(&bad)
		if _, err := d.PreviewSplit(d.ctx, bad); err == nil || !strings.Contains(err.Error(), tt.what) {
			t.Errorf("got %v, want %q", err, tt.what)
		}
	}
}

func TestAnEditBesideThePublicVersionStopsASplit(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	c := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	d.publish(statement(c.Statement.ID))
	// The edit is on another proposition: the public version would be left behind.
	n := d.on(doc.ID, "International humanitarian law applies", "law-charter", entente.Affirms)
	d.must(d.EditCoding(d.ctx, ann, doc.ID, c.Statement.ID, d.seen(statement(c.Statement.ID))[0].Version, n))
	_, err := d.Merge(d.ctx, edith, workbench.Merge{Into: "law-applies", From: []entente.PropositionID{"law-ihl"}})
	d.fails(err, entente.Conflict, "not published yet, by ann")
}

func TestMergeKeepsTheTreeAndTellsOfWhatMeets(t *testing.T) {
	d := ticking(t, workbench.Options{})
	doc := d.add(paper)
	one := d.code(ann, doc.ID, "duty of due diligence", "law-due-diligence", entente.Affirms)
	two := d.code(ann, doc.ID, "duty of due diligence", "norm-13c", entente.Reserved)
	d.must(d.ReadNothing(d.ctx, ben, doc.ID, "est", []entente.PropositionID{"norm-13c"}, entente.FoundNothing))
	// A chain: low below middle below high; high is merged into low.
	for _, p := range [][2]entente.PropositionID{{"high", "law-charter"}, {"middle", "high"}, {"low", "middle"}} {
		x := part(string(p[0])).Proposition
		x.Parent = p[1]
		d.must(d.Store.Save(d.ctx, store.Reason{Who: "edith"}, store.RowChange(datapackage.RowsOf(&entente.Records{Propositions: []entente.Proposition{x}})[0], 0, store.Published)))
	}
	d.must(d.Merge(d.ctx, edith, workbench.Merge{Into: "low", From: []entente.PropositionID{"high"}}))
	c := d.corpus()
	if c.Proposition("high") != nil || c.Proposition("low").Parent != "law-charter" || c.Proposition("middle").Parent != "low" {
		t.Errorf("low is below %q, middle below %q", c.Proposition("low").Parent, c.Proposition("middle").Parent)
	}
	r, err := d.PreviewMerge(d.ctx, workbench.Merge{Into: "law-due-diligence", From: []entente.PropositionID{"norm-13c"}})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(r.Together, func(x workbench.Together) bool { return x.Coder == "ann" && x.Source == doc.Source })
	if i < 0 || !r.Together[i].Differ || !slices.Equal(r.Together[i].Statements, []string{one.Statement.ID, two.Statement.ID}) {
		t.Errorf("%+v", r.Together)
	}
	if !slices.ContainsFunc(r.Notes, func(s string) bool { return strings.Contains(s, string(doc.Source)) }) {
		t.Errorf("nothing said of the reading that found nothing: %v", r.Notes)
	}
}

func TestMergeAsksWhoseImplicationHolds(t *testing.T) {
	d := ticking(t, workbench.Options{})
	var all []entente.Implication
	all = append(all, d.corpus().Implications...)
	first := all[0]
	// The synthetic counterpart points the other way, for the same instrument.
	other := first
	other.Proposition, other.Polarity = "law-charter", entente.Opposes
	if first.Polarity == entente.Opposes {
		other.Polarity = entente.Supports
	}
	if slices.ContainsFunc(all, func(x entente.Implication) bool {
		return x.Instrument == first.Instrument && x.Proposition == "law-charter"
	}) || first.Proposition == "law-charter" {
		t.Fatal("the corpus has changed: choose another proposition")
	}
	d.must(d.Store.Save(d.ctx, store.Reason{Who: "edith"}, store.RowChange(datapackage.RowsOf(&entente.Records{Implications: []entente.Implication{other}})[0], 0, store.Published)))
	m := workbench.Merge{Into: first.Proposition, From: []entente.PropositionID{"law-charter"}}
	_, err := d.Merge(d.ctx, edith, m)
	d.fails(err, entente.Conflict, "disagree")
	m.Implications = map[entente.InstrumentID]entente.PropositionID{first.Instrument: "law-charter"}
	d.must(d.Merge(d.ctx, edith, m))
	for _, x := range d.corpus().ImplicationsOf(first.Instrument) {
		if x.Proposition == first.Proposition && x.Polarity != other.Polarity {
			t.Errorf("%+v", x)
		}
	}
}

func TestWhatFollowsASplit(t *testing.T) {
	d := small(t)
	doc := d.add(paper)
	first := d.code(ann, doc.ID, "International humanitarian law applies", "law-ihl", entente.Affirms)
	d.must(d.ReadNothing(d.ctx, ben, doc.ID, "est", []entente.PropositionID{"law-ihl", "norm-13a"}, entente.FoundNothing))
	d.must(d.SaveCodebook(d.ctx, edith, entente.CodebookEntry{Proposition: "law-ihl", Definition: "the law of armed conflict", Rules: "naming the law is enough"}))
	d.must(d.SaveTask(d.ctx, edith, workbench.Task{Document: doc.ID, Coders: []string{"ann"}, Propositions: []entente.PropositionID{"law-ihl", "norm-13a"}}))
	ch, err := d.Challenge(d.ctx, ben, store.Key{Kind: "propositions", ID: "law-ihl"}, "two questions in one")
	d.must(ch, err)
	s := workbench.Split{
		Old: "law-ihl", Into: []workbench.NewProposition{part("ihl-a"), part("ihl-b")}, Rest: "ihl-b", RestCoverage: []entente.PropositionID{"ihl-a", "ihl-b"},
		Statements: map[string]entente.PropositionID{first.Statement.ID: "ihl-a"},
		Children:   map[entente.PropositionID]entente.PropositionID{"law-ihl-attack-functionality": "ihl-a"},
	}
	var children int
	for _, p := range d.corpus().Propositions {
		if p.Parent == "law-ihl" {
			children++
		}
	}
	was := len(d.corpus().StatementsOn("law-ihl"))
	d.must(d.Split(d.ctx, edith, s))
	c := d.corpus()
	if got := d.get(statement(first.Statement.ID)); got["proposition"] != "ihl-a" || got["stance"] != "affirms" {
		t.Errorf("the draft: %v", got)
	}
	if len(c.StatementsOn("ihl-b")) != was || c.Proposition("law-ihl") != nil {
		t.Errorf("%d statements on the rest, want %d", len(c.StatementsOn("ihl-b")), was)
	}
	var subjects []string
	list, err := d.Readings(d.ctx, ben, doc.ID)
	for _, r := range list {
		subjects = append(subjects, r.Subjects...)
	}
	if diff := cmp.Diff([]string{"proposition:ihl-a", "proposition:ihl-b", "proposition:norm-13a"}, subjects); diff != "" || err != nil {
		t.Errorf("the reading: %s %v", diff, err)
	}
	tasks, _ := d.Tasks(d.ctx, ann, workbench.TaskFilter{})
	if diff := cmp.Diff([]entente.PropositionID{"ihl-a", "ihl-b", "norm-13a"}, tasks[0].Propositions); diff != "" {
		t.Errorf("the task: %s", diff)
	}
	// The rules of the old entry stay to be read, then comes the new definition.
	book, err := d.Codebook(d.ctx, "ihl-a")
	if err != nil || len(book) != 2 || book[0].Definition != "what ihl-a takes in" || book[1].Rules != "naming the law is enough" || !strings.Contains(book[1].Note, "law-ihl") {
		t.Errorf("the codebook: %+v %v", book, err)
	}
	if list := c.ChallengesTo("propositions:ihl-b"); len(list) != 1 {
		t.Errorf("the challenge is lost: %+v", c.Challenges)
	}
	if diff := cmp.Diff([]string{"propositions:ihl-b", "propositions:law-charter"}, c.Facts[0].RecordedIn); diff != "" {
		t.Errorf("the fact: %s", diff)
	}
	if children > 0 && c.Proposition("law-ihl-attack-functionality").Parent != "ihl-a" {
		t.Errorf("the child is below %q", c.Proposition("law-ihl-attack-functionality").Parent)
	}
}

func TestAMergeUnitesWhatSaysTheSame(t *testing.T) {
	d := small(t)
	doc := d.add(paper)
	d.must(d.ReadNothing(d.ctx, ben, doc.ID, "est", []entente.PropositionID{"law-ihl", "law-charter"}, entente.FoundNothing))
	for _, p := range []entente.PropositionID{"law-ihl", "law-charter"} {
		d.must(d.SaveCodebook(d.ctx, edith, entente.CodebookEntry{Proposition: p, Definition: "of " + string(p)}))
	}
	d.must(d.Merge(d.ctx, edith, workbench.Merge{Into: "law-charter", From: []entente.PropositionID{"law-ihl"}, Definition: "of both"}))
	list, err := d.Readings(d.ctx, ben, doc.ID)
	if err != nil || len(list) != 1 || !slices.Equal(list[0].Subjects, []string{"proposition:law-charter"}) {
		t.Errorf("%+v %v", list, err)
	}
	var got []string
	book, err := d.Codebook(d.ctx, "law-charter")
	for _, e := range book {
		got = append(got, fmt.Sprint(e.Version, " ", e.Definition))
	}
	if diff := cmp.Diff([]string{"3 of both", "2 of law-ihl", "1 of law-charter"}, got); diff != "" || err != nil {
		t.Errorf("%s %v", diff, err)
	}
	if diff := cmp.Diff([]string{"propositions:law-charter"}, d.corpus().Facts[0].RecordedIn); diff != "" {
		t.Errorf("the fact: %s", diff)
	}
}
