package client

import (
	"context"
	"encoding/json"
	"errors"
	"hash/maphash"
	"io"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entente"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
)

// sheet is one answer to a walk: what the objects or records are, and where the
// server says it stands.
type sheet struct {
	objects []*stix.Object
	refused []stix.Refusal
	entries []Entry

	count int    // items, whatever became of them
	print uint64 // of all items, to recognise a page that comes again
	more  bool
	next  string
	last  taxii.Stamp // 0: not told, or not to be believed
	hint  taxii.Stamp // not to be believed, and better than nothing to step on
}

const (
	// maxItems bounds a page; servers that know no limit send all they have.
	maxItems = 2_000_000
	// maxNext bounds a next: it must fit into an address.
	maxNext = 8 << 10
	// future is how far a date added may lie beyond the server's own clock.
	future = 10 * time.Minute
)

// seed makes prints comparable within the process.
var seed = maphash.MakeSeed()

// sheet reads one page at an address.
func (c *Client) sheet(ctx context.Context, t *tally, u *url.URL, sent taxii.Stamp, records bool) (*sheet, error) {
	var out *sheet
	err := c.do(ctx, t, call{method: http.MethodGet, url: u, read: func(h http.Header, body io.Reader) error {
		s, err := c.read(body, records)
		if err != nil {
			return err
		}
		out = s
		s.stamps(h, sent, t)
		return nil
	}})
	if err != nil {
		return nil, err
	}
	if out.doubles() > 0 {
		t.defect(Doubled)
	}
	return out, nil
}

// read reads an envelope, or with records a manifest.
func (c *Client) read(body io.Reader, records bool) (*sheet, error) {
	s := &sheet{}
	r := stix.NewReader(body, stix.StreamLimits{Bytes: math.MaxInt64, Objects: maxItems, Object: c.o.Limits})
	var h maphash.Hash
	h.SetSeed(seed)
	for {
		raw, err := r.Next()
		if err == io.EOF { //nolint:errorlint // never wrapped
			break
		}
		switch {
		case errors.Is(err, errTooLarge):
			return nil, err
		case err != nil:
			return nil, errors.Join(errBroken, err)
		}
		_, _ = h.Write(raw)
		if records {
			s.entry(raw)
		} else {
			s.object(raw, r.Count()-1, c.o.Limits)
		}
	}
	head := r.Head()
	s.count, s.print = r.Count(), h.Sum64()
	s.more, s.next = head.More, head.Next
	if more := string(head.Other["more"]); more == `"true"` || more == "1" {
		s.more = true
	}
	if len(s.next) > maxNext {
		return nil, errors.Join(errBroken, errors.New("next has more than 8,192 bytes"))
	}
	return s, nil
}

func (s *sheet) object(raw []byte, place int, lim stix.Limits) {
	o, faults := stix.ParseItem(raw, lim)
	if len(faults) == 0 {
		faults = stix.Refusals(stix.Validate(o))
	}
	if len(faults) > 0 {
		r := stix.Refusal{Index: place, Faults: faults}
		if o != nil {
			r.ID, r.Version = o.ID(), o.VersionTime()
		}
		s.refused = append(s.refused, r)
		return
	}
	s.objects = append(s.objects, o)
}

// entry reads a record of a manifest; one that names no object is passed over.
func (s *sheet) entry(raw []byte) {
	var rec struct {
		ID      string `json:"id"`
		Added   string `json:"date_added"`
		Version string `json:"version"`
	}
	if json.Unmarshal(raw, &rec) != nil {
		s.refused = append(s.refused, stix.Refusal{})
		return
	}
	id, wrong := stix.ParseID(rec.ID)
	if wrong != "" {
		s.refused = append(s.refused, stix.Refusal{})
		return
	}
	e := Entry{ID: id}
	e.Version, _ = stix.ParseTime(rec.Version)
	e.Added, _ = stamp(rec.Added)
	s.entries = append(s.entries, e)
}

// doubles drops what stands twice on the page, word for word or in meaning, and
// counts it. The same version with other content is left to the sink to judge.
func (s *sheet) doubles() int {
	first := make(map[Key]*stix.Object, len(s.objects))
	kept := s.objects[:0]
	for _, o := range s.objects {
		k := KeyOf(o)
		if p, ok := first[k]; ok && p.Digest() == o.Digest() {
			continue
		}
		first[k] = o
		kept = append(kept, o)
	}
	n := len(s.objects) - len(kept)
	s.objects = kept
	return n
}

// stamps reads what the headers say of the dates added [3.2], and says of what
// cannot be that it was not told.
func (s *sheet) stamps(h http.Header, sent taxii.Stamp, t *tally) {
	const name = "X-TAXII-Date-Added-Last"
	if s.count == 0 {
		return
	}
	if h.Get(name) == "" {
		t.defect(NoHeader)
		return
	}
	last, ok := stamp(h.Get(name))
	if !ok || last < sent {
		t.defect(BadHeader)
		return
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil && last.Time().After(date.Add(future)) {
		t.defect(BadHeader)
		s.hint = last
		return
	}
	s.last = last
}

// stamp reads a date added, cut to microseconds.
func stamp(s string) (taxii.Stamp, bool) {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return 0, false
	}
	us := at.UnixMicro()
	return taxii.Stamp(us), us > 0
}

// pageURL is the address of a page.
func pageURL(at *url.URL, q Query, after taxii.Stamp, next string, limit int) *url.URL {
	v := q.values()
	if after > 0 {
		v.Set("added_after", after.String())
	}
	if next != "" {
		v.Set("next", next)
	}
	if limit > 0 {
		v.Set("limit", strconv.Itoa(limit))
	}
	u := *at
	u.RawQuery = v.Encode()
	return &u
}

// stuck is the error of a server that goes round in circles.
func stuck(u *url.URL) error {
	return &entente.Error{Kind: entente.Unavailable, Op: "exchange", Place: u.Redacted(), Msg: "the server sends the same page again and again and says that more is left", Hint: "what was read is kept; tell the operator of the server"}
}
