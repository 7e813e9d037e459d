package view

import (
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/idealpoint"
)

// ScaleSchema names the shape of [Scale].
const ScaleSchema = "entente.scale/1"

// Scale is where states stand on one line, session by session.
type Scale struct {
	VoteHead
	Method   ScaleMethod    `json:"method"`
	Fit      ScaleFit       `json:"fit"`
	Anchors  ScaleAnchors   `json:"anchors"`
	Data     ScaleData      `json:"data"`
	Sessions []ScaleSession `json:"sessions"`       // over all states, also those not shown
	Shown    []Seat         `json:"shown"`          // the states asked for; empty: all
	Without  []Seat         `json:"without_points"` // of these the ones that have none
	Points   []ScalePoint   `json:"points"`         // by code, then session
}

// ScaleMethod says how the points were estimated.
type ScaleMethod struct {
	Name      string  `json:"name"`      // bsv, smooth, binary
	Target    string  `json:"target"`    // em or mode: which of the two resting points
	Intervals string  `json:"intervals"` // joint
	Level     float64 `json:"level"`
	Draws     int     `json:"draws"`
	Seed      int     `json:"seed"`
}

// ScaleFit says how the estimation ended.
type ScaleFit struct {
	Converged     bool    `json:"converged"`
	Sweeps        int     `json:"sweeps"`
	MaxDelta      float64 `json:"max_delta"` // largest move of a point in the last sweep
	Tolerance     float64 `json:"tolerance"` // below which a fit is at rest
	LogLikelihood float64 `json:"log_likelihood"`
}

// ScaleAnchors are the states in the data that fix the start and the sign. Both
// is false where a side has none: the sign then follows other rules.
type ScaleAnchors struct {
	Plus  []string `json:"plus"`
	Minus []string `json:"minus"`
	Both  bool     `json:"both"`
}

// ScaleData says what went in and what was left out, in the order in which it
// was.
type ScaleData struct {
	Selected       int              `json:"roll_calls_selected"`
	Later          int              `json:"later_left_out"` // roll calls after the archive ends; they are on ICTs only
	ShortSessions  []int            `json:"short_sessions"` // with one roll call
	ShortVotes     int              `json:"short_votes"`
	Parts          int              `json:"amendments_and_paragraphs"` // after 1989
	PartVotes      int              `json:"amendment_and_paragraph_votes"`
	RareStates     []string         `json:"rare_states"` // in one session only
	RareVotes      int              `json:"rare_votes"`
	LoneVotes      []ScaleLone      `json:"lone_votes"`
	Unanimous      int              `json:"unanimous_items"`
	UnanimousVotes int              `json:"unanimous_votes"`
	Recoded        ScaleUnused      `json:"unanimous_after_recoding"` // binary: yes against the rest
	Merged         int              `json:"merged_roll_calls"`        // on the text of another
	UnknownBridges int              `json:"unknown_bridges"`
	RollCalls      int              `json:"roll_calls"`
	Items          int              `json:"items"` // distinct texts
	States         int              `json:"states"`
	StateSessions  int              `json:"state_sessions"`
	Votes          int              `json:"votes"`
	Source         entente.SourceID `json:"source,omitempty"`
}

// ScaleUnused counts items that a method could not use.
type ScaleUnused struct {
	Items int `json:"items"`
	Votes int `json:"votes"`
}

// ScaleLone is a single vote after a long absence, which is left out.
type ScaleLone struct {
	State   string `json:"state"`
	Session int    `json:"session"`
	Since   int    `json:"since"`
}

// ScaleSession is the spread of all states in one session.
type ScaleSession struct {
	Session int     `json:"session"`
	States  int     `json:"states"`
	Low     float64 `json:"lower_quartile"`
	Median  float64 `json:"median"`
	High    float64 `json:"upper_quartile"`
}

