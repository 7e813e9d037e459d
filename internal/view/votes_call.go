package view

import (
	"sort"

	"entente"
	"entente/analysis/alignment"
	"entente/internal/archive"
)

// RollCallSchema names the shape of [RollCallPage].
const RollCallSchema = "entente.rollcall/1"

// RollCallPage is one roll call: every ballot, and who broke with its bloc.
type RollCallPage struct {
	VoteHead
	Call    VoteCall     `json:"call"`
	Others  []VoteCall   `json:"others"` // other roll calls on the same text
	Ballots []SeatBallot `json:"ballots"`
	Blocs   []BlocVote   `json:"blocs"`
}

// SeatBallot is one seat's ballot.
type SeatBallot struct {
	Seat
	Ballot string `json:"ballot"` // yes, abstain, no, absent, no record
}

// BlocVote is how the members of a bloc, on the day, voted. Side is the ballot
// that most of them cast; empty when two are equal. Broke lists those who cast
// another.
type BlocVote struct {
	Bloc    Actor        `json:"bloc"`
	Members int          `json:"members"` // with a seat
	Tally   VoteTally    `json:"tally"`
	Side    string       `json:"side"`
	Broke   []SeatBallot `json:"broke"`
}

// RollCall makes the page of one roll call, by index.
func (b VoteBuilder) RollCall(i int) *Page {
	a := b.Archive
	used := sourceSet{}
	v := &RollCallPage{VoteHead: b.voteHead(RollCallSchema, archive.Filter{}), Call: b.call(i, used), Others: []VoteCall{}, Ballots: []SeatBallot{}, Blocs: []BlocVote{}}
	for j := range a.Calls {
		if j != i && a.Calls[j].Text == a.Calls[i].Text {
			v.Others = append(v.Others, b.call(j, used))
		}
	}
	t := Table{Name: "rollcall-" + v.Call.ID, Header: []string{"roll_call", "symbol", "date", "code", "actor", "name", "ballot", "source"}}
	for s, ballot := range a.Row(i) {
		if ballot == archive.NotMember {
			continue
		}
		v.Ballots = append(v.Ballots, SeatBallot{b.seat(s), ballot.String()})
	}
	sort.SliceStable(v.Ballots, func(x, y int) bool { return v.Ballots[x].Name < v.Ballots[y].Name })
	for _, x := range v.Ballots {
		t.Rows = append(t.Rows, []string{v.Call.ID, v.Call.Symbol, v.Call.Date, x.Code, string(x.Actor), x.Name, x.Ballot, string(v.Call.Source)})
	}
	m := b.memberships()
	for _, bloc := range m.blocs() {
		if bv, ok := b.blocVote(m, bloc, i, used); ok {
			v.Blocs = append(v.Blocs, bv)
		}
	}
	title := v.Call.Symbol
	if v.Call.Title != "" {
		title += ": " + v.Call.Title
	}
	return &Page{Title: title, Data: v, Table: t, Sources: used.list()}
}

// blocVote is a bloc's part in a roll call; ok is false when fewer than three
// members cast a vote, of which no one could break with the others.
func (b VoteBuilder) blocVote(m *seating, bloc *entente.Actor, call int, used sourceSet) (v BlocVote, ok bool) {
	seats := m.at(bloc.ID, b.Archive.Calls[call].Date)
	row := b.Archive.Row(call)
	ballots := make([]archive.Ballot, len(seats))
	codes := make([]int8, len(seats))
	for k, s := range seats {
		ballots[k], codes[k] = row[s], row[s].Code()
	}
	split := alignment.Count(codes)
	if split.Cast() < 3 {
		return v, false
	}
	v = BlocVote{Bloc: actorOf(bloc), Members: len(seats), Tally: voteTally(archive.Count(ballots)), Broke: []SeatBallot{}}
	side := split.Plurality()
	if side >= 0 {
		v.Side = archive.Ballot(side + 1).String()
		for k, s := range seats {
			if codes[k] >= 0 && codes[k] != side {
				v.Broke = append(v.Broke, SeatBallot{b.seat(s), ballots[k].String()})
			}
		}
	}
	m.cite(bloc.ID, used)
	return v, true
}

// seating looks up who sat in which body on which day, once per day.
type seating struct {
	c     *entente.Corpus
	a     *archive.Archive
	known map[memberKey][]int
}

type memberKey struct {
	body entente.ActorID
	day  entente.Date
}

func (b VoteBuilder) memberships() *seating {
	return &seating{b.Corpus, b.Archive, map[memberKey][]int{}}
}

// at gives the seats of those who were full members on the whole of a day, or
// of a month where the vote is dated to the month.
func (m *seating) at(body entente.ActorID, day entente.Date) []int {
	key := memberKey{body, day}
	if seats, ok := m.known[key]; ok {
		return seats
	}
	seats := []int{}
	for _, id := range m.c.MembersAt(body, day, false) {
		if s := m.a.SeatOf(id); s >= 0 {
			seats = append(seats, s)
		}
	}
	m.known[key] = seats
	return seats
}

// cite adds the sources of a body's memberships.
func (m *seating) cite(body entente.ActorID, used sourceSet) {
	for _, x := range m.c.MembersOf(body) {
		used.add(x.Source)
	}
}

// blocs are the groups of states of the corpus with at least three members.
func (m *seating) blocs() []*entente.Actor {
	var out []*entente.Actor
	for i := range m.c.Actors {
		a := &m.c.Actors[i]
		if (a.Kind == entente.Bloc || a.Kind == entente.Organisation) && !a.Open && len(m.c.MembersOf(a.ID)) >= 3 {
			out = append(out, a)
		}
	}
	return out
}
