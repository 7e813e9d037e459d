package threat

import (
	"cmp"
	"slices"
	"strings"

	"entente"
)

// Picture draws what is reported of attacks on an actor, and in what the actor
// itself is named as standing behind. Names are those of the corpus, the codes
// of ISO 3166 and the common names of states; more are further names of the
// actor that sources may use.
func (b *Base) Picture(actor *entente.Actor, more ...string) *Picture {
	names := namesOf(actor)
	for _, n := range more {
		names[fold(n)] = true
	}
	p := &Picture{Actor: actor.ID, Against: []Attacker{}, Named: []Attacker{}, LeftOut: b.leftOut}
	for _, id := range b.order {
		e := b.entries[id]
		if kinds[e.typ] == "" || e.dead {
			continue
		}
		p.Read++
		if claims := b.about(e, e.victims, "targets", names); len(claims) > 0 {
			p.Against = append(p.Against, b.attacker(e, claims))
		}
		if claims := b.about(e, e.sponsors, "sponsor", names); len(claims) > 0 {
			p.Named = append(p.Named, b.attacker(e, nil))
		}
	}
	for _, list := range [][]Attacker{p.Against, p.Named} {
		slices.SortStableFunc(list, func(a, b Attacker) int {
			return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.Said[0].Object, b.Said[0].Object))
		})
	}
	return p
}

// about gives the claims that mean one of the names: by their words, or by the
// place of the object that they lead to.
func (b *Base) about(e *entry, claims []Claim, why string, names map[string]bool) []Claim {
	var out []Claim
	for _, c := range claims {
		meant := names[fold(c.Words)]
		for _, l := range e.of {
			if l.why == why && l.said.Object == c.Said.Object {
				to := b.entries[l.to]
				meant = meant || slices.ContainsFunc(to.place, func(s string) bool { return names[fold(s)] })
			}
		}
		if meant {
			out = append(out, c)
		}
	}
	return out
}

// attacker puts together what is said of an entry and of those that are said to
// be the same: one step, never further.
func (b *Base) attacker(e *entry, victims []Claim) Attacker {
	a := Attacker{
		Name: e.name, Kind: kinds[e.typ], Names: slices.Clone(e.names), Victims: victims, Sponsors: slices.Clone(e.sponsors), Aims: slices.Clone(e.aims), Said: []Said{e.said},
	}
	b.means(&a, e, "")
	for _, l := range b.joined(e) {
		o := b.entries[l.to]
		a.Joined = append(a.Joined, o.name+" ("+o.said.Import+"): "+l.why)
		a.Said = append(a.Said, o.said)
		a.Sponsors = append(a.Sponsors, o.sponsors...)
		a.Aims = append(a.Aims, o.aims...)
		b.means(&a, o, o.name)
	}
	slices.SortStableFunc(a.Means, func(x, y Means) int {
		return cmp.Or(strings.Compare(x.Kind, y.Kind), strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), strings.Compare(x.Said.Object, y.Said.Object))
	})
	return a
}

// means adds what an entry uses, its campaigns, and what those use.
func (b *Base) means(a *Attacker, e *entry, via string) {
	for _, l := range e.uses {
		if to := b.alive(l.to); to != nil {
			a.Means = append(a.Means, Means{means[to.typ], to.name, to.ext, via, l.said})
		}
	}
	for _, l := range e.part {
		c := b.alive(l.to)
		if c == nil || c == e {
			continue
		}
		a.Means = append(a.Means, Means{kinds[c.typ], c.name, c.ext, via, l.said})
		for _, u := range c.uses {
			if to := b.alive(u.to); to != nil {
				a.Means = append(a.Means, Means{means[to.typ], to.name, to.ext, c.name, u.said})
			}
		}
	}
}

// alive gives an entry, or what replaced it; nil when it was withdrawn without
// that.
func (b *Base) alive(id string) *entry {
	for range 10 { // a chain of replacements, bounded against a circle
		e := b.entries[id]
		if e == nil || !e.dead {
			return e
		}
		id = e.becomes
	}
	return nil
}

// joined gives the attackers that are said to be the same as e: to which a
// source relates it, to which it is attributed, or that share a name with it.
func (b *Base) joined(e *entry) []link {
	var out []link
	add := func(to *entry, why string) {
		if to == nil || to == e || kinds[to.typ] == "" || slices.ContainsFunc(out, func(l link) bool { return l.to == to.id }) {
			return
		}
		out = append(out, link{to: to.id, why: why})
	}
	for _, l := range e.similar {
		to := b.alive(l.to)
		if to == nil { // a galaxy names the UUID alone
			for _, typ := range []string{"intrusion-set", "threat-actor", "campaign"} {
				if to = b.alive(typ + "--" + l.to); to != nil {
					break
				}
			}
		}
		add(to, l.why+", says "+l.said.Import)
	}
	for _, l := range e.of {
		if l.why == "attributed-to" {
			add(b.alive(l.to), "attributed to it, says "+l.said.Import)
		}
	}
	for _, n := range append([]string{e.name}, e.names...) {
		for _, x := range b.byName[fold(n)] {
			add(b.alive(x.id), "the same name, "+n)
		}
	}
	return out
}
