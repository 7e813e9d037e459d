package threats_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/threats"
	"entente/internal/pgtest"
	"entente/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// both runs a test on a new store of each engine.
func both(t *testing.T, test func(t *testing.T, st *store.Store)) {
	t.Helper()
	open := func(t *testing.T, place string) *store.Store {
		st, err := store.Open(t.Context(), place, store.Options{Create: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close() })
		return st
	}
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, filepath.Join(t.TempDir(), "work.entente"))) })
	t.Run("postgres", func(t *testing.T) { test(t, open(t, pgtest.Database(t, "threats", nil))) })
}

// file reads one of the synthetic files of package threat.
func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "stix", "threat", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var (
	why    = store.Reason{Who: "tester", Why: "test", Via: "test"}
	attack = threats.Import{Name: "Synthetic ATT&CK", URL: "https://example.org/attack", Licence: "synthetic"}
	galaxy = threats.Import{Name: "Synthetic galaxy", URL: "https://example.org/galaxy"}
	corpus = entente.NewCorpus(entente.Info{}, entente.Records{Actors: []entente.Actor{
		{ID: "jpn", Kind: entente.State, Name: "Japan", ISO2: "JP", ISO3: "JPN"}, {ID: "rus", Kind: entente.State, Name: "Russian Federation", ISO2: "RU", ISO3: "RUS"},
	}})
)

func add(t *testing.T, st *store.Store, im threats.Import, data []byte) threats.Import {
	t.Helper()
	kept, written, err := threats.Add(t.Context(), st, why, im, data)
	if err != nil || !written {
		t.Fatal(kept, written, err)
	}
	return kept
}

// page makes the page of an actor as anybody sees it.
func page(t *testing.T, l *threats.Library, id entente.ActorID, level handling.TLP) *threats.Page {
	t.Helper()
	h, err := l.At(t.Context(), level)
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.Page(corpus, id, level)
	if err != nil {
		t.Fatal(err)
	}
	return p.Data.(*threats.Page)
}

func namesOf(p *threats.Page) (out []string) {
	for i := range p.Against {
		out = append(out, p.Against[i].Name)
	}
	return out
}

func TestImports(t *testing.T) {
	both(t, func(t *testing.T, st *store.Store) {
		l := threats.Open(st)
		if p := page(t, l, "jpn", handling.Clear); len(p.Imports) != 0 || len(p.Against) != 0 {
			t.Fatalf("a new store knows %+v", p)
		}
		a := add(t, st, attack, file(t, "attack.json"))
		if a.Format != threats.STIX || a.Objects < 10 || a.Attackers < 3 || a.Refused != 0 || a.Level != handling.Clear {
			t.Errorf("import %+v", a)
		}
		one := page(t, l, "jpn", handling.Clear)
		g := add(t, st, galaxy, file(t, "galaxy.json"))
		if g.Format != threats.Galaxy || g.Attackers != 4 {
			t.Errorf("import %+v", g)
		}
		two := page(t, l, "jpn", handling.Clear)
		if len(two.Imports) != 2 || len(two.Against) <= len(one.Against) || !slices.Contains(namesOf(two), "Synthetic Otter Crew") {
			t.Errorf("with both collections: %v, with one %v", namesOf(two), namesOf(one))
		}
		if p := page(t, l, "rus", handling.Clear); len(p.Named) == 0 {
			t.Error("nobody is named for the sponsor of the galaxy")
		}
		// Importing the same again writes nothing; the newer file of the same name counts alone.
		if _, written, err := threats.Add(t.Context(), st, why, galaxy, file(t, "galaxy.json")); err != nil || written {
			t.Errorf("the same again: written %v, %v", written, err)
		}
		less := bytes.ReplaceAll(file(t, "galaxy.json"), []byte(`"Japan",`), nil)
		add(t, st, galaxy, less)
		if p := page(t, l, "jpn", handling.Clear); len(p.Imports) != 2 || slices.Contains(namesOf(p), "Synthetic Otter Crew") {
			t.Errorf("after the newer file: %v", namesOf(p))
		}
		if err := threats.Drop(t.Context(), st, why, galaxy.Name); err != nil {
			t.Fatal(err)
		}
		if p := page(t, l, "jpn", handling.Clear); len(p.Imports) != 1 || p.Imports[0].Name != attack.Name {
			t.Errorf("after it was dropped: %+v", p.Imports)
		}
		if err := threats.Drop(t.Context(), st, why, "nobody"); entente.KindOf(err) != entente.NotFound {
			t.Errorf("dropping nothing: %v", err)
		}
		if _, err := st.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	})
}

