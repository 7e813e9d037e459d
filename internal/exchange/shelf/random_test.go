package shelf_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/partner"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/taxii"
	"entente/internal/ledger"
	"entente/internal/store"
)

// Whatever is done in whatever order, through whichever process: who polls by
// added_after, and who polls by next, ends with all that it may have, gets nothing
// twice, and nothing that it may not have.
func TestRandomOperations(t *testing.T) {
	both(t, func(t *testing.T, d *desk) {
		runs := 8
		if strings.HasPrefix(d.place, "postgres") {
			runs = 2
		}
		if testing.Short() {
			runs = 1
		}
		if n, err := strconv.Atoi(os.Getenv("ENTENTE_SEEDS")); err == nil { // make soak sets it
			runs = n
		}
		second := openDesk(t, d.place, d.clock)
		for seed := range runs {
			t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { newWorld(t, d, second, uint64(seed)).live(300) })
			if t.Failed() {
				return
			}
		}
	})
}

// entry is a version as the model has it.
type entry struct {
	mark    stix.ID
	revoked bool
}

// world is a collection, its pollers, and a plain model of what should be.
type world struct {
	*testing.T
	desks      []*desk
	rnd        *rand.Rand
	collection string
	there      map[string]entry // "n version" → what lies there
	added      map[string]int   // how often it was laid there
	mark       stix.ID          // a mark that comes late, if at all
	resolved   bool             // it has come
	latest     time.Time        // the clock's latest instant
	pollers    []*poller
	ids        int
}

// poller is a partner of its own.
type poller struct {
	who   string
	all   bool // asks for all versions; else for the latest
	next  bool // goes on by next; else by added_after
	after taxii.Stamp
	open  taxii.Stamp // the next of a walk under way
	limit int
	got   map[string]int
}

func newWorld(t *testing.T, d, second *desk, seed uint64) *world {
	first, other := *d, *second
	first.TB, other.TB = t, t
	d, second = &first, &other
	w := &world{
		T: t, desks: []*desk{d, second}, rnd: rand.New(rand.NewPCG(seed, 77)), collection: partner.NewCollectionID(),
		mark:  stix.ID(fmt.Sprintf("marking-definition--%08x-0000-4000-8000-000000000000", 0xabc0000+seed)),
		there: map[string]entry{}, added: map[string]int{}, ids: int(seed+1) * 1000,
	}
	d.edit(func(s *partner.Settings) {
		s.Unmarked, s.Embargoes, s.Partners, s.Communities, s.Collections = handling.Amber, nil, nil, nil, nil
		c := handling.Community{ID: "all"}
		for i := range 8 {
			p := &poller{who: fmt.Sprintf("p%d-%d", seed, i), all: i&1 == 0, next: i&2 == 0, limit: 3 + 2*(i%4), got: map[string]int{}}
			w.pollers = append(w.pollers, p)
			s.Partners = append(s.Partners, partner.Partner{Partner: handling.Partner{ID: p.who}})
			c.Members = append(c.Members, handling.Member{Partner: p.who, Clearance: handling.Green + handling.TLP(i%3)})
		}
		s.Partners = append(s.Partners, partner.Partner{Partner: handling.Partner{ID: w.writer()}, Identities: []stix.ID{aID}})
		c.Members = append(c.Members, handling.Member{Partner: w.writer(), Clearance: handling.AmberStrict})
		s.Communities = []handling.Community{c}
		s.Collections = []partner.Collection{{Collection: handling.Collection{ID: w.collection, Title: "X", Communities: []string{"all"}, Ceiling: handling.AmberStrict}, Writers: []string{w.writer()}}}
	})
	time.Sleep(partner.Lag + 10*time.Millisecond) // until the second process has noticed
	return w
}

func (w *world) writer() string { return "w" + w.collection[:8] }

func (w *world) live(steps int) {
	for range steps {
		d := w.desks[w.rnd.IntN(len(w.desks))]
		switch w.rnd.IntN(20) {
		case 0, 1, 2, 3:
			w.put(d)
		case 4, 5, 6:
			w.post(d)
		case 7:
			w.take(d)
		case 8:
			w.change(d)
		case 9:
			if w.rnd.IntN(6) == 0 {
				w.settle(d)
			}
			d.clock.add(time.Duration(w.rnd.IntN(120)-20) * time.Second)
			if now := d.clock.now(); now.After(w.latest) {
				w.latest = now
			}
		default:
			w.poll(d, w.pollers[w.rnd.IntN(len(w.pollers))])
		}
		if w.Failed() {
			return
		}
	}
	w.end()
}

var marks = []stix.ID{clear0, green, amber, strict, ""}

