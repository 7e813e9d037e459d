package client

import (
	"context"
	"errors"
	"hash/maphash"
	"math/bits"
	"net/http"
	"net/url"
	"slices"
	"time"

	"entente"
	"entente/internal/exchange/taxii"
)

const (
	// standardLimit is what is asked for per page.
	standardLimit = 1000
	// highLimit is how far the limit is raised where one date added fills a page.
	highLimit = 64_000
	// maxEmpty and maxSame end a reading that brings nothing.
	maxEmpty, maxSame = 1000, 3
	// maxRestarts bounds how often a reading begins anew because its next was lost.
	maxRestarts = 3
	// batch is how many objects are asked for by name at once: an address has bounds.
	batch = 40
)

// walk goes through the pages of a collection, or of its manifest.
//
// Where the server gives next, the query stays as it was and next leads on.
// Where it gives none, the date added leads on: from one microsecond before the
// last, because a page may end among objects of one date.
type walk struct {
	c       *Client
	t       *tally
	url     *url.URL // the objects or the manifest
	coll    *url.URL // the collection
	q       Query
	records bool

	begin taxii.Stamp // where this reading began: the way back if next is lost
	after taxii.Stamp
	next  string
	limit int

	mark     taxii.Stamp // the latest date added that was told
	doubt    bool
	restarts int
	empty    int // pages without an item, one after the other
	same     int // pages like the one before
	print    uint64
	seen     map[uint64]struct{} // pages with their next
	base     int                 // the limit while nothing makes it change
	count    int                 // items of the page before
	raised   bool                // the limit was raised for a date that fills a page
	asking   bool                // the server has said that this page is empty
	checked  bool                // a header was held against the manifest, or needs not be
	distrust bool                // and the headers are wrong
}

// step reads one page and decides where to go on; done says that there is
// nothing more.
func (w *walk) step(ctx context.Context) (s *sheet, done bool, err error) {
	for {
		s, err = w.fetch(ctx)
		if err != nil {
			return nil, false, err
		}
		if s == nil {
			continue // the same again, asked for differently
		}
		done, err = w.advance(ctx, s)
		return s, done, err
	}
}

// fetch reads the page; nil when it is to be asked for in another way.
func (w *walk) fetch(ctx context.Context) (*sheet, error) {
	u := pageURL(w.url, w.q, w.after, w.next, w.limit)
	s, err := w.c.sheet(ctx, w.t, u, w.after, w.records)
	switch code := status(err); {
	case err == nil:
		return s, nil
	case errors.Is(err, errTooLarge) && w.limit > 1:
		w.t.defect(TooLarge)
		w.base = max(1, w.limit/8)
		w.limit = w.base
		return nil, nil
	case w.next != "" && slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}, code) && w.restarts < maxRestarts:
		w.t.defect(LostNext)
		w.restarts++
		w.next = ""
		// The first time all of it is read again; a server that forgets every next
		// would keep us there, so then only from the last date that it told.
		if w.after = w.begin; w.restarts > 1 && w.mark > w.begin {
			w.after, w.doubt = w.mark-1, true
		}
		w.print, w.same, w.seen = 0, 0, nil
		return nil, nil
	case w.next == "" && (code == http.StatusNotFound || code == http.StatusGone):
		// Some servers answer so for a collection that holds nothing.
		var l loose
		if w.c.get(ctx, w.coll, &l) != nil || l.bare("can_read") == "false" {
			return nil, err
		}
		w.t.defect(GoneIsEmpty)
		return &sheet{}, nil
	}
	return nil, err
}

func (w *walk) advance(ctx context.Context, s *sheet) (bool, error) {
	if err := w.moves(s); err != nil {
		return false, err
	}
	if w.asking && s.count > 0 {
		w.t.defect(EarlyEnd)
	}
	w.asking = false
	if s.count > 0 && (s.next == "" || !s.more) { // the date counts
		w.check(ctx, s)
	}
	w.mark = max(w.mark, s.last)
	last := s.last
	if last == 0 && s.hint > 0 {
		last = s.hint
		w.doubt = w.doubt || s.more && s.next == ""
	}
	switch {
	case s.more && s.next != "":
		w.next = s.next
		return false, nil
	case s.more:
		w.t.defect(NoNext)
		return false, w.byDate(ctx, s, last)
	case s.count >= w.limit && last > w.after && w.next == "":
		// A full page: what the server says of the rest is not taken on trust.
		w.after, w.asking = last, true
		return false, nil
	}
	return true, nil
}

