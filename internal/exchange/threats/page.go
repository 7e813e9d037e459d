package threats

import (
	"strings"

	"entente"
	"entente/internal/exchange/handling"
	"entente/internal/exchange/stix"
	"entente/internal/exchange/stix/threat"
	"entente/internal/view"
)

// Schema names the shape of [Page].
const Schema = "entente.threats/1"

// Page is what is reported of attacks on one actor, and of what it is itself
// named for.
type Page struct {
	Schema string          `json:"schema"`
	Corpus view.CorpusInfo `json:"corpus"`
	Actor  view.Actor      `json:"actor"`
	// Level is the strictest handling level of what was read for it.
	Level handling.TLP `json:"level"`
	// Imports are the collections that were read; an empty list says that nothing
	// is there to know anything from.
	Imports []Import `json:"imports"`
	// Received counts the attackers that partners sent and somebody accepted.
	Received int `json:"received"`
	// Hidden counts the parts that may not be shown at this level.
	Hidden int `json:"hidden"`
	// Aims tell, for each of the five aims, how many of those who are reported to
	// attack the actor are reported to have it. An attacker may have several.
	Aims []AimCount `json:"aims"`
	// Untold counts the attackers of whom no source gives an aim, Other those with
	// aims that are none of the five.
	Untold int `json:"untold"`
	Other  int `json:"other"`
	*threat.Picture
}

// AimCount is an aim with the number of attackers that are reported to have it.
type AimCount struct {
	Aim       threat.Aim `json:"aim"`
	Attackers int        `json:"attackers"`
}

// Page makes the view for one actor of a corpus. level is the one that the
// holdings were asked for. Errors: NotFound for an unknown actor.
func (h *Holdings) Page(c *entente.Corpus, id entente.ActorID, level handling.TLP) (*view.Page, error) {
	a := c.Actor(id)
	if a == nil {
		return nil, &entente.Error{Kind: entente.NotFound, Op: "threats", Place: string(id), Msg: "there is no such actor", Hint: "entente search finds them by name"}
	}
	i := c.Info
	p := &Page{
		Schema: Schema, Corpus: view.CorpusInfo{Name: i.Name, Title: i.Title, Version: i.Version, Released: i.Released.String(), Licence: i.Licence},
		Actor: view.Actor{ID: a.ID, Name: a.Name, Kind: string(a.Kind), ISO3: a.ISO3}, Level: level,
		Imports: h.Imports, Received: h.Received, Hidden: h.Hidden, Picture: h.Base.Picture(a),
	}
	p.count()
	return &view.Page{Title: "Threats reported for " + a.Name, Data: p, Table: p.table()}, nil
}

// count counts attackers by aim.
func (p *Page) count() {
	per := map[threat.Aim]int{}
	for i := range p.Against {
		seen := map[threat.Aim]bool{}
		for _, c := range p.Against[i].Aims {
			seen[c.Aim] = true
		}
		for aim := range seen {
			per[aim]++
		}
		switch {
		case len(seen) == 0:
			p.Untold++
		case len(seen) == 1 && seen[""]:
			p.Other++
		}
	}
	p.Aims = []AimCount{}
	for _, aim := range threat.Aims {
		p.Aims = append(p.Aims, AimCount{aim, per[aim]})
	}
}

// table has one row per claim.
func (p *Page) table() view.Table {
	t := view.Table{Name: "threats-" + string(p.Actor.ID), Header: []string{"side", "attacker", "kind", "about", "relation", "what", "id", "aim", "confidence", "via", "collection", "object", "references"}}
	for _, side := range []struct {
		name string
		list []threat.Attacker
	}{{"against", p.Against}, {"named", p.Named}} {
		for i := range side.list {
			t.Rows = append(t.Rows, rowsOf(side.name, &side.list[i])...)
		}
	}
	return t
}

func rowsOf(side string, a *threat.Attacker) [][]string {
	var out [][]string
	row := func(about, relation, what, id, aim, confidence, via string, said threat.Said) {
		out = append(out, []string{side, a.Name, a.Kind, about, relation, what, id, aim, confidence, via, said.Import, said.Object, addresses(said.References)})
	}
	for _, c := range a.Victims {
		row("victim", c.Relation, c.Words, "", "", c.Confidence, "", c.Said)
	}
	for _, c := range a.Sponsors {
		row("sponsor", c.Relation, c.Words, "", "", c.Confidence, "", c.Said)
	}
	for _, c := range a.Aims {
		row("aim", c.Relation, c.Words, "", string(c.Aim), c.Confidence, "", c.Said)
	}
	for _, m := range a.Means {
		row("means", m.Kind, m.Name, m.ID, "", "", m.Via, m.Said)
	}
	return out
}

// addresses lists where references lead, or what they are called.
func addresses(list []stix.Reference) string {
	var out []string
	for _, r := range list {
		switch {
		case r.URL != "":
			out = append(out, r.URL)
		case r.ExternalID != "":
			out = append(out, r.SourceName+" "+r.ExternalID)
		default:
			out = append(out, r.SourceName)
		}
	}
	return strings.Join(out, " ; ")
}
