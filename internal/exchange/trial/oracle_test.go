package trial_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
)

// thing is one version of one object, as somebody meant to share it.
type thing struct {
	key   string // id and time of the version
	raw   string
	level handling.TLP
	place string // the collection
	// sent is set before it is handed in, acknowledged once the other side has said
	// that it is kept.
	acknowledged bool
}

// oracle knows everything that was ever meant to be shared, and what of it was
// acknowledged.
type oracle struct {
	mu     sync.Mutex
	things map[string]*thing
	acks   int
}

func newOracle() *oracle { return &oracle{things: map[string]*thing{}} }

func (o *oracle) sent(list []*thing) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, x := range list {
		if o.things[x.key] == nil {
			o.things[x.key] = x
		}
	}
}

func (o *oracle) acknowledged(keys ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, k := range keys {
		if x := o.things[k]; x != nil && !x.acknowledged {
			x.acknowledged = true
			o.acks++
		}
	}
}

// maker makes objects of one creator: new ones, new versions of them, and now and
// then one that was made before, again.
type maker struct {
	rnd     *rand.Rand
	name    string
	creator stix.ID
	place   string
	fresh   bool // only new objects
	n       int
	made    []*thing
	latest  []madeObject
}

type madeObject struct {
	id      string
	created string
	level   handling.TLP
	version int
}

func newMaker(seed uint64, name string, creator stix.ID, place string) *maker {
	return &maker{rnd: rand.New(rand.NewPCG(seed, 7)), name: name, creator: creator, place: place}
}

// keyOf names a version as readers see it.
func keyOf(o *stix.Object) string { return string(o.ID()) + " " + o.VersionTime().Key() }

// keyFrom names a version as a status tells it.
func keyFrom(id, version string) string {
	v, _ := stix.ParseTime(version)
	return id + " " + v.Key()
}

// next makes some objects to be handed in together. No version stands in it twice.
func (m *maker) next(n int) []*thing {
	var out []*thing
	in := map[string]bool{}
	for len(out) < n {
		x := m.one()
		if in[x.key] {
			continue
		}
		in[x.key] = true
		out = append(out, x)
	}
	return out
}

func (m *maker) one() *thing {
	kind := m.rnd.IntN(10)
	if m.fresh {
		kind = 9
	}
	if kind == 0 && len(m.made) > 0 { // the same again, word for word
		return m.made[m.rnd.IntN(len(m.made))]
	}
	var o *madeObject
	if kind < 4 && len(m.latest) > 0 {
		o = &m.latest[m.rnd.IntN(len(m.latest))]
		o.version++
	} else {
		m.n++
		level := []handling.TLP{handling.Clear, handling.Green, handling.Amber, handling.AmberStrict}[m.rnd.IntN(4)]
		m.latest = append(m.latest, madeObject{
			id:      fmt.Sprintf("tool--%08x-%04x-4%03x-8%03x-%012x", m.rnd.Uint32(), m.rnd.IntN(1<<16), m.rnd.IntN(1<<12), m.rnd.IntN(1<<12), m.n),
			created: "2026-01-01T00:00:00.000Z", level: level,
		})
		o = &m.latest[len(m.latest)-1]
	}
	modified := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(o.version) * 1234567 * time.Microsecond).Format("2006-01-02T15:04:05.000000Z")
	if o.version == 0 {
		modified = o.created
	}
	raw, err := json.Marshal(map[string]any{
		"type": "tool", "spec_version": "2.1", "id": o.id, "created_by_ref": m.creator, "created": o.created, "modified": modified,
		"name":                fmt.Sprintf("Synthetic %s %d, version %d", m.name, m.n, o.version),
		"object_marking_refs": []any{o.level.Mark()}, "x_words": fmt.Sprintf("%0*d", 50+m.rnd.IntN(400), m.rnd.Uint64()), "x_big": json.Number("12345678901234567890"),
	})
	if err != nil {
		panic(err)
	}
	parsed, faults := stix.Parse(raw, stix.DefaultLimits)
	if len(faults) > 0 {
		panic(faults)
	}
	x := &thing{key: keyOf(parsed), raw: string(raw), level: o.level, place: m.place}
	m.made = append(m.made, x)
	return x
}

// tally is what a trial counts.
type tally struct {
	trials, writes, lost, doubled, leaked, altered, beyond int
}

func (s *tally) String() string {
	return fmt.Sprintf("%d trials, %d acknowledged writes, %d lost, %d doubled, %d leaked, %d altered; %d more were kept and not acknowledged",
		s.trials, s.writes, s.lost, s.doubled, s.leaked, s.altered, s.beyond)
}

// check holds what a reader got against what was meant to be shared with one who
// is cleared up to a level.
func (o *oracle) check(t *testing.T, who string, got map[string]*copyOf, clearance handling.TLP, places []string, sum *tally) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	var lost, doubled, leaked, altered int
	said := 0
	say := func(format string, args ...any) {
		if said++; said <= 5 {
			t.Errorf(who+" "+format, args...)
		} else {
			t.Fail()
		}
	}
	for k, c := range got {
		x := o.things[k]
		switch {
		case x == nil && c.definition:
		case x == nil:
			say("got %s, which nobody sent", k)
			altered++
		case c.raw != x.raw:
			say("got %s changed:\n%.2000s\n%.2000s", k, c.raw, x.raw)
			altered++
		case x.level > clearance:
			say("got %s, which is %s", k, x.level)
			leaked++
		}
		if c.times > 1 {
			say("got %s %d times", k, c.times)
			doubled++
		}
	}
	for k, x := range o.things {
		if x.acknowledged && x.level <= clearance && slices.Contains(places, x.place) && got[k] == nil {
			say("did not get %s (%s, %s), which was acknowledged", k, x.level, x.place)
			lost++
		}
	}
	sum.lost += lost
	sum.doubled += doubled
	sum.leaked += leaked
	sum.altered += altered
}
