package view

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/analysis/alignment"
	"entente/internal/archive"
)

// VoteBuilder makes views of a vote archive beside a corpus.
type VoteBuilder struct {
	Builder
	Archive *archive.Archive // linked to the corpus; see archive.Archive.Link
}

// ArchiveInfo says from which archive a view was made.
type ArchiveInfo struct {
	Name         string `json:"name"`
	Title        string `json:"title"`
	Version      string `json:"version"`
	Licence      string `json:"licence"`
	Citation     string `json:"citation"`
	FirstSession int    `json:"first_session"`
	LastSession  int    `json:"last_session"`
	RollCalls    int    `json:"roll_calls"`
	Added        int    `json:"added"` // later roll calls from the corpus; they are on ICTs only
}

// VoteHead opens the JSON of every page of votes.
type VoteHead struct {
	Schema  string      `json:"schema"`
	Corpus  CorpusInfo  `json:"corpus"`
	Archive ArchiveInfo `json:"archive"`
	Filter  VoteFilter  `json:"filter"`
}

// VoteFilter is a filter in words; empty fields take everything.
type VoteFilter struct {
	FromSession int      `json:"from_session,omitempty"`
	ToSession   int      `json:"to_session,omitempty"`
	From        string   `json:"from,omitempty"`
	To          string   `json:"to,omitempty"`
	Topics      []string `json:"topics,omitempty"`
	Resolutions []string `json:"resolutions,omitempty"`
	Words       string   `json:"words,omitempty"`
	WholeTexts  bool     `json:"whole_texts,omitempty"`
}

// Seat is how the holder of a seat is named in every view of votes.
type Seat struct {
	Code  string          `json:"code"`
	Actor entente.ActorID `json:"actor,omitempty"` // empty for a former state
	Name  string          `json:"name"`
}

// Key is the seat's name in addresses: the actor's id, else the code in lower
// case.
func (s Seat) Key() string {
	if s.Actor != "" {
		return string(s.Actor)
	}
	return strings.ToLower(s.Code)
}

// VoteTally counts the ballots of a roll call.
type VoteTally struct {
	Yes      int `json:"yes"`
	Abstain  int `json:"abstain"`
	No       int `json:"no"`
	Absent   int `json:"absent"`
	NoRecord int `json:"no_record"`
	Members  int `json:"members"`
}

// VoteCall is one roll call.
type VoteCall struct {
	ID         string               `json:"id"`
	Session    int                  `json:"session"`
	Date       string               `json:"date"`
	Symbol     string               `json:"symbol"`
	Title      string               `json:"title"`
	On         string               `json:"on"` // text, paragraph, amendment; "not coded" where the source does not say
	Topics     []string             `json:"topics"`
	Tally      VoteTally            `json:"tally"`
	Instrument entente.InstrumentID `json:"instrument,omitempty"`
	Source     entente.SourceID     `json:"source,omitempty"`
}

