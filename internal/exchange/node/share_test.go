package node_test

import (
	"context"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/datapackage"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/inbox"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/mapping"
	"entente/internal/exchange/taxii"
	"entente/internal/store"
)

// desk is a node with three partners: jpn in the community, ops, a client of jpn,
// in it too, and lone in none. The collection trial takes up to AMBER+STRICT.
type desk struct {
	*node.Node
	t     *testing.T
	ctx   context.Context
	clock *clock
}

func openDesk(t *testing.T, place string) *desk {
	t.Helper()
	c, err := corpus()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, ctx: t.Context(), clock: &clock{}}
	dir := filepath.Join(t.TempDir(), "node")
	o := node.Options{Now: d.clock.now}
	if err := node.Init(d.ctx, dir, node.InitOptions{Options: o, Actor: "est", Title: "Estonia", Place: place, Corpus: c, Who: "test"}); err != nil {
		t.Fatal(err)
	}
	if d.Node, err = node.Open(d.ctx, dir, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	d.edit(func(s *partner.Settings) error {
		s.Unmarked = handling.Amber
		s.Partners = []partner.Partner{
			{Partner: handling.Partner{ID: "jpn", Name: "Japan"}, Identities: []stix.ID{mapping.ActorIdentity("jpn")}},
			{Partner: handling.Partner{ID: "lone", Name: "Lone"}},
			{Partner: handling.Partner{ID: "ops", Name: "Ops", ClientOf: "jpn"}},
		}
		s.Communities = []handling.Community{{ID: "two", Members: []handling.Member{{Partner: "jpn", Clearance: handling.AmberStrict}, {Partner: "ops", Clearance: handling.AmberStrict}}}}
		return s.AddCollection(partner.Collection{Collection: handling.Collection{Title: "Trial", Communities: []string{"two"}, Ceiling: handling.AmberStrict}, Alias: "trial"})
	})
	return d
}

func (d *desk) edit(change func(*partner.Settings) error) {
	d.t.Helper()
	if _, err := d.Book.Edit(d.ctx, "test", "test", change); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) share(r node.Request) *node.Plan {
	d.t.Helper()
	p, err := d.Share(d.ctx, filled(r))
	if err != nil {
		d.t.Fatal(err)
	}
	return p
}

func filled(r node.Request) node.Request {
	if r.Collection == "" {
		r.Collection = "trial"
	}
	if r.Level == 0 {
		r.Level = handling.Amber
	}
	r.Who = "mari"
	return r
}

// page is what a partner gets.
func (d *desk) page(partner string) []*stix.Object {
	d.t.Helper()
	var out []*stix.Object
	q := taxii.Query{Limit: 1000, Bodies: true, Filter: taxii.Filter{Versions: taxii.Versions{All: true}}}
	for {
		p, err := d.Shelf.Page(d.ctx, partner, "trial", q)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, r := range p.Records {
			o, err := stix.Read(r.Body)
			if err != nil {
				d.t.Fatal(err)
			}
			out = append(out, o)
		}
		if !p.More {
			return out
		}
		q.After = p.Next
	}
}

func (d *desk) lying() int {
	d.t.Helper()
	list, err := d.Shelf.Find(d.ctx, shelf.Ask{})
	if err != nil {
		d.t.Fatal(err)
	}
	return len(list)
}

// publish changes a column of a record.
func (d *desk) publish(table, id, column, value string) {
	d.t.Helper()
	v, err := d.Store.Get(d.ctx, store.Key{Kind: table, ID: id})
	if err != nil {
		d.t.Fatal(err)
	}
	row, err := store.DecodeRow(table, v.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	row.Cells[slices.IndexFunc(datapackage.Columns(table), func(s datapackage.Spec) bool { return s.Name == column })] = value
	if _, err := d.Store.Save(d.ctx, store.Reason{Who: "mari", Why: "edit"}, store.RowChange(row, v.Number, store.Published)); err != nil {
		d.t.Fatal(err)
	}
}

func find(p *node.Plan, record string) *node.Planned {
	for i := range p.Objects {
		if p.Objects[i].Record == record {
			return &p.Objects[i]
		}
	}
	return &node.Planned{}
}

func reckon(p *node.Plan, partner string) node.Reckoning {
	for _, r := range p.Partners {
		if r.Partner == partner {
			return r
		}
	}
	return node.Reckoning{}
}

func want(t *testing.T, err error, kind entente.Kind, texts ...string) {
	t.Helper()
	if entente.KindOf(err) != kind {
		if list, ok := err.(entente.Errors); !ok || entente.KindOf(list[0]) != kind { //nolint:errorlint // as it is returned
			t.Errorf("got %v (%s), want %s", err, entente.KindOf(err), kind)
			return
		}
	}
	for _, s := range texts {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%q does not say %q", err, s)
		}
	}
}

