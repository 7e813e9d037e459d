package archive

import (
	"strconv"

	"entente"
)

// Archive is a set of recorded votes. What its methods return must not be
// changed; an archive that is not changed is safe for concurrent use.
type Archive struct {
	Info
	Seats []Seat
	Calls []Call // by session, then date, then number
	// Bridges are pairs of roll calls on the same text in different sessions,
	// the earlier first, by ID: they tie the sessions together in scaling.
	Bridges [][2]string

	ballots []Ballot // one row per call, one column per seat
	seats   map[string]int
	calls   map[string]int
}

// Info says what an archive is and where it comes from.
type Info struct {
	Name     string // short name, e.g. "unga"
	Title    string
	Version  string
	Licence  string // SPDX identifier, or the terms in words
	Source   string // provenance, in words
	Citation string
	// SourceID is the archive's source in the default corpus, if it is there.
	SourceID entente.SourceID
}

// Seat is a seat in the body and the state that holds it under one code.
type Seat struct {
	Code  string          // ISO 3166-1 alpha-3, also of former states; EAZ (Zanzibar) is none of ISO's
	Actor entente.ActorID // the actor of the default corpus; empty for a former state
	Name  string
	// First and Last are the sessions of the seat's first and last row.
	First, Last int
	Numbers     []int    // Correlates of War numbers
	Codes       []string // other three-letter codes, such as SUN for RUS
	Names       []string // other names, former ones included
	Successor   string   // the code under which a former state's seat goes on, where it does
	Note        string
}

// Flag is a yes or no that the source may not have coded.
type Flag uint8

// The flags.
const (
	NotCoded Flag = iota
	Unset
	Set
)

// Call is one roll call.
type Call struct {
	ID         string // the source's number; for a call from a corpus, the corpus's id
	Session    int
	Date       entente.Date // of month precision where the source has no day
	Reference  string       // as the source has it, where that is more than the resolution
	Resolution string       // symbol, for example A/RES/73/27; empty when not known
	Title      string
	Amendment  Flag // a vote on an amendment, not on the text
	Paragraph  Flag // a vote on a part of the text
	Important  Flag // on the list of the Department of State of the United States
	Topics     Topics
	Tally      Tally
	// Text numbers the text voted on within the archive: calls on one
	// resolution of one session share it. It is what a bootstrap draws.
	Text int
	// Instrument and RollCall are the records of a linked corpus.
	Instrument entente.InstrumentID
	RollCall   string
	Source     entente.SourceID
}

// New makes an archive from its parts; rows[i] holds the ballots of calls[i],
// one per seat. Calls are sorted, tallies counted and texts numbered here. It
// returns an entente.Errors with every fault.
func New(info Info, seats []Seat, calls []Call, rows [][]Ballot, bridges [][2]string) (*Archive, error) {
	if len(rows) != len(calls) {
		return nil, fault("", "%d roll calls, but %d rows of ballots", len(calls), len(rows))
	}
	a := &Archive{Info: info, Seats: seats, Bridges: bridges}
	var errs entente.Errors
	a.seats = make(map[string]int, len(seats))
	for i := range seats {
		if _, ok := a.seats[seats[i].Code]; ok {
			errs = append(errs, fault("seat "+seats[i].Code, "the code is given twice"))
		}
		a.seats[seats[i].Code] = i
	}
	order := callOrder(calls)
	a.Calls = make([]Call, len(calls))
	a.calls = make(map[string]int, len(calls))
	a.ballots = make([]Ballot, 0, len(calls)*len(seats))
	texts := make(map[string]int, len(calls))
	for to, from := range order {
		c := calls[from]
		if _, ok := a.calls[c.ID]; ok {
			errs = append(errs, fault("roll call "+c.ID, "the id is given twice"))
		}
		if len(rows[from]) != len(seats) {
			errs = append(errs, fault("roll call "+c.ID, "%d ballots for %d seats", len(rows[from]), len(seats)))
			continue
		}
		c.Tally = Count(rows[from])
		key := c.textKey()
		n, ok := texts[key]
		if !ok {
			n = len(texts)
			texts[key] = n
		}
		c.Text = n
		a.calls[c.ID] = to
		a.Calls[to] = c
		a.ballots = append(a.ballots, rows[from]...)
	}
	for _, b := range bridges {
		for _, id := range b {
			if _, ok := a.calls[id]; !ok {
				errs = append(errs, fault("bridge "+b[0]+", "+b[1], "there is no roll call %s", id))
			}
		}
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return a, nil
}

// textKey names the text a call is about: its resolution, else the source's
// reference, else the call itself.
func (c *Call) textKey() string {
	s := strconv.Itoa(c.Session)
	switch {
	case c.Resolution != "":
		return s + " " + c.Resolution
	case c.Reference != "":
		return s + " " + c.Reference
	}
	return s + " #" + c.ID
}

// Whole reports whether the vote was on a text as a whole, so far as the source
// coded it: neither an amendment nor a paragraph.
func (c *Call) Whole() bool { return c.Amendment != Set && c.Paragraph != Set }

// Symbol is what a call is called: its resolution, else the source's reference,
// else its number.
func (c *Call) Symbol() string {
	switch {
	case c.Resolution != "":
		return c.Resolution
	case c.Reference != "":
		return c.Reference
	}
	return "roll call " + c.ID
}

// Row gives the ballots of call i, one per seat.
func (a *Archive) Row(i int) []Ballot {
	n := len(a.Seats)
	return a.ballots[i*n : (i+1)*n : (i+1)*n]
}

// Ballot gives the ballot of a seat in a call, both by index.
func (a *Archive) Ballot(call, seat int) Ballot { return a.ballots[call*len(a.Seats)+seat] }

// Call looks a roll call up by ID; -1 when there is none.
func (a *Archive) Call(id string) int { return at(a.calls, id) }

// Seat looks a seat up by its code; -1 when there is none.
func (a *Archive) Seat(code string) int { return at(a.seats, code) }

func at(m map[string]int, key string) int {
	if i, ok := m[key]; ok {
		return i
	}
	return -1
}

// SeatOf gives the seat that an actor of a corpus holds; -1 when it has none.
func (a *Archive) SeatOf(id entente.ActorID) int {
	for i := range a.Seats {
		if id != "" && a.Seats[i].Actor == id {
			return i
		}
	}
	return -1
}

// Sessions gives the first and the last session; 0, 0 for an empty archive.
func (a *Archive) Sessions() (first, last int) {
	if len(a.Calls) == 0 {
		return 0, 0
	}
	return a.Calls[0].Session, a.Calls[len(a.Calls)-1].Session
}

// Codes gives the votes of one seat over the calls (indices): 0 yes, 1 abstain,
// 2 no, -1 where no vote was cast.
func (a *Archive) Codes(seat int, calls []int) []int8 {
	out := make([]int8, len(calls))
	for i, c := range calls {
		out[i] = a.Ballot(c, seat).Code()
	}
	return out
}

// Texts gives the number of the text of each of the calls.
func (a *Archive) Texts(calls []int) []int {
	out := make([]int, len(calls))
	for i, c := range calls {
		out[i] = a.Calls[c].Text
	}
	return out
}
