package suggest

import (
	"fmt"
	"sort"

	"entente"
	"entente/analysis/compare"
)

// The rules on what was done.

// joinable are the kinds of instrument that others can join later.
var joinable = map[entente.InstrumentKind]bool{entente.Treaty: true, entente.JointStatement: true, entente.Initiative: true}

func joinInstrument(f *finder) []Suggestion {
	lists := [][]compare.Asymmetry{f.r.Asymmetries, f.r.NotCounted}
	var out []Suggestion
	for k, list := range lists {
		for i := range list {
			as := &list[i]
			if as.Instrument == nil || !joinable[as.Instrument.Kind] {
				continue
			}
			for _, a := range as.Lacking {
				held, against := f.heldOf(a, as.Instrument.ID)
				if len(held) == 0 || against {
					continue
				}
				s := Suggestion{
					Text:   fmt.Sprintf("%s could join %s", f.name(a), as.Title),
					Actors: []entente.ActorID{a},
					Reasons: []string{
						fmt.Sprintf("%s affirms %d of the %d positions that it stands for, and opposes none", f.name(a), len(held), len(f.c.ImplicationsOf(as.Instrument.ID))),
						f.names(present(f, as.Parts)) + " " + plural(len(as.Parts), "is", "are") + " on record in it",
					},
					Evidence:   f.citeParts(as.Parts, as.Title),
					Assumption: "that it is still open to join",
				}
				if k == 1 {
					s.Assumption = "that " + f.name(a) + " has not joined it: no record says that anybody looked"
				}
				for j := range held {
					s.Evidence = append(s.Evidence, f.cite(&held[j])...)
				}
				out = append(out, s)
			}
		}
	}
	return out
}

