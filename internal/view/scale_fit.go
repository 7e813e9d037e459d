package view

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/idealpoint"
	"entente/internal/archive"
)

// The methods and targets of [ScaleOptions].
var (
	ScaleMethods = []string{"bsv", "smooth", "binary"}
	ScaleTargets = []string{"em", "mode"}
)

// The states that fix the sign of the scale: the first list ends on the higher
// side. They are the defaults of package idealpoint, named here so that the
// output can say which of them were there.
var (
	scalePlus  = []string{"USA", "CAN", "GBR", "ISR"}
	scaleMinus = []string{"RUS", "DDR"}
)

// ScaleOptions say what is scaled and how. Of the filter the sessions and the
// topics count.
type ScaleOptions struct {
	Filter archive.Filter
	Method string // of ScaleMethods; empty is bsv
	Target string // of ScaleTargets; empty is em
	// Workers is the number of goroutines, 0 for one; it does not change the
	// result. Progress is called after every sweep.
	Workers  int
	Progress func(sweep int, delta float64)
}

// ParseScale reads options as a person writes them; empty words are open. The
// sessions are checked against the archive, and the filter is completed so that
// it names both ends where one is given.
func (b VoteBuilder) ParseScale(from, to string, topics []string, method, target string) (ScaleOptions, error) {
	o := ScaleOptions{Method: strings.TrimSpace(method), Target: strings.TrimSpace(target)}
	f, err := ParseVoteFilter("", "", "", topics, nil, "", false)
	if err != nil {
		return o, err
	}
	first, last := b.scaleSpan(f.Topics)
	for _, end := range []struct {
		place, word string
		to          *int
	}{{"from-session", from, &f.FromSession}, {"to-session", to, &f.ToSession}} {
		w := strings.TrimSpace(end.word)
		if w == "" {
			continue
		}
		n, err := strconv.Atoi(w)
		if err != nil || n < first || n > last {
			return o, voteFault(end.place, fmt.Sprintf("%q is no session that can be scaled", clip(w, 20)), fmt.Sprintf("the archive has sessions %d to %d", first, last))
		}
		*end.to = n
	}
	switch {
	case f.FromSession == 0 && f.ToSession > 0:
		f.FromSession = first
	case f.ToSession == 0 && f.FromSession > 0:
		f.ToSession = last
	}
	if f.FromSession > f.ToSession {
		return o, voteFault("from-session", fmt.Sprintf("session %d is after session %d", f.FromSession, f.ToSession), "give the earlier session first")
	}
	o.Filter = f
	for _, c := range []struct {
		place string
		word  *string
		list  []string
	}{{"method", &o.Method, ScaleMethods}, {"target", &o.Target, ScaleTargets}} {
		if *c.word == "" {
			*c.word = c.list[0]
		}
		if !slices.Contains(c.list, *c.word) {
			return o, voteFault(c.place, fmt.Sprintf("there is no %s %q", c.place, clip(*c.word, 20)), "expected one of "+strings.Join(c.list, ", "))
		}
	}
	return o, nil
}

// scaleSpan gives the first and the last session that can be scaled.
func (b VoteBuilder) scaleSpan(topics archive.Topics) (first, last int) {
	for i := range b.Archive.Calls {
		if c := &b.Archive.Calls[i]; !leftOfScale(c, topics) {
			if first == 0 {
				first = c.Session
			}
			last = c.Session
		}
	}
	return first, last
}

// leftOfScale reports whether a roll call is one of those that the corpus adds
// after the archive ends. They are on ICTs only: beside the whole Assembly they
// would make a session of two votes, so they count where ICTs are all that is
// asked for.
func leftOfScale(c *archive.Call, topics archive.Topics) bool {
	return c.ID == c.RollCall && topics != archive.ICT
}

// Scaling is a fit of all states under one set of options. It is not changed
// after it is made, so that pages of different states share it.
type Scaling struct {
	options ScaleOptions
	points  []scaledPoint // by code of the seat, then session
	fit     *idealpoint.Result
	report  *idealpoint.Report
	plus    []string
	minus   []string
	calls   int // roll calls that pass the filter
	later   int // of these left out, see leftOfScale
	used    sourceSet
}

type scaledPoint struct {
	idealpoint.Point
	seat    int
	session int
}