func (w *world) thing(unknownToo bool) thing {
	o := thing{n: w.ids + w.rnd.IntN(9), version: w.rnd.IntN(6), mark: marks[w.rnd.IntN(len(marks))], revoked: w.rnd.IntN(25) == 0}
	if unknownToo && w.rnd.IntN(3) == 0 {
		o.mark = w.mark
	}
	// The same version has the same content, or it is refused.
	if e, ok := w.there[o.key()]; ok {
		o.mark, o.revoked = e.mark, e.revoked
	}
	return o
}

func (w *world) laid(o thing) {
	if _, ok := w.there[o.key()]; !ok {
		w.there[o.key()] = entry{o.mark, o.revoked}
		w.added[o.key()]++
	}
}

func (w *world) put(d *desk) {
	o := w.thing(false)
	o.n = o.n*2 + 1 // the node's own
	if e, ok := w.there[o.key()]; ok {
		o.mark, o.revoked = e.mark, e.revoked
	}
	o.maker = nodeID
	out, err := d.Put(w.Context(), w.collection, []*stix.Object{o.object(w.T)})
	if err == nil && out[0].Verdict != stix.Refused {
		w.laid(o)
	}
}

func (w *world) post(d *desk) {
	var raws []string
	var list []thing
	for range 1 + w.rnd.IntN(3) {
		o := w.thing(true)
		o.n *= 2
		if e, ok := w.there[o.key()]; ok {
			o.mark, o.revoked = e.mark, e.revoked
		}
		o.maker = aID
		list, raws = append(list, o), append(raws, o.raw())
	}
	st := d.post(w.writer(), w.collection, raws...)
	good := map[string]bool{}
	for _, s := range st.Successes {
		good[string(s.ID)[len("campaign--"):][:8]+" "+s.Version] = true
	}
	for _, o := range list {
		if good[o.key()] {
			w.laid(o)
		}
	}
}

// settle brings the late mark.
func (w *world) settle(d *desk) {
	st := d.post(w.writer(), w.collection, fmt.Sprintf(`{"type":"marking-definition","spec_version":"2.1","id":%q,"created":%q,"definition_type":"statement","definition":{"statement":"Synthetic"},"object_marking_refs":[%q]}`,
		w.mark, stampOf(0), clear0))
	if st.SuccessCount != 1 {
		w.Fatalf("%+v", st)
	}
	w.resolved = true
	k := string(w.mark)[len("marking-definition--"):][:8] + " " + stampOf(0)
	if _, ok := w.there[k]; !ok {
		w.there[k] = entry{clear0, false}
		w.added[k]++
	}
}

// id is the object of a key.
func (w *world) id(k string) stix.ID {
	typ := "campaign--"
	if strings.HasPrefix(string(w.mark), "marking-definition--"+k[:8]) {
		typ = "marking-definition--"
	}
	return stix.ID(typ + k[:8] + "-0000-4000-8000-000000000000")
}

func (w *world) take(d *desk) {
	if len(w.there) == 0 {
		return
	}
	k := slices.Sorted(maps.Keys(w.there))[w.rnd.IntN(len(w.there))]
	id := w.id(k)
	v := taxii.Versions{All: w.rnd.IntN(3) == 0}
	if !v.All {
		at, _ := stix.ParseTime(k[9:])
		v.Exact = []stix.Time{at}
	}
	if err := d.Take(w.Context(), w.collection, id, v); err != nil {
		w.Fatal(err)
	}
	for other := range w.there {
		if other == k || v.All && other[:8] == k[:8] {
			delete(w.there, other)
		}
	}
}

// change changes the rules.
func (w *world) change(d *desk) {
	w.desks[0].edit(func(s *partner.Settings) { // the other process notices a moment later
		p := w.rnd.IntN(len(w.pollers))
		switch w.rnd.IntN(8) {
		case 0, 1, 2:
			s.Communities[0].Members[p].Clearance = handling.Clear + handling.TLP(w.rnd.IntN(4))
		case 3:
			s.Partners[p].Suspended = !s.Partners[p].Suspended
		case 4:
			s.Unmarked = handling.Green + handling.TLP(w.rnd.IntN(3))
		case 5:
			s.Collections[0].Ceiling = handling.Green + handling.TLP(w.rnd.IntN(3))
		default:
			for _, k := range slices.Sorted(maps.Keys(w.there)) {
				if w.rnd.IntN(4) == 0 {
					id := w.id(k)
					s.Embargoes = slices.DeleteFunc(s.Embargoes, func(e handling.Embargo) bool { return e.Object == id })
					if w.rnd.IntN(4) > 0 {
						s.Embargoes = append(s.Embargoes, handling.Embargo{Object: id, Until: d.clock.now().Add(time.Duration(w.rnd.IntN(300)) * time.Second)})
					}
				}
			}
		}
	})
}

