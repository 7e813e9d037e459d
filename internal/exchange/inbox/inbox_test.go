package inbox_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/analysis/compare"
	"entente/corpora"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/pgtest"
	"entente/internal/store"
	"entente/internal/view"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// both runs a test on both engines, each over a store that holds the embedded
// corpus.
func both(t *testing.T, run func(t *testing.T, d *desk)) {
	t.Run("sqlite", func(t *testing.T) { run(t, openDesk(t, filepath.Join(t.TempDir(), "work.entente"))) })
	t.Run("postgres", func(t *testing.T) { run(t, openDesk(t, pgtest.Database(t, "inbox", nil))) })
}

// desk is a node's store and inbox, and a partner who has the same corpus.
type desk struct {
	*inbox.Inbox
	t      testing.TB
	ctx    context.Context
	st     *store.Store
	corpus *entente.Corpus
	now    time.Time
}

func openDesk(t testing.TB, place string) *desk {
	t.Helper()
	d := &desk{t: t, ctx: t.Context(), now: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)}
	clock := func() time.Time { d.now = d.now.Add(time.Second); return d.now }
	var err error
	if d.st, err = store.Open(d.ctx, place, store.Options{Create: true, Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.st.Close() })
	if d.corpus, err = datapackage.Read(corpora.CyberNorms()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.st.Fill(d.ctx, store.Reason{Who: "local", Why: "start"}, d.corpus); err != nil {
		t.Fatal(err)
	}
	if d.Inbox, err = inbox.Open(d.st, clock); err != nil {
		t.Fatal(err)
	}
	return d
}

// partner is the corpus as a partner has it: with a statement of its own and
// the source that it rests on.
func (d *desk) partner(change func(r *entente.Records)) *entente.Corpus {
	r := d.corpus.Records
	r.Statements = slices.Clone(r.Statements)
	r.Sources = append(slices.Clone(r.Sources), entente.Source{
		ID: "synthetic-est-2026", Title: "Synthetic statement", Author: "Estonia", Date: entente.Day(2026, 10, 1), Kind: entente.StatementText, TextOf: []entente.ActorID{"est"},
	})
	r.Statements = append(r.Statements, entente.Statement{
		ID: "est-synthetic", Actor: "est", Proposition: "law-due-diligence", Stance: entente.Rejects, Date: entente.Day(2026, 10, 1),
		Source: "synthetic-est-2026", Pinpoint: "p. 1", Coder: "synthetic", Checked: true,
	})
	if change != nil {
		change(&r)
	}
	return entente.NewCorpus(d.corpus.Info, r)
}

var creator = mapping.ActorIdentity("est")

// objects are the STIX objects of records of a partner's, as of an instant.
func objects(t *testing.T, c *entente.Corpus, at time.Time, refs ...datapackage.Ref) []*stix.Object {
	t.Helper()
	list, err := mapping.Export(c, refs, mapping.Options{Creator: creator, Times: func(datapackage.Ref) (time.Time, time.Time, bool) {
		return time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC), at, true
	}})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var day = time.Date(2026, 10, 3, 0, 0, 0, 0, time.UTC)

func statement(id string) datapackage.Ref { return datapackage.Ref{Table: "statements", ID: id} }

func arrivals(level handling.TLP, list ...*stix.Object) []inbox.Arrival {
	var out []inbox.Arrival
	for i, o := range list {
		out = append(out, inbox.Arrival{Object: o, Level: level, Leaf: int64(i)})
	}
	return out
}