// ScalePoint is one state in one session. Lo and Hi are the ends of the
// interval, SD the standard error, Mode where the other resting point is.
type ScalePoint struct {
	ISO3    string          `json:"iso3"`
	Actor   entente.ActorID `json:"actor,omitempty"` // empty for a former state
	Name    string          `json:"name"`
	State   string          `json:"state"` // points with one word here are one state over time
	Session int             `json:"session"`
	X       float64         `json:"x"`
	Lo      float64         `json:"lo"`
	Hi      float64         `json:"hi"`
	SD      float64         `json:"sd"`
	Mode    float64         `json:"mode"`
	Votes   int             `json:"votes"`
	Flags   []string        `json:"flags"` // few-votes, prior-led, at-bound
}

// ScaleFlags names the flags of a point.
var ScaleFlags = []struct {
	Bit  idealpoint.Flag
	Word string
}{{idealpoint.FewVotes, "few-votes"}, {idealpoint.PriorLed, "prior-led"}, {idealpoint.AtBound, "at-bound"}}

// ScalePage makes the page of a scaling for some seats, by index; none is all. A
// seat brings the whole line of the state that holds it: Serbia with Yugoslavia.
func (b VoteBuilder) ScalePage(s *Scaling, seats []int) *Page {
	a, r := b.Archive, s.report
	v := &Scale{
		VoteHead: b.voteHead(ScaleSchema, s.options.Filter),
		Method:   ScaleMethod{s.fit.Method, string(s.fit.Target), string(s.fit.Intervals), s.fit.Level, idealpoint.DefaultDraws, 0},
		Fit:      ScaleFit{s.fit.Converged, s.fit.Iterations, significant(s.fit.MaxDelta), idealpoint.DefaultTol, round6(s.fit.LogLik)},
		Anchors:  ScaleAnchors{s.plus, s.minus, s.fit.Anchored},
		Data: ScaleData{
			Selected: s.calls, Later: s.later, ShortSessions: orEmpty(r.ShortSessions), ShortVotes: r.ShortVotes, Parts: r.Parts, PartVotes: r.PartVotes,
			RareStates: orEmpty(r.RareStates), RareVotes: r.RareVotes, LoneVotes: []ScaleLone{}, Unanimous: r.Unanimous, UnanimousVotes: r.UnanimousVotes,
			Recoded: ScaleUnused{s.fit.UnusedItems, s.fit.UnusedVotes}, Merged: r.Merged, UnknownBridges: r.UnknownBridges,
			RollCalls: r.RollCalls, Items: r.Items, States: r.States, StateSessions: len(s.points), Votes: s.fit.Votes, Source: a.SourceID,
		},
		Sessions: s.spread(), Shown: []Seat{}, Without: []Seat{}, Points: []ScalePoint{},
	}
	for _, l := range r.LoneVotes {
		v.Data.LoneVotes = append(v.Data.LoneVotes, ScaleLone{l.State, l.Session, l.Since})
	}
	scaled := map[string]bool{}
	for i := range s.points {
		scaled[a.StateOf(s.points[i].seat, s.points[i].session)] = true
	}
	chosen := map[string]bool{}
	for _, seat := range seats {
		v.Shown = append(v.Shown, b.seat(seat))
		any := false
		first, last := a.Sessions()
		for n := first; n <= last; n++ {
			state := a.StateOf(seat, n)
			chosen[state] = true
			any = any || scaled[state]
		}
		if !any {
			v.Without = append(v.Without, b.seat(seat))
		}
	}
	t := Table{Name: "scale", Header: []string{"iso3", "session", "x", "lo", "hi", "votes"}}
	for i := range s.points {
		p := &s.points[i]
		state := a.StateOf(p.seat, p.session)
		if len(seats) > 0 && !chosen[state] {
			continue
		}
		x := b.seat(p.seat)
		q := ScalePoint{
			ISO3: x.Code, Actor: x.Actor, Name: x.Name, State: state, Session: p.session, X: round6(p.X), Lo: round6(p.Lo), Hi: round6(p.Hi),
			SD: round6(p.SD), Mode: round6(p.Mode), Votes: p.Votes, Flags: []string{},
		}
		for _, f := range ScaleFlags {
			if p.Flags&f.Bit != 0 {
				q.Flags = append(q.Flags, f.Word)
			}
		}
		v.Points = append(v.Points, q)
		t.Rows = append(t.Rows, []string{q.ISO3, strconv.Itoa(q.Session), decimal(q.X), decimal(q.Lo), decimal(q.Hi), strconv.Itoa(q.Votes)})
	}
	return &Page{Title: "Ideal points" + VoteFilterWords(v.Filter), Data: v, Table: t, Sources: s.used.list()}
}