var position = []datapackage.Ref{{Table: "instruments", ID: "est-position-2021"}}

const first = "statements:est-law-applies-2021-07-13-tk-est-2021"

func TestAPlanSaysWhatGoesToWhomAndWhyNot(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		before := d.lying()
		p := d.share(node.Request{Records: position, Level: handling.AmberStrict, Words: handling.Clear, DryRun: true})
		if d.lying() != before || p.Done {
			t.Fatal("a dry run wrote something")
		}
		for record, role := range map[string]node.Role{
			"instruments:est-position-2021": node.Asked, first: node.Part, "sources:tk-est-2021": node.Needed, "actors:est": node.Needed, "propositions:law-applies": node.Needed,
		} {
			x := find(p, record)
			if x.Role != role || x.What != node.Adds {
				t.Errorf("%s is %q, %q", record, x.Role, x.What)
			}
		}
		if x := find(p, first); x.For != "made in instruments:est-position-2021" || x.Level != handling.AmberStrict || !slices.Equal(x.Why, []string{"marked AMBER+STRICT"}) {
			t.Errorf("%+v", x)
		}
		if x := find(p, "actors:est"); x.Level != handling.Clear { // as was asked for words
			t.Errorf("%+v", x)
		}
		routes := map[string]string{}
		for _, r := range find(p, first).Partners {
			routes[r.Partner] = strings.Join(r.Why, "; ")
		}
		for partner, say := range map[string]string{
			"jpn": "sent to Japan: AMBER+STRICT, cleared to AMBER+STRICT", "ops": "not sent to Ops: AMBER+STRICT, the partner is a client of jpn", "lone": "not sent to Lone: in no community of the collection",
		} {
			if routes[partner] != say {
				t.Errorf("%s: %q, want %q", partner, routes[partner], say)
			}
		}
		all := 0
		for _, x := range p.Objects {
			if x.Role != node.Definition {
				all++
			}
		}
		jpn, ops, lone := reckon(p, "jpn"), reckon(p, "ops"), reckon(p, "lone")
		if all < 10 || p.Adds != all || p.Stays != 0 || jpn.Of != all || jpn.Goes != all || lone.Withheld != all || ops.Goes+ops.Withheld != all || ops.Goes == 0 || ops.Withheld == 0 {
			t.Errorf("of %d: %+v %+v %+v", all, jpn, ops, lone)
		}
		if len(ops.Reasons) != 1 || ops.Reasons[0].Count != ops.Withheld {
			t.Errorf("%+v", ops)
		}

		// The same plan, done.
		done := d.share(node.Request{Records: position, Level: handling.AmberStrict, Words: handling.Clear, Expect: p.Digest})
		if !done.Done || done.Digest != p.Digest {
			t.Error("the plan that was done is another one")
		}
		if got := len(d.page("jpn")); got != all+p.Definitions {
			t.Errorf("jpn gets %d objects, want %d and %d definitions", got, all, p.Definitions)
		}
		if got := len(d.page("ops")); got != ops.Goes+p.Definitions {
			t.Errorf("ops gets %d objects, want %d and %d definitions", got, ops.Goes, p.Definitions)
		}
		in := mapping.Import(d.page("jpn"), "cybernorms")
		if len(in.Missing) > 0 || len(in.Rows) == 0 {
			t.Errorf("what jpn got is not whole: %v", in.Missing)
		}

		// Again: everything is there, and known to have been handed over.
		again := d.share(node.Request{Records: position, Level: handling.AmberStrict, DryRun: true})
		if again.Adds != 0 || again.Stays != all || reckon(again, "jpn").Had != all {
			t.Errorf("adds %d, stays %d of %d; %+v", again.Adds, again.Stays, all, reckon(again, "jpn"))
		}
		d.share(node.Request{Records: position, Level: handling.AmberStrict})
		if got := len(d.page("jpn")); got != all+p.Definitions {
			t.Errorf("sharing it again gave jpn %d objects", got)
		}
		// Who shared, and why, is in the history.
		log, err := d.Store.Log(d.ctx, store.LogQuery{Record: store.Key{Kind: "exchange"}})
		if err != nil || len(log) != 2 || log[0].Who != "mari" {
			t.Error(log, err)
		}
	})
}

