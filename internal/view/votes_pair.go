package view

import (
	"fmt"
	"slices"
	"strconv"

	"entente/analysis/alignment"
	"entente/internal/archive"
)

// VotePairSchema names the shape of [VotePair].
const VotePairSchema = "entente.votes-pair/1"

// VotePair is how far two states vote alike. The figures at the top are over
// all roll calls that pass the filter.
type VotePair struct {
	VoteHead
	Seats []Seat `json:"actors"`
	VoteMeasures
	Seed     int            `json:"seed"`
	Draws    int            `json:"draws"`
	Sessions []VoteSession  `json:"sessions"`
	Table    [][]int        `json:"table"` // roll calls by the ballots of the first (rows) and the second: yes, abstain, no
	Apart    []VotePairCall `json:"apart"` // both cast a vote, not the same one; the latest first
}

// VoteMeasures are the measures of agreement; see package alignment. A measure
// is null where it is undefined.
type VoteMeasures struct {
	N        int       `json:"n"` // roll calls in which both cast a vote
	Texts    int       `json:"texts"`
	Same     int       `json:"same"`
	Thin     bool      `json:"thin"`
	Lijphart *Estimate `json:"lijphart"`
	Simple   *Estimate `json:"simple"`
	SAbs     *Estimate `json:"s_abs"`
	SSq      *Estimate `json:"s_sq"`
	KappaNom *Estimate `json:"kappa_nom"`
	KappaAbs *Estimate `json:"kappa_abs"`
	KappaSq  *Estimate `json:"kappa_sq"`
	PiNom    *Estimate `json:"pi_nom"`
	PiAbs    *Estimate `json:"pi_abs"`
	PiSq     *Estimate `json:"pi_sq"`
}

// VoteMeasureNames are the measures in the order of [VoteMeasures.List].
var VoteMeasureNames = []string{"lijphart", "simple", "s_abs", "s_sq", "kappa_nom", "kappa_abs", "kappa_sq", "pi_nom", "pi_abs", "pi_sq"}

// List gives the measures in the order of [VoteMeasureNames].
func (m *VoteMeasures) List() []*Estimate {
	return []*Estimate{m.Lijphart, m.Simple, m.SAbs, m.SSq, m.KappaNom, m.KappaAbs, m.KappaSq, m.PiNom, m.PiAbs, m.PiSq}
}

// VoteSession is one session of a pair.
type VoteSession struct {
	Session int `json:"session"`
	VoteMeasures
}

// VotePairCall is a roll call with two ballots.
type VotePairCall struct {
	VoteCall
	First  string `json:"first"`
	Second string `json:"second"`
}

// VotePair makes the page of two seats, by index.
func (b VoteBuilder) VotePair(x, y int, f archive.Filter) (*Page, error) {
	if x == y {
		return nil, voteFault("", "both are "+b.seat(x).Name, "name two states")
	}
	calls, err := b.selectCalls(f)
	if err != nil {
		return nil, err
	}
	used := sourceSet{}
	v := &VotePair{
		VoteHead: b.voteHead(VotePairSchema, f), Seats: []Seat{b.seat(x), b.seat(y)}, Seed: alignment.Seed, Draws: alignment.Draws,
		Sessions: []VoteSession{}, Apart: []VotePairCall{},
	}
	all := b.compare(x, y, calls)
	v.VoteMeasures = measuresOf(&all)
	for _, row := range all.Table {
		v.Table = append(v.Table, row[:])
	}
	for _, part := range b.bySession(calls) {
		p := b.compare(x, y, part)
		if p.N > 0 {
			v.Sessions = append(v.Sessions, VoteSession{b.Archive.Calls[part[0]].Session, measuresOf(&p)})
		}
	}
	for _, i := range calls {
		p, q := b.Archive.Ballot(i, x), b.Archive.Ballot(i, y)
		used.add(b.Archive.Calls[i].Source)
		if p.Cast() && q.Cast() && p != q {
			v.Apart = append(v.Apart, VotePairCall{b.call(i, used), p.String(), q.String()})
		}
	}
	slices.Reverse(v.Apart)
	title := fmt.Sprintf("Votes of %s and %s%s", v.Seats[0].Name, v.Seats[1].Name, VoteFilterWords(v.Filter))
	return &Page{Title: title, Data: v, Table: v.csv(), Sources: used.list()}, nil
}

func (b VoteBuilder) compare(x, y int, calls []int) alignment.Pair {
	return alignment.Votes(b.Archive.Codes(x, calls), b.Archive.Codes(y, calls), b.Archive.Texts(calls), alignment.Standard)
}

// bySession cuts calls, which are in the order of sessions, into sessions.
func (b VoteBuilder) bySession(calls []int) (out [][]int) {
	for len(calls) > 0 {
		n := 1
		for n < len(calls) && b.Archive.Calls[calls[n]].Session == b.Archive.Calls[calls[0]].Session {
			n++
		}
		out = append(out, calls[:n])
		calls = calls[n:]
	}
	return out
}

func measuresOf(p *alignment.Pair) VoteMeasures {
	return VoteMeasures{
		N: p.N, Texts: p.Texts, Same: p.Same, Thin: p.Thin, Lijphart: measured(p.Lijphart), Simple: measured(p.Simple), SAbs: measured(p.SAbs), SSq: measured(p.SSq),
		KappaNom: measured(p.KappaNom), KappaAbs: measured(p.KappaAbs), KappaSq: measured(p.KappaSq), PiNom: measured(p.PiNom), PiAbs: measured(p.PiAbs), PiSq: measured(p.PiSq),
	}
}

// csv is one row for all roll calls and one per session.
func (v *VotePair) csv() Table {
	t := Table{Name: "votes-pair", Header: []string{"first", "second", "session", "n", "texts", "same"}}
	for _, m := range VoteMeasureNames {
		t.Header = append(t.Header, m, m+"_lo", m+"_hi")
	}
	row := func(session string, m *VoteMeasures) {
		r := []string{v.Seats[0].Code, v.Seats[1].Code, session, strconv.Itoa(m.N), strconv.Itoa(m.Texts), strconv.Itoa(m.Same)}
		for _, e := range m.List() {
			r = append(r, e.cells()...)
		}
		t.Rows = append(t.Rows, r)
	}
	row("all", &v.VoteMeasures)
	for i := range v.Sessions {
		row(strconv.Itoa(v.Sessions[i].Session), &v.Sessions[i].VoteMeasures)
	}
	return t
}
