package workbench

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"entente"
	"entente/internal/auth"
	"entente/internal/store"
)

// The rule of blindness. A version is hidden from a user when all of these hold:
//
//   - it is not published;
//   - it rests on a source whose document is in a blind task that is not lifted
//     (rests: its source; for a quotation or a comment also that of the record
//     it belongs to);
//   - its author is a coder of that task. The author is whom the column coder
//     names, if that is a coder of the task, else who wrote the version; what
//     belongs to a hidden record is hidden with it;
//   - the user is not that author, and is a coder of the task or no admin.
//
// So reviewers and editors wait as well: only an admin who does not code in the
// task can look. Whatever stands in a private layer is hidden from everybody
// but its owner, whatever the role.

// blindCache keeps the blind tasks of sources as of one commit.
type blindCache struct {
	mu  sync.Mutex
	seq int64
	by  map[string][]Task // by source
	all bool              // by holds every source that has one
}

// manySources is the number of sources from which all tasks are read at once.
const manySources = 16

// hiding gives, per source, the tasks that hide their coders' work now. With no
// sources it gives all.
func (b *Bench) hiding(ctx context.Context, sources []string) (map[string][]Task, error) {
	m, err := b.Store.Mark(ctx)
	if err != nil {
		return nil, err
	}
	c := &b.blind
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by == nil || c.seq != m.Seq {
		c.seq, c.by, c.all = m.Seq, map[string][]Task{}, false
	}
	if c.all {
		return c.by, nil
	}
	var missing []string
	for _, s := range sources {
		if _, known := c.by[s]; !known && s != "" {
			missing = append(missing, s)
		}
	}
	switch {
	case len(sources) == 0 || len(missing) >= manySources:
		by := map[string][]Task{}
		err := b.eachTask(ctx, store.Query{Kinds: []string{KindTask}, States: live}, func(t Task) {
			if t.Hides() {
				by[string(t.Source)] = append(by[string(t.Source)], t)
			}
		})
		if err != nil {
			return nil, err
		}
		c.by, c.all = by, true
	default:
		for _, s := range missing {
			var list []Task
			err := b.eachTask(ctx, store.Query{Kinds: []string{KindTask}, States: live, Facets: store.Facets{Source: s}}, func(t Task) {
				if t.Hides() {
					list = append(list, t)
				}
			})
			if err != nil {
				return nil, err
			}
			if len(c.by) > 10_000 {
				c.by = map[string][]Task{}
			}
			c.by[s] = list
		}
	}
	out := make(map[string][]Task, len(c.by)) // the cache changes under the lock only
	for s, list := range c.by {
		if len(list) > 0 {
			out[s] = list
		}
	}
	return out, nil
}

// codingKinds are what a coder makes of a text.
var codingKinds = []string{KindStatement, KindQuotation, KindCoverage}

// openKinds are read by every coder, whoever wrote them.
var openKinds = []string{KindDocument, kindPrint, KindTask, KindSource, KindActor, KindInstrument, KindProposition, KindImplication, KindCodebook, store.InfoKey.Kind}

// Visible leaves out what the user may not see: other people's private layers,
// and what a blind task hides. The order is kept. Everything that was read from
// the store directly goes through here before it is shown.
func (b *Bench) Visible(ctx context.Context, u User, list []store.Version) ([]store.Version, error) {
	s := sight{b: b, u: u, known: map[store.Key]*fate{}}
	out := make([]store.Version, 0, len(list))
	s.prepare(list)
	for i := range list {
		hidden, err := s.hidden(ctx, &list[i], 0)
		if err != nil {
			return nil, err
		}
		if !hidden {
			out = append(out, list[i])
		}
	}
	return out, nil
}

// sight is one look at several versions.
type sight struct {
	b       *Bench
	u       User
	sources []string // of the versions at hand, to be asked for at once
	tasks   map[string][]Task
	known   map[store.Key]*fate
}

// fate is what was found out of the latest version of a record that others
// belong to.
type fate struct {
	source  string
	hidden  bool
	draftOf string // who wrote it, when it is not published
}

func (s *sight) prepare(list []store.Version) {
	seen := map[string]bool{}
	for i := range list {
		if src := s.sourceOf(&list[i]); src != "" && !seen[src] {
			seen[src] = true
			s.sources = append(s.sources, src)
		}
	}
}

