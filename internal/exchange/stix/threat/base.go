package threat

import (
	"slices"
	"strings"

	"entente/internal/exchange/stix"
)

// Base holds what was read of attackers. It is filled first and then only
// asked; asking is safe for several goroutines.
type Base struct {
	entries map[string]*entry
	order   []string
	byName  map[string][]*entry // attackers by folded name
	leftOut int
	waiting []pending
}

// pending is a relationship one end of which has not been read yet.
type pending struct {
	name string
	o    *stix.Object
}

// New gives an empty base.
func New() *Base { return &Base{entries: map[string]*entry{}, byName: map[string][]*entry{}} }

// entry is one attacker, means, place or identity of a source.
type entry struct {
	id    string // identifier in its source; a galaxy's UUID stands alone
	typ   string // type of STIX, "threat-actor" for a galaxy
	name  string
	names []string
	ext   string // number in the collection
	place []string
	said  Said

	victims, sponsors []Claim
	aims              []AimClaim
	uses              []link // means
	part              []link // campaigns and incidents that are attributed to it
	of                []link // to what it is attributed
	similar           []link // entries that are said to be the same or close
	dead              bool
	becomes           string // by what it was replaced
}

// link leads to another entry.
type link struct {
	to   string
	said Said
	why  string
}

// kinds are the types that are attackers.
var kinds = map[string]string{"intrusion-set": "group", "threat-actor": "group", "campaign": "campaign", "incident": "incident"}

// means are the types by which attackers act.
var means = map[string]string{
	"attack-pattern": "technique", "malware": "malware", "tool": "tool", "infrastructure": "infrastructure", "vulnerability": "vulnerability",
}

func (b *Base) add(e *entry) {
	if old, ok := b.entries[e.id]; ok { // the same object in two collections: the first counts
		old.similar = append(old.similar, e.similar...)
		return
	}
	b.entries[e.id] = e
	b.order = append(b.order, e.id)
	if kinds[e.typ] == "" {
		return
	}
	if e.dead {
		b.leftOut++
		return
	}
	for _, n := range append([]string{e.name}, e.names...) {
		k := fold(n)
		if k != "" && !slices.Contains(b.byName[k], e) {
			b.byName[k] = append(b.byName[k], e)
		}
	}
}

// AddSTIX reads objects: groups, campaigns, incidents, malware, tools,
// techniques, places, and the relationships between them. name is what the
// collection is called. Of several versions the newest counts; what is revoked
// or deprecated is left out and counted.
func (b *Base) AddSTIX(name string, list []*stix.Object) {
	list = stix.Latest(list)
	for _, o := range list {
		if o.Type() != "relationship" {
			b.addObject(name, o)
		}
	}
	for _, o := range list {
		if o.Type() == "relationship" && !o.Revoked() && !o.True("x_mitre_deprecated") {
			b.waiting = append(b.waiting, pending{name, o})
		}
	}
	var still []pending
	for _, p := range b.waiting {
		if !b.relate(p.name, p.o) {
			still = append(still, p)
		}
	}
	b.waiting = still
}

func (b *Base) addObject(name string, o *stix.Object) {
	typ := o.Type()
	if kinds[typ] == "" && means[typ] == "" && typ != "location" && typ != "identity" {
		return
	}
	e := &entry{
		id: string(o.ID()), typ: typ, name: o.Text("name"), said: Said{name, string(o.ID()), o.References()},
		dead: o.Revoked() || o.True("x_mitre_deprecated"),
	}
	for _, list := range []string{"aliases", "x_mitre_aliases"} {
		for _, n := range o.Texts(list) {
			if n != e.name && !slices.Contains(e.names, n) {
				e.names = append(e.names, n)
			}
		}
	}
	for _, r := range e.said.References {
		if r.ExternalID != "" && (e.ext == "" || strings.HasPrefix(r.SourceName, "mitre")) {
			e.ext = r.ExternalID
		}
	}
	switch typ {
	case "location":
		e.place = nonEmpty(o.Text("country"), o.Text("name"))
	case "identity":
		e.place = nonEmpty(o.Text("name"))
	}
	for _, field := range []string{"primary_motivation", "secondary_motivations", "goals", "objective"} {
		for _, words := range append(o.Texts(field), nonEmpty(o.Text(field))...) {
			e.aim(field, words, e.said)
		}
	}
	b.add(e)
}

// aim notes what a source says an attacker is after.
func (e *entry) aim(field, words string, said Said) {
	aims := aimsOf(words)
	if len(aims) == 0 {
		aims = []Aim{""}
	}
	for _, a := range aims {
		e.aims = append(e.aims, AimClaim{a, Claim{Relation: field, Words: words, Said: said}})
	}
}

func nonEmpty(list ...string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// relate reads a relationship; false while one of its ends is not there: it may
// come in another collection.
func (b *Base) relate(name string, o *stix.Object) bool {
	from, to := b.entries[string(o.Ref("source_ref"))], b.entries[string(o.Ref("target_ref"))]
	if from == nil || to == nil {
		return false
	}
	said := Said{name, string(o.ID()), o.References()}
	word := o.Text("relationship_type")
	switch attacker := kinds[from.typ] != ""; {
	case word == "revoked-by":
		from.becomes = to.id
		to.names = append(to.names, from.name)
		b.byName[fold(from.name)] = append(b.byName[fold(from.name)], to)
	case word == "located-at" && from.typ == "identity":
		from.place = append(from.place, to.place...)
	case !attacker:
	case word == "uses" && means[to.typ] != "":
		from.uses = append(from.uses, link{to: to.id, said: said})
	case word == "targets" || word == "impacts":
		from.victims = append(from.victims, Claim{Relation: word, Words: to.name, Said: said})
		from.of = append(from.of, link{to: to.id, said: said, why: "targets"})
	case word == "attributed-to" && kinds[to.typ] != "":
		to.part = append(to.part, link{to: from.id, said: said})
		from.of = append(from.of, link{to: to.id, said: said, why: word})
	case word == "attributed-to" || word == "originates-from":
		from.sponsors = append(from.sponsors, Claim{Relation: word, Words: to.name, Said: said})
		from.of = append(from.of, link{to: to.id, said: said, why: "sponsor"})
	case word == "duplicate-of" || word == "related-to" && kinds[to.typ] != "":
		from.similar = append(from.similar, link{to: to.id, said: said, why: word})
		to.similar = append(to.similar, link{to: from.id, said: said, why: word})
	}
	return true
}
