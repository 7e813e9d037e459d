package cli

import (
	"strings"

	"entente"
	"entente/internal/view"
)

// nearestText writes the neighbours; limit 0 writes all.
func nearestText(p *printer, v *view.Nearest, limit int) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	p.flow(0, 0, quiet("Ordered by the lower end of the exact 95% interval, so that a small base does not lead."))
	p.blank()
	list := v.Neighbours
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	if len(list) == 0 {
		p.flow(0, 0, plain("Nobody shares a question or a vote with "+v.Actor.Name+" under these settings."))
	}
	for i := range list {
		n := &list[i]
		p.pair(0, 5, itoa(n.Rank)+".", strong(n.Actor.Name), plain(" – same side "+tallyWords(n.Overall)+"; same vote "+tallyWords(n.Votes)))
		var parts []string
		for _, pl := range entente.Pillars {
			if t, ok := n.ByPillar[pl]; ok {
				parts = append(parts, string(pl)+" "+of(t.Agreed, t.N))
			}
		}
		if len(parts) > 0 {
			p.flow(5, 7, quiet(strings.Join(parts, ", ")))
		}
	}
	if n := len(v.Neighbours) - len(list); n > 0 {
		p.blank()
		p.flow(0, 0, quiet(count(n, "more actor", "more actors")+" not shown (--limit 0 shows all; csv and json always hold all, per issue too)."))
	}
}

func tallyWords(t view.Tally) string {
	if t.N == 0 {
		return "0 of 0"
	}
	s := of(t.Agreed, t.N) + " (" + interval(t.Exact) + ")"
	if t.Thin {
		s += ", thin"
	}
	return s
}

// bridgeText writes what divides the two and who stands with each on some of it.
func bridgeText(p *printer, v *view.Bridge, limit int) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	p.section("What divides them", quiet(" – "+count(len(v.Questions), "question", "questions")))
	for _, q := range v.Questions {
		label := string(q.Pillar)
		if q.Kind == "roll-call" {
			label = "vote " + q.Date
		}
		p.pair(2, 17, label, plain(strings.TrimPrefix(q.Symbol+", "+q.Title, ", ")), quiet(" ["+q.ID+"]"))
	}
	if len(v.Questions) == 0 {
		p.flow(2, 4, plain("Nothing on record: no proposition on which they stand on different sides, and no vote cast differently."))
		return
	}
	p.section("Who stands with each on some of it", quiet(" – "+itoa(len(v.Bridges))))
	list := v.Bridges
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	n := len(v.Questions)
	for i := range list {
		r := &list[i]
		spans := []span{strong(r.Actor.Name), plain(" – with " + string(v.Actors[0].ID) + " on " + of(len(r.WithFirst), n) + ", with " + string(v.Actors[1].ID) + " on " + of(len(r.WithSecond), n))}
		if r.Thin {
			spans = append(spans, quiet(" – thin"))
		}
		p.pair(2, 5, itoa(r.Rank)+".", spans...)
		p.flow(7, 9, quiet("over all questions: "+string(v.Actors[0].ID)+" "+of(r.Overall[0].Agreed, r.Overall[0].N)+", "+string(v.Actors[1].ID)+" "+of(r.Overall[1].Agreed, r.Overall[1].N)))
	}
	if n := len(v.Bridges) - len(list); n > 0 {
		p.flow(2, 4, quiet(count(n, "more actor", "more actors")+" not shown (--limit 0 shows all; csv and json always hold all)."))
	}
}

func suggestText(p *printer, v *view.Suggest) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	if len(v.Suggestions) == 0 {
		p.blank()
		p.flow(0, 0, plain("No rule fires for these actors under these settings."))
	}
	p.suggestions(v.Suggestions, v.Records)
}
