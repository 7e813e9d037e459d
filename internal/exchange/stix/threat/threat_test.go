package threat

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"entente"
	"entente/internal/exchange/stix"
)

var (
	japan   = &entente.Actor{ID: "jpn", Kind: entente.State, Name: "Japan", ISO2: "JP", ISO3: "JPN"}
	estonia = &entente.Actor{ID: "est", Kind: entente.State, Name: "Estonia", ISO2: "EE", ISO3: "EST"}
	korea   = &entente.Actor{ID: "kor", Kind: entente.State, Name: "Republic of Korea", ISO2: "KR", ISO3: "KOR"}
	russia  = &entente.Actor{ID: "rus", Kind: entente.State, Name: "Russian Federation", ISO2: "RU", ISO3: "RUS"}
)

func objects(t testing.TB) []*stix.Object {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "attack.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	list, bad, err := stix.ReadAll(f, stix.DefaultStreamLimits)
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	return list
}

// sample reads both synthetic files.
func sample(t testing.TB) *Base {
	t.Helper()
	b := New()
	b.AddSTIX("synthetic ATT&CK", objects(t))
	f, err := os.Open(filepath.Join("testdata", "galaxy.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if n, err := b.AddGalaxy("synthetic galaxy", f); err != nil || n != 4 {
		t.Fatal(n, err)
	}
	return b
}

// told writes a picture in lines, short enough to read.
func told(p *Picture) []string {
	var out []string
	for _, a := range p.Against {
		out = append(out, fmt.Sprintf("%s (%s)", a.Name, a.Kind))
		for _, c := range a.Victims {
			out = append(out, fmt.Sprintf("  victim %s %q, %s", c.Relation, c.Words, c.Said.Import))
		}
		for _, c := range a.Sponsors {
			out = append(out, fmt.Sprintf("  behind it %s %q (%s)", c.Relation, c.Words, c.Confidence))
		}
		for _, c := range a.Aims {
			out = append(out, fmt.Sprintf("  aim %q: %s %q", c.Aim, c.Relation, c.Words))
		}
		for _, m := range a.Means {
			out = append(out, fmt.Sprintf("  by %s %s %s via %q", m.Kind, m.ID, m.Name, m.Via))
		}
		for _, j := range a.Joined {
			out = append(out, "  with "+j)
		}
	}
	return out
}

func TestPictureOfJapan(t *testing.T) {
	p := sample(t).Picture(japan)
	want := []string{
		`Synthetic Finch (group)`,
		`  victim cfr-suspected-victims "JP", synthetic galaxy`,
		`  behind it country "KP" (50)`,
		`  aim "financial gain": cfr-type-of-incident "Financial Theft"`,
		`  aim "": motive "Synthetic curiosity"`,
		`  with Synthetic Heron (synthetic ATT&CK): the same name, synthetic HERON`,
		`Synthetic Otter Crew (group)`,
		`  victim cfr-suspected-victims "Japan", synthetic galaxy`,
		`  behind it cfr-suspected-state-sponsor "Russian Federation" (50)`,
		`  aim "espionage": cfr-type-of-incident "Espionage"`,
		`  aim "disruption": cfr-type-of-incident "Denial of service"`,
		`  by campaign C9001 Synthetic Autumn via "Synthetic Otter"`,
		`  by malware S9001 Synthetic Worm via "Synthetic Otter"`,
		`  by technique T9001 Synthetic phishing via "Synthetic Otter"`,
		`  by tool S9002 Synthetic Scanner via "Synthetic Autumn"`,
		`  with Synthetic Otter (synthetic ATT&CK): similar, says synthetic galaxy`,
	}
	if diff := cmp.Diff(want, told(p)); diff != "" {
		t.Error(diff)
	}
	// Groups, campaigns and galaxy values that stand: Otter, Heron, Autumn, Otter Crew, Finch, Lark. Left out: old Heron, Wren, Ghost.
	if p.Read != 6 || p.LeftOut != 3 {
		t.Errorf("%d read, %d left out, want 6 and 3", p.Read, p.LeftOut)
	}
}

// Everything that is said carries where it is said.
func TestEveryClaimHasItsSource(t *testing.T) {
	b := sample(t)
	for _, actor := range []*entente.Actor{japan, estonia, korea, russia} {
		p := b.Picture(actor)
		for _, a := range append(slices.Clone(p.Against), p.Named...) {
			said := slices.Clone(a.Said)
			for _, c := range append(slices.Clone(a.Victims), a.Sponsors...) {
				said = append(said, c.Said)
			}
			for _, c := range a.Aims {
				said = append(said, c.Said)
			}
			for _, m := range a.Means {
				said = append(said, m.Said)
			}
			for _, s := range said {
				if s.Import == "" || s.Object == "" {
					t.Errorf("%s, %s: %+v", actor.Name, a.Name, s)
				}
			}
		}
	}
	otter := b.Picture(japan).Against[1]
	i := slices.IndexFunc(otter.Means, func(m Means) bool { return m.ID == "T9001" })
	want := []stix.Reference{{SourceName: "Synthetic report 1", URL: "https://example.org/1"}}
	if diff := cmp.Diff(want, otter.Means[i].Said.References); diff != "" {
		t.Error(diff)
	}
}

// States are found by their names in the corpus, by code and by common names,
// and by nothing less.
func TestNames(t *testing.T) {
	b := sample(t)
	for _, c := range []struct {
		actor   *entente.Actor
		against []string
		named   []string
	}{
		{estonia, []string{"Synthetic Otter Crew"}, nil},
		{korea, []string{"Synthetic Finch"}, nil},
		{russia, nil, []string{"Synthetic Otter Crew"}},
		{&entente.Actor{ID: "prk", Name: "Democratic People's Republic of Korea", ISO2: "KP", ISO3: "PRK"}, nil, []string{"Synthetic Finch"}},
		{&entente.Actor{ID: "fin", Name: "Finland", ISO2: "FI", ISO3: "FIN"}, nil, nil},
	} {
		p := b.Picture(c.actor)
		var against, named []string
		for _, a := range p.Against {
			against = append(against, a.Name)
		}
		for _, a := range p.Named {
			named = append(named, a.Name)
		}
		if !slices.Equal(against, c.against) || !slices.Equal(named, c.named) {
			t.Errorf("%s: against %q, named %q", c.actor.Name, against, named)
		}
	}
	if p := b.Picture(estonia, "Middle East"); len(p.Against) != 2 {
		t.Errorf("a further name was not used: %v", told(p))
	}
}

// A bundle that names its targets by objects: a group at a location, an
// incident at an identity that lies in a country, attributed to a state.
func TestTargetsAsObjects(t *testing.T) {
	const (
		group    = "intrusion-set--00000000-0000-4000-8000-000000000201"
		place    = "location--00000000-0000-4000-8000-000000000202"
		ministry = "identity--00000000-0000-4000-8000-000000000203"
		incident = "incident--00000000-0000-4000-8000-000000000204"
		state    = "identity--00000000-0000-4000-8000-000000000205"
	)
	n := 300
	build := func(typ string, id string, extra map[string]any) *stix.Object {
		n++
		if id == "" {
			id = fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, n)
		}
		m := map[string]any{"type": typ, "spec_version": "2.1", "id": id, "created": "2021-02-19T08:00:00Z", "modified": "2021-02-19T08:00:00Z"}
		maps.Copy(m, extra)
		o, err := stix.Build(m)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	relate := func(from, word, to string) *stix.Object {
		return build("relationship", "", map[string]any{"relationship_type": word, "source_ref": from, "target_ref": to})
	}
	list := []*stix.Object{
		build("intrusion-set", group, map[string]any{"name": "Synthetic Stoat", "primary_motivation": "organizational-gain", "goals": []string{"Disinformation before elections"}}),
		build("location", place, map[string]any{"country": "EE", "name": "Eesti"}),
		build("identity", ministry, map[string]any{"name": "Synthetic ministry"}),
		build("identity", state, map[string]any{"name": "Russian Federation"}),
		build("incident", incident, map[string]any{"name": "Synthetic outage"}),
		relate(group, "targets", place), relate(ministry, "located-at", place), relate(incident, "targets", ministry), relate(incident, "attributed-to", state),
	}
	want := []string{
		`Synthetic outage (incident)`,
		`  victim targets "Synthetic ministry", synthetic bundle`,
		`  behind it attributed-to "Russian Federation" ()`,
		`Synthetic Stoat (group)`,
		`  victim targets "Eesti", synthetic bundle`,
		`  aim "": primary_motivation "organizational-gain"`,
		`  aim "manipulation of information": goals "Disinformation before elections"`,
	}
	// In whatever order objects arrive, in one import or in several.
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(list).Draw(t, "order")
		cut := rapid.IntRange(0, len(order)).Draw(t, "cut")
		b := New()
		b.AddSTIX("synthetic bundle", order[:cut])
		b.AddSTIX("synthetic bundle", order[cut:])
		if diff := cmp.Diff(want, told(b.Picture(estonia))); diff != "" {
			t.Fatal(diff)
		}
		if named := b.Picture(russia).Named; len(named) != 1 || named[0].Name != "Synthetic outage" {
			t.Fatalf("named: %v", named)
		}
	})
}

