package compare

import (
	"sort"

	"entente"
)

// Part is one actor's part in an act: its role in an instrument or a body.
type Part struct {
	Actor    entente.ActorID
	Role     string
	From, To entente.Date // of a membership
	Date     entente.Date // of an act; partial or not-later-than as the record has it
	Latest   bool         // the date is a not-later-than date
	Source   entente.SourceID
	Pinpoint string
	Level    entente.Level
	Note     string
}

// Act is something that two or more of the compared actors did or belong to
// together. Parts holds, per actor, what it did, strongest first.
type Act struct {
	Kind       string // "body", "bilateral", or the verb: "ratified", "signed", "sponsored", …
	Instrument *entente.Instrument
	Body       *entente.Actor
	Title      string
	Date       entente.Date // when the act became a shared one
	Parts      map[entente.ActorID][]Part
}

// verbs names what is shared by the role that carries it, strongest first.
var verbs = []struct {
	kind  string
	roles []entente.Role
}{
	{"ratified", []entente.Role{entente.Party}},
	{"signed", []entente.Role{entente.Signatory}},
	{"sponsored", []entente.Role{entente.Sponsor, entente.Cosponsor}},
	{"authored", []entente.Role{entente.Author}},
	{"submitted", []entente.Role{entente.Submitted}},
	{"organised", []entente.Role{entente.Organiser}},
	{"hosted", []entente.Role{entente.Hosted}},
	{"contributed", []entente.Role{entente.Contributor}},
	{"joined", []entente.Role{entente.MemberOf}},
	{"attended", []entente.Role{entente.Observer, entente.Attended}},
}

// tookPart is the verb for an instrument in which the actors had different parts.
const tookPart = "took part"

func sharedActs(c *entente.Corpus, r *Report) []Act {
	var out []Act
	for _, body := range bodiesOf(c, r) {
		parts := map[entente.ActorID][]Part{}
		for _, a := range r.Actors {
			if ps := memberships(c, a.ID, body.ID, r); len(ps) > 0 {
				parts[a.ID] = ps
			}
		}
		if since, ok := together(parts, r); ok {
			out = append(out, Act{Kind: "body", Body: body, Title: body.Name, Date: since, Parts: parts})
		}
	}
	for _, in := range instrumentsOf(c, r) {
		parts := partsIn(c, in.ID, r)
		if len(parts) < 2 {
			continue
		}
		kind := actKind(c, in, parts, r)
		out = append(out, Act{Kind: kind, Instrument: in, Title: in.Title, Date: sharedSince(parts, kind), Parts: parts})
	}
	sort.SliceStable(out, func(i, j int) bool {
		if a, b := out[i].Body != nil, out[j].Body != nil; a != b {
			return b
		}
		if d := out[i].Date.Compare(out[j].Date); d != 0 {
			return d < 0
		}
		return out[i].Title < out[j].Title
	})
	return out
}

// bodiesOf lists the bodies in which any of the actors is on record, open ones
// included, in order of id.
func bodiesOf(c *entente.Corpus, r *Report) []*entente.Actor {
	seen := map[entente.ActorID]bool{}
	for _, a := range r.Actors {
		for _, m := range c.MembershipsOf(a.ID) {
			seen[m.Body] = true
		}
	}
	var out []*entente.Actor
	for i := range c.Actors {
		if b := &c.Actors[i]; seen[b.ID] || b.Open {
			out = append(out, b)
		}
	}
	return out
}

// memberships lists an actor's places in a body that had certainly begun by the
// as-of date.
func memberships(c *entente.Corpus, a, body entente.ActorID, r *Report) []Part {
	var out []Part
	full := false
	add := func(m *entente.Membership) {
		level, span := c.MembershipLevel(m), c.MembershipSpan(m)
		if level == entente.Unverified && !r.Options.Unverified || !span.From.By(r.AsOf) {
			return
		}
		full = full || entente.MemberRoles[m.Role]
		out = append(out, Part{
			Actor: a, Role: m.Role, From: span.From, To: span.To, Latest: span.From != m.Span.From,
			Source: m.Source, Pinpoint: m.Pinpoint, Level: level, Note: m.Note,
		})
	}
	for _, m := range c.MembershipsOf(a) {
		if m.Body == body {
			add(m)
		}
	}
	if seat := c.OpenSeat(a, body); seat != nil && !full {
		add(seat)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].From.Compare(out[j].From) < 0 })
	return out
}