// TestCounts recounts the aims from the claims.
func TestCounts(t *testing.T) {
	both(t, func(t *testing.T, st *store.Store) {
		add(t, st, attack, file(t, "attack.json"))
		add(t, st, galaxy, file(t, "galaxy.json"))
		p := page(t, threats.Open(st), "jpn", handling.Clear)
		if len(p.Against) < 2 || len(p.Aims) != 5 {
			t.Fatalf("%d attackers, %d aims", len(p.Against), len(p.Aims))
		}
		for _, c := range p.Aims {
			n := 0
			for i := range p.Against {
				for _, a := range p.Against[i].Aims {
					if a.Aim == c.Aim {
						n++
						break
					}
				}
			}
			if n != c.Attackers {
				t.Errorf("%s: %d, recounted %d", c.Aim, c.Attackers, n)
			}
		}
		h, err := threats.Open(st).At(t.Context(), handling.Clear)
		if err != nil {
			t.Fatal(err)
		}
		v, err := h.Page(corpus, "jpn", handling.Clear)
		if err != nil {
			t.Fatal(err)
		}
		claims := 0
		for i := range p.Against {
			a := &p.Against[i]
			claims += len(a.Victims) + len(a.Sponsors) + len(a.Aims) + len(a.Means)
			for _, c := range a.Victims {
				if c.Said.Import == "" || c.Said.Object == "" {
					t.Errorf("%s: a claim without its source", a.Name)
				}
			}
		}
		if len(v.Table.Rows) != claims {
			t.Errorf("%d rows for %d claims", len(v.Table.Rows), claims)
		}
		if _, err := h.Page(corpus, "zzz", handling.Clear); entente.KindOf(err) != entente.NotFound {
			t.Errorf("an unknown actor: %v", err)
		}
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	good := file(t, "attack.json")
	for name, c := range map[string]struct {
		im   threats.Import
		data string
		says string
	}{
		"no name":             {threats.Import{URL: "https://example.org/"}, string(good), "not said"},
		"no letter":           {threats.Import{Name: "¡!", URL: "https://example.org/"}, string(good), "no letter"},
		"no source":           {threats.Import{Name: "x"}, string(good), "not said"},
		"a script as source":  {threats.Import{Name: "x", URL: "javascript:alert(1)"}, string(good), "not the address"},
		"a file as source":    {threats.Import{Name: "x", URL: "file:///etc/passwd"}, string(good), "not the address"},
		"a long name":         {threats.Import{Name: strings.Repeat("x", 200), URL: "https://example.org/"}, string(good), "too long"},
		"a control character": {threats.Import{Name: "x\x00y", URL: "https://example.org/"}, string(good), "control"},
		"no JSON":             {attack, "hello", "not a JSON file"},
		"a list":              {attack, "[]", "not a JSON file"},
		"empty":               {attack, "", "not a JSON file"},
		"another object":      {attack, `{"a":1}`, "neither objects nor values"},
		"broken":              {attack, `{"a":`, "broken"},
		"a broken bundle":     {attack, `{"type":"bundle","objects":[{"type":"x"`, "broken"},
		"no attackers":        {attack, `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000099","objects":[]}`, "no attacker"},
		"a galaxy of tools":   {galaxy, `{"type":"tool","values":[{"uuid":"u","value":"v"}]}`, "does not list attackers"},
		"an empty galaxy":     {galaxy, `{"type":"threat-actor","values":[]}`, "no attacker"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := threats.Check(c.im, []byte(c.data))
			var e *entente.Error
			if !errors.As(err, &e) || e.Kind != entente.Invalid || !strings.Contains(e.Msg, c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

// marked gives a bundle whose group carries a mark.
func marked(mark stix.ID) []byte {
	return fmt.Appendf(nil, `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000099","objects":[%s,"object_marking_refs":["%s"]},%s,%s]}`, strings.TrimSuffix(group, "}"), mark, place, hits)
}

// TestHandling: what carries a mark is shown up to its level only, whatever the
// file as a whole is; a mark that is not understood hides.
func TestHandling(t *testing.T) {
	both(t, func(t *testing.T, st *store.Store) {
		l := threats.Open(st)
		const name = "Synthetic Wren"
		for _, c := range []struct {
			mark  stix.ID
			own   handling.TLP
			shown map[handling.TLP]bool
		}{
			{handling.Clear.Mark(), handling.Clear, map[handling.TLP]bool{handling.Clear: true, handling.Amber: true}},
			{handling.Green.Mark(), handling.Clear, map[handling.TLP]bool{handling.Clear: false, handling.Green: true}},
			{handling.Amber.Mark(), handling.Clear, map[handling.TLP]bool{handling.Clear: false, handling.Green: false, handling.Amber: true}},
			{"marking-definition--00000000-0000-4000-8000-0000000000aa", handling.Clear, map[handling.TLP]bool{handling.Clear: false, handling.AmberStrict: false}},
			{handling.Clear.Mark(), handling.Amber, map[handling.TLP]bool{handling.Clear: false, handling.Amber: true}},
		} {
			im := attack
			im.Level = c.own
			add(t, st, im, marked(c.mark))
			for level, want := range c.shown {
				p := page(t, l, "jpn", level)
				if got := slices.Contains(namesOf(p), name); got != want {
					t.Errorf("%s marked %s in a file of %s: shown at %s is %v", name, c.mark, c.own, level, got)
				}
				if !want && p.Hidden == 0 {
					t.Errorf("%s marked %s: nothing is said to be hidden at %s", name, c.mark, level)
				}
				if text, _ := json.Marshal(p); !want && bytes.Contains(text, []byte(name)) {
					t.Errorf("%s is named in the page at %s", name, level)
				}
			}
		}
	})
}

// receive puts an object into the inbox as the exchange does.
func receive(t *testing.T, st *store.Store, n int, state string, level handling.TLP, body string) {
	t.Helper()
	o, err := stix.Read([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	err = st.Write(t.Context(), func(ctx context.Context, q store.Querier) error {
		_, err := q.ExecContext(ctx, `INSERT INTO exchange_inbox (n, partner, collection, object, version_key, version, type, level, revoked, at, state, who, decided, note, record, leaf, receipt, receipted, body)
			VALUES ($1, 'jp-csirt', 'c', $2, $3, $4, $5, $6, 0, 0, $7, 'tester', $8, '', '', 0, '', 0, $9)`,
			n, string(o.ID()), o.VersionTime().Key(), o.VersionTime().String(), o.Type(), int(level), state, time.Now().UnixMicro(), []byte(body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const (
	group = `{"type":"intrusion-set","id":"intrusion-set--00000000-0000-4000-8000-00000000f001","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"Synthetic Wren","primary_motivation":"personal-gain"}`
	place = `{"type":"location","id":"location--00000000-0000-4000-8000-00000000f002","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","country":"JP"}`
	hits  = `{"type":"relationship","id":"relationship--00000000-0000-4000-8000-00000000f003","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","relationship_type":"targets","source_ref":"intrusion-set--00000000-0000-4000-8000-00000000f001","target_ref":"location--00000000-0000-4000-8000-00000000f002"}`
)

// TestInbox: nothing that a partner sent counts before somebody accepted it, and
// then only up to its level.
func TestInbox(t *testing.T) {
	both(t, func(t *testing.T, st *store.Store) {
		l := threats.Open(st)
		receive(t, st, 1, "new", handling.Clear, group)
		receive(t, st, 2, "accepted", handling.Clear, place)
		receive(t, st, 3, "accepted", handling.Clear, hits)
		if p := page(t, l, "jpn", handling.Clear); len(p.Against) != 0 || p.Received != 0 {
			t.Fatalf("not accepted yet: %v", namesOf(p))
		}
		set := func(statement string) {
			if err := st.Write(t.Context(), func(ctx context.Context, q store.Querier) error { _, err := q.ExecContext(ctx, statement); return err }); err != nil {
				t.Fatal(err)
			}
		}
		set("UPDATE exchange_inbox SET state = 'accepted', decided = decided + 1 WHERE n = 1")
		p := page(t, l, "jpn", handling.Clear)
		if !slices.Equal(namesOf(p), []string{"Synthetic Wren"}) || p.Received != 1 || p.Against[0].Said[0].Import != "from jp-csirt" {
			t.Errorf("accepted: %v, %d received", namesOf(p), p.Received)
		}
		if p.Aims[3].Attackers != 1 {
			t.Errorf("aims %v", p.Aims)
		}
		receive(t, st, 4, "new", handling.Clear, strings.Replace(strings.Replace(group, `"modified":"2026-01-01`, `"modified":"2026-02-01`, 1), `"name"`, `"revoked":true,"name"`, 1))
		set("UPDATE exchange_inbox SET revoked = 1 WHERE n = 4")
		if p := page(t, l, "jpn", handling.Clear); len(p.Against) != 0 {
			t.Errorf("what its owner has withdrawn is still shown: %v", namesOf(p))
		}
		set("DELETE FROM exchange_inbox WHERE n = 4")
		set("UPDATE exchange_inbox SET level = 3, decided = decided + 1 WHERE n = 1")
		if p := page(t, l, "jpn", handling.Clear); len(p.Against) != 0 || p.Hidden != 1 {
			t.Errorf("AMBER is shown to everybody: %v, %d hidden", namesOf(p), p.Hidden)
		}
		if p := page(t, l, "jpn", handling.Amber); len(p.Against) != 1 {
			t.Errorf("AMBER is not shown at AMBER: %v", namesOf(p))
		}
	})
}

// TestNoStore: a corpus that is in no store knows of nothing.
func TestNoStore(t *testing.T) {
	t.Parallel()
	h, err := threats.Open(nil).At(t.Context(), handling.Clear)
	if err != nil || !h.Empty() {
		t.Fatal(h, err)
	}
}
