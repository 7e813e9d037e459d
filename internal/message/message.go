// Package message holds every sentence and word that the interface shows, in
// embedded files per language and area: en.json holds the pages that read the
// corpus, en.AREA.json those of an area of the workbench. A new language is a set
// of new files: no code changes.
//
// A file maps keys to texts. A text may name arguments in braces, "{n} of
// {total}", and may have plural forms, chosen by the argument "n":
//
//	"actor.count": {"one": "{n} actor", "other": "{n} actors"}
package message

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sort"
	"strings"
)

//go:embed *.json
var files embed.FS

// text is one entry: its plural forms by category; "other" is always there.
type text map[string]string

// UnmarshalJSON takes a plain string for a text without plural forms.
func (t *text) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*t = text{"other": one}
		return nil
	}
	var forms map[string]string
	if err := json.Unmarshal(b, &forms); err != nil {
		return err
	}
	if _, ok := forms["other"]; !ok {
		return fmt.Errorf(`plural forms %v lack "other"`, forms)
	}
	*t = forms
	return nil
}

// Catalogue is the interface text of one language. It is safe for concurrent
// use.
type Catalogue struct {
	lang  string
	texts map[string]text
}

// plural gives the plural category of a whole number in a language, after the
// Unicode CLDR rules for cardinals. A language that is not listed has no
// plural forms (Japanese, for one).
var plural = map[string]func(n int) string{
	"en": oneOther,
	"et": oneOther,
}

func oneOther(n int) string {
	if n == 1 {
		return "one"
	}
	return "other"
}

// Languages lists the languages that have a file, as BCP 47 tags, English
// first.
func Languages() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil // the files are embedded above; there is at least English
	}
	var out []string
	for _, e := range entries {
		if lang, _, _ := strings.Cut(e.Name(), "."); !slices.Contains(out, lang) {
			out = append(out, lang)
		}
	}
	sort.Slice(out, func(i, j int) bool {
		if a, b := out[i] == "en", out[j] == "en"; a != b {
			return a
		}
		return out[i] < out[j]
	})
	return out
}

// Load reads the catalogue of a language. A key that stands in two files is an
// error.
func Load(lang string) (*Catalogue, error) {
	names, err := fs.Glob(files, lang+".*json")
	if err != nil || len(names) == 0 || lang == "" {
		return nil, fmt.Errorf("messages: there is no language %q; expected one of %s", lang, strings.Join(Languages(), ", "))
	}
	c := &Catalogue{lang: lang, texts: map[string]text{}}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("messages: %w", err)
		}
		var texts map[string]text
		if err := json.Unmarshal(raw, &texts); err != nil {
			return nil, fmt.Errorf("messages: %s: %w", name, err)
		}
		for k, t := range texts {
			if c.texts[k] != nil {
				return nil, fmt.Errorf("messages: %s: the key %q stands in another file too", name, k)
			}
			c.texts[k] = t
		}
	}
	return c, nil
}

// Lang is the catalogue's language as a BCP 47 tag.
func (c *Catalogue) Lang() string { return c.lang }

// Keys lists every key, sorted.
func (c *Catalogue) Keys() []string {
	out := make([]string, 0, len(c.texts))
	for k := range c.texts {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Has reports whether the key has a text.
func (c *Catalogue) Has(key string) bool { return c.texts[key] != nil }

// Lookup gives the text of a key with its arguments, which come as pairs of
// name and value: Lookup("tally", "n", 12, "total", 19). It errs on an unknown
// key, on an argument that the text names and the caller does not give, and on
// pairs that are none.
func (c *Catalogue) Lookup(key string, args ...any) (string, error) {
	forms, ok := c.texts[key]
	if !ok {
		return "", fmt.Errorf("messages: %s.json has no key %q", c.lang, key)
	}
	if len(args)%2 != 0 {
		return "", fmt.Errorf("messages: %s: arguments come in pairs of name and value, got %d", key, len(args))
	}
	values := make(map[string]string, len(args)/2)
	form := forms["other"]
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return "", fmt.Errorf("messages: %s: argument name %v is not a string", key, args[i])
		}
		values[name] = fmt.Sprint(args[i+1])
		if n, ok := args[i+1].(int); ok && name == "n" && plural[c.lang] != nil {
			if f, ok := forms[plural[c.lang](n)]; ok {
				form = f
			}
		}
	}
	return fill(key, form, values)
}

// fill replaces {name} by its value.
func fill(key, form string, values map[string]string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(form, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		v, given := values[name]
		if !closed || !given {
			return "", fmt.Errorf("messages: %s: the text names {%s}, which is not given", key, name)
		}
		b.WriteString(v)
		form = after
	}
}

// T is Lookup for the faces: a mistake shows as the key in double angle
// brackets, so that a page still appears and a test finds it.
func (c *Catalogue) T(key string, args ...any) string {
	s, err := c.Lookup(key, args...)
	if err != nil {
		return Missing(key)
	}
	return s
}

// Missing is what stands on a page for a text that could not be made.
func Missing(key string) string { return "⟪" + key + "⟫" }

// Label gives the word for a value of a closed list: Label("stance", "affirms")
// is the text of the key "stance.affirms". An empty value has an empty label.
func (c *Catalogue) Label(list, value string) string {
	if value == "" {
		return ""
	}
	return c.T(list + "." + strings.ReplaceAll(value, " ", "-"))
}

// Date puts an ISO 8601 date of year, month or day precision in words; what it
// cannot read stays as it is.
func (c *Catalogue) Date(iso string) string {
	var y, m, d int
	switch n, _ := fmt.Sscanf(iso, "%4d-%2d-%2d", &y, &m, &d); {
	case n == 3 && m >= 1 && m <= 12:
		return c.T("date.day", "year", y, "month", c.T(fmt.Sprintf("month.%d", m)), "day", d)
	case n == 2 && m >= 1 && m <= 12:
		return c.T("date.month", "year", y, "month", c.T(fmt.Sprintf("month.%d", m)))
	}
	return iso
}

// List joins words as a sentence does: "a, b and c".
func (c *Catalogue) List(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return c.T("list.and", "first", strings.Join(words[:last], c.T("list.comma")), "last", words[last])
}

// Words gives the texts whose keys begin with prefix and a dot, by the rest of
// their keys, as they stand: braces are not filled. It is how the scripts of a
// page get their words.
func (c *Catalogue) Words(prefix string) map[string]string {
	out := map[string]string{}
	for k, t := range c.texts {
		if rest, ok := strings.CutPrefix(k, prefix+"."); ok {
			out[rest] = t["other"]
		}
	}
	return out
}
