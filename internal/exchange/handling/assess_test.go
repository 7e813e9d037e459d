package handling

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente/internal/exchange/stix"
)

const plain = `{"type":"note","spec_version":"2.1","id":"note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00Z","modified":"2021-02-19T08:00:00Z",` +
	`"content":"synthetic","object_refs":["identity--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b02"]}`

const (
	markStatement = markPrefix + "11111111-8c4f-4d53-9a43-0d2f4c7a1b01"
	markOwnGreen  = markPrefix + "22222222-8c4f-4d53-9a43-0d2f4c7a1b01"
	markACS       = markPrefix + "33333333-8c4f-4d53-9a43-0d2f4c7a1b01"
	markOdd       = markPrefix + "44444444-8c4f-4d53-9a43-0d2f4c7a1b01"
	markIEP       = markPrefix + "55555555-8c4f-4d53-9a43-0d2f4c7a1b01"
	markOld       = markPrefix + "66666666-8c4f-4d53-9a43-0d2f4c7a1b01"
	markEmpty     = markPrefix + "77777777-8c4f-4d53-9a43-0d2f4c7a1b01"
	markNowhere   = markPrefix + "88888888-8c4f-4d53-9a43-0d2f4c7a1b01"
	noteRed       = "note--99999999-8c4f-4d53-9a43-0d2f4c7a1b01"
)

// object makes a note with more properties, as JSON text; it is not validated.
func object(t testing.TB, extra string) *stix.Object {
	t.Helper()
	raw := plain
	if extra != "" {
		raw = strings.TrimSuffix(plain, "}") + "," + extra + "}"
	}
	o, faults := stix.Parse([]byte(raw), stix.DefaultLimits)
	if faults != nil {
		t.Fatal(raw, faults)
	}
	return o
}

