package web

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"entente/internal/message"
	"entente/internal/view"
)

// voteActorScreen is one state's votes.
type voteActorScreen struct {
	V     *view.VoteRecord
	Form  voteForm
	Rows  []view.VoteOf
	More  int
	Pairs []view.Seat // whom to set beside it
	Query string
}

func buildVoteActor(s *site, r *request) (*result, error) {
	b, err := s.votes()
	if err != nil {
		return nil, err
	}
	seat, err := b.SeatOf(r.path("id"))
	if err != nil {
		return nil, err
	}
	f, err := r.voteFilter()
	if err != nil {
		return nil, err
	}
	p, err := b.VoteRecord(seat, f)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.VoteRecord)
	if v.Seat.Key() != r.path("id") {
		return r.canonical("/votes/actor/" + v.Seat.Key()), nil
	}
	screen := &voteActorScreen{V: v, Form: s.voteForm(r), Rows: v.Calls[:min(len(v.Calls), shownCalls)], Query: queryOf(r.canon, voteSettings)}
	screen.More = len(v.Calls) - len(screen.Rows)
	for _, code := range []string{"USA", "RUS", "CHN", "GBR", "FRA"} {
		if i := b.Archive.Seat(code); i >= 0 && i != seat {
			x := b.Archive.Seats[i]
			screen.Pairs = append(screen.Pairs, view.Seat{Code: x.Code, Actor: x.Actor, Name: x.Name})
		}
	}
	t := v.Tally
	return &result{
		view: p, screen: screen, title: voteTitle(r.t, r.t.T("votes-actor.title", "name", v.Seat.Name), v.Filter), kicker: r.t.T("votes.kicker"),
		lede: r.t.T("votes-actor.lede", "n", t.RollCalls, "yes", t.Yes, "no", t.No, "abstain", t.Abstain, "absent", t.Absent),
	}, nil
}

// votePairScreen is two states over time.
type votePairScreen struct {
	V        *view.VotePair
	Form     voteForm
	Measures []measureRow
	Chart    template.HTML // empty with fewer than two sessions
	Rows     []view.VotePairCall
	More     int
	Query    string
}

type measureRow struct {
	Name     string
	Value    string
	Interval string
}

func buildVotePair(s *site, r *request) (*result, error) {
	b, err := s.votes()
	if err != nil {
		return nil, err
	}
	x, err := b.SeatOf(r.path("a"))
	if err != nil {
		return nil, err
	}
	y, err := b.SeatOf(r.path("b"))
	if err != nil {
		return nil, err
	}
	f, err := r.voteFilter()
	if err != nil {
		return nil, err
	}
	p, err := b.VotePair(x, y, f)
	if err != nil {
		return nil, err
	}
	v := p.Data.(*view.VotePair)
	if v.Seats[0].Key() != r.path("a") || v.Seats[1].Key() != r.path("b") {
		return r.canonical("/votes/pair/" + v.Seats[0].Key() + "/" + v.Seats[1].Key()), nil
	}
	screen := &votePairScreen{V: v, Form: s.voteForm(r), Rows: v.Apart[:min(len(v.Apart), shownCalls)], Query: queryOf(r.canon, voteSettings)}
	screen.More = len(v.Apart) - len(screen.Rows)
	for i, e := range v.List() {
		name := view.VoteMeasureNames[i]
		row := measureRow{Name: r.t.T("measure." + name), Value: r.t.T("measure.undefined")}
		if e != nil {
			row.Value, row.Interval = fmt.Sprintf("%.3f", e.Value), intervalOf(r.t, e)
		}
		screen.Measures = append(screen.Measures, row)
	}
	if len(v.Sessions) > 1 {
		screen.Chart = pairChart(r.t, v)
	}
	return &result{
		view: p, screen: screen, title: voteTitle(r.t, r.t.T("votes-pair.title", "first", v.Seats[0].Name, "second", v.Seats[1].Name), v.Filter),
		kicker: r.t.T("votes.kicker"), lede: r.t.T("votes-pair.lede", "n", v.N, "same", v.Same, "texts", v.Texts),
	}, nil
}

func intervalOf(t *message.Catalogue, e *view.Estimate) string {
	return t.T("measure.interval", "lo", fmt.Sprintf("%.3f", e.Interval[0]), "hi", fmt.Sprintf("%.3f", e.Interval[1]))
}

// The pair chart's measures in user units.
const (
	pairLeft, pairRight, pairTop, pairBottom = 40, 12, 14, 34
	pairHeight                               = 220
	pairStep                                 = 9 // per session, at most; few sessions stand wider
)

// pairChart draws Lijphart's index per session with its interval. Shape, not
// colour, tells: a dot for the value, a line for the interval, a ring where the
// session has fewer than five texts.
func pairChart(t *message.Catalogue, v *view.VotePair) template.HTML {
	first, last := v.Sessions[0].Session, v.Sessions[len(v.Sessions)-1].Session
	step := max(float64(pairStep), 640/float64(last-first+1))
	step = min(step, 40)
	width := pairLeft + pairRight + step*float64(last-first+1)
	height := float64(pairHeight + pairTop + pairBottom)
	x := func(session int) float64 { return pairLeft + step*(float64(session-first)+0.5) }
	y := func(value float64) float64 { return pairTop + pairHeight*(1-value) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" role="img" aria-labelledby="pair-title pair-desc" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" font-size="11" fill="currentColor">`, width, height, width, height)
	fmt.Fprintf(&b, `<title id="pair-title">%s</title><desc id="pair-desc">%s</desc>`, html.EscapeString(t.T("votes-pair.chart")), html.EscapeString(t.T("votes-pair.chart.about")))
	for _, g := range []float64{0, 0.25, 0.5, 0.75, 1} {
		fmt.Fprintf(&b, `<line x1="%d" x2="%.1f" y1="%.1f" y2="%.1f" stroke="currentColor" stroke-opacity="0.2"/><text x="%d" y="%.1f" text-anchor="end">%.2f</text>`,
			pairLeft, width-pairRight, y(g), y(g), pairLeft-6, y(g)+4, g)
	}
	every := 1
	for _, n := range []int{1, 2, 5, 10} {
		if every = n; step*float64(n) >= 26 {
			break
		}
	}
	for session := first; session <= last; session++ {
		if session%every == 0 {
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%d</text>`, x(session), height-pairBottom+16, session)
		}
	}
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, width/2, height-4, html.EscapeString(t.T("word.session")))
	for i := range v.Sessions {
		s := &v.Sessions[i]
		e := s.Lijphart
		if e == nil {
			continue
		}
		fill := "currentColor"
		if s.Thin {
			fill = "none"
		}
		label := t.T("votes-pair.point", "session", s.Session, "value", fmt.Sprintf("%.2f", e.Value), "interval", intervalOf(t, e), "n", s.N)
		fmt.Fprintf(&b, `<g><title>%s</title><line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="currentColor" stroke-width="1.5"/><circle cx="%.1f" cy="%.1f" r="3" fill="%s" stroke="currentColor" stroke-width="1.5"/></g>`,
			html.EscapeString(label), x(s.Session), x(s.Session), y(e.Interval[0]), y(e.Interval[1]), x(s.Session), y(e.Value), fill)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // every text is escaped above; the rest are numbers
}
