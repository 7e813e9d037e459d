package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente"
	"entente/analysis/compare"
	"entente/internal/archive"
	"entente/internal/message"
	"entente/internal/view"
)

// Bounds of what a request may ask for. They are far above what a reader needs
// and keep a hostile address from costing memory or time.
const (
	maxURL    = 4096 // bytes of path and query
	maxActors = 40
	maxValues = 60  // values of one parameter
	maxWords  = 200 // bytes of a search
)

// query is a request's parameters, checked. What a page does not list among its
// parameters is refused, never ignored.
type query struct {
	options compare.Options
	from    entente.Date
	to      entente.Date
	actors  []string // as typed; see resolveAll
	prop    entente.PropositionID
	words   string
	lang    string
	corpus  string    // the version with which a permanent link was made
	known   time.Time // the instant whose knowledge is asked for; zero: now
	kind    string    // narrows a list to one kind, region or pillar
	votes   voteQuery
	network networkQuery
	scale   scaleQuery
	canon   url.Values
}

// param is one query parameter: how it is read and, for the OpenAPI document,
// what it means.
type param struct {
	name   string
	many   bool
	enum   []string
	about  string
	sample string
	read   func(q *query, values []string) error
}

// params lists every parameter of every page.
var params = slices.Concat(networkParams, []param{
	{name: "actor", many: true, about: "an actor by id, ISO code or name; repeated", sample: "est", read: func(q *query, v []string) error {
		q.actors = v
		return nil
	}},
	{name: "as_of", about: "the date as of which positions are derived (YYYY, YYYY-MM or YYYY-MM-DD); default: the release of the corpus", sample: "2021-02-19", read: func(q *query, v []string) (err error) {
		q.options.AsOf, err = readDate("as_of", v[0])
		return err
	}},
	{name: "known_at", about: "the instant whose knowledge counts: only what had entered the workbench by then (a date means its end, in UTC, or 2026-11-25T10:00:00Z); needs a store", sample: "2026-11-25", read: func(q *query, v []string) (err error) {
		q.known, err = readInstant(v[0])
		return err
	}},
	{name: "from", about: "the earlier of two dates", sample: "2021-02-19", read: func(q *query, v []string) (err error) {
		q.from, err = readDate("from", v[0])
		return err
	}},
	{name: "to", about: "the later of two dates", sample: "2021-12-31", read: func(q *query, v []string) (err error) {
		q.to, err = readDate("to", v[0])
		return err
	}},
	{name: "pillar", many: true, enum: wordsOf(entente.Pillars), about: "only propositions of this pillar; repeated", sample: "law", read: func(q *query, v []string) error {
		for _, s := range v {
			q.options.Pillars = append(q.options.Pillars, entente.Pillar(s))
		}
		return nil
	}},
	{name: "issue", many: true, about: "only propositions of this issue; repeated", sample: "sovereignty", read: func(q *query, v []string) error {
		q.options.Issues = v
		return nil
	}},
	{name: "bloc", enum: []string{"on", "off"}, about: "off: leave out positions that hold only through a body such as the EU", sample: "off", read: func(q *query, v []string) error {
		q.options.NoBloc = v[0] == "off"
		return nil
	}},
	{name: "implied", enum: []string{"on", "off"}, about: "off: leave out positions that follow only from acts", sample: "off", read: func(q *query, v []string) error {
		q.options.NoImplied = v[0] == "off"
		return nil
	}},
	{name: "unverified", enum: []string{"on", "off"}, about: "on: let unverified records count", sample: "on", read: func(q *query, v []string) error {
		q.options.Unverified = v[0] == "on"
		return nil
	}},
	{name: "proposition", about: "the proposition shown on the map", sample: "law-applies", read: func(q *query, v []string) error {
		q.prop = entente.PropositionID(v[0])
		return nil
	}},
	{name: "q", about: "words to search for", sample: "sovereignty", read: func(q *query, v []string) error {
		q.words = v[0]
		if len(q.words) > maxWords {
			return bad("q", fmt.Sprintf("the search has %d bytes, more than %d", len(q.words), maxWords), "use fewer words")
		}
		return nil
	}},
	{name: "kind", about: "narrows a list to one kind", sample: "state", read: func(q *query, v []string) error {
		q.kind = v[0]
		return nil
	}},
	{name: "session", about: "only roll calls of this session of the General Assembly, or of two and those between", sample: "70-73", read: func(q *query, v []string) error {
		q.votes.session = v[0]
		return nil
	}},
	{name: "topic", many: true, enum: archive.Topics(0xffff).Words(), about: "only roll calls on this topic; repeated", sample: "ict", read: func(q *query, v []string) error {
		q.votes.topics = v
		return nil
	}},
	{name: "resolution", about: "only roll calls on these resolutions, parted by commas", sample: "73/27", read: func(q *query, v []string) error {
		q.votes.resolution = v[0]
		return nil
	}},
	{name: "whole", enum: []string{"on"}, about: "on: leave out votes on amendments and paragraphs", sample: "on", read: func(q *query, v []string) error {
		q.votes.whole = v[0]
		return nil
	}},
	{name: "method", enum: view.ScaleMethods, about: "how ideal points are estimated; default: bsv", sample: "smooth", read: func(q *query, v []string) error {
		q.scale.method = v[0]
		return nil
	}},
	{name: "target", enum: view.ScaleTargets, about: "which of two resting points of the estimation; default: em", sample: "mode", read: func(q *query, v []string) error {
		q.scale.target = v[0]
		return nil
	}},
	{name: "lang", about: "language of the interface", sample: "en", read: func(q *query, v []string) error {
		q.lang = v[0]
		return nil
	}},
	{name: "corpus", about: "the version of the corpus with which a link was made; the page says so when it serves another", sample: "2026.11.25", read: func(q *query, v []string) error {
		q.corpus = v[0]
		return nil
	}},
})