func (d *desk) receive(partner string, list []inbox.Arrival) (n int) {
	d.t.Helper()
	err := d.st.Write(d.ctx, func(ctx context.Context, q store.Querier) (err error) {
		n, err = d.Receive(ctx, q, partner, "trial", list)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// of finds the items about a record, the latest first.
func (d *desk) of(record string) []inbox.Item {
	d.t.Helper()
	list, err := d.List(d.ctx, inbox.Ask{Record: record})
	if err != nil {
		d.t.Fatal(err)
	}
	return list
}

func (d *desk) waiting(record string) int64 {
	d.t.Helper()
	for _, i := range d.of(record) {
		if i.State == inbox.New {
			return i.N
		}
	}
	d.t.Fatalf("nothing waits about %s", record)
	return 0
}

func (d *desk) accept(how inbox.How, ns ...int64) *inbox.Done {
	d.t.Helper()
	done, err := d.Accept(d.ctx, how, ns...)
	if err != nil {
		d.t.Fatal(err)
	}
	return done
}

// figure is a comparison of two states as the JSON that the program gives.
func (d *desk) figure() string {
	d.t.Helper()
	c, _, err := d.st.Corpus(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	page, err := view.Builder{Corpus: c}.Compare([]entente.ActorID{"est", "jpn"}, compare.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	raw, err := json.Marshal(page)
	if err != nil {
		d.t.Fatal(err)
	}
	// The version of the corpus tells how often something was published.
	return regexp.MustCompile(`"version":"[^"]*"`).ReplaceAllString(string(raw), "")
}

func diffAt(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return max(0, i-60)
		}
	}
	return -1
}

func want(t *testing.T, err error, kind entente.Kind, text string) {
	t.Helper()
	if entente.KindOf(err) != kind || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v (%s), want %s with %q", err, entente.KindOf(err), kind, text)
	}
}

var analyst = inbox.How{Who: "mari", Publish: true}

func TestNothingForeignCountsUntilAccepted(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		before := d.figure()
		list := objects(t, d.partner(nil), day, statement("est-synthetic"))
		if n := d.receive("est", arrivals(handling.Green, list...)); n != len(list) {
			t.Fatalf("%d of %d are new", n, len(list))
		}
		if d.figure() != before {
			t.Fatal("receiving changed a figure")
		}
		n := d.waiting("statements:est-synthetic")
		_, err := d.Accept(d.ctx, analyst, n)
		want(t, err, entente.Invalid, "sources:synthetic-est-2026")
		if d.figure() != before || d.of("statements:est-synthetic")[0].State != inbox.New {
			t.Fatal("a refused acceptance left something")
		}
		// Not published, it waits for review and counts as little.
		all, err := d.WithNeeded(d.ctx, []int64{n})
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		d.accept(inbox.How{Who: "mari"}, all...)
		if d.figure() != before {
			t.Fatal("what waits for review changed a figure")
		}
		v, err := d.st.Get(d.ctx, store.Key{Kind: "statements", ID: "est-synthetic"})
		if err != nil || v.State != store.InReview || v.Commit.Via != inbox.Via || !strings.Contains(v.Commit.Why, string(list[len(list)-1].ID())) || !strings.Contains(v.Commit.Why, " of est") {
			t.Fatalf("%+v, %v", v, err)
		}
		// Published, it does.
		for _, k := range []store.Key{{Kind: "sources", ID: "synthetic-est-2026"}, {Kind: "statements", ID: "est-synthetic"}} {
			v, err := d.st.Get(d.ctx, k)
			if err != nil {
				t.Fatal(err)
			}
			row, err := store.DecodeRow(k.Kind, v.Body)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.st.Save(d.ctx, store.Reason{Who: "mari", Why: "reviewed"}, store.RowChange(row, v.Number, store.Published)); err != nil {
				t.Fatal(err)
			}
		}
		if d.figure() == before {
			t.Fatal("the accepted and published statement changed nothing")
		}
	})
}

