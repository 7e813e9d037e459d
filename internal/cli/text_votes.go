package cli

import (
	"errors"
	"fmt"
	"strings"

	"entente"
	"entente/internal/view"
)

func ownError(err error) (*entente.Error, bool) { return errors.AsType[*entente.Error](err) }

// grid writes rows in columns that line up; the last column of a row wraps.
// Numbers stand to the right.
func (p *printer) grid(indent int, right []bool, rows [][]string) {
	width := make([]int, 0, 8)
	for _, r := range rows {
		for i, c := range r {
			if i == len(width) {
				width = append(width, 0)
			}
			width[i] = max(width[i], columns(clean(c)))
		}
	}
	for _, r := range rows {
		var b strings.Builder
		for i, c := range r[:len(r)-1] {
			c = clean(c)
			pad := strings.Repeat(" ", width[i]-columns(c))
			if i < len(right) && right[i] {
				b.WriteString(pad + c + "  ")
			} else {
				b.WriteString(c + pad + "  ")
			}
		}
		head, last := b.String(), clean(r[len(r)-1])
		if i := len(r) - 1; i < len(right) && right[i] {
			last = strings.Repeat(" ", width[i]-columns(last)) + last
			p.out.WriteString(strings.TrimRight(strings.Repeat(" ", indent)+head+last, " ") + "\n")
			continue
		}
		p.out.WriteString(strings.Repeat(" ", indent) + head)
		p.lay(indent+columns(head), indent+columns(head), []span{plain(last)})
	}
}

func archiveLine(h view.VoteHead) string {
	a := h.Archive
	more := ""
	if a.Added > 0 {
		more = fmt.Sprintf(", and %d later from the corpus, on ICTs only", a.Added)
	}
	return fmt.Sprintf("%s %s: %d roll calls of sessions %d to %d%s. What was adopted without a vote is not in it.", a.Name, a.Version, a.RollCalls, a.FirstSession, a.LastSession, more)
}

func votesListText(p *printer, v *view.VoteList, limit int) {
	p.flow(0, 0, quiet(archiveLine(v.VoteHead)))
	p.blank()
	list := v.Calls
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	if len(list) == 0 {
		p.flow(0, 0, plain("No roll call passes these filters."))
		return
	}
	rows := [][]string{{"Number", "Date", "Yes", "Abst.", "No", "Absent", "Symbol and title"}}
	for i := range list {
		c := &list[i]
		rows = append(rows, []string{c.ID, c.Date, itoa(c.Tally.Yes), itoa(c.Tally.Abstain), itoa(c.Tally.No), itoa(c.Tally.Absent), callName(c)})
	}
	p.grid(0, []bool{false, false, true, true, true, true}, rows)
	if n := len(v.Calls) - len(list); n > 0 {
		p.blank()
		p.flow(0, 0, quiet(count(n, "more roll call", "more roll calls")+" not shown (--limit 0 shows all; csv and json always hold all)."))
	}
}

func callName(c *view.VoteCall) string {
	s := c.Symbol
	if c.Title != "" {
		s += ": " + c.Title
	}
	if c.On == "paragraph" || c.On == "amendment" {
		s += " [" + c.On + "]"
	}
	return s
}

func rollCallText(p *printer, v *view.RollCallPage) {
	c := &v.Call
	p.flow(0, 0, quiet(fmt.Sprintf("Roll call %s, session %d, %s. Vote on: %s. Source: %s.", c.ID, c.Session, c.Date, c.On, p.cited(c.Source, "", ""))))
	p.flow(0, 0, plain(tallyLine(c.Tally)))
	p.section("Who broke with its bloc", quiet(" – members on the day, against the ballot that most of them cast"))
	for i := range v.Blocs {
		b := &v.Blocs[i]
		words := fmt.Sprintf("%s (%d-%d-%d of %d): ", b.Side, b.Tally.Yes, b.Tally.Abstain, b.Tally.No, b.Members)
		var broke []string
		for _, x := range b.Broke {
			broke = append(broke, x.Name+" ("+x.Ballot+")")
		}
		switch {
		case b.Side == "":
			words = fmt.Sprintf("no side (%d-%d-%d of %d)", b.Tally.Yes, b.Tally.Abstain, b.Tally.No, b.Members)
		case len(broke) == 0:
			words += "nobody"
		default:
			words += strings.Join(broke, ", ")
		}
		p.pair(2, 16, string(b.Bloc.ID), plain(words))
	}
	for _, word := range []string{"yes", "abstain", "no", "absent", "no record"} {
		var names []string
		for _, x := range v.Ballots {
			if x.Ballot == word {
				names = append(names, x.Name)
			}
		}
		if len(names) > 0 {
			p.section(strings.ToUpper(word[:1])+word[1:], quiet(" – "+itoa(len(names))))
			p.flow(2, 2, plain(strings.Join(names, "; ")))
		}
	}
	if len(v.Others) > 0 {
		p.section("Other roll calls on the same text")
		for i := range v.Others {
			o := &v.Others[i]
			p.pair(2, 10, o.ID, plain(callName(o)+", "+o.Date+": "+tallyLine(o.Tally)))
		}
	}
	p.sourceList()
}

