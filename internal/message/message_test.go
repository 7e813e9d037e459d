package message

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"entente"
)

func english(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load("en")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLookup(t *testing.T) {
	c := &Catalogue{lang: "en", texts: map[string]text{
		"plain":  {"other": "words"},
		"named":  {"other": "{k} of {n}"},
		"plural": {"one": "one actor", "other": "{n} actors"},
	}}
	for _, tc := range []struct {
		name, key string
		args      []any
		want      string
		err       string
	}{
		{"plain text", "plain", nil, "words", ""},
		{"named arguments", "named", []any{"k", 3, "n", 19}, "3 of 19", ""},
		{"one", "plural", []any{"n", 1}, "one actor", ""},
		{"many", "plural", []any{"n", 2}, "2 actors", ""},
		{"none", "plural", []any{"n", 0}, "0 actors", ""},
		{"unknown key", "nothing", nil, "", "no key"},
		{"missing argument", "named", []any{"k", 3}, "", "names {n}"},
		{"argument without value", "named", []any{"k"}, "", "pairs"},
		{"name that is none", "named", []any{1, 2}, "", "not a string"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := c.Lookup(tc.key, tc.args...)
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Fatalf("error %v, want one with %q", err, tc.err)
				}
				if c.T(tc.key, tc.args...) != Missing(tc.key) {
					t.Error("T does not show the mistake")
				}
				return
			}
			if err != nil || got != tc.want {
				t.Errorf("%q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

func TestNoPluralFormsInJapanese(t *testing.T) {
	c := &Catalogue{lang: "ja", texts: map[string]text{"k": {"other": "{n}か国"}}}
	if got := c.T("k", "n", 1); got != "1か国" {
		t.Error(got)
	}
}

func TestDate(t *testing.T) {
	c := english(t)
	for iso, want := range map[string]string{"2021-02-19": "19 February 2021", "2020-10": "October 2020", "2014": "2014", "": "", "n.d.": "n.d."} {
		if got := c.Date(iso); got != want {
			t.Errorf("%q: %q, want %q", iso, got, want)
		}
	}
}

func TestList(t *testing.T) {
	c := english(t)
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a and b": {"a", "b"}, "a, b and c": {"a", "b", "c"}} {
		if got := c.List(words); got != want {
			t.Errorf("%v: %q, want %q", words, got, want)
		}
	}
}

// TestLanguages holds every language against English: the same keys, and the
// same arguments in each text.
func TestLanguages(t *testing.T) {
	en := english(t)
	names := regexp.MustCompile(`\{(\w+)\}`)
	for _, lang := range Languages() {
		c, err := Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(en.Keys(), c.Keys()); diff != "" {
			t.Errorf("%s has other keys than English (-en +%s):\n%s", lang, lang, diff)
		}
		for _, k := range c.Keys() {
			if strings.TrimSpace(c.texts[k]["other"]) == "" {
				t.Errorf("%s: %s is empty", lang, k)
			}
			if a, b := names.FindAllString(en.texts[k]["other"], -1), names.FindAllString(c.texts[k]["other"], -1); !sameWords(a, b) {
				t.Errorf("%s: %s names %v, English %v", lang, k, b, a)
			}
		}
	}
}

func sameWords(a, b []string) bool {
	sort.Strings(a)
	sort.Strings(b)
	return strings.Join(a, " ") == strings.Join(b, " ")
}

// TestClosedLists checks that every word of the vocabulary has a label.
func TestClosedLists(t *testing.T) {
	c := english(t)
	for list, words := range map[string][]string{
		"stance": append(words(entente.Stances), "contested"), "silence": words(entente.Silences), "level": words(entente.Levels), "pillar": words(entente.Pillars),
		"pillar.short": words(entente.Pillars), "actor-kind": words(entente.ActorKinds), "actor-kind.many": words(entente.ActorKinds),
		"instrument-kind": words(entente.InstrumentKinds), "source-kind": words(entente.SourceKinds), "finding": words(entente.Findings),
		"role": words(entente.Roles), "role.many": words(entente.Roles), "ballot": words(entente.Ballots), "project-kind": entente.ProjectKinds,
		"attribution-kind": entente.AttributionKinds, "suggestion-status": entente.SuggestionStatuses, "text-status": words(entente.TextStatuses),
		"use": {string(entente.Decides), string(entente.Confirms), string(entente.Differs), string(entente.MayPostdate), string(entente.LeftOut)},
	} {
		for _, w := range words {
			if got := c.Label(list, w); strings.Contains(got, "⟪") {
				t.Errorf("%s has no word for %q", list, w)
			}
		}
	}
	for _, s := range entente.Silences {
		if got := c.Label("stance", string(s)); strings.Contains(got, "⟪") {
			t.Errorf("stance has no word for the silence %q", s)
		}
	}
}

func words[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return out
}

var (
	inTemplate = regexp.MustCompile(`(?:\{\{-? *|\(|if |with |else )(t|label|word|island) "([^"]+)"`)
	roleWord   = regexp.MustCompile(`(?:\{\{-? *|\()role `)
	inGo       = regexp.MustCompile(`(?:\.|\b)(T|Lookup|Label|Words|t)\((?:fmt\.Sprintf\()?"([^"%]+)`)
	listInGo   = regexp.MustCompile(`\b(wordOr|OptionsOf)\([\w.]+, "([^"]+)"`)
)

// TestKeys walks the templates and the Go sources for keys: each must have a
// text, and each text must be used.
func TestKeys(t *testing.T) {
	c := english(t)
	used, lists := map[string]bool{}, map[string]bool{}
	files := 0
	root := filepath.Join("..", "..")
	for _, dir := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			isGo := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
			if !isGo && !strings.HasSuffix(path, ".html") || strings.Contains(path, "testdata") {
				return nil
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files++
			if isGo {
				if !strings.Contains(string(src), "entente/internal/message") && filepath.Base(filepath.Dir(path)) != "message" && !strings.Contains(filepath.ToSlash(path), "/internal/web/") {
					return nil
				}
				for _, m := range listInGo.FindAllStringSubmatch(string(src), -1) {
					lists[m[2]] = true
				}
				for _, m := range inGo.FindAllStringSubmatch(string(src), -1) {
					note(used, lists, m[1], m[2])
				}
				return nil
			}
			for _, m := range inTemplate.FindAllStringSubmatch(string(src), -1) {
				note(used, lists, m[1], m[2])
			}
			if roleWord.Match(src) {
				lists["role"] = true
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if files < 20 || len(used) < 100 {
		t.Fatalf("%d files with %d keys: the test looks in the wrong place", files, len(used))
	}
	for k := range used {
		if !c.Has(k) {
			t.Errorf("the key %q has no text in en.json", k)
		}
	}
	for _, k := range c.Keys() {
		if !used[k] && !inList(lists, k) {
			t.Errorf("the text of %q is used nowhere", k)
		}
	}
}

// note records a key, or a list whose words are put together at run time.
func note(used, lists map[string]bool, how, key string) {
	switch how {
	case "t", "T", "Lookup":
		if strings.HasSuffix(key, ".") || strings.HasSuffix(key, "-") { // the rest is put together at run time
			lists[key[:strings.LastIndex(key, ".")]] = true
		} else {
			used[key] = true
		}
	case "island":
		lists["island."+key] = true
	default: // label, Label, Words
		lists[strings.TrimSuffix(key, ".")] = true
	}
}

func inList(lists map[string]bool, key string) bool {
	for i, r := range key {
		if r == '.' && lists[key[:i]] {
			return true
		}
	}
	return false
}