// ParseVoteFilter reads a filter as a person writes it: session "73" or
// "70-73", dates, topics and resolutions as lists.
func ParseVoteFilter(session, from, to string, topics, resolutions []string, words string, whole bool) (f archive.Filter, err error) {
	f = archive.Filter{Words: strings.TrimSpace(words), WholeTexts: whole}
	if session = strings.TrimSpace(session); session != "" {
		first, last, isRange := strings.Cut(session, "-")
		if !isRange {
			last = first
		}
		a, errA := strconv.Atoi(strings.TrimSpace(first))
		b, errB := strconv.Atoi(strings.TrimSpace(last))
		if errA != nil || errB != nil || a < 1 || b < a || b > 999 {
			return f, voteFault("session", fmt.Sprintf("%q is no session", clip(session, 20)), "give a number, or two with the smaller first: 73 or 70-73")
		}
		f.FromSession, f.ToSession = a, b
	}
	for _, d := range []struct {
		name, word string
		to         *entente.Date
	}{{"from", from, &f.From}, {"to", to, &f.To}} {
		if *d.to, err = entente.ParseDate(strings.TrimSpace(d.word)); err != nil {
			return f, voteFault(d.name, fmt.Sprintf("%q is no date", clip(d.word, 20)), "give 2018, 2018-12 or 2018-12-05")
		}
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.From.First().Compare(f.To.Last()) > 0 {
		return f, voteFault("from", fmt.Sprintf("%s is after %s", f.From, f.To), "give the earlier date first")
	}
	for _, w := range topics {
		t, ok := archive.ParseTopic(w)
		if !ok {
			return f, voteFault("topic", fmt.Sprintf("there is no topic %q", clip(w, 30)), "the topics are "+strings.Join(archive.Topics(math.MaxUint16).Words(), ", "))
		}
		f.Topics |= t
	}
	for _, r := range resolutions {
		if strings.TrimSpace(r) != "" {
			f.Resolutions = append(f.Resolutions, strings.TrimSpace(r))
		}
	}
	return f, nil
}

func voteFault(place, msg, hint string) error {
	return &entente.Error{Kind: entente.Invalid, Place: place, Msg: msg, Hint: hint}
}

// selectCalls gives the calls that pass. A resolution that no call is about is
// an error: a figure without it would look complete.
func (b VoteBuilder) selectCalls(f archive.Filter) ([]int, error) {
	calls, missing := b.Archive.Select(f)
	if len(missing) > 0 {
		return nil, &entente.Error{
			Kind: entente.NotFound, Place: "resolution", Msg: "there is no recorded vote on " + joinAnd(missing),
			Hint: "what was adopted without a vote has none; entente votes list --words WORDS finds what there is",
		}
	}
	return calls, nil
}

func (b VoteBuilder) voteHead(schema string, f archive.Filter) VoteHead {
	a := b.Archive
	info := ArchiveInfo{Name: a.Name, Title: a.Title, Version: a.Version, Licence: a.Licence, Citation: a.Citation}
	for i := range a.Calls {
		c := &a.Calls[i]
		if c.ID == c.RollCall { // from the corpus
			info.Added++
			continue
		}
		if info.RollCalls == 0 {
			info.FirstSession = c.Session
		}
		info.RollCalls++
		info.LastSession = c.Session
	}
	return VoteHead{
		Schema: schema, Corpus: b.info(), Archive: info,
		Filter: VoteFilter{
			FromSession: f.FromSession, ToSession: f.ToSession, From: f.From.String(), To: f.To.String(), Topics: f.Topics.Words(),
			Resolutions: f.Resolutions, Words: f.Words, WholeTexts: f.WholeTexts,
		},
	}
}

// VoteFilterWords says a filter in a title: ", session 73, on disarmament".
func VoteFilterWords(f VoteFilter) string {
	var parts []string
	switch {
	case f.FromSession > 0 && f.FromSession == f.ToSession:
		parts = append(parts, fmt.Sprintf("session %d", f.FromSession))
	case f.FromSession > 0:
		parts = append(parts, fmt.Sprintf("sessions %d to %d", f.FromSession, f.ToSession))
	}
	if f.From != "" {
		parts = append(parts, "from "+f.From)
	}
	if f.To != "" {
		parts = append(parts, "to "+f.To)
	}
	if len(f.Topics) > 0 {
		parts = append(parts, "on "+strings.Join(f.Topics, " or "))
	}
	if len(f.Resolutions) > 0 {
		parts = append(parts, "resolutions "+joinAnd(f.Resolutions))
	}
	if f.Words != "" {
		parts = append(parts, fmt.Sprintf("with the words %q", f.Words))
	}
	if f.WholeTexts {
		parts = append(parts, "whole texts only")
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

func (b VoteBuilder) seat(i int) Seat {
	s := &b.Archive.Seats[i]
	out := Seat{s.Code, s.Actor, s.Name}
	if a := b.Corpus.Actor(s.Actor); a != nil && s.Actor != "" {
		out.Name = a.Name
	}
	return out
}

func (b VoteBuilder) call(i int, used sourceSet) VoteCall {
	c := &b.Archive.Calls[i]
	used.add(c.Source)
	on := "text"
	switch {
	case c.Amendment == archive.Set:
		on = "amendment"
	case c.Paragraph == archive.Set:
		on = "paragraph"
	case c.Amendment == archive.NotCoded && c.Paragraph == archive.NotCoded:
		on = "not coded"
	}
	return VoteCall{
		ID: c.ID, Session: c.Session, Date: c.Date.String(), Symbol: c.Symbol(), Title: c.Title, On: on, Topics: orEmpty(c.Topics.Words()),
		Tally: voteTally(c.Tally), Instrument: c.Instrument, Source: c.Source,
	}
}

func voteTally(t archive.Tally) VoteTally {
	return VoteTally{t.Yes, t.Abstain, t.No, t.Absent, t.NoRecord, t.Members()}
}

// SeatOf finds the seat that a word names: an actor of the corpus, or a former
// state by code or name.
func (b VoteBuilder) SeatOf(w string) (int, error) {
	id, err := Resolve(b.Corpus, w)
	if err == nil {
		if i := b.Archive.SeatOf(id); i >= 0 {
			return i, nil
		}
	}
	if i := archive.NewNames(b.Archive.Seats).Find(w); i >= 0 {
		return i, nil
	}
	if err != nil {
		return 0, err
	}
	return 0, &entente.Error{Kind: entente.Invalid, Op: "find votes", Msg: fmt.Sprintf("%s has no seat in this archive", b.name(id)), Hint: "name a state; the votes of a bloc are those of its members: entente votes cohesion " + string(id)}
}

// FindCalls finds the roll calls that a word names: by number, by the id that
// the corpus gives, or by resolution, which may have several.
func (b VoteBuilder) FindCalls(w string) ([]int, error) {
	w = strings.TrimSpace(w)
	if i := b.Archive.Call(w); i >= 0 {
		return []int{i}, nil
	}
	for i := range b.Archive.Calls {
		if c := &b.Archive.Calls[i]; c.RollCall != "" && strings.EqualFold(c.RollCall, w) {
			return []int{i}, nil
		}
	}
	if calls, missing := b.Archive.Select(archive.Filter{Resolutions: []string{w}}); len(missing) == 0 && len(calls) > 0 {
		return calls, nil
	}
	return nil, &entente.Error{Kind: entente.NotFound, Op: "find roll call", Msg: fmt.Sprintf("there is no recorded vote %q", clip(w, 60)), Hint: "give the number of a roll call or a resolution, for example 73/27; entente votes list finds them"}
}

// measured is an estimate as JSON: null where it is undefined, figures of six
// decimals, which is more than any of them is worth.
func measured(e alignment.Estimate) *Estimate {
	if !e.Defined {
		return nil
	}
	return &Estimate{round6(e.Value), []float64{round6(e.Lo), round6(e.Hi)}}
}

func round6(x float64) float64 {
	r := math.Round(x*1e6) / 1e6
	if r == 0 {
		return 0 // no minus nought
	}
	return r
}

// cells gives an estimate as three cells.
func (e *Estimate) cells() []string {
	if e == nil {
		return []string{"", "", ""}
	}
	return []string{decimal(e.Value), decimal(e.Interval[0]), decimal(e.Interval[1])}
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// VoteListSchema names the shape of [VoteList].
const VoteListSchema = "entente.votes/1"

// VoteList is the list of roll calls, the latest first.
type VoteList struct {
	VoteHead
	Calls []VoteCall `json:"calls"`
}

// Votes makes the list of roll calls that pass a filter.
func (b VoteBuilder) Votes(f archive.Filter) (*Page, error) {
	calls, err := b.selectCalls(f)
	if err != nil {
		return nil, err
	}
	v := &VoteList{VoteHead: b.voteHead(VoteListSchema, f), Calls: []VoteCall{}}
	used := sourceSet{}
	for _, i := range calls {
		v.Calls = append(v.Calls, b.call(i, used))
	}
	slices.Reverse(v.Calls)
	t := Table{Name: "votes", Header: append(slices.Clone(callHeader), "members", "instrument", "source")}
	for i := range v.Calls {
		c := &v.Calls[i]
		t.Rows = append(t.Rows, append(c.cells(), strconv.Itoa(c.Tally.Members), string(c.Instrument), string(c.Source)))
	}
	return &Page{Title: "Recorded votes" + VoteFilterWords(v.Filter), Data: v, Table: t, Sources: used.list()}, nil
}

var callHeader = []string{"roll_call", "session", "date", "symbol", "title", "on", "topics", "yes", "abstain", "no", "absent", "no_record"}

func (c *VoteCall) cells() []string {
	return []string{
		c.ID, strconv.Itoa(c.Session), c.Date, c.Symbol, c.Title, c.On, strings.Join(c.Topics, ";"), strconv.Itoa(c.Tally.Yes), strconv.Itoa(c.Tally.Abstain),
		strconv.Itoa(c.Tally.No), strconv.Itoa(c.Tally.Absent), strconv.Itoa(c.Tally.NoRecord),
	}
}
