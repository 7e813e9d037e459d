package tablefile

import (
	"slices"

	"entente/internal/datapackage"
	"entente/internal/ingest"
)

// naming says what an id is made of when the file has none: of what names the
// thing, never of what was found about it. So a row whose stance or note was
// corrected keeps its id, and the next import changes the record instead of
// adding another.
type naming struct {
	prefix string
	title  string   // column whose words stand in the id
	parts  []string // columns that name the record
}

var namings = map[string]naming{
	"statements":   {"st", "", []string{"actor", "proposition", "date", "instrument", "source", "pinpoint", "coder"}},
	"instruments":  {"", "title", []string{"title", "date", "symbol", "url"}},
	"rollcalls":    {"rc", "", []string{"instrument", "date", "stage"}},
	"coverage":     {"cov", "", []string{"actor", "source", "subjects", "coder", "date"}},
	"projects":     {"", "title", []string{"title", "lead", "from"}},
	"incidents":    {"", "title", []string{"title", "date"}},
	"attributions": {"att", "", []string{"incident", "actor", "attributed_to", "unit", "date", "source"}},
	"suggestions":  {"sug", "", []string{"actors", "text", "date", "source"}},
	"facts":        {"fact", "", []string{"text", "source", "pinpoint"}},
	"challenges":   {"ch", "", []string{"record", "text", "by", "date"}},
}

// makeID makes an id of the values as they stand in the file. known is the id of
// the same thing in the corpus when that is another one; same is an earlier row
// that says the same.
func (rd *reading) makeID(raw []string, row int) (id, known string, same int) {
	get := func(name string) string {
		return raw[slices.IndexFunc(rd.specs, func(s datapackage.Spec) bool { return s.Name == name })]
	}
	r := rd.link.Resolver
	switch rd.m.Kind {
	case "actors":
		id = ingest.Slug(get("name"))
		if other, ok := r.Actor(get("name")); ok && other != id {
			known = other
		}
		return id, known, 0
	case "propositions":
		id = ingest.Slug(get("statement"))
		if other, ok := r.Proposition(get("statement")); ok && other != id {
			known = other
		}
		return id, known, 0
	case "sources":
		id = ingest.SlugOf(get("title"), get("date"), get("symbol"), get("url"))
		key := ingest.SourceKey{Title: get("title"), URL: get("url"), Symbol: get("symbol"), Date: get("date")}
		if other, ok := r.Source(key); ok && other != id {
			known = other
		}
		return id, known, 0
	}
	key := []string{rd.m.Kind}
	for _, p := range rd.naming.parts {
		key = append(key, get(p))
	}
	prefix := rd.naming.prefix
	if rd.naming.title != "" {
		if prefix = ingest.Words(get(rd.naming.title), 40); prefix == "" {
			prefix = "x"
		}
	}
	id, same = rd.unique.ID(prefix, key, raw, row)
	return id, "", same
}
