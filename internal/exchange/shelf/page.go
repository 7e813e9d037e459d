package shelf

import (
	"context"
	"errors"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// Page gives objects of a collection (its id or alias) in the order in which they
// were added, as far as the partner may have them; what is withheld does not
// count. What is handed over for the first time is in the log before this returns.
// Errors: NotFound and Denied for a collection that the partner may not read.
func (s *Shelf) Page(ctx context.Context, partner, collection string, q taxii.Query) (*taxii.Page, error) {
	for range maxTries {
		e, err := s.enter(ctx, partner, collection)
		if err != nil {
			return nil, err
		}
		page, list, rev := e.page(&q)
		if !q.Bodies || len(page.Records) == 0 {
			return page, nil
		}
		if err := s.bodies.fill(ctx, s.st, list, page.Records); err != nil {
			return nil, err
		}
		err = s.release(ctx, e, partner, rev, list, page.Records)
		if errors.Is(err, errStale) {
			if _, err = s.newest(ctx); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, err
		}
		return page, nil
	}
	return nil, busy("read")
}

// picked is what must be known of a record of a page beside the record.
type picked struct {
	n     int64
	at    uint32
	level handling.TLP
	fresh bool // not handed over yet
}

// page chooses; rev is the revision of the collection that it saw.
func (e *entrance) page(q *taxii.Query) (page *taxii.Page, list []picked, rev int64) {
	x := e.x
	x.mu.RLock()
	defer x.mu.RUnlock()
	r := x.chooser(e.lens, e.bits, q).page()
	page = &taxii.Page{Records: make([]taxii.Record, len(r.at)), More: r.more, Next: r.next, Known: r.known}
	list = make([]picked, len(r.at))
	for i, at := range r.at {
		n := &x.entries[at]
		page.Records[i] = taxii.Record{
			ID: stix.ID(x.texts.get(x.objects[n.object].id)), Added: x.stamps[at], Version: x.texts.get(n.version), Spec: x.specs.list[n.spec],
		}
		list[i] = picked{n.n, at, handling.TLP(n.level), !e.bits.has(at)}
	}
	return page, list, x.rev
}
