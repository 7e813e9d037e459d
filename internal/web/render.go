package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"entente"
	"entente/internal/chart"
	"entente/internal/message"
	"entente/internal/view"
)

//go:embed templates/*.html
var templateFiles embed.FS

// functions are what the templates may call that read the corpus. Those of a
// nil site only have the right types.
func (s *site) functions() template.FuncMap {
	return template.FuncMap{
		"source": s.sourceRef,
		"actor":  s.actorRef,
		"instrument": func(id any) string {
			if in := s.corpus.Instrument(entente.InstrumentID(fmt.Sprint(id))); in != nil {
				return in.Title
			}
			return fmt.Sprint(id)
		},
		"symbol": func(id entente.InstrumentID) string {
			if in := s.corpus.Instrument(id); in != nil {
				return in.Symbol
			}
			return ""
		},
		"proposition": func(id any) string {
			if p := s.corpus.Proposition(entente.PropositionID(fmt.Sprint(id))); p != nil {
				return p.Statement
			}
			return fmt.Sprint(id)
		},
	}
}

// islandWords gives a script its words as JSON; see web/src/lib/text.ts.
func islandWords(t *message.Catalogue, name string) (string, error) {
	b, err := json.Marshal(t.Words("island." + name))
	return string(b), err
}

// roleWords names a part in an act. A stated position as a part is named by its
// stance; a role that the corpus has in words of its own stays as it is.
func roleWords(t *message.Catalogue, role string) string {
	for _, list := range []string{"role", "stance"} {
		if key := list + "." + strings.ReplaceAll(role, " ", "-"); t.Has(key) {
			return t.T(key)
		}
	}
	return role
}

// outcomeSigns stand beside the word of an outcome, so that no outcome is told
// by a colour.
var outcomeSigns = map[string]string{
	"agree": "=", "agree-in-part": "≈", "differ": "≠", "one-silent": "◐", "both-silent": "○",
	"split": "≠", "partly-silent": "◐", "all-silent": "○",
	"common": "=", "within-view": "◐", "divided": "≠", "unspoken": "○",
}

// verdictClasses gives the verdicts on a bloc the look of the outcomes.
var verdictClasses = map[string]string{"common": "agree", "within-view": "one-silent", "divided": "differ", "unspoken": "both-silent"}

func stanceMark(class string) string {
	s, err := chart.StyleOf(class)
	if err != nil {
		return "?"
	}
	return s.Mark
}

// ref is a short name with the place it leads to.
type ref struct{ Href, Name string }

// sourceRef names a source shortly; it leads to the full citation in the page's
// list of sources.
func (s *site) sourceRef(id entente.SourceID) ref {
	name, ok := s.shorts[id]
	if !ok {
		return ref{"#sources", string(id)}
	}
	return ref{"#source-" + string(id), name}
}

func (s *site) actorRef(id any) ref {
	key := entente.ActorID(fmt.Sprint(id))
	if a := s.corpus.Actor(key); a != nil {
		return ref{"/actors/" + string(key), a.Name}
	}
	return ref{"/actors", string(key)}
}