func tallyLine(t view.VoteTally) string {
	s := fmt.Sprintf("%d yes, %d no, %d abstentions, %d absent", t.Yes, t.No, t.Abstain, t.Absent)
	if t.NoRecord > 0 {
		s += fmt.Sprintf(", %d without a record", t.NoRecord)
	}
	return s + fmt.Sprintf("; %d members", t.Members)
}

// measureWords names the measures as papers do.
var measureWords = map[string]string{
	"lijphart": "Lijphart's index", "simple": "same vote", "s_abs": "S, absolute", "s_sq": "S, squared", "kappa_nom": "kappa, nominal", "kappa_abs": "kappa, absolute",
	"kappa_sq": "kappa, squared", "pi_nom": "pi, nominal", "pi_abs": "pi, absolute", "pi_sq": "pi, squared",
}

func votePairText(p *printer, v *view.VotePair) {
	p.flow(0, 0, quiet(archiveLine(v.VoteHead)))
	if v.N == 0 {
		p.blank()
		p.flow(0, 0, plain("They cast no vote in the same roll call under these filters, so every measure is undefined."))
		return
	}
	p.flow(0, 0, plain(fmt.Sprintf("Both cast a vote in %s on %s; the same one in %s.", count(v.N, "roll call", "roll calls"), count(v.Texts, "text", "texts"), of(v.Same, v.N))))
	if v.Thin {
		p.flow(0, 0, plain("Thin: fewer than five texts."))
	}
	p.blank()
	rows := [][]string{{"Measure", "Value", "95% interval"}}
	for i, e := range v.List() {
		row := []string{measureWords[view.VoteMeasureNames[i]], "undefined", ""}
		if e != nil {
			row[1], row[2] = fmt.Sprintf("%.4f", e.Value), fmt.Sprintf("%.4f to %.4f", e.Interval[0], e.Interval[1])
		}
		rows = append(rows, row)
	}
	p.grid(2, []bool{false, true}, rows)
	p.flow(2, 2, quiet("Intervals: Wilson for the same vote; the others from drawing texts, "+itoa(v.Draws)+" times, seed "+itoa(v.Seed)+". An abstention counts half in Lijphart's index."))
	if len(v.Sessions) > 1 {
		p.section("Per session")
		rows := [][]string{{"Session", "n", "Lijphart", "95% interval", "Same vote", "Kappa, abs."}}
		for i := range v.Sessions {
			s := &v.Sessions[i]
			rows = append(rows, []string{itoa(s.Session), itoa(s.N), fourth(s.Lijphart), fmt.Sprintf("%.3f to %.3f", s.Lijphart.Interval[0], s.Lijphart.Interval[1]), of(s.Same, s.N), fourth(s.KappaAbs)})
		}
		p.grid(2, []bool{true, true, true, true, true, true}, rows)
		p.flow(2, 2, quiet("Agreement moves when the agenda moves; for change over time prefer ideal points."))
	}
	p.section("Voted apart", quiet(" – "+itoa(len(v.Apart))+", the latest first"))
	for i := range v.Apart {
		if i == 20 {
			p.flow(2, 2, quiet(count(len(v.Apart)-i, "more", "more")+" in json."))
			break
		}
		a := &v.Apart[i]
		p.pair(2, 12, a.Date, plain(callName(&a.VoteCall)+" – "+v.Seats[0].Code+" "+a.First+", "+v.Seats[1].Code+" "+a.Second))
	}
}

