package mapping

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"entente"
	"entente/internal/exchange/stix"
)

// Translation is the text of some properties of an object in another language
// [7.1]. It holds for one version of the object: whoever changes the text makes
// the translation a translation of what is no longer said.
type Translation struct {
	Object   stix.ID
	Modified stix.Time // the version that was translated; zero for any
	Lang     string    // BCP 47
	Fields   map[string]string
}

// Translate makes the language-content object of a translation of o into one
// language. Each field must be a text property of the object. Marks are those
// of the object: a translation is handled as what it translates.
func Translate(o *stix.Object, lang string, fields map[string]string, creator stix.ID, at time.Time) (*stix.Object, error) {
	fail := func(msg string) (*stix.Object, error) {
		return nil, &entente.Error{Kind: entente.Invalid, Op: "translate", Place: string(o.ID()), Msg: msg}
	}
	if lang == "" || len(fields) == 0 {
		return fail("the language or the text is missing")
	}
	if lang == o.Text("lang") {
		return fail("the object is in this language already")
	}
	for name := range fields {
		if o.Text(name) == "" {
			return fail(fmt.Sprintf("the object has no text %q", name))
		}
	}
	id, err := stix.NewID("language-content", map[string]string{
		"object": string(o.ID()), "modified": o.VersionTime().Key(), "lang": lang, "creator": string(creator),
	})
	if err != nil {
		return nil, err
	}
	when := stix.At(at).String()
	m := map[string]any{
		"type": "language-content", "spec_version": "2.1", "id": id, "created": when, "modified": when,
		"object_ref": o.ID(), "contents": map[string]any{lang: fields},
	}
	if !o.Modified().IsZero() {
		m["object_modified"] = o.Modified().String()
	}
	if creator != "" {
		m["created_by_ref"] = creator
	}
	if marks := o.Marks(); marks != nil {
		m["object_marking_refs"] = marks
	}
	return stix.Build(m)
}

// translation reads a language-content object. Lists, which may be translated
// too, are passed over: no record has one.
func (in *importer) translation(o *stix.Object, revoked bool) {
	if revoked {
		in.left(o, false, "the translation is withdrawn")
		return
	}
	var contents map[string]map[string]json.RawMessage
	if !o.Decode("contents", &contents) {
		in.left(o, true, "the contents are not languages with fields")
		return
	}
	for lang, fields := range contents {
		t := Translation{Object: o.Ref("object_ref"), Modified: o.Time("object_modified"), Lang: lang, Fields: map[string]string{}}
		for name, v := range fields {
			var text string
			if json.Unmarshal(v, &text) == nil {
				t.Fields[name] = text
			}
		}
		if len(t.Fields) > 0 {
			in.out.Translations = append(in.out.Translations, t)
		}
	}
	slices.SortFunc(in.out.Translations, func(a, b Translation) int {
		return cmp.Or(cmp.Compare(a.Object, b.Object), cmp.Compare(a.Lang, b.Lang), a.Modified.Compare(b.Modified))
	})
}
