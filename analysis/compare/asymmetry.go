package compare

import (
	"fmt"
	"sort"
	"strings"

	"entente"
)

// Asymmetry is a difference in what the actors did, not in what they hold: one
// sat in a body, took part in an instrument or spoke on a question and another
// did not, or one did something more often.
type Asymmetry struct {
	Kind        string // "body", "instrument", "count" or "statement"
	Instrument  *entente.Instrument
	Body        *entente.Actor
	Proposition *entente.Proposition
	Title       string
	Parts       map[entente.ActorID][]Part
	Counts      map[entente.ActorID]int // of kind "count": how often each did
	Lacking     []entente.ActorID       // who is not on record
	// Looked are the records that say that all were looked at.
	Looked []*entente.Coverage
}

// counted are the kinds of instrument of which each actor may have several of
// its own, so that the number says something.
var counted = []struct {
	kind  entente.InstrumentKind
	role  entente.Role
	title string
}{
	{entente.ViewsSubmitted, entente.Submitted, "views submitted to the United Nations"},
	{entente.NationalPosition, entente.Author, "national positions on international law"},
}

// asymmetries lists the differences in acts. Those in the second list are not
// counted: it is not on record that every actor was looked at, so they may be
// gaps of the corpus.
func asymmetries(c *entente.Corpus, r *Report) (sure, unsure []Asymmetry) {
	add := func(a Asymmetry, subjects ...string) {
		if looked, ok := lookedAt(c, r, subjects...); ok {
			a.Looked = looked
			sure = append(sure, a)
			return
		}
		unsure = append(unsure, a)
	}
	for _, body := range bodiesOf(c, r) {
		if body.Open {
			continue
		}
		parts := map[entente.ActorID][]Part{}
		for _, a := range r.Actors {
			if ps := memberships(c, a.ID, body.ID, r); len(ps) > 0 {
				parts[a.ID] = ps
			}
		}
		if n := len(parts); n > 0 && n < len(r.Actors) {
			add(Asymmetry{Kind: "body", Body: body, Title: body.Name, Parts: parts, Lacking: lacking(r, parts)}, "body:"+string(body.ID))
		}
	}
	perKind := map[entente.InstrumentKind]map[entente.ActorID][]Part{}
	for _, in := range instrumentsOf(c, r) {
		parts := partsIn(c, in.ID, r)
		own := false
		for a, ps := range parts {
			if isCounted(in.Kind, ps[0].Role) {
				own = true
				if perKind[in.Kind] == nil {
					perKind[in.Kind] = map[entente.ActorID][]Part{}
				}
				perKind[in.Kind][a] = append(perKind[in.Kind][a], ps[0])
			}
		}
		if n := len(parts); n > 0 && n < len(r.Actors) && !own {
			add(Asymmetry{Kind: "instrument", Instrument: in, Title: in.Title, Parts: parts, Lacking: lacking(r, parts)},
				"instrument:"+string(in.ID), "kind:"+string(in.Kind))
		}
		if led := ledBy(in, parts); len(parts) == len(r.Actors) && len(led) > 0 && len(led) < len(parts) {
			add(Asymmetry{Kind: "instrument", Instrument: in, Title: in.Title + " (as organiser or host)", Parts: led, Lacking: lacking(r, led)},
				"instrument:"+string(in.ID), "kind:"+string(in.Kind))
		}
	}
	for _, k := range counted {
		parts := perKind[k.kind]
		counts, differ := map[entente.ActorID]int{}, false
		for _, a := range r.Actors {
			counts[a.ID] = len(parts[a.ID])
			differ = differ || counts[a.ID] != counts[r.Actors[0].ID]
		}
		if differ {
			add(Asymmetry{Kind: "count", Title: k.title, Parts: parts, Counts: counts, Lacking: lacking(r, parts)}, "kind:"+string(k.kind))
		}
	}
	for i := range r.Rows {
		if a, ok := spokeAlone(r, &r.Rows[i]); ok {
			add(a, "proposition:"+string(a.Proposition.ID))
		}
	}
	return sure, unsure
}

// ledBy gives the parts of those that organised or hosted a meeting: to lead it
// is more than to take part.
func ledBy(in *entente.Instrument, parts map[entente.ActorID][]Part) map[entente.ActorID][]Part {
	out := map[entente.ActorID][]Part{}
	if in.Kind != entente.Meeting {
		return out
	}
	for a, ps := range parts {
		for _, p := range ps {
			if hasRole(p, []entente.Role{entente.Organiser, entente.Hosted}) {
				out[a] = append(out[a], p)
			}
		}
	}
	return out
}

func isCounted(k entente.InstrumentKind, role string) bool {
	for _, x := range counted {
		if x.kind == k && string(x.role) == role {
			return true
		}
	}
	return false
}

// spokeAlone finds a proposition on which some actors have stated a view of
// their own and others have none at all.
func spokeAlone(r *Report, row *Row) (Asymmetry, bool) {
	parts := map[entente.ActorID][]Part{}
	var silent []entente.ActorID
	for i := range row.Positions {
		p := &row.Positions[i]
		switch {
		case p.Basis == entente.Stated && p.Taken():
			e := p.Evidence[0]
			parts[p.Actor] = []Part{{
				Actor: p.Actor, Role: string(p.Stance), Date: e.Date, Latest: e.DateBasis == entente.NotLaterThan,
				Source: e.Source, Pinpoint: e.Pinpoint, Level: e.Level, Note: e.Note,
			}}
		case p.Basis == entente.None:
			silent = append(silent, p.Actor)
		}
	}
	if len(parts) == 0 || len(silent) == 0 || len(parts)+len(silent) < len(r.Actors) {
		return Asymmetry{}, false
	}
	return Asymmetry{
		Kind: "statement", Proposition: row.Proposition, Title: row.Proposition.Statement, Parts: parts, Lacking: silent,
	}, true
}

func lacking(r *Report, parts map[entente.ActorID][]Part) []entente.ActorID {
	var out []entente.ActorID
	for _, a := range r.Actors {
		if _, ok := parts[a.ID]; !ok {
			out = append(out, a.ID)
		}
	}
	return out
}

// lookedAt reports whether coverage says of every actor that a source was read
// for one of the subjects, and which records say so. For acts a later list
// serves as well, for words only what was read by the as-of date.
func lookedAt(c *entente.Corpus, r *Report, subjects ...string) ([]*entente.Coverage, bool) {
	var out []*entente.Coverage
	seen := map[*entente.Coverage]bool{}
	for _, a := range r.Actors {
		found := false
		for _, s := range subjects {
			for _, cov := range c.CoverageOf(a.ID, s) {
				if cov.Finding == entente.FoundOpen || cov.Finding == entente.NotSeen || !r.Options.Unverified && c.CoverageLevel(cov) == entente.Unverified {
					continue
				}
				if strings.HasPrefix(s, "proposition:") && !cov.Date.By(r.AsOf) {
					continue
				}
				found = true
				if !seen[cov] {
					seen[cov] = true
					out = append(out, cov)
				}
			}
		}
		if !found {
			return nil, false
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out, true
}

// Line puts a count asymmetry in one line, such as "est 1, jpn 3".
func (a *Asymmetry) Line(order []*entente.Actor) string {
	var s strings.Builder
	for i, x := range order {
		if i > 0 {
			s.WriteString(", ")
		}
		fmt.Fprintf(&s, "%s %d", x.ID, a.Counts[x.ID])
	}
	return s.String()
}