// significant keeps three figures of a small number.
func significant(x float64) float64 {
	y, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 3, 64), 64) // what FormatFloat writes can be read
	return y
}

// spread gives the quartiles of all points, session by session.
func (s *Scaling) spread() []ScaleSession {
	by := map[int][]float64{}
	var sessions []int
	for i := range s.points {
		n := s.points[i].session
		if by[n] == nil {
			sessions = append(sessions, n)
		}
		by[n] = append(by[n], s.points[i].X)
	}
	slices.Sort(sessions)
	out := []ScaleSession{}
	for _, n := range sessions {
		x := by[n]
		slices.Sort(x)
		out = append(out, ScaleSession{n, len(x), round6(quantile(x, 0.25)), round6(quantile(x, 0.5)), round6(quantile(x, 0.75))})
	}
	return out
}

// quantile of a sorted list, linear between its values (type 7 of Hyndman and
// Fan 1996, The American Statistician 50(4)).
func quantile(x []float64, p float64) float64 {
	h := p * float64(len(x)-1)
	i := int(h)
	if i+1 >= len(x) {
		return x[len(x)-1]
	}
	return x[i] + (h-float64(i))*(x[i+1]-x[i])
}

// ScaleGroup is one state's points, by session.
type ScaleGroup struct {
	State  string
	Name   string // of the holder in the last session
	Twice  bool   // another group has the same name: the sessions tell them apart
	Points []ScalePoint
}

// Span gives the first and the last session of the group.
func (g *ScaleGroup) Span() (first, last int) {
	return g.Points[0].Session, g.Points[len(g.Points)-1].Session
}

// Groups gives the points state by state, in the order in which the states were
// asked for, else by name.
func (v *Scale) Groups() []ScaleGroup {
	var out []ScaleGroup
	at := map[string]int{}
	for _, p := range v.Points {
		i, ok := at[p.State]
		if !ok {
			i = len(out)
			at[p.State] = i
			out = append(out, ScaleGroup{State: p.State})
		}
		out[i].Points = append(out[i].Points, p)
	}
	for i := range out {
		g := &out[i]
		slices.SortFunc(g.Points, func(x, y ScalePoint) int { return x.Session - y.Session })
		g.Name = g.Points[len(g.Points)-1].Name
	}
	names := map[string]int{}
	for i := range out {
		names[out[i].Name]++
	}
	for i := range out {
		out[i].Twice = names[out[i].Name] > 1
	}
	rank := func(g ScaleGroup) int {
		for i, s := range v.Shown {
			if slices.ContainsFunc(g.Points, func(p ScalePoint) bool { return p.ISO3 == s.Code }) {
				return i
			}
		}
		return len(v.Shown)
	}
	slices.SortStableFunc(out, func(x, y ScaleGroup) int {
		if d := rank(x) - rank(y); d != 0 {
			return d
		}
		switch {
		case x.Name < y.Name:
			return -1
		case x.Name > y.Name:
			return 1
		}
		return x.Points[0].Session - y.Points[0].Session
	})
	return out
}

// Bytes is about the memory that a scaling holds.
func (s *Scaling) Bytes() int { return 200*len(s.points) + 80*len(s.fit.Items) }

// SeatName is the name of the holder of a seat, by index.
func (b VoteBuilder) SeatName(seat int) string { return b.seat(seat).Name }

// SeatList lists the seats by the names of their holders.
func (b VoteBuilder) SeatList() []Seat {
	var out []Seat
	for i := range b.Archive.Seats {
		out = append(out, b.seat(i))
	}
	slices.SortStableFunc(out, func(x, y Seat) int { return strings.Compare(x.Name, y.Name) })
	return out
}
