package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/taxii"
	"entente/internal/exchange/taxii/client"
)

func millis(s taxii.Stamp) string { return s.Time().Format("2006-01-02T15:04:05.000Z") }

// Each defect that servers were seen to have; nothing is lost to any of them.
func TestPollLosesNothing(t *testing.T) {
	t.Parallel()
	oneStamp := func(n int) *fake {
		f := &fake{}
		for i := range n {
			f.add(report(i, 1), i/60) // sixty objects of one date
		}
		return f
	}
	for name, tc := range map[string]struct {
		f       *fake
		defect  client.Defect // that the report names
		doubt   bool
		options client.PollOptions
	}{
		"no defect":                              {f: (&fake{}).fill(257), options: client.PollOptions{Trusted: true}},
		"exactly one page":                       {f: (&fake{}).fill(100)},
		"nothing at all":                         {f: &fake{}},
		"a next that is a number":                {f: (&fake{next: "int"}).fill(257)},
		"a next of any form":                     {f: (&fake{next: "odd"}).fill(257)},
		"no next":                                {f: (&fake{next: "none"}).fill(257), defect: client.NoNext},
		"one date for a whole POST, next":        {f: oneStamp(200)},
		"one date for a whole POST, no next":     {f: with(oneStamp(200), func(f *fake) { f.next, f.ceiling = "none", 70 }), defect: client.NoNext},
		"one date beyond a page, limit may grow": {f: with(oneStamp(200), func(f *fake) { f.next = "none" }), options: client.PollOptions{Limit: 20}, defect: client.SameStamp},
		"dates in milliseconds, next":            {f: (&fake{header: millis}).fill(257)},
		"dates in milliseconds, no next":         {f: with(spread(257, 100), func(f *fake) { f.header, f.next = millis, "none" }), defect: client.NoNext},
		"no date header, next":                   {f: (&fake{header: none}).fill(257), defect: client.NoHeader},
		"no date header, no next":                {f: (&fake{header: none, next: "none"}).fill(257), defect: client.NoHeader},
		"a date header \"undefined\", no next":   {f: (&fake{header: undefined, next: "none"}).fill(257), defect: client.BadHeader},
		"a date header with another zone":        {f: (&fake{header: zoned, next: "none"}).fill(257)},
		"no date header, no manifest, but next":  {f: (&fake{header: none, manifest: "none"}).fill(257), defect: client.NoHeader},
		"a date header that is a modified":       {f: (&fake{header: func(taxii.Stamp) string { return "2019-01-01T00:00:00.000Z" }, next: "none"}).fill(257), defect: client.BadHeader},
		"a date header that is later":            {f: (&fake{header: func(s taxii.Stamp) string { return (s + 5000).String() }, next: "none"}).fill(257), defect: client.BadHeader},
		"a date header far in the future":        {f: (&fake{header: func(taxii.Stamp) string { return "2319-01-01T00:00:00.000Z" }, next: "none"}).fill(257), defect: client.BadHeader},
		"more is false too early":                {f: (&fake{early: true}).fill(257), options: client.PollOptions{Limit: 100}, defect: client.EarlyEnd},
		"every object twice":                     {f: (&fake{twice: true}).fill(130), defect: client.Doubled},
		"newest first":                           {f: (&fake{shuffle: true}).fill(257)},
		"a next that works once":                 {f: (&fake{once: true}).fill(257)},
		"404 for an empty collection":            {f: &fake{gone404: true}, defect: client.GoneIsEmpty},
		"versions out of order":                  {f: versions(3, 1, 2)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, tc.f)
			c, s := dial(t, f.url), newShelf()
			r := poll(t, c, s, tc.options)
			s.whole(t, f)
			if tc.defect != "" && r.Defects[tc.defect] == 0 {
				t.Errorf("the report does not name %q: %v", tc.defect, r.Defects)
			}
			if tc.defect == "" && name == "no defect" && len(r.Defects) > 0 {
				t.Errorf("defects %v of a server that has none", r.Defects)
			}
			if r.Doubt != tc.doubt {
				t.Errorf("doubt is %v", r.Doubt)
			}
			// What is added later comes with the next reading.
			f.add(report(90_001, 1), 1_000_000)
			f.add(report(90_002, 1), 1_000_001)
			r = poll(t, c, s, tc.options)
			s.whole(t, f)
			if name == "no defect" && (r.Objects != 2 || r.Requests != 1) {
				t.Errorf("the second reading: %+v", r)
			}
			if r = poll(t, c, s, tc.options); name == "no defect" && (r.Objects != 0 || s.cursor.Open != nil) {
				t.Errorf("the third reading: %+v", r)
			}
		})
	}
}

