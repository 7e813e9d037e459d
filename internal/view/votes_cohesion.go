package view

import (
	"math"
	"slices"
	"sort"
	"strconv"

	"entente"
	"entente/analysis/alignment"
	"entente/internal/archive"
)

// The schemas of [VoteCohesion] and [VoteBlocs].
const (
	VoteCohesionSchema = "entente.votes-cohesion/1"
	VoteBlocsSchema    = "entente.votes-blocs/1"
)

// Cohesion are the measures of how far a group votes as one; see package
// alignment. RollCalls counts those in which at least two of it cast a vote.
type Cohesion struct {
	RollCalls      int       `json:"roll_calls"`
	Texts          int       `json:"texts"`
	Thin           bool      `json:"thin"`
	MinCast        int       `json:"min_cast"` // members that cast a vote: the least and the most
	MaxCast        int       `json:"max_cast"`
	AgreementIndex *Estimate `json:"agreement_index"`
	Rice           *Estimate `json:"rice"`
	RiceBase       int       `json:"rice_roll_calls"` // with a yes or no
	PairAgreement  *Estimate `json:"pair_agreement"`
	PairBase       int       `json:"pair_roll_calls"` // with two of them
}

// VoteCohesion is the cohesion of a group: a bloc with its members of the day,
// or states that the reader named.
type VoteCohesion struct {
	VoteHead
	Bloc *Actor `json:"bloc"` // null for a list of states
	Cohesion
	Seed    int           `json:"seed"`
	Draws   int           `json:"draws"`
	Members []GroupMember `json:"members"`
	Split   []SplitCall   `json:"split"` // most divided first; at most 25
}

// GroupMember is a member's part: of the votes it cast while the group had one
// most frequent ballot, how many were that.
type GroupMember struct {
	Seat
	Cast     int `json:"cast"`
	WithMost int `json:"with_most"`
}

// SplitCall is a roll call in which the group was divided.
type SplitCall struct {
	VoteCall
	Yes     int     `json:"group_yes"`
	Abstain int     `json:"group_abstain"`
	No      int     `json:"group_no"`
	Index   float64 `json:"agreement_index"`
}

// group says whose votes are counted in a roll call.
type group struct {
	bloc  *entente.Actor
	seats func(call int) []int
}

func (b VoteBuilder) blocGroup(m *seating, bloc *entente.Actor) group {
	return group{bloc, func(call int) []int { return m.at(bloc.ID, b.Archive.Calls[call].Date) }}
}

// splits counts the votes of the group in each call.
func (b VoteBuilder) splits(g group, calls []int) []alignment.Split {
	out := make([]alignment.Split, len(calls))
	var codes []int8
	for k, i := range calls {
		codes = codes[:0]
		for _, s := range g.seats(i) {
			codes = append(codes, b.Archive.Ballot(i, s).Code())
		}
		out[k] = alignment.Count(codes)
	}
	return out
}

func cohesionOf(c *alignment.Cohesion) Cohesion {
	return Cohesion{
		RollCalls: c.RollCalls, Texts: c.Texts, Thin: c.Thin, MinCast: c.MinCast, MaxCast: c.MaxCast, AgreementIndex: measured(c.AgreementIndex),
		Rice: measured(c.Rice), RiceBase: c.RiceBase, PairAgreement: measured(c.PairAgreement), PairBase: c.PairBase,
	}
}

