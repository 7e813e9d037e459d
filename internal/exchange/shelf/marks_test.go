package shelf_test

import (
	"testing"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

func tlpMark(id stix.ID, name, level, extra string) string {
	return `{"type":"marking-definition","spec_version":"2.1","id":"` + string(id) + `","created":"2022-10-01T00:00:00.000Z","name":"` + name + `","extensions":{"` +
		string(handling.Extension2) + `":{"extension_type":"property-extension","tlp_2_0":"` + level + `"}}` + extra + `}`
}

// TestFalseMarks: a partner cannot put its own words under a mark that TLP defines,
// and however it writes the right ones, the node can share under that mark.
func TestFalseMarks(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		for name, raw := range map[string]string{
			"another level":   tlpMark(handling.AmberStrict.Mark(), "TLP:AMBER+STRICT", "clear", ""),
			"another name":    tlpMark(handling.AmberStrict.Mark(), "TLP:CLEAR", "amber+strict", ""),
			"no TLP":          `{"type":"marking-definition","spec_version":"2.1","id":"` + string(handling.Green.Mark()) + `","created":"2022-10-01T00:00:00.000Z","definition_type":"statement","definition":{"statement":"Synthetic"}}`,
			"of version 1.0":  `{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed","created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","definition":{"tlp":"white"}}`,
			"of two versions": tlpMark(handling.Red.Mark(), "TLP:RED", "red", `,"definition_type":"tlp","definition":{"tlp":"white"},"x_synthetic":"max counts, so this one is RED and passes"`),
		} {
			want := 0
			if name == "of two versions" {
				want = 1
			}
			if st := d.post("a", pool, raw); st.SuccessCount != want {
				t.Errorf("%s: %+v", name, st)
			}
		}
		if st := d.post("a", pool, tlpMark(handling.AmberStrict.Mark(), "TLP:AMBER+STRICT", "amber+strict", `,"x_synthetic":"a tool's own"`)); st.SuccessCount != 1 {
			t.Fatalf("%+v", st)
		}
		list, err := handling.Definitions()
		if err != nil {
			t.Fatal(err)
		}
		x := thing{n: 1, maker: nodeID, mark: handling.AmberStrict.Mark()}
		if _, err := d.Put(t.Context(), pool, append(list, x.object(t))); err != nil {
			t.Fatal(err)
		}
		d.wants("a", d.walk("a", pool, taxii.Query{Filter: taxii.Filter{Types: []string{"campaign"}}}), keysOf(x))
	})
}

// TestOwnUnderAnothersMark: what a partner says of a mark opens nothing of the node's
// own, until the node shares that mark itself.
func TestOwnUnderAnothersMark(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		open := tlpMark(unknown, "Synthetic", "clear", "")
		if st := d.post("a", pool, open); st.SuccessCount != 1 {
			t.Fatalf("%+v", st)
		}
		x := thing{n: 1, maker: nodeID, mark: unknown}
		if _, err := d.Put(t.Context(), pool, []*stix.Object{x.object(t)}); entente.KindOf(err) != entente.Invalid {
			t.Fatalf("a mark of a partner's making opened it: %v", err)
		}
		mark, err := stix.Read([]byte(open))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Put(t.Context(), pool, []*stix.Object{mark, x.object(t)}); err != nil {
			t.Fatal(err)
		}
		d.wants("c", d.walk("c", pool, taxii.Query{Filter: taxii.Filter{Types: []string{"campaign"}}}), keysOf(x))
		// Everything is assessed again when this changes: the mark still counts.
		d.edit(func(s *partner.Settings) { s.Unmarked = handling.Green })
		d.wants("c again", d.walk("c", pool, taxii.Query{Filter: taxii.Filter{Types: []string{"campaign"}}}), keysOf(x))
	})
}