func present(f *finder, parts map[entente.ActorID][]compare.Part) []entente.ActorID {
	var out []entente.ActorID
	for _, a := range f.actors() {
		if len(parts[a]) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// heldOf lists what an actor has itself stated of what an instrument implies,
// and whether it stands against any of it.
func (f *finder) heldOf(a entente.ActorID, id entente.InstrumentID) (held []entente.Position, against bool) {
	for _, im := range f.c.ImplicationsOf(id) {
		pos := f.c.Position(a, im.Proposition, f.r.Options.Settings)
		side := 1
		if im.Polarity == entente.Opposes {
			side = -1
		}
		switch pos.Stance.Sign() * side {
		case 1:
			held = append(held, pos)
		case -1:
			against = true
		}
	}
	return held, against
}

func speakInRegion(f *finder) []Suggestion {
	if len(f.r.Actors) != 2 {
		return nil
	}
	agreed := f.agreed(entente.Stated)
	if len(agreed) == 0 {
		return nil
	}
	s := Suggestion{Actors: f.actors(), Assumption: "that the bodies would take the subject up"}
	var texts []string
	for i, a := range f.r.Actors {
		bodies := f.regional(a.ID, f.r.Actors[1-i].ID)
		if len(bodies) == 0 {
			continue
		}
		var words []string
		for _, m := range bodies {
			words = append(words, f.name(m.Body))
			s.Evidence = append(s.Evidence, Cited{
				What: fmt.Sprintf("%s: %s of %s", f.name(a.ID), m.Role, f.name(m.Body)), Actor: a.ID, Source: m.Source, Pinpoint: m.Pinpoint,
				Date: m.Span.From, Level: f.c.MembershipLevel(m),
			})
		}
		texts = append(texts, a.Name+" in "+and(words))
	}
	if len(texts) < 2 {
		return nil
	}
	s.Text = fmt.Sprintf("%s could speak there for what both agree on", and(texts))
	s.Reasons = []string{
		fmt.Sprintf("both state the same on %d %s: %s", len(agreed), plural(len(agreed), "question", "questions"), issues(agreed)),
		"each sits in a body in which the other does not",
	}
	return []Suggestion{s}
}

// agreed lists the rows on which all agree, each on at least the given basis.
func (f *finder) agreed(b entente.Basis) []*compare.Row {
	var out []*compare.Row
	for i := range f.r.Rows {
		row := &f.r.Rows[i]
		ok := (row.Outcome == compare.Agree || row.Outcome == compare.AgreeInPart) && !row.Contested
		for j := range row.Positions {
			ok = ok && row.Positions[j].Basis == b
		}
		if ok {
			out = append(out, row)
		}
	}
	return out
}

// regionalSize is the number of members from which an organisation is taken for
// a regional one even if it does not speak as a bloc.
const regionalSize = 10

// regional lists the bodies of several states in which a sat as a member on
// the as-of date and other did not in any role, blocs first.
func (f *finder) regional(a, other entente.ActorID) []*entente.Membership {
	var out []*entente.Membership
	for _, m := range f.c.MembershipsOf(a) {
		b := f.c.Actor(m.Body)
		if b == nil || b.Open || b.Kind == entente.PersonGroup || m.Role != "member" && m.Role != "participating State" {
			continue
		}
		if f.c.MemberAt(a, m.Body, f.r.AsOf, f.r.Options.Unverified) != m || b.Kind != entente.Bloc && len(f.c.MembersAt(m.Body, f.r.AsOf, f.r.Options.Unverified)) < regionalSize {
			continue
		}
		inside := false
		for _, o := range f.c.MembershipsOf(other) {
			inside = inside || o.Body == m.Body
		}
		if !inside {
			out = append(out, m)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		x, y := f.c.Actor(out[i].Body).Kind == entente.Bloc, f.c.Actor(out[j].Body).Kind == entente.Bloc
		if x != y {
			return x
		}
		return out[i].Body < out[j].Body
	})
	return out
}

func bringIn(f *finder) []Suggestion {
	var out []Suggestion
	for i := range f.c.Actors {
		body := &f.c.Actors[i]
		if body.Open || !f.takesOutsiders(body.ID) {
			continue
		}
		for _, host := range f.actors() {
			in := f.c.MemberAt(host, body.ID, f.r.AsOf, f.r.Options.Unverified)
			if in == nil {
				continue
			}
			for _, guest := range f.actors() {
				if guest == host || f.c.MemberAt(guest, body.ID, f.r.AsOf, f.r.Options.Unverified) != nil {
					continue
				}
				out = append(out, f.invite(body, in, guest))
			}
		}
	}
	return out
}

// takesOutsiders reports whether a body has, or had, actors in a role short of
// membership.
func (f *finder) takesOutsiders(body entente.ActorID) bool {
	full, partly := false, false
	for _, m := range f.c.MembersOf(body) {
		if entente.MemberRoles[m.Role] {
			full = true
		} else if m.Role == "observer" || m.Role == "Contributing Participant" {
			partly = true
		}
	}
	return full && partly
}

func (f *finder) invite(body *entente.Actor, in *entente.Membership, guest entente.ActorID) Suggestion {
	s := Suggestion{
		Text:    fmt.Sprintf("%s could bring %s into %s", f.name(in.Actor), f.name(guest), body.Name),
		Actors:  []entente.ActorID{in.Actor, guest},
		Reasons: []string{fmt.Sprintf("%s is a full member (%s)", f.name(in.Actor), in.Role), "the body has taken in others as observers or contributing participants"},
		Evidence: []Cited{{
			What: f.name(in.Actor) + ": " + body.Name + ", " + in.Role, Actor: in.Actor, Source: in.Source, Pinpoint: in.Pinpoint, Date: in.Span.From, Level: f.c.MembershipLevel(in),
		}},
		Assumption: "that the body would admit " + f.name(guest) + ", and that it does not take part already without being on record",
	}
	for _, m := range f.c.MembershipsOf(guest) {
		ended := !m.Span.To.IsZero() && m.Span.To.By(f.r.AsOf)
		if m.Body != body.ID || ended || !m.Span.From.By(f.r.AsOf) || !f.verified(m.Source, m.Checked) {
			continue
		}
		s.Text = fmt.Sprintf("%s and %s could use the part that %s has in %s (%s) for joint work", f.name(in.Actor), f.name(guest), f.name(guest), body.Name, m.Role)
		s.Assumption = "that the part of " + f.name(guest) + " can be widened"
		s.Evidence = append(s.Evidence, Cited{
			What: f.name(guest) + ": " + body.Name + ", " + m.Role, Actor: guest, Source: m.Source, Pinpoint: m.Pinpoint, Date: m.Span.From, Level: f.c.MembershipLevel(m),
		})
	}
	return s
}

func repeatAct(f *finder) []Suggestion {
	var out []Suggestion
	for _, a := range f.r.Acts {
		if a.Instrument == nil || a.Instrument.Kind == entente.Treaty || a.Instrument.Kind == entente.Resolution ||
			a.Kind != "signed" && a.Kind != "sponsored" && a.Kind != "authored" && a.Kind != "organised" {
			continue
		}
		if len(a.Parts) < len(f.r.Actors) {
			continue
		}
		out = append(out, Suggestion{
			Text:       fmt.Sprintf("%s could repeat on a new case what they did together on %s: %s", f.names(f.actors()), a.Date, a.Title),
			Actors:     f.actors(),
			Reasons:    []string{"all of them " + a.Kind + " it"},
			Evidence:   f.citeParts(a.Parts, a.Title),
			Assumption: "that a case of the same kind comes up and both judge it alike",
		})
	}
	return out
}
