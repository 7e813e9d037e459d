package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"entente"
	"entente/analysis/compare"
	"entente/internal/auth"
	"entente/internal/brief"
	"entente/internal/document"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/threats"
	"entente/internal/message"
	"entente/internal/view"
)

// page is one address of the site. Everything that all pages share is made from
// it: see [site.serve].
type page struct {
	name     string // of the template and of the message keys
	action   auth.Action
	pattern  string   // path pattern of net/http, without the method
	nav      string   // the entry of the navigation it belongs to
	params   []string // query parameters it obeys, beside everywhere
	examples []string // addresses for tests, the OpenAPI document and /pages.json
	about    string   // one sentence for the OpenAPI document
	screen   any      // zero value of what its template reads, for the template check
	schema   string   // of the JSON
	build    func(s *site, r *request) (*result, error)
	note     func(s *site, p *view.Page) (*document.Document, error) // the briefing note, if the page has one
	files    []string                                                // further forms, written by file
	file     func(p *view.Page, format string) ([]byte, error)
	threats  bool // it shows threat reports, which change without the corpus
}

// formats lists the forms in which the page can be had, beside HTML.
func (p *page) formats() []string {
	if p.note != nil {
		return slices.Concat(twins, p.files, notes)
	}
	return slices.Concat(twins, p.files)
}

// request is what a builder reads: the checked query and the path.
type request struct {
	*query
	base   string // the path without the ending
	path   func(name string) string
	t      *message.Catalogue
	reader reader
	// threats are the threat reports that anybody may see, for the pages that ask
	// for them.
	threats *threats.Holdings
}

// segments splits a wildcard that takes several parts: est/jpn.
func (r *request) segments(name string) []string {
	var out []string
	for s := range strings.SplitSeq(r.path(name), "/") {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// result is what a builder found: the view, what the template shows, or where
// the reader should go instead.
type result struct {
	view     *view.Page
	screen   any
	title    string // empty: the view's
	kicker   string
	lede     string
	links    []string // islands the page uses
	settings bool     // the page derives positions: say under which settings
	actsOnly bool     // of the settings only the date and the unverified records matter
	leftOut  int      // unverified records that were left out; -1: not counted
	redirect string   // a path
	// listsSources says that the page itself is the list of its sources.
	listsSources bool
}

// canonical leads to another path with the same query.
func (r *request) canonical(path string) *result { return &result{redirect: path} }

// serve answers one page in any of its forms.
func (v *server) serve(p *page) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base, format := splitFormat(formatPath(r))
		if format != formatHTML && !slices.Contains(p.formats(), format) {
			v.fail(w, r, missing("this page cannot be had as "+format, "its forms are "+strings.Join(p.formats(), ", ")))
			return
		}
		q, err := readQuery(r.URL.RawQuery, p.params)
		if err != nil {
			v.fail(w, r, err)
			return
		}
		t, err := v.catalogue(q.lang)
		if err != nil {
			v.fail(w, r, err)
			return
		}
		canon := address(base, format, q.canon)
		if format == formatHTML && canon != r.URL.RequestURI() && len(q.canon) != len(r.URL.Query()) {
			http.Redirect(w, r, canon, http.StatusFound) // empty fields of a form
			return
		}
		s, err := v.siteOf(r.Context(), q)
		if err != nil {
			v.fail(w, r, err)
			return
		}
		who := anyone // twins are the same for all who may read them
		if format == formatHTML {
			who = v.readerOf(r)
		}
		ask, key := &request{query: q, base: base, path: r.PathValue, t: t, reader: who}, p.name+" "+string(who)+" "+canon
		if p.threats {
			if ask.threats, err = s.threats.At(r.Context(), handling.Clear); err != nil {
				v.fail(w, r, err)
				return
			}
			key += " " + ask.threats.Stamp
		}
		a, err := s.answers.get(key, func() (*answer, error) { return s.make(p, format, ask) })
		if err == nil && a.redirect == "" && exports(format) && r.Method == http.MethodGet {
			err = v.exported(r.Context(), canon, format)
		}
		if err != nil {
			v.fail(w, r, err)
			return
		}
		send(w, r, a)
	})
}