func TestAnEditedRecordGoesAsANewVersion(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		d.publish("instruments", "est-position-2021", "note", "edited before it was shared")
		shared := d.share(node.Request{Records: position})
		list, err := d.Shelf.Versions(d.ctx, find(shared, "instruments:est-position-2021").ID)
		if err != nil || len(list) != 1 || list[0].Created >= list[0].Version {
			t.Errorf("%+v, %v", list, err) // created when it was first published, not when it was edited
		}
		table, id, _ := strings.Cut(first, ":")
		d.publish(table, id, "note", "synthetic note")
		stale, err := d.Stale(d.ctx)
		if err != nil || len(stale) != 1 || stale[0].Record != first || stale[0].What != node.StaleChanged || len(stale[0].Cells) != 1 || stale[0].Cells[0].After != "synthetic note" {
			t.Errorf("%+v, %v", stale, err)
		}
		p := d.share(node.Request{Records: position, DryRun: true})
		if p.Adds != 1 || find(p, first).What != node.Changes {
			t.Fatalf("adds %d, %+v", p.Adds, find(p, first))
		}
		// The plan that was approved before the edit is not done.
		d.publish(table, id, "note", "another note")
		_, err = d.Share(d.ctx, filled(node.Request{Records: position, Expect: p.Digest}))
		want(t, err, entente.Conflict, "has changed since it was shown")
		d.share(node.Request{Records: position})
		versions, err := d.Shelf.Versions(d.ctx, find(p, first).ID)
		if err != nil || len(versions) != 2 || versions[0].Created != versions[1].Created || versions[0].Version >= versions[1].Version {
			t.Fatalf("%+v, %v", versions, err)
		}
		o, err := d.Shelf.Body(d.ctx, versions[1].ID, "")
		if err != nil || mapping.Import([]*stix.Object{o}, "").Rows[0].Cells[13] != "another note" {
			t.Error(o, err)
		}
		// Published again without a change: nothing new.
		d.publish(table, id, "note", "another note")
		if p := d.share(node.Request{Records: position, DryRun: true}); p.Adds != 0 {
			t.Errorf("adds %d", p.Adds)
		}
		// Retired here, it is still with the partners.
		v, err := d.Store.Get(d.ctx, store.Key{Kind: table, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		row, err := store.DecodeRow(table, v.Body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Store.Save(d.ctx, store.Reason{Who: "mari", Why: "retired"}, store.RowChange(row, v.Number, store.Retired)); err != nil {
			t.Fatal(err)
		}
		if stale, err := d.Stale(d.ctx); err != nil || len(stale) != 1 || stale[0].What != node.StaleGone {
			t.Errorf("%+v, %v", stale, err)
		}
	})
}

func TestALevelFallsOnlyWhenAsked(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		d.share(node.Request{Records: position})
		p := d.share(node.Request{Records: position, Level: handling.Green, DryRun: true})
		x := find(p, first)
		for _, o := range p.Objects {
			if o.Role == node.Needed && (o.What != node.Changes || o.Level != handling.Green) {
				t.Errorf("%s, which everybody can read, is %q, %s", o.Record, o.What, o.Level)
			}
		}
		if x.What != node.Stays || x.Level != handling.Amber || len(x.Warnings) == 0 || !strings.Contains(x.Warnings[0], "stays AMBER") {
			t.Fatalf("adds %d, %+v", p.Adds, x)
		}
		// What a node has of its own is no more open than it was shared.
		d.publish("sources", "tk-est-2021", "note", "known here only")
		p = d.share(node.Request{Records: position, Level: handling.Green, DryRun: true})
		if x := find(p, "sources:tk-est-2021"); x.Level != handling.Amber || len(x.Warnings) != 1 {
			t.Errorf("%+v", x)
		}
		p = d.share(node.Request{Records: position, Level: handling.Green, Lower: true})
		if x = find(p, first); x.Level != handling.Green || x.What != node.Changes {
			t.Fatalf("%+v", x)
		}
		// Stricter again: what was named, not what it refers to.
		p = d.share(node.Request{Records: position, Level: handling.AmberStrict, DryRun: true})
		if x, y := find(p, first), find(p, "sources:tk-est-2021"); x.Level != handling.AmberStrict || x.What != node.Changes || y.Level != handling.Green || y.What != node.Stays {
			t.Errorf("%+v\n%+v", x, y)
		}
	})
}