// VoteCohesion makes the page of a group. One word may name a bloc; its members
// are those of the day of each vote. Otherwise every word names a state.
func (b VoteBuilder) VoteCohesion(words []string, f archive.Filter) (*Page, error) {
	used := sourceSet{}
	g, fixed, err := b.groupOf(words, used)
	if err != nil {
		return nil, err
	}
	calls, err := b.selectCalls(f)
	if err != nil {
		return nil, err
	}
	v := &VoteCohesion{VoteHead: b.voteHead(VoteCohesionSchema, f), Seed: alignment.Seed, Draws: alignment.Draws, Members: []GroupMember{}, Split: []SplitCall{}}
	splits := b.splits(g, calls)
	c := alignment.Bloc(splits, b.Archive.Texts(calls), alignment.Standard)
	v.Cohesion = cohesionOf(&c)
	parts := map[int]*GroupMember{}
	for _, s := range fixed {
		parts[s] = &GroupMember{Seat: b.seat(s)}
	}
	for k, i := range calls {
		used.add(b.Archive.Calls[i].Source)
		side := splits[k].Plurality()
		for _, s := range g.seats(i) {
			if parts[s] == nil {
				parts[s] = &GroupMember{Seat: b.seat(s)}
			}
			if code := b.Archive.Ballot(i, s).Code(); code >= 0 && side >= 0 && splits[k].Cast() > 1 {
				parts[s].Cast++
				if code == side {
					parts[s].WithMost++
				}
			}
		}
		if index := splits[k].AgreementIndex(); !math.IsNaN(index) && index < 1-1e-9 && splits[k].Cast() > 1 {
			v.Split = append(v.Split, SplitCall{b.call(i, used), splits[k].Yes, splits[k].Abstain, splits[k].No, round6(index)})
		}
	}
	for _, m := range parts {
		v.Members = append(v.Members, *m)
	}
	sort.Slice(v.Members, func(i, j int) bool { return v.Members[i].Code < v.Members[j].Code })
	sort.SliceStable(v.Split, func(i, j int) bool { return v.Split[i].Index < v.Split[j].Index })
	v.Split = v.Split[:min(len(v.Split), 25)]
	var title string
	if g.bloc != nil {
		x := actorOf(g.bloc)
		v.Bloc, title = &x, g.bloc.Name
	} else {
		var names []string
		for _, s := range fixed {
			names = append(names, b.seat(s).Name)
		}
		title = joinAnd(names)
	}
	t := Table{Name: "votes-cohesion", Header: []string{"code", "name", "votes_cast", "with_most_of_group"}}
	for _, m := range v.Members {
		t.Rows = append(t.Rows, []string{m.Code, m.Name, strconv.Itoa(m.Cast), strconv.Itoa(m.WithMost)})
	}
	t.Header = append(t.Header, cohesionHeader...)
	for i := range t.Rows {
		t.Rows[i] = append(t.Rows[i], v.cells()...)
	}
	return &Page{Title: "Cohesion of " + title + VoteFilterWords(v.Filter), Data: v, Table: t, Sources: used.list()}, nil
}

var cohesionHeader = []string{
	"roll_calls", "texts", "min_cast", "max_cast", "agreement_index", "agreement_index_lo", "agreement_index_hi", "rice", "rice_lo", "rice_hi",
	"rice_roll_calls", "pair_agreement", "pair_agreement_lo", "pair_agreement_hi", "pair_roll_calls",
}

func (c *Cohesion) cells() []string {
	out := []string{strconv.Itoa(c.RollCalls), strconv.Itoa(c.Texts), strconv.Itoa(c.MinCast), strconv.Itoa(c.MaxCast)}
	out = append(out, c.AgreementIndex.cells()...)
	out = append(append(out, c.Rice.cells()...), strconv.Itoa(c.RiceBase))
	return append(append(out, c.PairAgreement.cells()...), strconv.Itoa(c.PairBase))
}

// groupOf reads the words of a group. fixed are the seats of a list of states.
func (b VoteBuilder) groupOf(words []string, used sourceSet) (g group, fixed []int, err error) {
	m := b.memberships()
	if len(words) == 1 {
		bloc, err := b.bloc(m, words[0])
		if err != nil {
			return g, nil, err
		}
		m.cite(bloc.ID, used)
		return b.blocGroup(m, bloc), nil, nil
	}
	if len(words) == 0 {
		return g, nil, voteFault("", "no group is named", "name a bloc, for example eu, or two or more states")
	}
	for _, w := range words {
		s, err := b.SeatOf(w)
		if err != nil {
			return g, nil, err
		}
		if slices.Contains(fixed, s) {
			return g, nil, voteFault("", b.seat(s).Name+" is named twice", "name each state once")
		}
		fixed = append(fixed, s)
	}
	return group{nil, func(int) []int { return fixed }}, fixed, nil
}

// bloc finds a bloc that has members.
func (b VoteBuilder) bloc(m *seating, word string) (*entente.Actor, error) {
	id, err := Resolve(b.Corpus, word)
	if err != nil {
		return nil, err
	}
	a := b.Corpus.Actor(id)
	if len(b.Corpus.MembersOf(id)) == 0 {
		hint := "blocs with members: "
		for i, x := range m.blocs() {
			if i > 0 {
				hint += ", "
			}
			hint += string(x.ID)
		}
		if a.Kind == entente.State {
			hint = "name two or more states, or one bloc"
		}
		return nil, &entente.Error{Kind: entente.Invalid, Op: "find bloc", Msg: a.Name + " has no members in the corpus", Hint: hint}
	}
	return a, nil
}

// VoteBlocs are the blocs of the corpus beside each other, and, when two are
// named, how far each holds together where the other stands on the other side.
type VoteBlocs struct {
	VoteHead
	Blocs []VoteBloc  `json:"blocs"`
	Unity []VoteUnity `json:"unity"`
}