func TestPublishingAtOnce(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		before := d.figure()
		d.receive("est", arrivals(handling.Amber, objects(t, d.partner(nil), day, statement("est-synthetic"))...))
		all, err := d.WithNeeded(d.ctx, []int64{d.waiting("statements:est-synthetic")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Accept(d.ctx, analyst, all...)
		want(t, err, entente.Denied, "AMBER")
		how := analyst
		how.Widely = true
		done := d.accept(how, all...)
		if len(done.Written) != 2 || done.Commit.Changes != 2 || d.figure() == before {
			t.Fatalf("%+v", done)
		}
		// Whoever shares it on must know whose it is and how it is to be handled.
		k := store.Key{Kind: "statements", ID: "est-synthetic"}
		from, err := d.Sources(d.ctx, []store.Key{k, {Kind: "actors", ID: "est"}})
		if err != nil || len(from) != 1 || len(from[k]) != 1 || from[k][0].Partner != "est" || from[k][0].Level != handling.Amber {
			t.Fatal(from, err)
		}
		// Its owner withdraws it: the item says so, and accepting retires the record.
		o, err := d.Get(d.ctx, d.of("statements:est-synthetic")[0].N)
		if err != nil {
			t.Fatal(err)
		}
		body, err := o.Body()
		if err != nil {
			t.Fatal(err)
		}
		gone, err := stix.Revoke(body, day.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		d.receive("est", arrivals(handling.Amber, gone))
		items := d.of("statements:est-synthetic")
		if len(items) != 2 || !items[0].Revoked || items[0].State != inbox.New || !items[1].Withdrawn || items[1].State != inbox.Accepted {
			t.Fatalf("%+v", items)
		}
		counts, err := d.Counts(d.ctx)
		if err != nil || !slices.Contains(counts, inbox.Count{Partner: "est", State: inbox.New, Count: count(counts, inbox.New), Withdrawals: 1}) {
			t.Fatal(counts, err)
		}
		if d.figure() == before {
			t.Fatal("the withdrawal itself changed a figure")
		}
		p, err := d.Preview(d.ctx, []int64{items[0].N})
		if err != nil || len(p.Retire) != 1 || p.Retire[0].What != datapackage.RowRemoved {
			t.Fatal(p, err)
		}
		if done := d.accept(analyst, items[0].N); !slices.Equal(done.Retired, []string{"statements:est-synthetic"}) {
			t.Fatalf("%+v", done)
		}
		after := d.figure()
		if k := diffAt(before, after); k >= 0 {
			t.Fatalf("the figure is not what it was: %.200s, was %.200s", after[k:], before[k:])
		}
	})
}

func count(list []inbox.Count, s inbox.State) int {
	for _, c := range list {
		if c.State == s {
			return c.Count
		}
	}
	return 0
}

func TestRedIsNeverPublished(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		d.receive("est", arrivals(0, objects(t, d.partner(nil), day, statement("est-synthetic"))...)) // level not known
		all, err := d.WithNeeded(d.ctx, []int64{d.waiting("statements:est-synthetic")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Accept(d.ctx, inbox.How{Who: "mari", Publish: true, Widely: true}, all...)
		want(t, err, entente.Denied, "RED")
		d.accept(inbox.How{Who: "mari"}, all...)
	})
}

func TestDifferencesAndMerging(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		i := slices.IndexFunc(d.corpus.Statements, func(s entente.Statement) bool { return s.Actor == "jpn" && s.Checked })
		id := d.corpus.Statements[i].ID
		record := "statements:" + id
		theirs := d.partner(func(r *entente.Records) {
			r.Statements[i].Note, r.Statements[i].Pinpoint = "synthetic note", "synthetic place"
		})
		d.receive("est", arrivals(handling.Green, objects(t, theirs, day, statement(id))...))
		n := d.waiting(record)
		p, err := d.Preview(d.ctx, []int64{n})
		if err != nil || len(p.Records) != 1 {
			t.Fatal(p, err)
		}
		r := p.Records[0]
		columns := []string{}
		for _, c := range r.Cells {
			columns = append(columns, c.Column+"="+c.After)
		}
		if r.What != datapackage.RowChanged || !slices.Equal(columns, []string{"pinpoint=synthetic place", "note=synthetic note"}) || r.Standing.State != store.Published || r.Standing.Version != 1 {
			t.Fatalf("%+v %v", r, columns)
		}
		// What it refers to stands here just so, and nobody has to decide on it.
		if i := d.of("actors:jpn")[0]; i.State != inbox.Aside || !strings.Contains(i.Note, "the same stands here") {
			t.Errorf("%+v", i)
		}
		if list, err := d.List(d.ctx, inbox.Ask{States: []inbox.State{inbox.New}}); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		for _, bad := range []struct {
			take []string
			text string
		}{{[]string{"id"}, "names the record"}, {[]string{"colour"}, "no column"}, {[]string{"actor"}, "nothing would change"}} {
			_, err := d.Merge(d.ctx, analyst, n, bad.take)
			want(t, err, entente.Invalid, bad.text)
		}
		if _, err := d.Merge(d.ctx, analyst, n, []string{"note"}); err != nil {
			t.Fatal(err)
		}
		c, _, err := d.st.Corpus(d.ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Statements[slices.IndexFunc(c.Statements, func(s entente.Statement) bool { return s.ID == id })]
		if got.Note != "synthetic note" || got.Pinpoint != d.corpus.Statements[i].Pinpoint {
			t.Errorf("%+v", got)
		}
		item := d.of(record)[0]
		if item.State != inbox.Merged || item.Note != "columns note" || item.Who != "mari" {
			t.Errorf("%+v", item)
		}
		_, err = d.Accept(d.ctx, analyst, n)
		want(t, err, entente.Conflict, "mari has decided")
	})
}