// Scale places all states on a line. Errors, as Invalid: no roll call passes the
// filter, and what package idealpoint refuses, such as a single roll call.
func (b VoteBuilder) Scale(o ScaleOptions) (*Scaling, error) {
	a := b.Archive
	s := &Scaling{options: o, used: sourceSet{}}
	calls, err := b.selectCalls(o.Filter)
	if err != nil {
		return nil, err
	}
	kept := calls[:0:0]
	for _, i := range calls {
		if leftOfScale(&a.Calls[i], o.Filter.Topics) {
			s.later++
			continue
		}
		kept = append(kept, i)
	}
	s.calls = len(calls)
	if len(kept) == 0 {
		return nil, scaleFault("no roll call passes the filter, so no point is defined", "widen the sessions, or leave the topic out")
	}
	votes, bridges, seats := b.scaleVotes(kept, s.used)
	data, report, err := idealpoint.Prepare(votes, bridges, idealpoint.BSVRules())
	if err != nil {
		return nil, scaleFault(strings.TrimPrefix(err.Error(), "idealpoint: "), "")
	}
	if report.Votes == 0 {
		return nil, scaleFault("no vote is left to scale, so no point is defined: "+nothingLeft(report), "widen the sessions, or leave the topic out")
	}
	opts := idealpoint.Options{Plus: scalePlus, Minus: scaleMinus, Target: idealpoint.Target(o.Target), Workers: max(1, o.Workers), Progress: o.Progress}
	switch o.Method {
	case "binary":
		opts.Binary = idealpoint.AbstainNo
	case "smooth":
		opts.Prior = idealpoint.Smoother
	}
	fit, err := idealpoint.Fit(data, opts)
	if err != nil {
		return nil, scaleFault("the points are undefined: "+strings.TrimPrefix(err.Error(), "idealpoint: "), "entente votes list shows which roll calls there are")
	}
	s.fit, s.report = fit, report
	present := map[string]bool{}
	for _, p := range fit.Points {
		state, session := data.States[p.State], data.Sessions[p.Session]
		present[state] = true
		s.points = append(s.points, scaledPoint{p, seats[seatKey{state, session}], session})
	}
	slices.SortFunc(s.points, func(x, y scaledPoint) int {
		if x.seat != y.seat {
			return strings.Compare(a.Seats[x.seat].Code, a.Seats[y.seat].Code)
		}
		return x.session - y.session
	})
	for _, list := range []struct {
		of []string
		to *[]string
	}{{scalePlus, &s.plus}, {scaleMinus, &s.minus}} {
		*list.to = []string{}
		for _, code := range list.of {
			if present[code] {
				*list.to = append(*list.to, code)
			}
		}
	}
	return s, nil
}

// nothingLeft says why the rules left nothing.
func nothingLeft(r *idealpoint.Report) string {
	switch {
	case len(r.ShortSessions) > 0:
		return "a session needs two roll calls or more, and none of these has"
	case len(r.RareStates) > 0:
		return "all states voted in one session only, and nothing would tie the sessions together"
	}
	return "on every text all answers are equal"
}

func scaleFault(msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Op: "scale", Msg: msg, Hint: hint}
}

// seatKey finds the seat behind a state of the scale in a session.
type seatKey struct {
	state   string
	session int
}

// scaleVotes gives the archive's votes in the calls as package idealpoint takes
// them, with seats joined to states over time.
func (b VoteBuilder) scaleVotes(calls []int, used sourceSet) (*idealpoint.Votes, []idealpoint.Bridge, map[seatKey]int) {
	a := b.Archive
	v := &idealpoint.Votes{}
	numbers := numbersOf(a)
	states := map[string]int32{}
	seats := map[seatKey]int{}
	// at[seat] is the seat's state in the session at hand: calls come by session.
	at := make([]int32, len(a.Seats))
	session := -1
	for _, i := range calls {
		c := &a.Calls[i]
		used.add(c.Source)
		if c.Session != session {
			session = c.Session
			for s := range a.Seats {
				at[s] = -1
			}
		}
		n := int32(len(v.RollCalls))
		v.RollCalls = append(v.RollCalls, idealpoint.RollCall{
			ID: numbers[c.ID], Label: c.Symbol(), Session: session, Year: c.Date.Year(), Amendment: c.Amendment == archive.Set, Paragraph: c.Paragraph == archive.Set,
		})
		for s, ballot := range a.Row(i) {
			if !ballot.Cast() {
				continue
			}
			if at[s] < 0 {
				name := a.StateOf(s, session)
				k, ok := states[name]
				if !ok {
					k = int32(len(v.States))
					states[name] = k
					v.States = append(v.States, name)
				}
				at[s] = k
				if _, taken := seats[seatKey{name, session}]; !taken {
					seats[seatKey{name, session}] = s
				}
			}
			v.Casts = append(v.Casts, idealpoint.Cast{State: at[s], RollCall: n, Y: uint8(ballot.Code()) + idealpoint.Yes})
		}
	}
	var bridges []idealpoint.Bridge
	for _, pair := range a.Bridges {
		bridges = append(bridges, idealpoint.Bridge{Earlier: numbers[pair[0]], Later: numbers[pair[1]]})
	}
	return v, bridges, seats
}

// numbersOf numbers the roll calls: the source's own number where its id is
// one, since bridges go by the order of these; else the numbers after them.
func numbersOf(a *archive.Archive) map[string]int {
	out := make(map[string]int, len(a.Calls))
	next := 0
	for i := range a.Calls {
		if n, err := strconv.Atoi(a.Calls[i].ID); err == nil && n >= 0 && strconv.Itoa(n) == a.Calls[i].ID {
			out[a.Calls[i].ID] = n
			next = max(next, n)
		}
	}
	for i := range a.Calls {
		if _, ok := out[a.Calls[i].ID]; !ok {
			next++
			out[a.Calls[i].ID] = next
		}
	}
	return out
}