// together reports whether at least two actors sat in a body at the same time
// by the as-of date, and since when.
func together(parts map[entente.ActorID][]Part, r *Report) (entente.Date, bool) {
	var first entente.Date
	found := false
	for i, a := range r.Actors {
		for _, b := range r.Actors[i+1:] {
			for _, p := range parts[a.ID] {
				for _, q := range parts[b.ID] {
					s, ok := entente.Span{From: p.From, To: p.To}.Overlap(entente.Span{From: q.From, To: q.To}, r.AsOf)
					if ok && (!found || s.From.Compare(first) < 0) {
						first, found = s.From, true
					}
				}
			}
		}
	}
	return first, found
}

func instrumentsOf(c *entente.Corpus, r *Report) []*entente.Instrument {
	seen := map[entente.InstrumentID]bool{}
	for _, a := range r.Actors {
		for _, p := range c.ParticipationsOf(a.ID) {
			seen[p.Instrument] = true
		}
	}
	var out []*entente.Instrument
	for i := range c.Instruments {
		if seen[c.Instruments[i].ID] {
			out = append(out, &c.Instruments[i])
		}
	}
	return out
}

// partsIn gives, per actor, its parts in an instrument by the as-of date,
// strongest role first.
func partsIn(c *entente.Corpus, id entente.InstrumentID, r *Report) map[entente.ActorID][]Part {
	out := map[entente.ActorID][]Part{}
	for _, a := range r.Actors {
		var ps []Part
		for _, p := range c.ParticipationsOf(a.ID) {
			if p.Instrument != id {
				continue
			}
			level := c.ParticipationLevel(p)
			d, basis := c.DateOf(p, r.Options.Settings)
			if level == entente.Unverified && !r.Options.Unverified || !d.By(r.AsOf) {
				continue
			}
			ps = append(ps, Part{
				Actor: a.ID, Role: string(p.Role), Date: d, Latest: basis == entente.NotLaterThan,
				Source: p.Source, Pinpoint: p.Pinpoint, Level: level, Note: p.Note,
			})
		}
		sort.SliceStable(ps, func(i, j int) bool { return rank(ps[i].Role) < rank(ps[j].Role) })
		if len(ps) > 0 {
			out[a.ID] = ps
		}
	}
	return out
}

func rank(role string) int {
	for i, r := range entente.Roles {
		if string(r) == role {
			return i
		}
	}
	return len(entente.Roles)
}

// actKind names what is shared: a bilateral instrument if these two alone are
// on record in it, else the strongest part that all of them had.
func actKind(c *entente.Corpus, in *entente.Instrument, parts map[entente.ActorID][]Part, r *Report) string {
	if len(r.Actors) == 2 && (in.Kind == entente.Memorandum || in.Kind == entente.CooperationFormat) {
		others := false
		for _, p := range c.ParticipationsIn(in.ID) {
			_, one := parts[p.Actor]
			others = others || !one
		}
		if !others {
			return "bilateral"
		}
	}
	for _, v := range verbs {
		all := true
		for _, ps := range parts {
			has := false
			for _, p := range ps {
				has = has || hasRole(p, v.roles)
			}
			all = all && has
		}
		if all {
			return v.kind
		}
	}
	return tookPart
}

// sharedSince is the day on which a second actor did what the kind of act names:
// for "ratified" the second ratification, whenever the two signed.
func sharedSince(parts map[entente.ActorID][]Part, kind string) entente.Date {
	var roles []entente.Role // none means any
	for _, v := range verbs {
		if v.kind == kind {
			roles = v.roles
		}
	}
	var firsts []entente.Date
	for _, ps := range parts {
		var first entente.Date
		for _, p := range ps {
			if (roles == nil || hasRole(p, roles)) && (first.IsZero() || p.Date.Compare(first) < 0) {
				first = p.Date
			}
		}
		firsts = append(firsts, first)
	}
	sort.Slice(firsts, func(i, j int) bool { return firsts[i].Compare(firsts[j]) < 0 })
	return firsts[1]
}

func hasRole(p Part, roles []entente.Role) bool {
	for _, r := range roles {
		if p.Role == string(r) {
			return true
		}
	}
	return false
}