// exported enters in the audit log that somebody took a file away, where people
// sign in. What cannot be entered is not given out.
func (v *server) exported(ctx context.Context, what, format string) error {
	if v.mode != auth.Accounts {
		return nil
	}
	return v.service.Audit().Exported(ctx, what, format)
}

// siteOf gives the site that a query asks for.
func (v *server) siteOf(ctx context.Context, q *query) (*site, error) {
	if q.known.IsZero() {
		return v.sites.now(ctx)
	}
	return v.sites.at(ctx, q.known)
}

// make builds a page and puts it into a form.
func (s *site) make(p *page, format string, r *request) (*answer, error) {
	res, err := p.build(s, r)
	if err != nil {
		return nil, err
	}
	if res.redirect != "" {
		to := address(res.redirect, format, without(r.canon, pathParams(p)...))
		return &answer{redirect: to, status: http.StatusFound}, nil
	}
	a := &answer{media: mediaTypes[format]}
	if format != formatHTML {
		a.file = fileName(res.view.Table.Name, r.base, format, r.canon)
		a.inline = format == formatJSON || format == formatCSL
	}
	if slices.Contains(p.files, format) {
		if a.body, err = p.file(res.view, format); err != nil {
			return nil, err
		}
		return a, a.finish()
	}
	switch format {
	case formatHTML:
		a.body, err = s.render(p, r, res)
	case formatJSON:
		a.body, err = encodeJSON(res.view.Data)
	case formatCSV:
		a.body, err = encodeCSV(res.view.Table)
	case formatXLSX:
		a.body, err = s.workbook(p, r, res)
	case formatCSL, formatBib:
		a.body, err = s.citations(res.view.Sources, format)
	default:
		a.body, err = s.briefing(p, res.view, format)
	}
	if err != nil {
		return nil, err
	}
	return a, a.finish()
}

// briefing writes the note of a page.
func (s *site) briefing(p *page, v *view.Page, format string) ([]byte, error) {
	doc, err := p.note(s, v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	switch format {
	case formatMD:
		err = document.WriteMarkdown(&b, doc)
	case formatNote:
		err = document.WriteHTML(&b, doc)
	default:
		err = brief.WriteDOCX(&b, doc)
	}
	return b.Bytes(), err
}

// pathParams are the parameters that a redirect moves into the path.
func pathParams(p *page) []string {
	if strings.Contains(p.pattern, "{") {
		return nil
	}
	return []string{"actor"}
}

func without(q url.Values, names ...string) url.Values {
	out := url.Values{}
	for k, v := range q {
		if !slices.Contains(names, k) {
			out[k] = v
		}
	}
	return out
}

// with returns the query with one parameter set.
func with(q url.Values, name, value string) url.Values {
	out := without(q, name)
	if value != "" {
		out[name] = []string{value}
	}
	return out
}

// board gives the stances of all actors under the options, made once per set of
// options.
func (s *site) board(o compare.Options) (*compare.Board, error) {
	key := strings.Join([]string{
		s.corpus.AsOf(o.Settings).String(), flag(o.NoBloc), flag(o.NoImplied), flag(o.Unverified),
		strings.Join(wordsOf(o.Pillars), "+"), strings.ToLower(strings.Join(o.Issues, "+")),
	}, "|")
	return s.boards.get(key, func() (*compare.Board, error) { return compare.NewBoard(s.corpus, o) })
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

// resolveAll turns the words of a path into actors. changed says that the
// canonical path is another one than the reader typed.
func (s *site) resolveAll(words []string, least int) (ids []entente.ActorID, changed bool, err error) {
	if len(words) > maxActors {
		return nil, false, bad("address", "more than 40 actors are named", "compare fewer at once")
	}
	if len(words) < least {
		return nil, false, bad("address", "too few actors are named", "for example /compare/est/jpn")
	}
	for _, w := range words {
		id, err := view.Resolve(s.corpus, w)
		if err != nil {
			return nil, false, err
		}
		ids = append(ids, id)
		changed = changed || string(id) != w
	}
	return ids, changed, nil
}

func joinIDs(ids []entente.ActorID) string { return strings.Join(wordsOf(ids), "/") }