func TestAnEditUnderWayIsNotGoneOver(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		i := slices.IndexFunc(d.corpus.Statements, func(s entente.Statement) bool { return s.Actor == "jpn" && s.Checked })
		id := d.corpus.Statements[i].ID
		v, err := d.st.Get(d.ctx, store.Key{Kind: "statements", ID: id})
		if err != nil {
			t.Fatal(err)
		}
		row, err := store.DecodeRow("statements", v.Body)
		if err != nil {
			t.Fatal(err)
		}
		row.Cells[len(row.Cells)-1] = "being edited"
		if _, err := d.st.Save(d.ctx, store.Reason{Who: "taro", Why: "edit"}, store.RowChange(row, 1, store.Draft)); err != nil {
			t.Fatal(err)
		}
		theirs := d.partner(func(r *entente.Records) { r.Statements[i].Note = "synthetic note" })
		d.receive("est", arrivals(handling.Green, objects(t, theirs, day, statement(id))...))
		_, err = d.Accept(d.ctx, analyst, d.waiting("statements:"+id))
		want(t, err, entente.Conflict, "by taro")
	})
}

// Two partners send the same: the second has nothing left to decide on.
func TestTheSameFromTwoPartners(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		list := objects(t, d.partner(nil), day, statement("est-synthetic"))
		d.receive("est", arrivals(handling.Green, list...))
		d.receive("jpn", arrivals(handling.Green, list...))
		find := func(partner string) []int64 {
			var out []int64
			all, err := d.List(d.ctx, inbox.Ask{Partner: partner, States: []inbox.State{inbox.New}})
			if err != nil || len(all) != 2 {
				t.Fatal(all, err)
			}
			for _, i := range all {
				out = append(out, i.N)
			}
			return out
		}
		d.accept(analyst, find("est")...)
		done := d.accept(analyst, find("jpn")...)
		if len(done.Same) != 2 || done.Commit.Seq != 0 {
			t.Errorf("%+v", done)
		}
		// What follows from records needs no decision, and nothing else is taken for it.
		follows, err := d.List(d.ctx, inbox.Ask{Partner: "est", Type: "location"})
		if err != nil || len(follows) == 0 || follows[0].State != inbox.Aside {
			t.Errorf("%+v, %v", follows, err)
		}
		place, err := stix.Build(map[string]any{
			"type": "location", "spec_version": "2.1", "id": "location--0b7e5d3c-3c1a-4f5e-9a7e-1d2c3b4a5f61", "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z",
			"name": "Synthetic site", "country": "EE",
		})
		if err != nil {
			t.Fatal(err)
		}
		d.receive("est", arrivals(handling.Green, place))
		if waits, err := d.List(d.ctx, inbox.Ask{Type: "location", States: []inbox.State{inbox.New}}); err != nil || len(waits) != 1 {
			t.Errorf("%+v, %v", waits, err)
		}
	})
}