// VoteBloc is one bloc's cohesion.
type VoteBloc struct {
	Bloc Actor `json:"bloc"`
	Cohesion
}

// VoteUnity is the unity of a bloc against another; see alignment.Against.
type VoteUnity struct {
	Bloc      Actor         `json:"bloc"`
	Against   Actor         `json:"against"`
	BlocVotes int           `json:"bloc_votes"` // the majorities of yes and no are opposed
	Texts     int           `json:"texts"`
	Thin      bool          `json:"thin"`
	Unity     *Estimate     `json:"unity"` // mean of the members' shares
	Members   []UnityMember `json:"members"`
}

// UnityMember is a member's share of votes with its bloc's majority.
type UnityMember struct {
	Seat
	Cast  int       `json:"cast"`
	With  int       `json:"with"`
	Share *Estimate `json:"share"`
}

// VoteBlocs makes the page of blocs: all of them, or those that are named; two
// named blocs are set against each other.
func (b VoteBuilder) VoteBlocs(words []string, f archive.Filter) (*Page, error) {
	calls, err := b.selectCalls(f)
	if err != nil {
		return nil, err
	}
	m := b.memberships()
	blocs := m.blocs()
	if len(words) > 0 {
		blocs = nil
		for _, w := range words {
			bloc, err := b.bloc(m, w)
			if err != nil {
				return nil, err
			}
			if slices.Contains(blocs, bloc) {
				return nil, voteFault("", bloc.Name+" is named twice", "name each bloc once")
			}
			blocs = append(blocs, bloc)
		}
	}
	used := sourceSet{}
	v := &VoteBlocs{VoteHead: b.voteHead(VoteBlocsSchema, f), Blocs: []VoteBloc{}, Unity: []VoteUnity{}}
	t := Table{Name: "votes-blocs", Header: append([]string{"bloc", "name"}, cohesionHeader...)}
	texts := b.Archive.Texts(calls)
	for _, i := range calls {
		used.add(b.Archive.Calls[i].Source)
	}
	for _, bloc := range blocs {
		c := alignment.Bloc(b.splits(b.blocGroup(m, bloc), calls), texts, alignment.Standard)
		if c.RollCalls == 0 && len(words) == 0 {
			continue
		}
		m.cite(bloc.ID, used)
		one := VoteBloc{actorOf(bloc), cohesionOf(&c)}
		v.Blocs = append(v.Blocs, one)
		t.Rows = append(t.Rows, append([]string{string(bloc.ID), bloc.Name}, one.cells()...))
	}
	if len(blocs) == 2 && len(words) == 2 {
		for k := range 2 {
			v.Unity = append(v.Unity, b.unity(m, blocs[k], blocs[1-k], calls, texts))
		}
	}
	title := "Cohesion of blocs"
	if len(words) > 0 {
		var names []string
		for _, x := range blocs {
			names = append(names, x.Name)
		}
		title = "Cohesion of " + joinAnd(names)
	}
	return &Page{Title: title + VoteFilterWords(v.Filter), Data: v, Table: t, Sources: used.list()}, nil
}

func (b VoteBuilder) unity(m *seating, bloc, other *entente.Actor, calls, texts []int) VoteUnity {
	seats := map[int]int{} // seat to column
	var order []int
	for _, i := range calls {
		for _, s := range m.at(bloc.ID, b.Archive.Calls[i].Date) {
			if _, ok := seats[s]; !ok {
				seats[s] = len(order)
				order = append(order, s)
			}
		}
	}
	own, others := make([][]int8, len(calls)), make([][]int8, len(calls))
	for k, i := range calls {
		own[k] = slices.Repeat([]int8{-1}, len(order))
		for _, s := range m.at(bloc.ID, b.Archive.Calls[i].Date) {
			own[k][seats[s]] = b.Archive.Ballot(i, s).Code()
		}
		for _, s := range m.at(other.ID, b.Archive.Calls[i].Date) {
			others[k] = append(others[k], b.Archive.Ballot(i, s).Code())
		}
	}
	u := alignment.Against(own, others, texts, alignment.Standard)
	v := VoteUnity{Bloc: actorOf(bloc), Against: actorOf(other), BlocVotes: u.BlocVotes, Texts: u.Texts, Thin: u.Thin, Unity: measured(u.Mean), Members: []UnityMember{}}
	for c, x := range u.Members {
		v.Members = append(v.Members, UnityMember{b.seat(order[c]), x.Cast, x.With, measured(x.Share)})
	}
	sort.Slice(v.Members, func(i, j int) bool { return v.Members[i].Code < v.Members[j].Code })
	return v
}
