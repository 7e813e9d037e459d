package rollcall

import (
	"fmt"
	"sort"
)

// The number of cases that a report spells out; the rest are counted.
const (
	shownLines   = 5
	shownTallies = 20
)

// Report says what an import did with a file.
type Report struct {
	Kind      string `json:"kind"`
	File      string `json:"file"`
	Rows      int    `json:"rows"`      // after the header
	Used      int    `json:"rows_used"` // votes and absences in the archive
	NonMember int    `json:"rows_not_a_member"`
	Skipped   []Skip `json:"rows_skipped"`
	// Unmatched are states that no seat answers to; their rows are among the
	// skipped.
	Unmatched []Unmatched `json:"unmatched_states"`
	// Tallies are roll calls whose stated tally is not the count of their rows.
	Tallies      []TallyFault `json:"tallies_that_do_not_add_up"`
	TalliesMore  int          `json:"tallies_not_listed"`
	RollCalls    int          `json:"roll_calls"`
	Seats        int          `json:"seats"`
	NoRecord     int          `json:"members_without_a_row"`
	FirstSession int          `json:"first_session"`
	LastSession  int          `json:"last_session"`
	Notes        []string     `json:"notes"`
}

// SkippedRows is the number of rows that were skipped for any reason.
func (r *Report) SkippedRows() int {
	n := 0
	for _, s := range r.Skipped {
		n += s.Rows
	}
	return n
}

// Skip is one reason for which rows were skipped.
type Skip struct {
	Reason string `json:"reason"`
	Rows   int    `json:"rows"`
	Lines  []int  `json:"first_lines"`
}

// Unmatched is a state that was not found.
type Unmatched struct {
	State string `json:"state"` // as the file has it
	Rows  int    `json:"rows"`
	Line  int    `json:"first_line"`
}

// TallyFault is a roll call whose stated tally differs from its rows: yes,
// abstain, no.
type TallyFault struct {
	RollCall   string `json:"roll_call"`
	Resolution string `json:"resolution"`
	Line       int    `json:"line"`
	Stated     [3]int `json:"stated"`
	Counted    [3]int `json:"counted"`
}

// gathered collects what goes into a report, keyed by what a row may repeat.
type gathered struct {
	skips     map[string]*Skip
	unmatched map[string]*Unmatched
}

func (g *gathered) skip(line int, reason string) {
	s := g.skips[reason]
	if s == nil {
		s = &Skip{Reason: reason}
		g.skips[reason] = s
	}
	s.Rows++
	if len(s.Lines) < shownLines {
		s.Lines = append(s.Lines, line)
	}
}

func (g *gathered) unknown(line int, state string) {
	u := g.unmatched[state]
	if u == nil {
		if len(g.unmatched) > 10000 { // a hostile file must not fill the memory
			return
		}
		u = &Unmatched{State: state, Line: line}
		g.unmatched[state] = u
	}
	u.Rows++
}

func (g *gathered) into(r *Report) {
	r.Skipped, r.Unmatched = []Skip{}, []Unmatched{}
	for _, s := range g.skips {
		r.Skipped = append(r.Skipped, *s)
	}
	for _, u := range g.unmatched {
		r.Unmatched = append(r.Unmatched, *u)
	}
	sort.Slice(r.Skipped, func(i, j int) bool { return r.Skipped[i].Reason < r.Skipped[j].Reason })
	sort.Slice(r.Unmatched, func(i, j int) bool {
		a, b := r.Unmatched[i], r.Unmatched[j]
		if a.Rows != b.Rows {
			return a.Rows > b.Rows
		}
		return a.State < b.State
	})
}

// String sums the report up in one line.
func (r *Report) String() string {
	return fmt.Sprintf("%d rows: %d used, %d not a member, %d skipped; %d roll calls, %d seats", r.Rows, r.Used, r.NonMember, r.SkippedRows(), r.RollCalls, r.Seats)
}