func marking(t testing.TB, id, rest string) *stix.Object {
	t.Helper()
	o, err := stix.Read([]byte(`{"type":"marking-definition","spec_version":"2.1","id":"` + id + `","created":"2021-02-19T08:00:00Z"` + rest + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// assessor knows a few marks, all made up.
func assessor(t testing.TB) *Assessor {
	t.Helper()
	known := map[stix.ID]*stix.Object{}
	for _, o := range []*stix.Object{
		marking(t, markStatement, `,"definition_type":"statement","definition":{"statement":"Synthetic terms of use"}`),
		marking(t, markOwnGreen, `,"extensions":{"`+string(Extension2)+`":{"extension_type":"property-extension","tlp_2_0":"green"}}`),
		marking(t, markACS, `,"extensions":{"extension-definition--3a65884d-005a-4290-8335-cb2d778a83ce":{"extension_type":"property-extension"}}`),
		marking(t, markOdd, `,"extensions":{"`+string(Extension2)+`":{"extension_type":"property-extension","tlp_2_0":"mauve"}}`),
		marking(t, markIEP, `,"definition_type":"iep","definition":{}`),
		marking(t, markOld, `,"definition_type":"tlp","definition":{"tlp":"white"}`),
		marking(t, markEmpty, `,"name":"TLP:CLEAR"`),
		object(t, ""),
	} {
		known[o.ID()] = o
	}
	red, faults := stix.Parse([]byte(strings.NewReplacer(`note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01`, noteRed, `"content"`, `"object_marking_refs":["`+string(Red.Mark())+`"],"content"`).Replace(plain)), stix.DefaultLimits)
	if faults != nil {
		t.Fatal(faults)
	}
	known[red.ID()] = red
	a, err := NewAssessor(Amber, func(id stix.ID) *stix.Object { return known[id] }, func(id stix.ID) bool { return id.Type() == "extension-definition" })
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func refs(list ...stix.ID) string {
	var parts []string
	for _, id := range list {
		parts = append(parts, `"`+string(id)+`"`)
	}
	return `"object_marking_refs":[` + strings.Join(parts, ",") + `]`
}

func part(id stix.ID) string {
	return `"granular_markings":[{"marking_ref":"` + string(id) + `","selectors":["content"]}]`
}

func TestAssess(t *testing.T) {
	a := assessor(t)
	translation := func(of string) *stix.Object {
		o, err := stix.Read([]byte(`{"type":"language-content","spec_version":"2.1","id":"language-content--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01","created":"2021-02-19T08:00:00Z",` +
			`"modified":"2021-02-19T08:00:00Z","object_ref":"` + of + `","contents":{"et":{"content":"sünteetiline"}},"object_marking_refs":["` + string(Clear.Mark()) + `"]}`))
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	defs, err := Definitions()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		o    *stix.Object
		want TLP
		why  string
		warn bool
	}{
		{"unmarked", object(t, ""), Amber, "unmarked", false},
		{"clear", object(t, refs(Clear.Mark())), Clear, "marked CLEAR", false},
		{"green", object(t, refs(Green.Mark())), Green, "marked GREEN", false},
		{"amber", object(t, refs(Amber.Mark())), Amber, "marked AMBER", false},
		{"amber strict", object(t, refs(AmberStrict.Mark())), AmberStrict, "marked AMBER+STRICT", false},
		{"red", object(t, refs(Red.Mark())), Red, "marked RED", false},
		{"white of 1.0", object(t, refs(marks1[Clear])), Clear, "marked CLEAR", false},
		{"amber of 1.0", object(t, refs(marks1[Amber])), Amber, "marked AMBER", false},
		{"red of 1.0", object(t, refs(marks1[Red])), Red, "marked RED", false},
		{"the same twice", object(t, refs(Green.Mark(), Green.Mark())), Green, "marked GREEN", false},
		{"the same in both versions", object(t, refs(Green.Mark(), marks1[Green])), Green, "marked GREEN", false},
		{"two marks", object(t, refs(Clear.Mark(), AmberStrict.Mark())), AmberStrict, "marked AMBER+STRICT", true},
		{"a part is stricter", object(t, refs(Green.Mark())+","+part(Red.Mark())), Red, "a part of it is marked RED", false},
		{"a part is looser", object(t, refs(Red.Mark())+","+part(Clear.Mark())), Red, "marked RED", false},
		{"only a part is marked", object(t, part(Clear.Mark())), Amber, "unmarked", false},
		{"a statement of copyright", object(t, refs(markStatement)), Amber, "unmarked", false},
		{"a statement and a level", object(t, refs(markStatement, Clear.Mark())), Clear, "marked CLEAR", false},
		{"a definition of one's own", object(t, refs(markOwnGreen)), Green, "marked GREEN", false},
		{"an old definition of one's own", object(t, refs(markOld)), Clear, "marked CLEAR", false},
		{"a mark that is not here", object(t, refs(Clear.Mark(), markNowhere)), Red, "not known here", false},
		{"a part with a mark that is not here", object(t, refs(Clear.Mark())+","+part(markNowhere)), Red, "not known here", false},
		{"another scheme", object(t, refs(Clear.Mark(), markACS)), Red, "not understood", false},
		{"yet another scheme", object(t, refs(markIEP)), Red, "not understood", false},
		{"a level that is none", object(t, refs(markOdd)), Red, "unknown level", false},
		{"a name alone", object(t, refs(markEmpty)), Red, "not understood", false},
		{"marks of another form", object(t, `"object_marking_refs":"x"`), Red, "cannot be read", false},
		{"marks that are numbers", object(t, `"object_marking_refs":[1]`), Red, "cannot be read", false},
		{"marks of parts of another form", object(t, refs(Clear.Mark())+`,"granular_markings":{}`), Red, "cannot be read", false},
		{"a label", object(t, `"labels":["tlp:red"]`), Red, "labelled RED", true},
		{"a label of no level", object(t, `"labels":["TLP:EX:CHR"]`), Red, "unknown level", true},
		{"a label loosens nothing", object(t, `"labels":["tlp:clear"]`), Amber, "unmarked", true},
		{"a translation of what is red", translation(noteRed), Red, "what it translates is RED", false},
		{"a translation of what is unmarked", translation("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1b01"), Amber, "what it translates is AMBER", false},
		{"a translation of what is not here", translation("note--5d0c1a0e-8c4f-4d53-9a43-0d2f4c7a1bff"), Red, "not known here", false},
		{"the definition of a level", defs[4], Clear, "definition", false},
	} {
		got := a.Assess(c.o)
		if got.Level != c.want || len(got.Why) == 0 || !strings.Contains(got.Why[0], c.why) || (len(got.Warnings) > 0) != c.warn {
			t.Errorf("%s: %s, %q, warnings %q; want %s, %q", c.name, got.Level, got.Why, got.Warnings, c.want, c.why)
		}
	}
	if a := a.Assess(object(t, refs(markNowhere))); !a.Unresolved {
		t.Error("nobody would look again once the mark arrives")
	}
}

func TestUnmarkedIsNeverClear(t *testing.T) {
	for _, level := range []TLP{0, Clear, 6, 255} {
		if _, err := NewAssessor(level, nil, nil); err == nil {
			t.Errorf("level %d was taken for what is unmarked", level)
		}
	}
}

// One more mark, of whatever sort, never makes the level looser, except that
// the first mark of TLP takes the place of the node's own level.
func TestAMarkNeverLoosens(t *testing.T) {
	a := assessor(t)
	all := []stix.ID{markStatement, markOwnGreen, markACS, markOdd, markIEP, markOld, markNowhere}
	for _, l := range Levels {
		all = append(all, l.Mark())
		if id, ok := marks1[l]; ok {
			all = append(all, id)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.SampledFrom(all), 0, 4).Draw(rt, "marks")
		level := rapid.SampledFrom(Levels).Draw(rt, "level")
		base := append([]stix.ID{level.Mark()}, list...)
		more := rapid.SampledFrom(all).Draw(rt, "one more")
		before := a.Assess(object(t, refs(base...))).Level
		after := a.Assess(object(t, refs(append(base, more)...))).Level
		inPart := a.Assess(object(t, refs(base...)+","+part(more))).Level
		if before < level || after < before || inPart < before {
			rt.Fatalf("%v: %s; with %s: %s, in a part: %s", base, before, more, after, inPart)
		}
	})
}

// The definitions carry the published identifiers and are read back as what
// they are.
func TestDefinitions(t *testing.T) {
	defs, err := Definitions()
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range defs {
		if got := readMark(o); got.level != Levels[i] || o.ID() != Levels[i].Mark() || len(stix.Validate(o)) > 0 {
			t.Errorf("%s: %+v, %v", o.Raw(), got, stix.Validate(o))
		}
	}
}

func TestParseTLP(t *testing.T) {
	for in, want := range map[string]TLP{
		"TLP:CLEAR": Clear, "white": Clear, "tlp:green": Green, " Amber ": Amber, "TLP:AMBER+STRICT": AmberStrict, "amber+strict": AmberStrict, "RED": Red,
	} {
		if got, err := ParseTLP(in); err != nil || got != want {
			t.Errorf("%q: %s %v", in, got, err)
		}
	}
	for _, in := range []string{"", "TLP:", "TLP:YELLOW", "REDD", "AMBER STRICT"} {
		if got, err := ParseTLP(in); err == nil {
			t.Errorf("%q is taken for %s", in, got)
		}
	}
	if TLP(0).String() != "RED" || TLP(9).String() != "RED" {
		t.Error("a level that is not known must look like RED")
	}
}