// render makes the HTML of a page: its own text first, then the frame.
func (s *site) render(p *page, r *request, res *result) ([]byte, error) {
	var content, out bytes.Buffer
	if err := fill(&content, s.templates[r.t.Lang()], p.name, res.screen); err != nil {
		return nil, err
	}
	f := newFrame(r.t, r.reader, s.corpus.Info)
	f.at(p.nav)
	if f.Known = r.knownWords(r.t); f.Known != "" {
		f.Now = address(r.base, formatHTML, without(r.canon, "known_at"))
	}
	f.Title, f.Kicker, f.Lede, f.Islands = res.title, capital(res.kicker), res.lede, append(res.links, "copylink", "print")
	if f.Title == "" {
		f.Title = res.view.Title
	}
	f.Content = template.HTML(content.String()) //nolint:gosec // made by html/template above
	for _, format := range p.formats() {
		if r.reader == guest && exports(format) {
			continue // that takes an account
		}
		tw := twin{Href: address(r.base, format, r.canon), Word: r.t.Label("format", format), Media: mediaTypes[format]}
		if slices.Contains(notes, format) {
			f.Notes = append(f.Notes, tw)
		} else {
			f.Twins = append(f.Twins, tw)
		}
	}
	permanent := with(r.canon, "corpus", s.corpus.Info.Version)
	if res.settings {
		f.Settings = s.settingsWords(r, res)
		permanent = with(permanent, "as_of", s.corpus.AsOf(r.options.Settings).String())
		if !slices.Contains(p.params, "as_of") {
			permanent = without(permanent, "as_of")
		}
		f.LeftOut = leftOutWords(r, res.leftOut)
	}
	f.Permalink = address(r.base, formatHTML, permanent)
	if v := r.corpus; v != "" && v != s.corpus.Info.Version {
		f.Stale = r.t.T("frame.stale", "then", v, "now", s.corpus.Info.Version)
	}
	if langs := message.Languages(); len(langs) > 1 {
		for _, l := range langs {
			f.Languages = append(f.Languages, twin{Href: address(r.base, formatHTML, with(r.canon, "lang", l)), Word: s.catalogues[l].T("language.name"), Media: l, Current: l == r.t.Lang()})
		}
	}
	if !res.listsSources {
		f.Sources = s.sourceLines(res.view.Sources)
	}
	if err := fill(&out, s.templates[r.t.Lang()], "layout", f); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// settingsWords tells the settings of a page in words, the as-of date first.
func (s *site) settingsWords(r *request, res *result) []string {
	o := r.options
	out := []string{r.t.T("setting.as-of", "date", r.t.Date(s.corpus.AsOf(o.Settings).String()))}
	if o.AsOf.IsZero() {
		out[0] = r.t.T("setting.as-of.release", "date", r.t.Date(s.corpus.Info.Released.String()))
	}
	if len(o.Pillars) > 0 {
		words := make([]string, len(o.Pillars))
		for i, p := range o.Pillars {
			words[i] = r.t.Label("pillar", string(p))
		}
		out = append(out, r.t.T("setting.pillars", "list", r.t.List(words)))
	}
	if len(o.Issues) > 0 {
		out = append(out, r.t.T("setting.issues", "list", r.t.List(o.Issues)))
	}
	if res.actsOnly {
		if o.Unverified {
			out = append(out, r.t.T("setting.unverified.on"))
		}
		return out
	}
	for _, c := range []struct {
		on        bool
		yes, no   string
		hideUnset bool
	}{
		{!o.NoBloc, r.t.T("setting.bloc.on"), r.t.T("setting.bloc.off"), false},
		{!o.NoImplied, r.t.T("setting.implied.on"), r.t.T("setting.implied.off"), false},
		{o.Unverified, r.t.T("setting.unverified.on"), "", true},
	} {
		switch {
		case c.on:
			out = append(out, c.yes)
		case !c.hideUnset:
			out = append(out, c.no)
		}
	}
	return out
}

// capital begins a line with a capital letter.
func capital(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[size:]
}

// leftOutWords says how many unverified records do not count here.
func leftOutWords(r *request, n int) string {
	switch {
	case r.options.Unverified:
		return ""
	case n < 0:
		return r.t.T("frame.left-out.some")
	case n == 0:
		return r.t.T("frame.left-out.none")
	}
	return r.t.T("frame.left-out", "n", n)
}

// filterTitle puts a page's filters behind its name.
func (s *site) filterTitle(r *request, name string) string {
	o := r.options
	words := []string{r.t.T("title.as-of", "what", name, "date", r.t.Date(s.corpus.AsOf(o.Settings).String()))}
	if len(o.Pillars) > 0 {
		var ps []string
		for _, p := range o.Pillars {
			ps = append(ps, r.t.Label("pillar", string(p)))
		}
		words = append(words, r.t.T("title.on", "list", r.t.List(ps)))
	}
	if len(o.Issues) > 0 {
		words = append(words, r.t.T("title.on", "list", r.t.List(o.Issues)))
	}
	for _, f := range []struct {
		on  bool
		key string
	}{{o.NoBloc, r.t.T("title.no-bloc")}, {o.NoImplied, r.t.T("title.no-implied")}, {o.Unverified, r.t.T("title.unverified")}} {
		if f.on {
			words = append(words, f.key)
		}
	}
	return strings.Join(words, r.t.T("list.comma"))
}

// queryOf is the query of a link to another page: the settings that page obeys.
func queryOf(q url.Values, keep []string) string {
	out := url.Values{}
	for _, k := range append([]string{"lang"}, keep...) {
		if v, ok := q[k]; ok {
			out[k] = v
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "?" + out.Encode()
}

// namesOf lists the actors' names.
func namesOf(actors []view.Actor) []string {
	out := make([]string, len(actors))
	for i, a := range actors {
		out[i] = a.Name
	}
	return out
}

// issues lists the issues of a corpus, sorted.
func (s *site) issues() []string {
	seen := map[string]bool{}
	var out []string
	for i := range s.corpus.Propositions {
		if is := s.corpus.Propositions[i].Issue; !seen[is] {
			seen[is] = true
			out = append(out, is)
		}
	}
	sort.Strings(out)
	return out
}