func none(taxii.Stamp) string      { return "" }
func undefined(taxii.Stamp) string { return "undefined" }
func zoned(s taxii.Stamp) string {
	return s.Time().In(time.FixedZone("", 9*3600)).Format("2006-01-02T15:04:05.000000-07:00")
}

func with(f *fake, change func(*fake)) *fake {
	change(f)
	return f
}

// spread adds n objects, us microseconds apart.
func spread(n, us int) *fake {
	f := &fake{}
	for i := range n {
		f.add(report(i, 1), i*us)
	}
	return f
}

func versions(order ...int) *fake {
	f := &fake{}
	for i, v := range order {
		f.add(report(7, v), i)
	}
	return f
}

// Where a server gives no way to see all, the reading goes on and says so.
func TestPollDoubt(t *testing.T) {
	t.Parallel()
	f := &fake{next: "none", ceiling: 50}
	for i := range 120 {
		f.add(report(i, 1), 5)
	}
	f.add(report(500, 1), 6)
	start(t, f)
	c, s := dial(t, f.url), newShelf()
	r := poll(t, c, s, client.PollOptions{})
	if !r.Doubt || r.Defects[client.SameStamp] == 0 {
		t.Errorf("no doubt: %+v", r)
	}
	if len(s.got) != 51 { // fifty of the date, and the later one
		t.Errorf("%d objects", len(s.got))
	}
}

// A later date may be seen earlier (a server that takes the date before the
// commit): with the overlap nothing is lost, without it something is.
func TestPollCommitRace(t *testing.T) {
	t.Parallel()
	for _, overlap := range []time.Duration{0, 10 * time.Minute} {
		f := (&fake{}).fill(40)
		for i := 10; i < 20; i++ {
			f.items[i].from = 2 // committed after later ones were read
		}
		start(t, f)
		c, s := dial(t, f.url), newShelf()
		f.polls = 1
		poll(t, c, s, client.PollOptions{Overlap: overlap})
		f.polls = 2
		poll(t, c, s, client.PollOptions{Overlap: overlap})
		if want := map[time.Duration]int{0: 30, 10 * time.Minute: 40}[overlap]; len(s.got) != want {
			t.Errorf("overlap %v: %d objects, want %d", overlap, len(s.got), want)
		}
	}
}

func TestPollStopsWhatDoesNotMove(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]*fake{
		"the same page, no next":              {ignore: true, always: true, next: "none"},
		"the same page, next":                 {ignore: true, always: true},
		"more after the end, and no way":      {always: true, next: "none"},
		"more after the end, always one next": {always: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start(t, f.fill(30))
			c, s := dial(t, f.url), newShelf()
			r, err := c.Poll(t.Context(), collection, s.cursor, s, client.PollOptions{})
			is(t, err, entente.Unavailable, "same page")
			if r.Done || r.Defects[client.NotMoving] != 1 || r.Requests > 20 {
				t.Errorf("report %+v", r)
			}
			s.whole(t, f)
		})
	}
	// Dates that rise for ever over one page.
	f := (&fake{ignore: true, always: true, next: "none"}).fill(3)
	n := 0
	f.header = func(taxii.Stamp) string {
		n++
		return begin.Add(time.Duration(n) * time.Second).Format(time.RFC3339Nano)
	}
	start(t, f)
	_, err := dial(t, f.url).Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
	is(t, err, entente.Unavailable, "same page")
	// Empty pages with ever new next.
	g := &fake{}
	g.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/objects/") {
			n++
			g.say(w, 200, map[string]any{"more": true, "next": fmt.Sprint(n)})
			return true
		}
		return false
	}
	start(t, g)
	_, err = dial(t, g.url).Poll(t.Context(), collection, client.Cursor{}, newShelf(), client.PollOptions{})
	is(t, err, entente.Unavailable, "same page")
}

