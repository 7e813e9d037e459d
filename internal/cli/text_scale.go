package cli

import (
	"fmt"
	"slices"
	"strings"

	"entente/internal/view"
)

// scaleMethodWords says what a method is, in a line.
var scaleMethodWords = map[string]string{
	"bsv":    "the published ordinal model (Bailey, Strezhnev and Voeten 2017): each session is drawn to the one before it",
	"smooth": "the ordinal model with a random walk, forwards and backwards",
	"binary": "yes against abstain and no, with a random walk, forwards and backwards",
}

func scaleText(p *printer, v *view.Scale) {
	p.flow(0, 0, quiet(archiveLine(v.VoteHead)))
	d := &v.Data
	p.flow(0, 0, plain(fmt.Sprintf("%s by %s on %s: %s, %s.", count(d.Votes, "vote", "votes"), count(d.States, "state", "states"), count(d.RollCalls, "roll call", "roll calls"),
		count(d.Items, "text", "texts"), count(d.StateSessions, "point", "points"))))
	p.pair(0, 10, "Method", plain(scaleMethodWords[v.Method.Name]+"; target "+v.Method.Target+"."))
	p.pair(0, 10, "Fit", plain(convergence(&v.Fit)+"."))
	p.pair(0, 10, "Left out", plain(scaleLeftOut(d)))
	p.pair(0, 10, "Anchors", plain(anchorWords(&v.Anchors)))
	switch {
	case len(v.Sessions) == 1:
		p.section(fmt.Sprintf("Session %d", v.Sessions[0].Session), quiet(" – from the lowest to the highest point"))
		scaleRows(p, v.Points)
	case len(v.Shown) == 0:
		last := v.Sessions[len(v.Sessions)-1].Session
		p.section(fmt.Sprintf("Session %d", last), quiet(" – from the lowest to the highest point; csv and json hold every session, --actors shows states over time"))
		scaleRows(p, slices.DeleteFunc(slices.Clone(v.Points), func(x view.ScalePoint) bool { return x.Session != last }))
	default:
		for _, g := range v.Groups() {
			name := g.Name
			if first, last := g.Span(); g.Twice {
				name = fmt.Sprintf("%s, sessions %d to %d", g.Name, first, last)
			}
			p.section(name)
			rows := [][]string{{"Session", "Code", "Point", "95% interval", "Other", "Votes", ""}}
			for _, x := range g.Points {
				rows = append(rows, []string{itoa(x.Session), x.ISO3, point(x.X), pointEnds(x), point(x.Mode), itoa(x.Votes), marks(x)})
			}
			p.grid(2, []bool{true, false, true, true, true, true, false}, rows)
		}
		p.blank()
		if v.Method.Target == "em" {
			p.flow(2, 4, quiet("Other: where --target mode puts the point; the interval spans both."))
		}
		marksKey(p, v.Points)
	}
	p.section("What may be said")
	p.flow(2, 2, plain("Within one session: A voted closer to B than to C, where the intervals part. A point is no motive and no opinion. A far bloc that votes as one has a direction and a rank, hardly a distance: compare --target mode. Only what was put to a vote is here; the agenda decides what the line is about."))
}

// scaleRows prints one session, sorted.
func scaleRows(p *printer, list []view.ScalePoint) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b view.ScalePoint) int {
		switch {
		case a.X < b.X:
			return -1
		case a.X > b.X:
			return 1
		}
		return strings.Compare(a.ISO3, b.ISO3)
	})
	rows := [][]string{{"Code", "Point", "95% interval", "Votes", "State"}}
	for _, x := range list {
		name := x.Name
		if c := marks(x); c != "" {
			name += " " + c
		}
		rows = append(rows, []string{x.ISO3, point(x.X), pointEnds(x), itoa(x.Votes), name})
	}
	p.grid(2, []bool{false, true, true, true, false}, rows)
	marksKey(p, list)
}

// careMarks are short signs for the flags of a point, with their meaning.
var careMarks = []struct{ flag, mark, words string }{
	{"few-votes", "*", "fewer than five votes"},
	{"prior-led", "+", "led by the state's other sessions, or by what is assumed before any vote"},
	{"at-bound", "!", "at the bound of 5 within which points are kept"},
}

// marks joins the signs of a point's flags.
func marks(x view.ScalePoint) string {
	var s strings.Builder
	for _, m := range careMarks {
		if slices.Contains(x.Flags, m.flag) {
			s.WriteString(m.mark)
		}
	}
	return s.String()
}

// marksKey explains the signs that occur.
func marksKey(p *printer, list []view.ScalePoint) {
	for _, m := range careMarks {
		if slices.ContainsFunc(list, func(x view.ScalePoint) bool { return slices.Contains(x.Flags, m.flag) }) {
			p.flow(2, 4, quiet(m.mark+" "+m.words))
		}
	}
}

// point writes two decimals, without a minus nought.
func point(x float64) string {
	if s := fmt.Sprintf("%.2f", x); s != "-0.00" {
		return s
	}
	return "0.00"
}

func pointEnds(x view.ScalePoint) string { return point(x.Lo) + " to " + point(x.Hi) }

func anchorWords(a *view.ScaleAnchors) string {
	if a.Both {
		return strings.Join(a.Plus, ", ") + " above; " + strings.Join(a.Minus, ", ") + " below."
	}
	return "not both sides are in the data, so the sign may be the other way round elsewhere: compare no signs with other outputs."
}

// scaleLeftOut says what the rules left out, in words.
func scaleLeftOut(d *view.ScaleData) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, text)
		}
	}
	add(d.Later, count(d.Later, "later roll call", "later roll calls")+" from the corpus (on ICTs only)")
	add(len(d.ShortSessions), count(len(d.ShortSessions), "session", "sessions")+" with a single roll call")
	add(d.Parts, count(d.Parts, "vote on an amendment or paragraph", "votes on amendments or paragraphs")+" after 1989")
	add(len(d.RareStates), count(len(d.RareStates), "state", "states")+" in one session only ("+strings.Join(d.RareStates, ", ")+")")
	add(len(d.LoneVotes), count(len(d.LoneVotes), "lone vote", "lone votes")+" after long absence")
	add(d.Unanimous, count(d.Unanimous, "text", "texts")+" on which all answers are equal")
	add(d.Recoded.Items, count(d.Recoded.Items, "more", "more")+" once abstentions count as no")
	if len(parts) == 0 {
		return "nothing."
	}
	return strings.Join(parts, "; ") + "."
}
