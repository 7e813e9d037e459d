package cli

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/node"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// sharingNode makes a node that shares one GREEN and one AMBER note with jpn; jpn
// has taken both.
func sharingNode(t *testing.T) (dir string, green stix.ID) {
	t.Helper()
	ctx := t.Context()
	dir = filepath.Join(t.TempDir(), "est")
	c := entente.NewCorpus(entente.Info{Name: "tiny", Title: "Tiny (synthetic)", Version: "1"}, entente.Records{Actors: []entente.Actor{{ID: "est", Kind: "state", Name: "Arcadia"}}})
	if err := node.Init(ctx, dir, node.InitOptions{Actor: "est", Names: []string{"est.test"}, Corpus: c}); err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(ctx, dir, node.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = n.Close() }()
	r, err := n.Book.Edit(ctx, "test", "test", func(s *partner.Settings) error {
		s.Partners = []partner.Partner{{Partner: handling.Partner{ID: "jpn"}}, {Partner: handling.Partner{ID: "fin"}}}
		s.Communities = []handling.Community{{ID: "pair", Members: []handling.Member{{Partner: "jpn", Clearance: handling.Amber}}}}
		return s.AddCollection(partner.Collection{Collection: handling.Collection{Title: "Notes", Communities: []string{"pair"}, Ceiling: handling.Amber}, Alias: "notes"})
	})
	if err != nil {
		t.Fatal(err)
	}
	list, err := handling.Definitions()
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range []handling.TLP{handling.Green, handling.Amber} {
		o, err := stix.Build(map[string]any{
			"type": "note", "id": "note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0" + string(rune('a'+i)), "spec_version": "2.1", "content": "x",
			"created": "2026-01-02T03:04:05.678Z", "modified": "2026-01-02T03:04:05.678Z", "created_by_ref": string(r.Identity),
			"object_refs": []string{string(r.Identity)}, "object_marking_refs": []string{string(l.Mark())},
		})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, o)
	}
	var sound []*stix.Object
	for _, o := range list { // the mark RED itself is not for a collection up to AMBER
		if o.ID() != handling.Red.Mark() && o.ID() != handling.AmberStrict.Mark() {
			sound = append(sound, o)
		}
	}
	if _, err := n.Shelf.Put(ctx, "notes", sound); err != nil {
		t.Fatal(err)
	}
	page, err := n.Shelf.Page(ctx, "jpn", "notes", taxii.Query{Limit: 100, Bodies: true})
	if err != nil || len(page.Records) < 2 {
		t.Fatalf("jpn took %v, %v", page, err)
	}
	return dir, "note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b0a"
}

// TestNarrowingSaysWhatHasLeft: every way of narrowing says what the partner has
// already, and --dry-run changes nothing.
func TestNarrowingSaysWhatHasLeft(t *testing.T) {
	dir, green := sharingNode(t)
	until := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	narrow := [][]string{
		{"partner", "suspend", "jpn"},
		{"partner", "set", "jpn", "--until", "2001-01-01"},
		{"partner", "remove", "jpn"},
		{"community", "member", "pair", "jpn", "--clearance", "clear"},
		{"community", "drop", "pair", "jpn"},
		{"collection", "set", "notes", "--ceiling", "clear"},
		{"collection", "set", "notes", "--close"},
		{"collection", "set", "notes", "--remove-community", "pair"},
		{"collection", "remove", "notes"},
		{"embargo", "set", string(green), "--until", until},
	}
	for _, args := range narrow {
		code, out, errs := run(t, 0, nil, append(args, "--dry-run", "--node", dir)...)
		if code != 0 {
			t.Fatalf("%v: %s", args, errs)
		}
		for _, want := range []string{"Nothing was changed (--dry-run)", "Would close to jpn in notes:", "left already", string(green) + " 2026-01-02T03:04:05.678Z GREEN", ", leaf ", "What has left does not come back by this"} {
			if !strings.Contains(out, want) {
				t.Errorf("%v does not say %q:\n%s", args, want, out)
			}
		}
	}
	// A ceiling of GREEN closes AMBER only.
	_, out, _ := run(t, 0, nil, "collection", "set", "notes", "--ceiling", "green", "--node", dir)
	if !strings.Contains(out, "Closes to jpn in notes: 1 version, of which 1 left already") || strings.Contains(out, string(green)) {
		t.Errorf("closing AMBER: %s", out)
	}
	// Widening says what it opens, to whom.
	_, out, _ = run(t, 0, nil, "community", "member", "pair", "fin", "--clearance", "green", "--node", dir)
	if !strings.Contains(out, "Opens to fin in notes:") || !strings.Contains(out, string(green)) || strings.Contains(out, "does not come back") {
		t.Errorf("opening to fin: %s", out)
	}
}