func TestWhatIsNotShared(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		for _, c := range []struct {
			r     node.Request
			kind  entente.Kind
			texts []string
		}{
			{node.Request{Records: position, Level: handling.Red}, entente.Denied, []string{"RED", "entente seal"}},
			{node.Request{Records: position, Collection: "nowhere"}, entente.NotFound, []string{"there are trial"}},
			{node.Request{Records: []datapackage.Ref{{Table: "statements", ID: "nothing"}}}, entente.NotFound, []string{"statements:nothing"}},
			{node.Request{}, entente.Invalid, []string{"nothing was named"}},
			{node.Request{Files: []node.File{{Name: "x.json", Data: []byte("no")}}}, entente.Invalid, []string{"x.json"}},
			{node.Request{Records: position, Until: time.Now().Add(-time.Hour)}, entente.Invalid, []string{"embargo"}},
			{node.Request{Records: position, Expect: "0123456789ab"}, entente.Conflict, nil},
		} {
			_, err := d.Share(d.ctx, filled(c.r))
			want(t, err, c.kind, c.texts...)
		}
		if d.lying() != 0 {
			t.Error("something lies there")
		}
		d.edit(func(s *partner.Settings) error { s.Collection("trial").Ceiling = handling.Green; return nil })
		_, err := d.Share(d.ctx, filled(node.Request{Records: position}))
		want(t, err, entente.Denied, "stricter than what the collection takes, GREEN")
	})
}

func TestAnEmbargoKeepsEverythingIn(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		until := d.clock.now().Add(48 * time.Hour)
		p := d.share(node.Request{Records: position, Until: until})
		if r := reckon(p, "jpn"); r.Goes != 0 || r.Withheld != r.Of || !strings.Contains(r.Reasons[0].Why, "embargo until") {
			t.Errorf("%+v", r)
		}
		if got := len(d.page("jpn")); got != p.Definitions {
			t.Errorf("jpn gets %d objects", got)
		}
		d.clock.move(49 * time.Hour)
		if got := len(d.page("jpn")); got != p.Definitions+p.Adds {
			t.Errorf("after the embargo jpn gets %d objects", got)
		}
	})
}

// object is a synthetic object of another tool's.
func object(typ, id string, more map[string]any) map[string]any {
	m := map[string]any{"type": typ, "spec_version": "2.1", "id": typ + "--" + id, "created": "2026-10-01T00:00:00.000Z", "modified": "2026-10-01T00:00:00.000Z"}
	maps.Copy(m, more)
	return m
}

func bundle(t *testing.T, objects ...map[string]any) node.File {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"type": "bundle", "id": "bundle--9d6b0a52-3a55-4d7c-9ad6-0cb1fbbf8d5b", "objects": objects})
	if err != nil {
		t.Fatal(err)
	}
	return node.File{Name: "report.json", Data: raw}
}

const (
	idIncident = "5b6f2b6e-6a0a-4f0e-8c11-0d4f9b7d1a01"
	idMalware  = "5b6f2b6e-6a0a-4f0e-8c11-0d4f9b7d1a02"
	idLink     = "5b6f2b6e-6a0a-4f0e-8c11-0d4f9b7d1a03"
)

func incident() map[string]any {
	return object("incident", idIncident, map[string]any{"name": "Synthetic intrusion", "x_custom": 12345678901234567})
}

