package store

import (
	"context"
	"fmt"
	"maps"
	"time"

	"entente"
	"entente/internal/datapackage"
)

// writing is a transaction that writes commits: first it decides on every change
// in memory, then it writes the rows of all of them.
type writing struct {
	s     *Store
	q     querier
	clock clock
	from  int64 // n before the first row that is staged

	base   map[Key]head     // heads as the transaction found them
	staged map[Key]head     // heads that were decided on since
	bodies map[int64]string // bodies of versions that were asked for, by n
	texts  map[string]string
	live   map[datapackage.Ref]bool // whether published, as far as asked for

	versions versionRows
	tops     headRows
	topAt    map[Key]int // row of tops by key
	newTexts map[string]string
	commits  []commitRow
	news     []News
}

type commitRow struct {
	Commit
	n, public int64
}

func (s *Store) newWriting(ctx context.Context, q querier) (*writing, error) {
	w := &writing{
		s: s, q: q, base: map[Key]head{}, staged: map[Key]head{}, bodies: map[int64]string{}, texts: map[string]string{},
		live: map[datapackage.Ref]bool{}, topAt: map[Key]int{}, newTexts: map[string]string{},
	}
	var err error
	w.clock, err = s.engine.clock(ctx, q)
	w.from = w.clock.n
	return w, err
}

// begin gives the next commit its number and instant: strictly later than the
// one before, also when the clock of the machine goes back.
func (w *writing) begin(r *Reason) Commit {
	w.clock.seq++
	w.clock.at = max(w.clock.at+1, w.s.now().UTC().UnixMicro())
	return Commit{Seq: w.clock.seq, At: time.UnixMicro(w.clock.at).UTC(), Who: r.Who, Why: r.Why, Via: r.Via}
}

// end closes a commit. One that changed nothing gives its number back.
func (w *writing) end(c *Commit, before clock) {
	if c.Changes == 0 {
		w.clock = before
		*c = Commit{Who: c.Who, Why: c.Why, Via: c.Via}
		return
	}
	w.commits = append(w.commits, commitRow{*c, w.clock.n, w.clock.public})
}

// head gives the latest version of a record, what is staged included.
func (w *writing) head(k Key) head {
	if h, there := w.staged[k]; there {
		return h
	}
	return w.base[k]
}

// need fetches what deciding on the changes takes: heads, and bodies and texts
// of earlier versions where they matter.
func (w *writing) need(ctx context.Context, list []*prepared) error {
	keys := make([]Key, 0, len(list))
	for _, p := range list {
		if _, there := w.base[p.Key]; !there {
			w.base[p.Key] = head{} // what is not found is a new record
			keys = append(keys, p.Key)
		}
	}
	found, err := w.s.engine.heads(ctx, w.q, keys)
	if err != nil {
		return err
	}
	maps.Copy(w.base, found)
	var bodies []int64
	var texts []string
	for _, p := range list {
		h := w.base[p.Key]
		if n := p.liveBody(h); n != 0 {
			bodies = append(bodies, n)
		}
		if hash := p.textOf(h); hash != "" && hash != p.text {
			texts = append(texts, hash)
		}
	}
	if err := fetch(ctx, w.q, "SELECT n, body FROM versions WHERE n", bodies, w.bodies); err != nil {
		return err
	}
	return fetch(ctx, w.q, "SELECT hash, text FROM texts WHERE hash", texts, w.texts)
}

// needLive fetches which of the rows that the changes refer to are published.
func (w *writing) needLive(ctx context.Context, list []*prepared) error {
	var refs []datapackage.Ref
	for _, p := range list {
		for _, r := range p.refs {
			if _, asked := w.live[r]; !asked {
				w.live[r] = false
				refs = append(refs, r)
			}
		}
	}
	found, err := w.s.engine.live(ctx, w.q, refs)
	maps.Copy(w.live, found)
	return err
}

// liveBody gives the n of the published version whose body matters when a change
// is decided on; 0 for none.
func (p *prepared) liveBody(h head) int64 {
	switch {
	case p.State == Draft || p.State == InReview:
		if datapackage.Columns(p.Kind) != nil {
			return h.live // what it refers to stays in the index
		}
	case p.State == Published && p.skipSame && h.live != h.n:
		return h.live
	}
	return 0
}

