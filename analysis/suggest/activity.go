package suggest

import (
	"fmt"

	"entente"
)

// The rules on incidents and projects.

func exchangeIncidents(f *finder) []Suggestion {
	if len(f.r.Actors) != 2 {
		return nil
	}
	a, b := f.r.Actors[0].ID, f.r.Actors[1].ID
	mine, theirs := f.attributions(a), f.attributions(b)
	var out []Suggestion
	seen := map[entente.ActorID]bool{}
	for _, x := range mine {
		for _, y := range theirs {
			if x.AttributedTo != y.AttributedTo || seen[x.AttributedTo] {
				continue
			}
			seen[x.AttributedTo] = true
			out = append(out, f.exchange(x.AttributedTo, mine, theirs))
		}
	}
	if len(out) > 0 || len(mine) == 0 || len(theirs) == 0 {
		return out
	}
	s := f.exchange("", mine, theirs)
	return []Suggestion{s}
}

// attributions lists the verified public attributions in which an actor took
// part, or of which it was the target, by the as-of date.
func (f *finder) attributions(a entente.ActorID) []*entente.Attribution {
	var out []*entente.Attribution
	for i := range f.c.Attributions {
		at := &f.c.Attributions[i]
		inc := f.c.Incident(at.Incident)
		target := inc != nil && contains(inc.Targets, a)
		if at.Actor != a && !target || at.AttributedTo == "" || !at.Date.By(f.r.AsOf) || !f.verified(at.Source, at.Checked) {
			continue
		}
		out = append(out, at)
	}
	return out
}

func (f *finder) exchange(by entente.ActorID, lists ...[]*entente.Attribution) Suggestion {
	s := Suggestion{
		Text:       fmt.Sprintf("%s could exchange experience on incidents attributed to %s", f.names(f.actors()), f.name(by)),
		Actors:     f.actors(),
		Reasons:    []string{"both have taken part in public attributions to " + f.name(by)},
		Assumption: "that both are free to share what they know of the incidents",
	}
	if by == "" {
		s.Text = f.names(f.actors()) + " could exchange experience on incidents attributed to states"
		s.Reasons = []string{"both have taken part in public attributions to states, though not to the same one"}
		s.Assumption = "that experience with one state's operations serves against another's"
	}
	for i, list := range lists {
		for _, at := range list {
			if by != "" && at.AttributedTo != by {
				continue
			}
			title := at.Incident
			if inc := f.c.Incident(at.Incident); inc != nil {
				title = inc.Title
			}
			s.Evidence = append(s.Evidence, Cited{
				What: fmt.Sprintf("%s: %s (%s)", f.name(at.Actor), title, at.Kind), Actor: f.r.Actors[i].ID, Source: at.Source, Pinpoint: at.Pinpoint,
				Date: at.Date, Level: entente.LevelOf(f.c.Source(at.Source), at.Checked, at.Actor),
			})
		}
	}
	return s
}

// lawApplies is the proposition on which training in international law rests.
const lawApplies entente.PropositionID = "law-applies"

func jointTraining(f *finder) []Suggestion {
	s := Suggestion{
		Text:       f.names(f.actors()) + " could train officials of third states together on how international law applies",
		Actors:     f.actors(),
		Assumption: "that the activities on record reach beyond their own officials",
	}
	if f.c.Proposition(lawApplies) == nil {
		return nil
	}
	for _, a := range f.actors() {
		pos := f.c.Position(a, lawApplies, f.r.Options.Settings)
		list := f.projects(a, entente.Capacity)
		if pos.Stance.Sign() <= 0 || len(list) == 0 {
			return nil
		}
		s.Evidence = append(s.Evidence, f.cite(&pos)...)
		for _, p := range list {
			s.Evidence = append(s.Evidence, f.citeProject(p, a))
		}
		s.Reasons = append(s.Reasons, fmt.Sprintf("%s affirms that international law applies and takes part in %d %s", f.name(a), len(list), plural(len(list), "activity of capacity building", "activities of capacity building")))
	}
	return []Suggestion{s}
}

func pairProjects(f *finder) []Suggestion {
	if len(f.r.Actors) != 2 {
		return nil
	}
	a, b := f.r.Actors[0].ID, f.r.Actors[1].ID
	var out []Suggestion
	for _, pillar := range entente.Pillars {
		mine, theirs := f.forOthers(a, b, pillar), f.forOthers(b, a, pillar)
		if len(mine) == 0 || len(theirs) == 0 {
			continue
		}
		s := Suggestion{
			Text:   fmt.Sprintf("%s could pair their activities in %s: %s with %s", f.names(f.actors()), pillar, titles(mine), titles(theirs)),
			Actors: f.actors(),
			Reasons: []string{
				"both run activities for others in the same part of the field",
				"they reach different beneficiaries: " + beneficiaries(mine) + "; " + beneficiaries(theirs),
			},
			Assumption: "that the activities still run and take partners",
		}
		for _, p := range mine {
			s.Evidence = append(s.Evidence, f.citeProject(p, a))
		}
		for _, p := range theirs {
			s.Evidence = append(s.Evidence, f.citeProject(p, b))
		}
		out = append(out, s)
	}
	return out
}

// forOthers lists an actor's activities with beneficiaries in which the other
// does not take part already.
func (f *finder) forOthers(a, other entente.ActorID, pillar entente.Pillar) []*entente.Project {
	var out []*entente.Project
	for _, p := range f.projects(a, pillar) {
		if p.Beneficiaries != "" && !f.takesPart(p, other) {
			out = append(out, p)
		}
	}
	return out
}

func titles(list []*entente.Project) string {
	words := make([]string, len(list))
	for i, p := range list {
		words[i] = p.Title
	}
	return and(words)
}

func beneficiaries(list []*entente.Project) string {
	words := []string{}
	for _, p := range list {
		if !contains(words, p.Beneficiaries) {
			words = append(words, p.Beneficiaries)
		}
	}
	return and(words)
}