func TestAnIncidentReportFromAFile(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		link := object("relationship", idLink, map[string]any{"relationship_type": "related-to", "source_ref": "malware--" + idMalware, "target_ref": "incident--" + idIncident})
		malware := object("malware", idMalware, map[string]any{"name": "Synthetic worm", "is_family": true, "object_marking_refs": []stix.ID{handling.AmberStrict.Mark()}})
		file := bundle(t, incident(), malware, link)
		p := d.share(node.Request{Files: []node.File{file}})
		if p.Adds != 3 || len(p.Refused) != 0 {
			t.Fatalf("%+v", p)
		}
		levels := map[string]handling.TLP{}
		for _, x := range p.Objects {
			levels[x.Type] = x.Level
		}
		if levels["incident"] != handling.Amber || levels["malware"] != handling.AmberStrict {
			t.Error(levels)
		}
		got := d.page("jpn")
		if k := slices.IndexFunc(got, func(o *stix.Object) bool { return o.Type() == "incident" }); k < 0 || !strings.Contains(string(got[k].Raw()), `"x_custom":12345678901234567`) {
			t.Errorf("the incident is not what it was")
		}
		if again := d.share(node.Request{Files: []node.File{file}}); again.Adds != 0 || again.Stays != 3 {
			t.Errorf("again: %d added", again.Adds)
		}
		// The file's own stricter mark is not lowered either.
		if again := d.share(node.Request{Files: []node.File{file}, Lower: true}); again.Adds != 0 {
			t.Errorf("again: %d added", again.Adds)
		}
		for name, c := range map[string]struct {
			o    map[string]any
			text string
		}{
			"RED":       {object("malware", idLink, map[string]any{"name": "x", "is_family": true, "object_marking_refs": []stix.ID{handling.Red.Mark()}}), "RED"},
			"partner's": {object("malware", idLink, map[string]any{"name": "x", "is_family": true, "created_by_ref": mapping.ActorIdentity("jpn")}), "object of jpn"},
			"unknown":   {object("malware", idLink, map[string]any{"name": "x", "is_family": true, "object_marking_refs": []string{"marking-definition--" + idLink}}), "RED"},
			"broken":    {object("malware", idLink, map[string]any{"name": "x", "is_family": "maybe"}), "is_family"},
		} {
			before := d.lying()
			_, err := d.Share(d.ctx, filled(node.Request{Files: []node.File{bundle(t, incident(), c.o)}}))
			if err == nil || !strings.Contains(err.Error(), c.text) {
				t.Errorf("%s: %v", name, err)
			}
			plan, err := d.Share(d.ctx, filled(node.Request{Files: []node.File{bundle(t, incident(), c.o)}, DryRun: true}))
			if err != nil || len(plan.Refused) == 0 {
				t.Errorf("%s: %v %v", name, plan, err)
			}
			if d.lying() != before {
				t.Errorf("%s: something of it lies there", name)
			}
		}
	})
}

// What came from a partner and was accepted is handled as the partner marked it.
func TestWhatIsAPartnersIsNotPassedOn(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		c, err := corpus()
		if err != nil {
			t.Fatal(err)
		}
		r := c.Records
		r.Statements = slices.Clone(r.Statements)
		ids := []string{"jpn-amber", "jpn-green", "lone-green", "lone-clear"}
		for _, id := range ids {
			r.Statements = append(r.Statements, entente.Statement{
				ID: id, Actor: "jpn", Proposition: "law-applies", Stance: entente.Affirms, Date: entente.Day(2026, 10, 1), Source: "tk-est-2021", Pinpoint: "p. 1", Checked: true,
			})
		}
		theirs := entente.NewCorpus(c.Info, r)
		receive := func(partner, id string, level handling.TLP) []datapackage.Ref {
			ref := []datapackage.Ref{{Table: "statements", ID: id}}
			list, err := mapping.Export(theirs, ref, mapping.Options{Creator: mapping.ActorIdentity("jpn")})
			if err != nil {
				t.Fatal(err)
			}
			err = d.Store.Write(d.ctx, func(ctx context.Context, q store.Querier) error {
				_, err := d.Inbox.Receive(ctx, q, partner, "theirs", []inbox.Arrival{{Object: list[len(list)-1], Level: level}})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			items, err := d.Inbox.List(d.ctx, inbox.Ask{Partner: partner, States: []inbox.State{inbox.New}})
			if err != nil || len(items) != 1 {
				t.Fatal(items, err)
			}
			if _, err := d.Inbox.Accept(d.ctx, inbox.How{Who: "mari", Publish: true, Widely: true}, items[0].N); err != nil {
				t.Fatal(err)
			}
			return ref
		}
		_, err = d.Share(d.ctx, filled(node.Request{Records: receive("jpn", "jpn-amber", handling.Amber)}))
		want(t, err, entente.Denied, "jpn sent as AMBER", "not ours to pass on")
		_, err = d.Share(d.ctx, filled(node.Request{Records: receive("lone", "lone-green", handling.Green)}))
		want(t, err, entente.Denied, "lone sent as GREEN", "not ours to pass on")
		if d.lying() != 0 {
			t.Error("something lies there")
		}
		// CLEAR goes anywhere, GREEN stays within the community of who sent it.
		d.share(node.Request{Records: receive("lone", "lone-clear", handling.Clear), Level: handling.Green})
		p := d.share(node.Request{Records: receive("jpn", "jpn-green", handling.Green), Level: handling.Clear})
		if x := find(p, "statements:jpn-green"); x.Level != handling.Green {
			t.Errorf("what came as GREEN goes as %s", x.Level)
		}
	})
}