func (s *sight) sourceOf(v *store.Version) string {
	if v.State == store.Published || slices.Contains(openKinds, v.Kind) {
		return ""
	}
	if v.Facets == (store.Facets{}) {
		v.Facets = store.FacetsOf(v.Kind, v.Body)
	}
	return v.Source
}

// under gives the tasks that hide work on a source.
func (s *sight) under(ctx context.Context, source string) ([]Task, error) {
	if source == "" {
		return nil, nil
	}
	if s.tasks == nil || !slices.Contains(s.sources, source) {
		if !slices.Contains(s.sources, source) {
			s.sources = append(s.sources, source)
		}
		var err error
		if s.tasks, err = s.b.hiding(ctx, s.sources); err != nil {
			return nil, err
		}
	}
	return s.tasks[source], nil
}

// maxAbout bounds how far "belongs to" is followed: an answer to a comment on a
// quotation of a statement.
const maxAbout = 8

func (s *sight) hidden(ctx context.Context, v *store.Version, depth int) (bool, error) {
	if v.Layer != "" && v.Layer != store.Private(s.u.Name) {
		return true, nil
	}
	if v.State == store.Published || slices.Contains(openKinds, v.Kind) {
		return false, nil
	}
	// Of codings the column coder tells the author; of the rest, who wrote it.
	if v.Commit.Who == s.u.Name && !slices.Contains(codingKinds, v.Kind) {
		return false, nil
	}
	source := s.sourceOf(v)
	if about, ok := belongsTo(v); ok && depth < maxAbout {
		f, err := s.fate(ctx, about, depth+1)
		if err != nil {
			return false, err
		}
		if f.hidden {
			return true, nil
		}
		if source == "" {
			source = f.source
		}
		if v.Kind == KindQuotation && f.draftOf != "" { // its author is the statement's, whoever moved it
			return false, nil
		}
	}
	tasks, err := s.under(ctx, source)
	if err != nil {
		return false, err
	}
	for i := range tasks {
		if tasks[i].hides(s.u, v) {
			return true, nil
		}
	}
	return false, nil
}

// hides is the last two points of the rule.
func (t *Task) hides(u User, v *store.Version) bool {
	author := v.Coder
	if !t.Has(author) {
		author = v.Commit.Who
	}
	switch {
	case !t.Has(author) || author == u.Name:
		return false
	case t.Has(u.Name):
		return true
	}
	return u.Role != auth.Admin
}

func fateOf(v *store.Version) fate {
	if v.Facets == (store.Facets{}) {
		v.Facets = store.FacetsOf(v.Kind, v.Body)
	}
	f := fate{source: v.Source}
	if v.State != store.Published {
		if f.draftOf = v.Coder; f.draftOf == "" {
			f.draftOf = v.Commit.Who
		}
	}
	return f
}

// fate looks at the latest version of a record that something belongs to.
func (s *sight) fate(ctx context.Context, k store.Key, depth int) (*fate, error) {
	if f := s.known[k]; f != nil {
		return f, nil
	}
	f := &fate{}
	v, err := s.b.Store.Get(ctx, k)
	switch {
	case entente.KindOf(err) == entente.NotFound:
	case err != nil:
		return nil, err
	default:
		*f = fateOf(v)
		if v.Kind == KindDocument || v.Kind == KindSource {
			break
		}
		if f.hidden, err = s.hidden(ctx, v, depth); err != nil {
			return nil, err
		}
	}
	s.known[k] = f
	return f, nil
}

// belongsTo names the record that a version belongs to: a quotation to its
// statement; a record of the workbench to what its field "record" ("kind:id")
// or "document" names.
func belongsTo(v *store.Version) (store.Key, bool) {
	var body struct{ Statement, Record, Document string }
	switch v.Kind {
	case KindStatement, KindCoverage:
		return store.Key{}, false
	}
	if json.Unmarshal(v.Body, &body) != nil {
		return store.Key{}, false
	}
	switch {
	case v.Kind == KindQuotation:
		return store.Key{Kind: KindStatement, ID: body.Statement}, body.Statement != ""
	case body.Record != "":
		kind, id, ok := strings.Cut(body.Record, ":")
		return store.Key{Kind: kind, ID: id}, ok && kind != "" && id != ""
	case body.Document != "":
		return store.Key{Kind: KindDocument, ID: body.Document}, true
	}
	return store.Key{}, false
}