func TestAims(t *testing.T) {
	for words, want := range map[string][]Aim{
		"Espionage": {Espionage}, "Denial of service": {Disruption}, "Data destruction": {Disruption}, "Sabotage": {Disruption},
		"Financial Theft": {Gain}, "personal-gain": {Gain}, "Defacement": {Manipulation}, "Doxing": {Manipulation},
		"industrial espionage": {Espionage, Property}, "theft of intellectual property": {Property}, "notoriety": nil, "dominance": nil, "": nil,
	} {
		if got := aimsOf(words); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

func TestGalaxyFilesThatAreRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty": ``, "a list": `[]`, "no values": `{"type":"threat-actor"}`, "values of another form": `{"values":5}`, "cut off": `{"values":[{"uuid":"x"`,
	} {
		if _, err := New().AddGalaxy("synthetic", strings.NewReader(text)); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n, err := New().AddGalaxy("synthetic", strings.NewReader(`{"values":[{"uuid":"x","value":"Y","meta":{"country":{"a":1},"refs":[1,null,"z"]}}]}`)); err != nil || n != 1 {
		t.Errorf("odd fields: %d, %v", n, err)
	}
}

// The same files give the same bytes.
func TestPictureIsDeterministic(t *testing.T) {
	a, err := json.Marshal(sample(t).Picture(japan))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if b, _ := json.Marshal(sample(t).Picture(japan)); string(a) != string(b) {
			t.Fatalf("%s\n%s", a, b)
		}
	}
}

// FuzzGalaxy: whatever stands in a cluster file, reading and drawing end.
func FuzzGalaxy(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "galaxy.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"values":[{"uuid":"a","value":"b","related":[{"dest-uuid":"a","type":"similar"}]},{"uuid":"c","value":"b","meta":{"cfr-suspected-victims":"jp"}}]}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		base := New()
		if _, err := base.AddGalaxy("synthetic", strings.NewReader(string(raw))); err == nil {
			base.Picture(japan)
		}
	})
}