// cohesionRows are the measures of a group.
func cohesionRows(c *view.Cohesion) [][]string {
	rows := [][]string{{"Measure", "Value", "95% interval", "Roll calls"}}
	for _, m := range []struct {
		name string
		e    *view.Estimate
		n    int
	}{{"agreement index", c.AgreementIndex, c.RollCalls}, {"Rice", c.Rice, c.RiceBase}, {"pair agreement", c.PairAgreement, c.PairBase}} {
		row := []string{m.name, "undefined", "", itoa(m.n)}
		if m.e != nil {
			row[1], row[2] = fmt.Sprintf("%.4f", m.e.Value), fmt.Sprintf("%.4f to %.4f", m.e.Interval[0], m.e.Interval[1])
		}
		rows = append(rows, row)
	}
	return rows
}

func voteCohesionText(p *printer, v *view.VoteCohesion) {
	p.flow(0, 0, quiet(archiveLine(v.VoteHead)))
	if v.RollCalls == 0 {
		p.blank()
		p.flow(0, 0, plain("In no roll call did two of them cast a vote under these filters."))
		return
	}
	p.flow(0, 0, plain(fmt.Sprintf("%s on %s in which at least two of them cast a vote; %d to %d did.", count(v.RollCalls, "roll call", "roll calls"), count(v.Texts, "text", "texts"), v.MinCast, v.MaxCast)))
	p.blank()
	p.grid(2, []bool{false, true, true, true}, cohesionRows(&v.Cohesion))
	p.flow(2, 2, quiet("Rice leaves abstentions out and rises as a group gets smaller; pair agreement does not."))
	p.section("Members", quiet(" – votes that were what most of the group cast"))
	rows := [][]string{}
	for _, m := range v.Members {
		rows = append(rows, []string{m.Code, of(m.WithMost, m.Cast), m.Name})
	}
	p.grid(2, []bool{false, true}, rows)
	if len(v.Split) > 0 {
		p.section("Most divided", quiet(" – up to ten"))
		for i := range v.Split[:min(10, len(v.Split))] {
			s := &v.Split[i]
			p.pair(2, 12, s.Date, plain(fmt.Sprintf("%s – %d-%d-%d (yes, abstain, no)", callName(&s.VoteCall), s.Yes, s.Abstain, s.No)))
		}
	}
}

func voteBlocsText(p *printer, v *view.VoteBlocs) {
	p.flow(0, 0, quiet(archiveLine(v.VoteHead)))
	p.blank()
	if len(v.Blocs) == 0 {
		p.flow(0, 0, plain("No bloc has two members that cast a vote under these filters."))
		return
	}
	rows := [][]string{{"Agreement", "Rice", "Pairs", "Roll calls", "Votes", "Bloc"}}
	for i := range v.Blocs {
		b := &v.Blocs[i]
		rows = append(rows, []string{fourth(b.AgreementIndex), fourth(b.Rice), fourth(b.PairAgreement), itoa(b.RollCalls), fmt.Sprintf("%d–%d", b.MinCast, b.MaxCast), b.Bloc.Name})
	}
	p.grid(0, []bool{true, true, true, true, true}, rows)
	p.flow(0, 0, quiet("Members are those of the day of each vote, so far as the corpus knows. Intervals are in csv and json."))
	for i := range v.Unity {
		u := &v.Unity[i]
		p.section(u.Bloc.Name+" where "+u.Against.Name+" is on the other side", quiet(" – "+count(u.BlocVotes, "bloc vote", "bloc votes")))
		if u.Unity == nil {
			p.flow(2, 2, plain("Undefined: their majorities were never opposed."))
			continue
		}
		p.flow(2, 2, plain(fmt.Sprintf("Unity %.3f (%.3f to %.3f).", u.Unity.Value, u.Unity.Interval[0], u.Unity.Interval[1])))
		rows := [][]string{}
		for _, m := range u.Members {
			rows = append(rows, []string{m.Code, of(m.With, m.Cast), m.Name})
		}
		p.grid(2, []bool{false, true}, rows)
	}
}