func (w *world) poll(d *desk, p *poller) {
	q := taxii.Query{Bodies: true, Limit: p.limit}
	q.Versions.All = p.all
	q.AddedAfter, q.After = p.after, p.after
	if p.next && p.open > p.after {
		q.After = p.open
	}
	page, err := d.Page(w.Context(), p.who, w.collection, q)
	if err != nil {
		if !w.shut(p) && entente.KindOf(err) != entente.NotFound { // the other process may not have noticed yet
			w.Fatal(err)
		}
		return
	}
	for _, r := range page.Records {
		k := key(r)
		if p.got[k]++; p.got[k] > w.added[k] {
			w.Fatalf("%s got %s %d times; it was laid there %d times", p.who, k, p.got[k], w.added[k])
		}
		// What an embargo's end has opened stays open when the clock goes back.
		if !w.may(p, d.clock.now())[k] && !w.may(p, w.latest)[k] {
			w.Fatalf("%s got %s, which it may not have", p.who, k)
		}
	}
	if n := len(page.Records); n > 0 && !p.next {
		p.after = page.Records[n-1].Added
	}
	if p.next {
		if p.open = 0; page.More {
			p.open = page.Next
		}
		if n := len(page.Records); n > 0 {
			if last := page.Records[n-1].Added; page.More {
				p.open = page.Next
			} else {
				p.after = last
			}
		} else if !page.More && q.After > p.after {
			p.after = q.After
		}
	}
}

func (w *world) state() *partner.State {
	st, err := w.desks[0].book.State(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return st
}

func (w *world) shut(p *poller) bool {
	return !w.state().CanRead(p.who, w.collection, w.desks[0].clock.now())
}

// may is what a poller may have at an instant: all versions.
func (w *world) may(p *poller, now time.Time) map[string]bool {
	st := w.state()
	view := st.Rules.View(p.who, w.collection, now)
	out := map[string]bool{}
	for k, e := range w.there {
		level := st.Unmarked
		for _, l := range handling.Levels {
			if e.mark == l.Mark() {
				level = l
			}
		}
		if e.mark == w.mark && !w.resolved {
			level = handling.Red
		}
		if view.Allows(handling.Subject{ID: w.id(k), Level: level}) {
			out[k] = true
		}
	}
	return out
}

// latestOf leaves of each object its latest version.
func latestOf(all map[string]bool) map[string]bool {
	newest := map[string]string{}
	for k := range all {
		newest[k[:8]] = max(newest[k[:8]], k)
	}
	out := map[string]bool{}
	for _, k := range newest {
		out[k] = true
	}
	return out
}

// end lets everybody poll to the end and looks at what they have.
func (w *world) end() {
	d := w.desks[0]
	d.edit(func(s *partner.Settings) {
		for i := range s.Partners {
			s.Partners[i].Suspended = false
		}
	})
	d.clock.add(time.Hour)
	time.Sleep(partner.Lag + 10*time.Millisecond)
	for i, p := range w.pollers {
		for range 200 {
			w.poll(w.desks[i%2], p)
		}
		may := w.may(p, d.clock.now())
		if !p.all {
			may = latestOf(may)
		}
		for _, k := range slices.Sorted(maps.Keys(may)) {
			if p.got[k] == 0 {
				w.Errorf("%s (all %v, next %v) has never got %s", p.who, p.all, p.next, k)
			}
		}
		q := taxii.Query{Bodies: true, Limit: 2}
		q.Versions.All = p.all
		walked := w.desks[(i+1)%2].walk(p.who, w.collection, q)
		slices.Sort(walked)
		if want := slices.Sorted(maps.Keys(may)); !slices.Equal(walked, want) {
			w.Errorf("%s (all %v) walks\n  %s\nwant\n  %s", p.who, p.all, strings.Join(walked, "\n  "), strings.Join(want, "\n  "))
		}
	}
	w.once()
}

// once checks that each release has one leaf and each leaf of a release one row.
func (w *world) once() {
	d := w.desks[0]
	var rows int
	err := d.st.Read(w.Context(), func(ctx context.Context, q store.Querier) error {
		return q.QueryRowContext(ctx, "SELECT count(DISTINCT leaf) FROM exchange_releases").Scan(&rows)
	})
	if err != nil {
		w.Fatal(err)
	}
	if got := d.leaves()[ledger.Released]; got != rows {
		w.Errorf("%d leaves of releases, %d rows", got, rows)
	}
}
