package client

import (
	"context"
	"time"

	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// Page is a part of a collection, as it came.
type Page struct {
	// Objects are sound and valid, each version once, in the order of the server.
	// Versions may come in any order and again on later pages; references may lead
	// to what has not come yet.
	Objects []*stix.Object
	// Refused tells what was wrong with the others.
	Refused []stix.Refusal
	// Last is the date added of the last object, 0 when the server did not tell.
	Last taxii.Stamp
	// Cursor is to be kept together with the objects.
	Cursor Cursor
}

// Sink takes pages.
type Sink interface {
	// Page keeps the objects of a page and its cursor in one transaction. What is
	// there already is passed over. An error ends the reading; the page comes again.
	Page(ctx context.Context, p *Page) error
}

// SinkFunc is a function that is a Sink.
type SinkFunc func(ctx context.Context, p *Page) error

// Page calls the function.
func (f SinkFunc) Page(ctx context.Context, p *Page) error { return f(ctx, p) }

// PollOptions shape one reading.
type PollOptions struct {
	// Limit is the objects asked for per page; 0 is 1000.
	Limit int
	// Overlap begins so long before the mark, for servers that stamp an object before
	// it can be seen. What was read before comes again. One reading with an overlap
	// longer than the time since the last such reading makes up for those without.
	Overlap time.Duration
	// Trusted says that the server is known to give the dates added of its objects,
	// as a node of ours does: they are not held against its manifest.
	Trusted bool
	// MaxPages and MaxObjects end the reading early (Report.Done is false); it goes on
	// from the cursor. 0 is no bound.
	MaxPages, MaxObjects int
	// Progress is told after each page that was kept; nil tells nobody.
	Progress func(Report)
}

// Report says what a reading found.
type Report struct {
	Collection string    `json:"collection"`
	At         time.Time `json:"at"` // when it ended
	// Done: the server said that nothing is left.
	Done    bool `json:"done"`
	Pages   int  `json:"pages"`
	Objects int  `json:"objects"`
	Refused int  `json:"refused"`
	// Requests, Retries and Waited tell what it took.
	Requests int           `json:"requests"`
	Retries  int           `json:"retries"`
	Waited   time.Duration `json:"waited"`
	// Restarts: how often the server knew a page no longer and the reading went back
	// to its beginning.
	Restarts int `json:"restarts"`
	// Defects counts in what the server fell short of the standard.
	Defects map[Defect]int `json:"defects,omitempty"`
	// Doubt: something may have been left out, because the server gave no way to ask
	// for it; a comparison with the manifest tells (Client.Compare).
	Doubt  bool   `json:"doubt,omitempty"`
	Cursor Cursor `json:"cursor"`
}

// Defect is a way in which a server falls short of the standard.
type Defect string

// The defects that a reading copes with, or names.
const (
	NoHeader    Defect = "no-date-header"     // X-TAXII-Date-Added-Last is missing
	BadHeader   Defect = "bad-date-header"    // … is no date, or before what was asked for, or far in the future
	NoNext      Defect = "more-without-next"  // legal, and paging by date must serve
	SameStamp   Defect = "same-stamp"         // objects of two pages have one date added
	NotMoving   Defect = "not-moving"         // the same page came again
	BrokenBody  Defect = "broken-body"        // an answer that cannot be read to its end
	TooLarge    Defect = "too-large"          // an answer beyond the bounds
	GoneIsEmpty Defect = "404-for-empty"      // 404 for a collection that is there
	LostNext    Defect = "next-forgotten"     // a given next was refused
	Doubled     Defect = "doubled"            // one version twice on a page
	EarlyEnd    Defect = "more-false-early"   // nothing more, said the server, and there was more
	FewRecords  Defect = "manifest-malformed" // records of the manifest that cannot be read
)

// Poll reads what was added to a collection since the cursor, page by page. The
// report is good beside an error too: what the sink has kept is kept, and its
// cursor stands in the report.
//
// Errors: Denied (no access), NotFound (no such collection), Unavailable (the
// server cannot be reached, is busy, or goes round in circles), Invalid (the
// server's answer is not TAXII).
func (c *Client) Poll(ctx context.Context, collection string, from Cursor, sink Sink, o PollOptions) (Report, error) {
	r := Report{Collection: collection, Cursor: from}
	w, err := c.walk(ctx, &tally{}, collection, from.Query, "objects")
	if err != nil {
		r.At = c.o.Now().UTC()
		return r, err
	}
	if place := w.coll.String(); r.Cursor.Place != place {
		r.Cursor = Start(from.Query)
		r.Cursor.Place = place
	}
	w.base = or(o.Limit, standardLimit)
	w.limit, w.checked = w.base, o.Trusted
	w.mark = r.Cursor.Mark
	if open := r.Cursor.Open; open != nil {
		w.begin, w.after, w.next = open.After, open.After, open.Next
	} else {
		w.begin = max(0, r.Cursor.Mark-taxii.Stamp(max(o.Overlap, 0).Microseconds()))
		w.after = w.begin
	}
	for !r.Done && err == nil && (o.MaxPages <= 0 || r.Pages < o.MaxPages) && (o.MaxObjects <= 0 || r.Objects < o.MaxObjects) {
		err = w.take(ctx, sink, &r)
		if w.report(&r); err == nil && o.Progress != nil {
			r.At = c.o.Now().UTC()
			o.Progress(r)
		}
	}
	r.At = c.o.Now().UTC()
	return r, err
}

// take reads one page, has it kept and moves the cursor.
func (w *walk) take(ctx context.Context, sink Sink, r *Report) error {
	s, done, err := w.step(ctx)
	if s == nil {
		return err
	}
	next := r.Cursor
	if err == nil { // else the page is kept, and asked for again
		next.Mark, next.Open = w.mark, nil
		if !done {
			next.Open = &Open{After: w.after, Next: w.next}
		}
	}
	if len(s.objects) > 0 || len(s.refused) > 0 || !next.equal(r.Cursor) {
		if err := sink.Page(ctx, &Page{Objects: s.objects, Refused: s.refused, Last: s.last, Cursor: next}); err != nil {
			return err
		}
	}
	r.Cursor = next
	r.Pages++
	r.Objects += len(s.objects)
	r.Refused += len(s.refused)
	r.Done = done && err == nil
	return err
}
