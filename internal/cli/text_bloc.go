package cli

import (
	"strings"

	"entente/analysis/compare"
	"entente/internal/view"
)

func blocText(p *printer, v *view.Bloc, evidence bool) {
	p.flow(0, 0, quiet(settingsLine(v.Head)))
	blocBody(p, v, evidence)
}

// blocBody writes who in a bloc stands where, by verdict.
func blocBody(p *printer, v *view.Bloc, evidence bool) {
	names := make([]string, len(v.Members))
	for i, m := range v.Members {
		names[i] = m.Name
	}
	p.flow(2, 2, plain(count(len(names), "member", "members")+" on "+v.AsOf+": "+strings.Join(names, ", ")+"."))
	p.flow(2, 2, quiet("A member counts by its own words and acts; the bloc's word does not count for it here."))
	p.challengedOf(2, v.Used.Challenged, v.Used.Records)
	for _, k := range compare.Verdicts {
		n, s := v.Counts[string(k)], signs[string(k)]
		p.pair(2, 16, s.mark+" "+s.word, plain(of(n, len(v.Rows))+" propositions, "+verdictWords[k]))
	}
	for _, k := range compare.Verdicts {
		if v.Counts[string(k)] == 0 || k == compare.Unspoken {
			continue
		}
		s := signs[string(k)]
		p.section(strings.ToUpper(s.word[:1])+s.word[1:], quiet(" – "+verdictWords[k]))
		for i := range v.Rows {
			if v.Rows[i].Verdict == string(k) {
				p.blocRow(v, &v.Rows[i], evidence)
			}
		}
	}
	if n := v.Counts[string(compare.Unspoken)]; n > 0 {
		var ids []string
		for i := range v.Rows {
			if v.Rows[i].Verdict == string(compare.Unspoken) {
				ids = append(ids, string(v.Rows[i].ID))
			}
		}
		p.section("Unspoken", quiet(" – "+verdictWords[compare.Unspoken]))
		p.flow(2, 4, plain(strings.Join(ids, ", ")))
	}
}

var verdictWords = map[compare.Verdict]string{
	compare.CommonNow:  "every member is on the same side",
	compare.WithinView: "nobody stands on the other side; some would have to speak",
	compare.Divided:    "members stand on both sides; some would have to move",
	compare.Unspoken:   "no member has taken a side",
}

func (p *printer) blocRow(v *view.Bloc, r *view.BlocRow, evidence bool) {
	s := signs[r.Verdict]
	p.flow(2, 4, span{s.style, s.mark}, plain(" "), strong(r.Statement), quiet(" ["+string(r.ID)+"]"))
	const column = 14
	total := len(v.Members)
	for _, g := range []struct {
		label string
		list  []view.MemberPosition
	}{{"for", r.For}, {"against", r.Against}} {
		if len(g.list) == 0 {
			continue
		}
		p.pair(4, column, g.label, plain(of(len(g.list), total)+": "+memberWords(g.list)))
	}
	if n := len(r.MustSpeak); n > 0 {
		p.pair(4, column, "would speak", plain(of(n, total)+": "+memberWords(r.Silent)))
	}
	if len(r.MustMove) > 0 {
		p.pair(4, column, "would move", plain(of(len(r.MustMove), total)+": "+ids(r.MustMove)))
	}
	p.position(4, column, string(v.Bloc.ID)+" itself", &r.Position, evidence)
	if r.Outsider != nil {
		p.position(4, column, string(v.Outsider.ID), r.Outsider, evidence)
	}
	if evidence {
		for _, list := range [][]view.MemberPosition{r.For, r.Against, r.Silent} {
			for i := range list {
				p.position(6, column-2, string(list[i].Actor), &list[i].Position, true)
			}
		}
	}
}

// memberWords lists members with what sets their position apart: the stance
// where it is not the plain one, the kind of silence.
func memberWords(list []view.MemberPosition) string {
	byClass := map[string][]string{}
	var order []string
	for i := range list {
		k := list[i].Class
		if byClass[k] == nil {
			order = append(order, k)
		}
		byClass[k] = append(byClass[k], string(list[i].Actor))
	}
	for i, k := range order {
		word := wordOr(shortSilence, k)
		if w, ok := stanceWords[k]; ok {
			word = w
		}
		order[i] = strings.Join(byClass[k], ", ") + " (" + word + ")"
	}
	return strings.Join(order, "; ")
}