func TestTwoCollections(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		d.edit(func(s *partner.Settings) error {
			return s.AddCollection(partner.Collection{Collection: handling.Collection{Title: "Open", Communities: []string{"two"}, Ceiling: handling.Green}, Alias: "open"})
		})
		d.publish("sources", "tk-est-2021", "note", "known here only")
		one := d.share(node.Request{Records: position})
		p, err := d.Share(d.ctx, filled(node.Request{Records: position, Collection: "open", Level: handling.Green, DryRun: true}))
		if err != nil || len(p.Refused) == 0 || !strings.Contains(p.Refused[0].Hint, "--lower") {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = d.Share(d.ctx, filled(node.Request{Records: position, Collection: "open", Level: handling.Green}))
		want(t, err, entente.Denied, "--lower")
		two := d.share(node.Request{Records: position, Collection: "open", Level: handling.Green, Lower: true})
		if two.Adds != one.Adds || find(two, first).What != node.Changes {
			t.Errorf("%d added, %+v", two.Adds, find(two, first))
		}
		// Back in the first: the version that lies in the other is placed here too.
		back := d.share(node.Request{Records: position, Level: handling.Green})
		if x := find(back, first); x.What != node.Places || back.Adds != one.Adds {
			t.Errorf("%d added, %+v", back.Adds, x)
		}
		again := d.share(node.Request{Records: position, Level: handling.Green, DryRun: true})
		if again.Adds != 0 {
			t.Errorf("%d added", again.Adds)
		}
		// Withdrawn in both.
		w, err := d.Withdraw(d.ctx, node.Recall{Names: []string{first}, Who: "mari"})
		if err != nil || len(w.Objects[0].Collections) != 2 {
			t.Fatal(w, err)
		}
		entries, err := d.Shelf.Find(d.ctx, shelf.Ask{IDs: []stix.ID{w.Objects[0].ID}, Revoked: true})
		if err != nil || len(entries) != 2 {
			t.Error(entries, err)
		}
	})
}

// A word of the field that a partner brought first stays as the partner has it.
func TestAWordThatAPartnerBroughtFirst(t *testing.T) {
	both(t, func(t *testing.T, place func(*testing.T) string) {
		d := openDesk(t, place(t))
		d.edit(func(s *partner.Settings) error { s.Collection("trial").Writers = []string{"jpn"}; return nil })
		c, err := corpus()
		if err != nil {
			t.Fatal(err)
		}
		list, err := mapping.Export(c, []datapackage.Ref{{Table: "propositions", ID: "law-applies"}}, mapping.Options{Creator: mapping.ActorIdentity("jpn"), Marks: func(datapackage.Ref) []stix.ID { return []stix.ID{handling.Green.Mark()} }})
		if err != nil {
			t.Fatal(err)
		}
		defs, err := handling.Definitions()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(map[string]any{"objects": append(defs, list...)})
		if err != nil {
			t.Fatal(err)
		}
		status, err := d.Shelf.Add(d.ctx, "jpn", "trial", strings.NewReader(string(raw)))
		if err != nil || status.FailureCount != 0 {
			t.Fatalf("%+v, %v", status, err)
		}
		p := d.share(node.Request{Records: position})
		x := find(p, "propositions:law-applies")
		if x.What != node.Stays || x.Level != handling.Green || len(x.Warnings) == 0 || !strings.Contains(x.Warnings[0], "jpn has shared it before") {
			t.Errorf("%+v", x)
		}
		if p.Adds == 0 || !p.Done {
			t.Errorf("%+v", p)
		}
	})
}