// everywhere are the parameters of every page.
var everywhere = []string{"lang", "corpus"}

// settings are the parameters of pages that derive positions.
var settings = []string{"as_of", "known_at", "pillar", "issue", "bloc", "implied", "unverified"}

// basics are the settings of pages on one proposition or one actor.
var basics = []string{"as_of", "known_at", "bloc", "implied", "unverified"}

// readQuery checks the query of an address against the parameters that a page
// allows. Empty values, as forms send them, count as not given.
func readQuery(raw string, allowed []string) (*query, error) {
	given, err := url.ParseQuery(raw)
	if err != nil {
		return nil, bad("address", "the query cannot be read", "check the percent signs in the address")
	}
	q := &query{canon: url.Values{}}
	for name := range given {
		if !slices.Contains(allowed, name) && !slices.Contains(everywhere, name) {
			all := slices.Concat(allowed, everywhere)
			return nil, bad("address", fmt.Sprintf("this page has no setting %q", clip(name)), "expected one of "+strings.Join(all, ", "))
		}
	}
	for _, p := range params {
		var values []string
		for _, v := range given[p.name] {
			v = strings.TrimSpace(v)
			switch {
			case v == "":
				continue
			case !clean(v):
				return nil, bad(p.name, "the value contains a control character or is not UTF-8", "type it anew")
			case p.enum != nil && !slices.Contains(p.enum, v):
				return nil, bad(p.name, fmt.Sprintf("there is no %s %q", p.name, clip(v)), "expected one of "+strings.Join(p.enum, ", "))
			case !slices.Contains(values, v):
				values = append(values, v)
			}
		}
		switch {
		case len(values) == 0:
			continue
		case len(values) > 1 && !p.many:
			return nil, bad(p.name, "the setting is given twice", "give it once")
		case len(values) > maxValues:
			return nil, bad(p.name, fmt.Sprintf("the setting is given %d times, more than %d", len(values), maxValues), "give it less often")
		}
		if err := p.read(q, values); err != nil {
			return nil, err
		}
		q.canon[p.name] = values
	}
	return q, nil
}

func readDate(name, s string) (entente.Date, error) {
	d, err := entente.ParseDate(s)
	if err != nil {
		return d, bad(name, fmt.Sprintf("%q is not a date", clip(s)), "write it as 2021, 2021-02 or 2021-02-19")
	}
	return d, nil
}

// readInstant reads an instant, or a date as the end of its last day in UTC.
func readInstant(s string) (time.Time, error) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at.UTC(), nil
	}
	d, err := entente.ParseDate(s)
	if err == nil {
		var day time.Time
		if day, err = time.Parse(time.DateOnly, d.Last().String()); err == nil {
			return day.AddDate(0, 0, 1).Add(-time.Microsecond), nil
		}
	}
	return time.Time{}, bad("known_at", fmt.Sprintf("%q is not an instant", clip(s)), "write it as 2026-11-25, or as 2026-11-25T10:00:00Z")
}

// knownWords says that a page shows what was known at an instant of the past.
func (q *query) knownWords(t *message.Catalogue) string {
	if q.known.IsZero() {
		return ""
	}
	return t.T("frame.known", "date", t.Date(q.known.Format(time.DateOnly)), "time", q.known.Format("15:04:05"))
}

// bad is a fault in the address.
func bad(place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "read address", Place: place, Msg: msg, Hint: hint}
}

// missing is a named thing that does not exist.
func missing(msg, hint string) error {
	return &entente.Error{Kind: entente.NotFound, Op: "find", Msg: msg, Hint: hint}
}

// clip shortens what is quoted back in an error.
func clip(s string) string {
	const most = 60
	r := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}

func clean(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

func wordsOf[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