func TestNewerVersions(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		version := func(at time.Time) *stix.Object {
			list := objects(t, d.partner(nil), at, statement("est-synthetic"))
			return list[len(list)-1]
		}
		one, two, three := version(day), version(day.Add(time.Hour)), version(day.Add(2*time.Hour))
		gone, err := stix.Revoke(two, day.Add(90*time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		states := func(partner string) string {
			list, err := d.List(d.ctx, inbox.Ask{Partner: partner})
			if err != nil {
				t.Fatal(err)
			}
			slices.Reverse(list)
			var out []string
			for _, i := range list {
				out = append(out, string(i.State))
			}
			return strings.Join(out, " ")
		}
		for _, c := range []struct {
			name  string
			calls [][]*stix.Object
			want  string
		}{
			{"in order", [][]*stix.Object{{one}, {two}}, "superseded new"},
			{"the other way round", [][]*stix.Object{{two}, {one}}, "new superseded"},
			{"at once", [][]*stix.Object{{one, two, one}}, "superseded new"},
			{"twice", [][]*stix.Object{{one}, {one}, {one, one}}, "new"},
			{"withdrawn before anybody decided", [][]*stix.Object{{two}, {gone}}, "superseded superseded"},
			{"withdrawn, then as if nothing had been", [][]*stix.Object{{gone}, {three}}, "superseded superseded"},
		} {
			for _, list := range c.calls {
				d.receive(c.name, arrivals(handling.Green, list...))
			}
			if got := states(c.name); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
			err := d.st.Read(d.ctx, func(ctx context.Context, q store.Querier) error {
				left, err := d.Fresh(ctx, q, c.name, []*stix.Object{one, one})
				if got, want := len(left) == 0, slices.ContainsFunc(c.calls, func(l []*stix.Object) bool { return slices.Contains(l, one) }); got != want {
					t.Errorf("%s: fresh %v", c.name, left)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		superseded, err := d.List(d.ctx, inbox.Ask{Partner: "in order", States: []inbox.State{inbox.Superseded}})
		if err != nil || len(superseded) != 1 {
			t.Fatal(superseded, err)
		}
		_, err = d.Accept(d.ctx, analyst, superseded[0].N)
		want(t, err, entente.Conflict, "newer version")
	})
}

func TestForeignObjectsAndRejection(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		malware, err := stix.Build(map[string]any{
			"type": "malware", "spec_version": "2.1", "id": "malware--0b7e5d3c-3c1a-4f5e-9a7e-1d2c3b4a5f60", "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z",
			"name": "Synthetic worm", "is_family": true, "created_by_ref": creator,
		})
		if err != nil {
			t.Fatal(err)
		}
		defs, err := mapping.Definitions()
		if err != nil {
			t.Fatal(err)
		}
		foreign := objects(t, entente.NewCorpus(entente.Info{Name: "otherlist", Title: "x", Version: "1", Released: entente.Day(2026, 1, 1)}, d.partner(nil).Records), day, statement("est-synthetic"))
		d.receive("est", arrivals(handling.Green, append([]*stix.Object{malware, foreign[len(foreign)-1]}, defs...)...))
		list, err := d.List(d.ctx, inbox.Ask{States: []inbox.State{inbox.New}})
		if err != nil || len(list) != 2 {
			t.Fatal(list, err)
		}
		other, worm := list[0].N, list[1].N
		p, err := d.Preview(d.ctx, []int64{worm, other})
		if err != nil || len(p.Kept) != 1 || p.Kept[0].Name != "Synthetic worm" || len(p.Refused) != 1 || !strings.Contains(p.Refused[0].Why, `"otherlist"`) {
			t.Fatalf("%+v, %v", p, err)
		}
		want(t, d.Reject(d.ctx, inbox.How{Who: "mari", Why: " "}, other), entente.Invalid, "reason")
		want(t, d.Reject(d.ctx, inbox.How{Why: "x"}, other), entente.Invalid, "who")
		_, err = d.Accept(d.ctx, inbox.How{}, worm)
		want(t, err, entente.Invalid, "who")
		want(t, d.Reject(d.ctx, inbox.How{Who: "mari", Why: "x"}, other, 999), entente.NotFound, "999")
		if err := d.Reject(d.ctx, inbox.How{Who: "mari", Why: "another list of propositions"}, other, other); err != nil {
			t.Fatal(err)
		}
		want(t, d.Reject(d.ctx, inbox.How{Who: "mari", Why: "x"}, other), entente.Conflict, "decision")
		if done := d.accept(analyst, worm); done.Kept != 1 || done.Commit.Seq != 0 {
			t.Fatalf("%+v", done)
		}
		reports, err := d.Reports(d.ctx, "", 0, 0)
		if err != nil || len(reports) != 1 {
			t.Fatal(reports, err)
		}
		if o, err := reports[0].Body(); err != nil || string(o.Raw()) != string(malware.Raw()) {
			t.Error(o, err)
		}
		// Receipts are owed for everything, also for what is rejected.
		owed, err := d.Owed(d.ctx, "est", 0, 0)
		if err != nil || len(owed) != 2+len(defs) {
			t.Fatal(len(owed), err)
		}
		if err := d.st.Write(d.ctx, func(ctx context.Context, q store.Querier) error {
			return inbox.Receipted(ctx, q, owed[0].N, "note", d.now)
		}); err != nil {
			t.Fatal(err)
		}
		if left, err := d.Owed(d.ctx, "est", 0, 0); err != nil || len(left) != len(owed)-1 {
			t.Error(len(left), err)
		}
	})
}
