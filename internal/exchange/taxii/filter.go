package taxii

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"

	"entente/internal/exchange/stix"
)

// maxValues bounds the values of one filter.
const maxValues = 1000

// params are the parameters of a request's query, each at most once.
type params url.Values

func parseParams(raw string) (params, error) {
	if raw == "" {
		return nil, nil
	}
	v, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badQuery("the query cannot be read; letters such as ; and %% are written with %% and two digits")
	}
	for name, list := range v {
		if !known(name) {
			if strings.HasPrefix(name, "match[") {
				// Left out, it would give more than was asked for.
				return nil, badQuery("there is no filter %.40q; the filters are match[id], match[type], match[version] and match[spec_version]", name)
			}
			continue
		}
		if len(list) > 1 {
			return nil, badQuery("%s stands twice; several values are separated by commas", name)
		}
	}
	return params(v), nil
}

func known(name string) bool {
	switch name {
	case "added_after", "limit", "next", "match[id]", "match[type]", "match[version]", "match[spec_version]":
		return true
	}
	return false
}

func (p params) get(name string) (string, bool) {
	v := p[name]
	if len(v) == 0 {
		return "", false
	}
	return v[0], true
}

// values splits a filter at its commas; nil when it is not there.
func (p params) values(name string) ([]string, error) {
	v, ok := p.get(name)
	if !ok {
		return nil, nil
	}
	if n := strings.Count(v, ",") + 1; n > maxValues {
		return nil, badQuery("%s has %d values, more than %d", name, n, maxValues)
	}
	list := strings.Split(v, ",")
	for _, s := range list {
		if s == "" || !plainText(s) {
			return nil, badQuery("%s holds an empty value, or one that is too long or no text", name)
		}
	}
	return list, nil
}

// filter reads the filters that an endpoint knows [3.4, 5.3-5.8].
func (p params) filter(endpoint string, object stix.ID) (Filter, error) {
	f := Filter{Object: object}
	var err error
	if f.AddedAfter, err = p.addedAfter(); err != nil {
		return f, err
	}
	if f.Specs, err = p.values("match[spec_version]"); err != nil {
		return f, err
	}
	for _, v := range f.Specs {
		if major, minor, _ := strings.Cut(v, "."); !digits(major) || !digits(minor) {
			return f, badQuery("match[spec_version] is a version of STIX such as 2.1")
		}
	}
	if endpoint == "versions" {
		f.Versions.All = true
		return f, nil
	}
	if f.Versions, err = p.versions(); err != nil || object != "" {
		return f, err
	}
	if f.Types, err = p.values("match[type]"); err != nil {
		return f, err
	}
	ids, err := p.values("match[id]")
	for _, s := range ids {
		id, why := stix.ParseID(s)
		if why != "" {
			return f, badQuery("match[id]: %s", why)
		}
		f.IDs = append(f.IDs, id)
	}
	return f, err
}

// addedAfter reads the instant behind which a client wants to go on. Digits beyond
// the microsecond say nothing more, since stamps have none.
func (p params) addedAfter() (Stamp, error) {
	v, ok := p.get("added_after")
	if !ok {
		return 0, nil
	}
	t, why := stix.ParseTime(v)
	if why != "" {
		return 0, badQuery("added_after: %s", why)
	}
	return Stamp(max(t.Time().UnixMicro(), 0)), nil
}

// unversioned is the instant of [Unversioned].
var unversioned, _ = stix.ParseTime(Unversioned)

func (p params) versions() (Versions, error) {
	var v Versions
	list, err := p.values("match[version]")
	for _, s := range list {
		switch s {
		case "all":
			v.All = true
		case "first":
			v.First = true
		case "last":
			v.Last = true
		default:
			t, why := stix.ParseTime(s)
			if why != "" {
				return v, badQuery("match[version] is all, first, last or a timestamp: %s", why)
			}
			if t.Equal(unversioned) {
				v.Exact = append(v.Exact, stix.Time{})
			}
			v.Exact = append(v.Exact, t)
		}
	}
	if v.All && len(list) > 1 {
		return v, badQuery("match[version]=all stands alone")
	}
	return v, err
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// limit reads how many records a client wants: a whole number above 0, however
// large, of which the server gives what it gives.
func (p params) limit(def, most int) (int, error) {
	v, ok := p.get("limit")
	if !ok {
		return def, nil
	}
	n := 0
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return 0, badQuery("limit is a whole number above 0")
		}
		if n < math.MaxInt/10-10 {
			n = n*10 + int(v[i]-'0')
		}
	}
	if n == 0 {
		return 0, badQuery("limit is a whole number above 0")
	}
	return min(n, most), nil
}

func badQuery(format string, args ...any) error {
	return &refusal{status: http.StatusBadRequest, detail: fmt.Sprintf(format, args...)}
}

// query reads everything that a request asks of a collection, and the scope of
// `next`.
func (c *call) query(collection string) (Query, []byte, error) {
	var q Query
	var object stix.ID
	if c.route.id != "" {
		id, why := stix.ParseID(c.route.id)
		if why != "" {
			return q, nil, notFound("there is no such object")
		}
		object = id
	}
	p, err := parseParams(c.r.URL.RawQuery)
	if err != nil {
		return q, nil, err
	}
	if q.Filter, err = p.filter(c.route.endpoint, object); err != nil {
		return q, nil, err
	}
	if q.Limit, err = p.limit(c.o.DefaultPage, c.o.MaxPage); err != nil {
		return q, nil, err
	}
	q.Bytes, q.After = c.o.PageBytes, q.AddedAfter
	scope := q.scope(collection)
	if text, _ := p.get("next"); text != "" { // some clients send an empty one for the first page
		at, ok := c.next.open(scope, text)
		if !ok {
			return q, nil, badQuery("next is not one that was given for this query; repeat the query with the filters that it had")
		}
		q.After = max(q.After, at)
	}
	return q, scope, nil
}