// An empty page may say that more is left.
func TestPollEmptyPageWithMore(t *testing.T) {
	t.Parallel()
	f := (&fake{}).fill(150)
	empty := 0
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/objects/") && r.URL.Query().Get("next") == "" && empty == 0 {
			empty++
			f.say(w, 200, map[string]any{"more": true, "next": "0"})
			return true
		}
		return false
	}
	start(t, f)
	c, s := dial(t, f.url), newShelf()
	poll(t, c, s, client.PollOptions{})
	s.whole(t, f)
}

// A reading that is cut off between pages goes on where it stood, with the same
// query; the next and the date never move together.
func TestPollGoesOn(t *testing.T) {
	t.Parallel()
	f := start(t, (&fake{ceiling: 10}).fill(95))
	c, s := dial(t, f.url), newShelf()
	for i := 0; ; i++ {
		r, err := c.Poll(t.Context(), collection, s.cursor, s, client.PollOptions{MaxPages: 3})
		if err != nil {
			t.Fatal(err)
		}
		if r.Cursor.Place == "" || i > 10 {
			t.Fatalf("cursor %+v", r.Cursor)
		}
		if r.Done {
			break
		}
		if s.cursor.Open == nil || s.cursor.Open.After != 0 || s.cursor.Open.Next == "" {
			t.Errorf("cut off, the cursor is %+v", s.cursor)
		}
	}
	s.whole(t, f)
	if s.pages != 10 {
		t.Errorf("%d pages were read, there are 10", s.pages)
	}
	for _, r := range f.requests {
		if strings.Contains(r, "next=") && strings.Contains(r, "added_after") {
			t.Errorf("next with a date that moved: %s", r)
		}
	}
	// Under another server the reading begins anew.
	g := start(t, (&fake{}).fill(5))
	s = newShelf()
	r, err := dial(t, g.url).Poll(t.Context(), collection, client.Cursor{Place: "elsewhere", Mark: 1 << 60, Open: &client.Open{Next: "x"}}, s, client.PollOptions{})
	if err != nil || r.Objects != 5 || !strings.HasPrefix(s.cursor.Place, g.url) {
		t.Errorf("%+v, %v", r, err)
	}
}

// What the sink has not kept is read again.
func TestPollSinkFails(t *testing.T) {
	t.Parallel()
	f := start(t, (&fake{ceiling: 10}).fill(95))
	c, s := dial(t, f.url), newShelf()
	broken := errors.New("disk full")
	n := 0
	s.fail = func() error {
		if n++; n%3 == 0 {
			return broken
		}
		return nil
	}
	for i := 0; ; i++ {
		r, err := c.Poll(t.Context(), collection, s.cursor, s, client.PollOptions{})
		if err == nil {
			break
		}
		if !errors.Is(err, broken) || i > 20 || !equal(r.Cursor, s.cursor) && s.pages > 0 {
			t.Fatalf("%v, %+v, %+v", err, r.Cursor, s.cursor)
		}
	}
	s.whole(t, f)
}

func equal(a, b client.Cursor) bool { return a.Mark == b.Mark && (a.Open == nil) == (b.Open == nil) }

// A next that the server has forgotten leads back to the beginning, and then by
// date.
func TestPollLostNext(t *testing.T) {
	t.Parallel()
	f := (&fake{ceiling: 10}).fill(95)
	served := 0
	f.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("next") != "" {
			if served++; served%4 == 0 {
				f.say(w, http.StatusNotFound, map[string]any{"title": "no such next"})
				return true
			}
		}
		return false
	}
	start(t, f)
	c, s := dial(t, f.url), newShelf()
	r := poll(t, c, s, client.PollOptions{})
	s.whole(t, f)
	if r.Restarts == 0 || r.Defects[client.LostNext] != r.Restarts {
		t.Errorf("%+v", r)
	}
	// One kept from before that no longer leads on.
	f.before = nil
	s = newShelf()
	s.cursor = client.Cursor{Place: r.Cursor.Place, Open: &client.Open{Next: "forgotten"}}
	poll(t, c, s, client.PollOptions{})
	s.whole(t, f)
}