// moves errs when the reading goes round in circles.
func (w *walk) moves(s *sheet) error {
	if s.more && s.next != "" { // a next that came with this very page before
		var h maphash.Hash
		h.SetSeed(seed)
		_, _ = h.WriteString(s.next)
		k := h.Sum64() ^ bits.RotateLeft64(s.print, 1)
		if _, again := w.seen[k]; again {
			return w.stop()
		}
		if w.seen == nil {
			w.seen = map[uint64]struct{}{}
		}
		w.seen[k] = struct{}{}
	}
	if s.count == 0 {
		if w.empty++; w.empty > maxEmpty {
			return w.stop()
		}
		return nil
	}
	w.empty = 0
	if s.print != w.print {
		w.same = 0
	} else if w.same++; w.same >= maxSame && s.more {
		return w.stop()
	}
	w.print = s.print
	return nil
}

func (w *walk) stop() error {
	w.t.defect(NotMoving)
	return stuck(pageURL(w.url, w.q, w.after, w.next, w.limit))
}

// byDate goes on by the date added of the last object.
func (w *walk) byDate(ctx context.Context, s *sheet, last taxii.Stamp) error {
	w.next = ""
	if last == 0 {
		if s.count == 0 {
			return w.stop()
		}
		return &entente.Error{Kind: entente.Unavailable, Op: "exchange", Place: w.url.Redacted(), Msg: "the server says that more is left and gives no way to ask for it: neither next nor a date added", Hint: "what was read is kept; tell the operator of the server"}
	}
	if last-1 <= w.after && !w.raised {
		if told := w.lookUp(ctx, s); told > last { // the header did not move, and should have
			w.t.defect(BadHeader)
			w.mark = max(w.mark, told)
			w.distrust, last = true, told
		}
	}
	if last-1 > w.after {
		w.after, w.limit, w.raised = last-1, w.base, false
		return nil
	}
	// All of the page has one date. A larger page may show the rest of it.
	w.t.defect(SameStamp)
	grew := !w.raised || s.count > w.count
	w.count = s.count
	if grew && w.limit < highLimit {
		w.limit, w.raised = min(w.limit*4, highLimit), true
		return nil
	}
	if last > w.after {
		w.after, w.limit, w.doubt, w.raised = last, w.base, true, false
		return nil
	}
	return w.stop()
}

// check puts the date added of the manifest in place of one that the header did
// not tell, or told wrong: too late a date would leave objects out.
func (w *walk) check(ctx context.Context, s *sheet) {
	if s.last > 0 && w.checked && !w.distrust {
		return
	}
	told := w.lookUp(ctx, s)
	if told == 0 {
		return
	}
	w.checked = true
	if s.last > told+taxii.Stamp(time.Millisecond.Microseconds()) {
		w.t.defect(BadHeader)
		w.distrust = true
	}
	if s.last == 0 || w.distrust {
		s.last = told
	}
}

// lookUp asks the manifest for the date added of the last objects of a page; 0
// when it does not tell.
func (w *walk) lookUp(ctx context.Context, s *sheet) taxii.Stamp {
	var last taxii.Stamp
	if w.records {
		for _, e := range s.entries {
			last = max(last, e.Added)
		}
		return last
	}
	objects := s.objects[max(0, len(s.objects)-batch):]
	if len(objects) == 0 {
		return 0
	}
	keys := map[Key]bool{}
	q := Query{Versions: []string{"all"}}
	for _, o := range objects {
		keys[KeyOf(o)] = true
		if !slices.Contains(q.IDs, o.ID()) {
			q.IDs = append(q.IDs, o.ID())
		}
	}
	m, err := w.c.sheet(ctx, w.t, pageURL(w.coll.JoinPath("manifest/"), q, 0, "", 0), 0, true)
	if err != nil {
		return 0 // the reading does without
	}
	for _, e := range m.entries {
		if keys[Key{e.ID, e.Version.Key()}] || keys[Key{ID: e.ID}] {
			last = max(last, e.Added)
		}
	}
	return last
}

// walk prepares the way through a collection's objects ("objects"), or its
// "manifest", or versions of one object.
func (c *Client) walk(ctx context.Context, t *tally, collection string, q Query, parts ...string) (*walk, error) {
	coll, err := c.in(ctx, "collections", collection)
	if err != nil {
		return nil, err
	}
	u, err := c.in(ctx, append([]string{"collections", collection}, parts...)...)
	if err != nil {
		return nil, err
	}
	return &walk{c: c, t: t, url: u, coll: coll, q: q, records: parts[0] == "manifest", limit: standardLimit, base: standardLimit}, nil
}

// report puts into r what the walk and its requests took.
func (w *walk) report(r *Report) {
	r.Requests, r.Retries, r.Waited = w.t.requests, w.t.retries, w.t.waited
	r.Defects, r.Doubt, r.Restarts = w.t.defects, w.doubt, w.restarts
}

// all walks from the beginning to the end.
func (w *walk) all(ctx context.Context, f func(*sheet) error) error {
	for {
		s, done, err := w.step(ctx)
		if s != nil {
			if err := f(s); err != nil {
				return err
			}
		}
		if err != nil || done {
			return err
		}
	}
}
