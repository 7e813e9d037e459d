package cli

import (
	"entente/internal/view"
)

var changeWords = map[string]sign{
	view.Moved:       {"*", "moved", styleWarn},
	view.Spoke:       {"+", "spoke", styleGood},
	view.Withdrawn:   {"-", "no longer on record", styleWarn},
	view.Dispute:     {"!", "records in conflict changed", styleBad},
	view.BasisMoved:  {"~", "other basis", styleQuiet},
	view.SilenceKind: {".", "other kind of silence", styleQuiet},
}

func changesText(p *printer, v *view.Changes, evidence bool) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	p.section("Positions", quiet(" – "+count(len(v.Positions), "change", "changes")))
	changesBody(p, v, evidence)
}

// changesBody writes the changes without a title: positions, outcomes, acts and
// votes.
func changesBody(p *printer, v *view.Changes, evidence bool) {
	if len(v.Positions) == 0 {
		p.flow(2, 4, plain("No position changed."))
	}
	p.challengedOf(2, v.Used.Challenged, v.Used.Records)
	for i := range v.Positions {
		c := &v.Positions[i]
		s := changeWords[c.Kind]
		p.flow(2, 4, span{s.style, s.mark + " " + string(c.Actor) + " " + s.word}, plain(" "), strong(c.Statement), quiet(" ["+string(c.ID)+"]"))
		p.position(6, 8, "before", &c.Before, evidence)
		p.position(6, 8, "after", &c.After, evidence)
	}
	if len(v.Outcomes) > 0 {
		p.section("Outcomes of the comparison that changed", quiet(" – "+itoa(len(v.Outcomes))))
		for _, o := range v.Outcomes {
			p.flow(2, 4, plain(signs[o.Before].word+" -> "), strong(signs[o.After].word), plain(" "+o.Statement), quiet(" ["+string(o.ID)+"]"))
		}
	}
	p.acts(v.Acts, v.Actors)
	if len(v.Votes) > 0 {
		p.section("Votes taken in between", quiet(" – "+itoa(len(v.Votes))))
		for i := range v.Votes {
			p.voteRow(&v.Votes[i], v.Actors)
		}
	}
}
