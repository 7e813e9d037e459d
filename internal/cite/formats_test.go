package cite_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"entente"
	"entente/internal/cite"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// cslTypes are the types of the schema of CSL 1.0.2 (csl-data.json).
const cslTypes = ` article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset
 document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation manuscript map
 motion_picture musical_score pamphlet paper-conference patent performance periodical personal_communication post post-weblog
 regulation report review review-book software song speech standard thesis treaty webpage `

func TestCSLKeepsEveryField(t *testing.T) {
	c := corpus(t)
	data := written(t, func(b *bytes.Buffer) error { return cite.WriteCSL(b, all(c)) })
	back, err := cite.ReadCSL(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(c.Sources, back, cmp.Comparer(func(a, b entente.Date) bool { return a == b }), cmpopts.EquateEmpty()); d != "" {
		t.Error(d)
	}
	if again := written(t, func(b *bytes.Buffer) error { return cite.WriteCSL(b, all(c)) }); !bytes.Equal(data, again) {
		t.Error("the same sources give other bytes")
	}
	var items []map[string]any
	if err := json.Unmarshal(data, &items); err != nil {
		t.Fatal(err)
	}
	for _, it := range items {
		if !strings.Contains(strings.Join(strings.Fields(cslTypes), " ")+" ", fmt.Sprint(it["type"])+" ") {
			t.Errorf("%s: %q is not a type of CSL 1.0.2", it["id"], it["type"])
		}
	}
}

func TestCSLOfAnExample(t *testing.T) {
	s := entente.Source{
		ID: "a-70-174", Title: "Report of the fourth GGE", Author: "United Nations General Assembly", Date: date(t, "2015-07"), Symbol: "A/70/174",
		Kind: entente.Report, Lang: "en", Status: entente.Official, TextOf: []entente.ActorID{"un-gge-2014"}, Note: "read whole",
	}
	want := `[
  {
    "id": "a-70-174",
    "type": "report",
    "title": "Report of the fourth GGE",
    "author": [
      {
        "literal": "United Nations General Assembly"
      }
    ],
    "authority": "United Nations General Assembly",
    "genre": "report",
    "issued": {
      "date-parts": [
        [
          2015,
          7
        ]
      ]
    },
    "number": "A/70/174",
    "language": "en",
    "custom": {
      "kind": "report",
      "text_status": "official",
      "text_of": [
        "un-gge-2014"
      ],
      "record_note": "read whole"
    }
  }
]
`
	got := written(t, func(b *bytes.Buffer) error { return cite.WriteCSL(b, []*entente.Source{&s}) })
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

func TestCSLRefusesWhatIsNone(t *testing.T) {
	for name, in := range map[string]string{
		"not JSON": "x", "an object": "{}", "a date that is none": `[{"id":"a","issued":{"date-parts":[[2021,2,30]]}}]`,
		"a date of four parts": `[{"id":"a","issued":{"date-parts":[[2021,2,3,4]]}}]`,
	} {
		if _, err := cite.ReadCSL(strings.NewReader(in)); entente.KindOf(err) != entente.Invalid {
			t.Errorf("%s: error %v, want an invalid one", name, err)
		}
	}
}

// entry is what the small parser below reads.
type entry struct {
	kind, key string
	fields    map[string]string
}

// parseBibTeX reads entries of the form @kind{key, name = {value}, …} by the
// rule of BibTeX: a value ends where its braces balance, a backslash before a
// brace does not take it out of the balance, so escaped braces must pair up.
func parseBibTeX(s string) ([]entry, error) {
	var out []entry
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		head, rest, ok := strings.Cut(s, ",")
		kind, key, ok2 := strings.Cut(strings.TrimPrefix(head, "@"), "{")
		if !ok || !ok2 || s[0] != '@' || strings.ContainsAny(key, " {}\"") || key == "" {
			return nil, fmt.Errorf("no entry starts at %.60q", s)
		}
		e := entry{kind, key, map[string]string{}}
		for s = rest; ; {
			name, value, ok := strings.Cut(s, "= {")
			if !ok {
				return nil, fmt.Errorf("%s: no field at %.60q", key, s)
			}
			end, depth := 0, 1
			for end = 0; end < len(value) && depth > 0; end++ {
				switch value[end] {
				case '{':
					depth++
				case '}':
					depth--
				}
			}
			if depth > 0 {
				return nil, fmt.Errorf("%s: field %s does not end", key, name)
			}
			e.fields[strings.TrimSpace(name)] = value[:end-1]
			s = strings.TrimSpace(value[end:])
			if strings.HasPrefix(s, ",") {
				s = s[1:]
				continue
			}
			if !strings.HasPrefix(s, "}") {
				return nil, fmt.Errorf("%s: %.40q after field %s", key, s, name)
			}
			s = s[1:]
			break
		}
		out = append(out, e)
	}
	return out, nil
}

func TestBibTeXParses(t *testing.T) {
	list := all(corpus(t))
	data := written(t, func(b *bytes.Buffer) error { return cite.WriteBibTeX(b, list) })
	entries, err := parseBibTeX(string(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(list) {
		t.Fatalf("%d entries for %d sources", len(entries), len(list))
	}
	seen := map[string]bool{}
	for i, e := range entries {
		if seen[e.key] {
			t.Errorf("the key %s is used twice", e.key)
		}
		seen[e.key] = true
		if e.fields["title"] == "" {
			t.Errorf("%s has no title", e.key)
		}
		if s := list[i]; s.Date.String() != e.fields["date"] {
			t.Errorf("%s: date %q, want %q", e.key, e.fields["date"], s.Date)
		}
		for name, v := range e.fields {
			if name != "url" && strings.ContainsAny(strings.NewReplacer(`\&`, "", `\%`, "", `\$`, "", `\#`, "", `\_`, "").Replace(v), "&%$#_~^") {
				t.Errorf("%s: %s holds an unescaped special: %s", e.key, name, v)
			}
		}
	}
	if !bytes.Contains(data, []byte("能動的サイバー防御")) || !utf8.Valid(data) {
		t.Error("text in other scripts is not kept as UTF-8")
	}
}

func TestBibTeXEscapes(t *testing.T) {
	list := []*entente.Source{
		{ID: "a b", Title: `100 % of A & B_1 #2 cost $5 {or} \x ~ ^`, Author: "R&D", Kind: entente.Report, URL: "https://example.org/a_b?c=%20{d}"},
		{ID: "a-b", Title: "Ünïcode 日本\n", Kind: entente.Webpage},
	}
	want := `@techreport{a-b-2,
  author = {{R\&D}},
  title = {{100 \% of A \& B\_1 \#2 cost \$5 \textbraceleft{}or\textbraceright{} \textbackslash{}x \textasciitilde{} \textasciicircum{}}},
  institution = {R\&D},
  type = {report},
  url = {https://example.org/a_b?c=%20%7Bd%7D}
}

@misc{a-b,
  title = {{Ünïcode 日本 }},
  type = {web page}
}
`
	got := written(t, func(b *bytes.Buffer) error { return cite.WriteBibTeX(b, list) })
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

func TestRIS(t *testing.T) {
	s := entente.Source{ID: "x", Title: "Talks", Author: "Ann Ab, Zenda Times", Date: date(t, "2020-02"), Kind: entente.News, URL: "https://example.org/", Lang: "en"}
	want := "TY  - NEWS\r\nID  - x\r\nAU  - Ann Ab\r\nTI  - Talks\r\nT2  - Zenda Times\r\nPY  - 2020\r\nDA  - 2020/02\r\nLA  - en\r\nM3  - news\r\nUR  - https://example.org/\r\nER  - \r\n\r\n"
	got := written(t, func(b *bytes.Buffer) error { return cite.WriteRIS(b, []*entente.Source{&s}) })
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}