// textOf is the hash of the text that the head will have.
func (p *prepared) textOf(h head) string {
	switch {
	case p.past != nil:
		return p.past.text
	case p.text != "":
		return p.text
	}
	return h.text
}

// fetch reads pairs into a map, some hundred keys at a time.
func fetch[K comparable](ctx context.Context, q querier, query string, keys []K, into map[K]string) error {
	for len(keys) > 0 {
		part := keys[:min(len(keys), 500)]
		keys = keys[len(part):]
		in, args := inList(part)
		rows, err := q.QueryContext(ctx, query+" IN ("+in+")", args...) //nolint:sqlclosecheck // each closes it
		if err != nil {
			return err
		}
		if err := each(rows, func() error {
			var k K
			var v string
			err := rows.Scan(&k, &v)
			into[k] = v
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// inList writes "$1, $2, …" for a list, with its arguments.
func inList[K any](list []K) (string, []any) {
	var b []byte
	args := make([]any, len(list))
	for i, v := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = fmt.Appendf(b, "$%d", i+1)
		args[i] = v
	}
	return string(b), args
}

// body gives the body of a version that was fetched or is staged.
func (w *writing) body(n int64) string {
	if n > w.from {
		return w.versions.body[n-w.from-1]
	}
	return w.bodies[n]
}

// stage decides on one change and, when it is to be written, adds its rows. It
// returns what the published record will refer to, if it is newly published.
func (w *writing) stage(ctx context.Context, c *Commit, p *prepared) ([]datapackage.Ref, error) {
	h := w.head(p.Key)
	if p.skipSame && w.same(p, h) {
		return nil, nil
	}
	if p.Base != Any && p.Base != h.version {
		return nil, w.conflict(ctx, p, h)
	}
	if h.n != 0 && h.layer != p.Layer && !(p.past != nil && p.past.back) {
		if h.layer == "" {
			return nil, &entente.Error{Kind: entente.Denied, Op: "write", Place: p.String(), Msg: "what others see already cannot be made private", Hint: "retire it, and write a private record of its own"}
		}
		if p.Layer != "" {
			return nil, &entente.Error{Kind: entente.Denied, Op: "write", Place: p.String(), Msg: "the record is in another private layer"}
		}
	}
	w.clock.n++
	n := w.clock.n
	live := h.live
	switch p.State {
	case Published:
		live = n
	case Retired:
		live = 0
	}
	if live != h.live {
		w.clock.public = c.Seq
		w.tell(p, h.version+1, live == n)
	}
	refs := p.refs
	tokens := p.tokens
	if live != 0 && live != n && datapackage.Columns(p.Kind) != nil {
		if row, err := DecodeRow(p.Kind, []byte(w.body(live))); err == nil {
			refs = row.Refs()
		}
		tokens = ""
	}
	text := p.textOf(h)
	if text != p.text {
		tokens = ""
	}
	if tokens == "" {
		words := p.Words
		if text != p.text {
			words = w.text(text)
		}
		tokens = p.indexed(words, refs)
	}
	if text != "" && text == p.text {
		w.newTexts[text] = searched(p.Words)
	}
	w.add(p, c, head{n: n, version: h.version + 1, live: live, state: p.State, layer: p.Layer, hash: p.hash, text: text, by: c}, h, tokens)
	c.Changes++
	if live == h.live {
		refs = nil // nothing new is published
	}
	return refs, nil
}

// tell notes what changes for the public, for whoever asked to be told.
func (w *writing) tell(p *prepared, version int, published bool) {
	if w.s.also == nil || p.Layer != "" {
		return
	}
	news := News{Key: p.Key, Version: version}
	if published {
		news.Body = p.body
	}
	w.news = append(w.news, news)
}

func (w *writing) text(hash string) string {
	if t, there := w.newTexts[hash]; there {
		return t
	}
	return w.texts[hash]
}

// same reports whether a change would write what is there.
func (w *writing) same(p *prepared, h head) bool {
	switch {
	case h.n == 0 || h.layer != p.Layer || p.text != "" && p.text != h.text:
		return false
	case h.state == p.State:
		return h.hash == p.hash
	}
	return p.State == Published && h.live != 0 && h.live != h.n && w.body(h.live) == string(p.body)
}

// add stages the rows of one version.
func (w *writing) add(p *prepared, c *Commit, top, was head, tokens string) {
	v := &w.versions
	v.n, v.version, v.base, v.live, v.seq = append(v.n, top.n), append(v.version, int64(top.version)), append(v.base, int64(was.version)), append(v.live, top.live), append(v.seq, c.Seq)
	v.kind, v.id, v.state, v.layer = append(v.kind, p.Kind), append(v.id, p.ID), append(v.state, string(p.State)), append(v.layer, p.Layer)
	v.facets, v.text, v.body = append(v.facets, p.facets), append(v.text, top.text), append(v.body, string(p.body))

	t := &w.tops
	i, again := w.topAt[p.Key]
	if !again {
		i = t.len()
		w.topAt[p.Key] = i
		t.n, t.version, t.live, t.old = append(t.n, 0), append(t.version, 0), append(t.live, 0), append(t.old, was.n)
		t.kind, t.id, t.state, t.layer = append(t.kind, p.Kind), append(t.id, p.ID), append(t.state, ""), append(t.layer, "")
		t.hash, t.text, t.tokens = append(t.hash, ""), append(t.text, ""), append(t.tokens, "")
	}
	t.n[i], t.version[i], t.live[i] = top.n, int64(top.version), top.live
	t.state[i], t.layer[i], t.hash[i], t.text[i], t.tokens[i] = string(top.state), top.layer, top.hash, top.text, tokens
	w.staged[p.Key] = top
}

// conflict tells who was faster.
func (w *writing) conflict(ctx context.Context, p *prepared, h head) error {
	e := &entente.Error{Kind: entente.Conflict, Op: "write", Place: p.String()}
	switch {
	case h.n == 0:
		e.Msg, e.Hint = fmt.Sprintf("version %d is not there", p.Base), "load the record again"
		return e
	case p.Base == 0:
		e.Msg, e.Hint = "the record is there already", "edit it, or take another id"
	default:
		e.Msg, e.Hint = fmt.Sprintf("somebody changed it meanwhile: you started from version %d, now it is %d", p.Base, h.version), "load the record again, look at the change, and repeat yours"
	}
	who, at := "", time.Time{}
	if h.by != nil {
		who, at = h.by.Who, h.by.At
	} else {
		var micro int64
		if err := w.q.QueryRowContext(ctx, "SELECT m.who, m.at FROM versions v JOIN commits m ON m.seq = v.seq WHERE v.n = $1", h.n).Scan(&who, &micro); err != nil {
			return err
		}
		at = time.UnixMicro(micro).UTC()
	}
	e.Msg += fmt.Sprintf(", by %s at %s", who, at.Format(time.RFC3339))
	return e
}

// flush writes the staged rows of versions and heads, and forgets them.
func (w *writing) flush(ctx context.Context) error {
	for hash, text := range w.newTexts { // their order leaves no trace
		if _, err := w.q.ExecContext(ctx, "INSERT INTO texts (hash, text) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", hash, text); err != nil {
			return err
		}
	}
	if w.versions.len() > 0 {
		if err := w.s.engine.putVersions(ctx, w.q, &w.versions); err != nil {
			return err
		}
		if err := w.s.engine.putHeads(ctx, w.q, &w.tops); err != nil {
			return err
		}
	}
	if len(w.news) > 0 {
		if err := w.s.also(ctx, w.q, w.news); err != nil {
			return err
		}
	}
	w.unstage()
	clear(w.base)
	clear(w.bodies)
	clear(w.texts)
	return nil
}

// unstage drops what is staged.
func (w *writing) unstage() {
	w.from = w.clock.n
	w.versions, w.tops, w.news = versionRows{}, headRows{}, nil
	clear(w.staged)
	clear(w.topAt)
	clear(w.newTexts)
}

// finish writes the commits and moves the clock.
func (w *writing) finish(ctx context.Context) error {
	if err := w.s.engine.putCommits(ctx, w.q, w.commits); err != nil {
		return err
	}
	_, err := w.q.ExecContext(ctx, "UPDATE clock SET seq = $1, n = $2, public = $3, at = $4 WHERE one = 1", w.clock.seq, w.clock.n, w.clock.public, w.clock.at)
	return err
}
