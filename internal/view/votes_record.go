package view

import (
	"fmt"
	"slices"
	"strconv"

	"entente/internal/archive"
)

// VoteRecordSchema names the shape of [VoteRecord].
const VoteRecordSchema = "entente.votes-actor/1"

// VoteRecord is one state's votes.
type VoteRecord struct {
	VoteHead
	Seat      Seat            `json:"actor"`
	Note      string          `json:"note,omitempty"` // what a reader of the record must know
	Successor *Seat           `json:"successor,omitempty"`
	Tally     SeatTally       `json:"tally"`
	Sessions  []SessionRecord `json:"sessions"`
	Calls     []VoteOf        `json:"calls"` // the latest first
}

// SeatTally counts one seat's ballots. WithMost counts those that are what most
// members who cast a vote cast.
type SeatTally struct {
	RollCalls int `json:"roll_calls"` // while it was a member
	Yes       int `json:"yes"`
	Abstain   int `json:"abstain"`
	No        int `json:"no"`
	Absent    int `json:"absent"`
	NoRecord  int `json:"no_record"`
	WithMost  int `json:"with_most"`
}

// SessionRecord is one session of a record.
type SessionRecord struct {
	Session int `json:"session"`
	SeatTally
}

// VoteOf is a roll call with one ballot.
type VoteOf struct {
	VoteCall
	Ballot   string `json:"ballot"`
	WithMost bool   `json:"with_most"`
}

// VoteRecord makes the page of one seat, by index.
func (b VoteBuilder) VoteRecord(seat int, f archive.Filter) (*Page, error) {
	calls, err := b.selectCalls(f)
	if err != nil {
		return nil, err
	}
	used := sourceSet{}
	s := &b.Archive.Seats[seat]
	v := &VoteRecord{VoteHead: b.voteHead(VoteRecordSchema, f), Seat: b.seat(seat), Note: s.Note, Sessions: []SessionRecord{}, Calls: []VoteOf{}}
	if next := b.Archive.Seat(s.Successor); s.Successor != "" && next >= 0 {
		x := b.seat(next)
		v.Successor = &x
	}
	for _, part := range b.bySession(calls) {
		one := SessionRecord{Session: b.Archive.Calls[part[0]].Session}
		for _, i := range part {
			ballot := b.Archive.Ballot(i, seat)
			if ballot == archive.NotMember {
				continue
			}
			with := ballot.Cast() && ballot == most(b.Archive.Calls[i].Tally)
			one.count(ballot, with)
			v.Calls = append(v.Calls, VoteOf{b.call(i, used), ballot.String(), with})
		}
		if one.RollCalls > 0 {
			v.Sessions = append(v.Sessions, one)
			v.Tally.add(one.SeatTally)
		}
	}
	slices.Reverse(v.Calls)
	t := Table{Name: "votes-actor", Header: append([]string{"code", "ballot", "with_most"}, append(slices.Clone(callHeader), "source")...)}
	for i := range v.Calls {
		c := &v.Calls[i]
		t.Rows = append(t.Rows, append([]string{v.Seat.Code, c.Ballot, strconv.FormatBool(c.WithMost)}, append(c.cells(), string(c.Source))...))
	}
	return &Page{Title: fmt.Sprintf("Votes of %s%s", v.Seat.Name, VoteFilterWords(v.Filter)), Data: v, Table: t, Sources: used.list()}, nil
}

// most is the ballot that most members who cast one cast; NotMember for a tie.
func most(t archive.Tally) archive.Ballot {
	best, n := archive.NotMember, 0
	for _, b := range []archive.Ballot{archive.Yes, archive.Abstain, archive.No} {
		switch k := t.Of(b); {
		case k > n:
			best, n = b, k
		case k == n:
			best = archive.NotMember
		}
	}
	return best
}

func (t *SeatTally) count(b archive.Ballot, with bool) {
	t.RollCalls++
	if n := map[archive.Ballot]*int{archive.Yes: &t.Yes, archive.Abstain: &t.Abstain, archive.No: &t.No, archive.Absent: &t.Absent, archive.NoRecord: &t.NoRecord}[b]; n != nil {
		*n++
	}
	if with {
		t.WithMost++
	}
}

func (t *SeatTally) add(o SeatTally) {
	t.RollCalls, t.Yes, t.Abstain, t.No = t.RollCalls+o.RollCalls, t.Yes+o.Yes, t.Abstain+o.Abstain, t.No+o.No
	t.Absent, t.NoRecord, t.WithMost = t.Absent+o.Absent, t.NoRecord+o.NoRecord, t.WithMost+o.WithMost
}
