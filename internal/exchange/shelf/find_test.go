package shelf_test

import (
	"testing"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/shelf"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

func TestFind(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		a1, a2 := thing{n: 1, mark: green}, thing{n: 1, version: 1, mark: amber, revoked: true}
		tool := thing{n: 2, typ: "intrusion-set", mark: clear0}
		theirs, hidden := thing{n: 3, maker: aID, mark: green}, thing{n: 4, maker: aID, mark: unknown}
		d.put(pool, a1, a2, tool)
		d.put(inner, tool)
		d.post("a", pool, theirs.raw(), hidden.raw())
		if err := d.Take(t.Context(), pool, tool.id(), taxii.Versions{All: true}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name string
			ask  shelf.Ask
			want []string
		}{
			{"everything", shelf.Ask{}, keysOf(tool, a1, a2, theirs, hidden)},
			{"what went as well", shelf.Ask{Collection: pool, Gone: true}, keysOf(a1, a2, tool, theirs, hidden)},
			{"one collection", shelf.Ask{Collection: inner}, keysOf(tool)},
			{"ids", shelf.Ask{IDs: []stix.ID{a1.id(), theirs.id()}}, keysOf(a1, a2, theirs)},
			{"the newest", shelf.Ask{Newest: true, IDs: []stix.ID{a1.id()}}, keysOf(a2)},
			{"a type", shelf.Ask{Type: "intrusion-set"}, keysOf(tool)},
			{"a maker", shelf.Ask{Creator: aID}, keysOf(theirs, hidden)},
			{"own", shelf.Ask{Own: true, Collection: pool}, keysOf(a1, a2)},
			{"of a partner", shelf.Ask{Origin: "a"}, keysOf(theirs, hidden)},
			{"a level", shelf.Ask{Level: handling.Amber}, keysOf(a2)},
			{"revoked", shelf.Ask{Revoked: true}, keysOf(a2)},
			{"unresolved", shelf.Ask{Unresolved: true}, keysOf(hidden)},
			{"so many", shelf.Ask{Limit: 2}, keysOf(tool, a1)},
		} {
			list, err := d.Find(t.Context(), c.ask)
			if err != nil {
				t.Fatal(c.name, err)
			}
			d.wants(c.name, entryKeys(list), c.want)
		}
		first, err := d.Find(t.Context(), shelf.Ask{Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		rest, err := d.Find(t.Context(), shelf.Ask{AfterCollection: first[1].Collection, After: first[1].Added})
		if err != nil {
			t.Fatal(err)
		}
		d.wants("the rest", entryKeys(rest), keysOf(a2, theirs, hidden))
		e := rest[2]
		if !e.Unresolved || e.Level != handling.Red || e.Origin != "a" || e.PutBy != "a" || e.State != shelf.Lies || e.Spec != "2.1" || e.Size != len(hidden.raw()) || e.Creator != aID {
			t.Errorf("%+v", e)
		}
		if _, err := d.Find(t.Context(), shelf.Ask{Limit: shelf.MaxFind + 1}); entente.KindOf(err) != entente.Invalid {
			t.Error(err)
		}
		versions, err := d.Versions(t.Context(), tool.id())
		if err != nil || len(versions) != 2 || versions[1].State != shelf.Removed {
			t.Errorf("%+v %v", versions, err)
		}
	})
}

func entryKeys(list []shelf.Entry) (out []string) {
	for _, e := range list {
		out = append(out, key(taxii.Record{ID: e.ID, Version: e.Version}))
	}
	return out
}

func TestBody(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		a1, a2 := thing{n: 1, mark: green, maker: nodeID}, thing{n: 1, version: 1, mark: green, maker: nodeID}
		d.put(pool, a2, a1)
		name := `{"type":"domain-name","spec_version":"2.1","id":"domain-name--3c10e93f-798e-5a26-a0c1-08156efab7f5","value":"synthetic.example","object_marking_refs":["` + string(green) + `"]}`
		d.post("a", pool, name)
		for _, c := range []struct {
			id            stix.ID
			version, want string
			kind          entente.Kind
		}{
			{a1.id(), "", a2.raw(), ""},
			{a1.id(), stampOf(0), a1.raw(), ""},
			{a1.id(), "2026-01-01T00:00:00Z", a1.raw(), ""},
			{"domain-name--3c10e93f-798e-5a26-a0c1-08156efab7f5", "-", name, ""},
			{a1.id(), stampOf(9), "", entente.NotFound},
			{thing{n: 9}.id(), "", "", entente.NotFound},
			{a1.id(), "yesterday", "", entente.Invalid},
		} {
			o, err := d.Body(t.Context(), c.id, c.version)
			if entente.KindOf(err) != c.kind || err == nil && string(o.Raw()) != c.want {
				t.Errorf("%s %q: %v", c.id, c.version, err)
			}
		}
		p := d.page("b", pool, taxii.Query{Bodies: true, Limit: 10, Filter: taxii.Filter{Types: []string{"domain-name"}}})
		if len(p.Records) != 1 || p.Records[0].Version != "" || string(p.Records[0].Body) != name {
			t.Errorf("%+v", p)
		}
	})
}
