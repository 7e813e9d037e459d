package archive

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"entente"
)

// Link makes a copy of the archive that is joined to a corpus:
//
//   - a roll call on a resolution that is an instrument of the corpus carries
//     the instrument's id, that of the corpus's own roll call and the topic ICT;
//   - a complete plenary roll call of the corpus on a resolution that the
//     archive lacks is added when it is later than all that the archive has, so
//     that the record goes on where the archive ends.
//
// A member without a vote in an added roll call has no record there. The
// archive itself does not change.
func (a *Archive) Link(c *entente.Corpus) (*Archive, error) {
	b := &linker{a: a, c: c, calls: slices.Clone(a.Calls), seats: slices.Clone(a.Seats), bySymbol: map[string][]int{}}
	for i := range b.calls {
		if s := b.calls[i].Resolution; s != "" {
			b.bySymbol[Symbol(s)] = append(b.bySymbol[Symbol(s)], i)
		}
		b.rows = append(b.rows, a.Row(i))
	}
	for i := range a.Calls {
		if d := a.Calls[i].Date.Last(); d.Compare(b.end) > 0 {
			b.end = d
		}
	}
	for i := range c.Instruments {
		b.instrument(&c.Instruments[i])
	}
	return New(a.Info, b.seats, b.calls, b.rows, a.Bridges)
}

type linker struct {
	a        *Archive
	c        *entente.Corpus
	calls    []Call
	rows     [][]Ballot
	seats    []Seat
	end      entente.Date // the last day of the archive
	bySymbol map[string][]int
}

func (b *linker) instrument(in *entente.Instrument) {
	symbol := in.Symbol
	if in.Kind != entente.Resolution || !strings.HasPrefix(symbol, "A/RES/") {
		return
	}
	known := b.bySymbol[Symbol(symbol)]
	for _, i := range known {
		b.calls[i].Instrument = in.ID
		b.calls[i].Topics |= ICT
	}
	for _, rc := range b.c.RollCallsOn(in.ID) {
		if rc.Stage != "plenary" || !rc.Complete {
			continue
		}
		if len(known) == 0 {
			if rc.Date.First().Compare(b.end) > 0 {
				b.add(in, rc)
			}
			continue
		}
		for _, i := range known {
			if x := &b.calls[i]; x.Whole() && x.RollCall == "" && (x.Date.Contains(rc.Date) || len(known) == 1) {
				x.RollCall = rc.ID
				break
			}
		}
	}
}

// add appends a roll call of the corpus.
func (b *linker) add(in *entente.Instrument, rc *entente.RollCall) {
	_, last := b.a.Sessions()
	call := Call{
		ID: rc.ID, Session: SessionOf(in.Symbol, rc.Date), Date: rc.Date, Resolution: Symbol(in.Symbol), Title: in.Title,
		Topics: ICT, Instrument: in.ID, RollCall: rc.ID, Source: rc.Source,
	}
	row := make([]Ballot, len(b.seats))
	for j := range b.seats {
		s := &b.seats[j]
		if s.Actor == "" {
			continue
		}
		if v := b.c.VoteOf(rc.ID, s.Actor); v != nil {
			row[j] = FromCorpus(v.Ballot)
			s.First, s.Last = min(s.First, call.Session), max(s.Last, call.Session)
		} else if s.Last >= last {
			row[j] = NoRecord
		}
	}
	b.calls, b.rows = append(b.calls, call), append(b.rows, row)
}

// SessionOf gives the regular session of a resolution: the number in its symbol
// (A/RES/77/36), or else the session in which the date lies, a session being
// taken to open on 15 September. Resolutions of emergency and special sessions
// (A/RES/ES-11/1) go by the date. 0 when neither tells.
func SessionOf(symbol string, d entente.Date) int {
	if rest, ok := strings.CutPrefix(Symbol(symbol), "A/RES/"); ok {
		head, _, found := strings.Cut(rest, "/")
		if n, err := strconv.Atoi(head); found && err == nil && n > 0 && n < 1000 {
			return n
		}
	}
	if d.IsZero() {
		return 0
	}
	year := d.Last().Year()
	if d.Last().Compare(entente.Day(year, 9, 15)) >= 0 {
		return max(year-1945, 1)
	}
	return max(year-1946, 1)
}

// Equal reports whether two archives hold the same.
func Equal(a, b *Archive) bool {
	return a.Info == b.Info && slices.EqualFunc(a.Seats, b.Seats, func(x, y Seat) bool {
		return x.Code == y.Code && x.Actor == y.Actor && x.Name == y.Name && x.First == y.First && x.Last == y.Last && x.Successor == y.Successor &&
			x.Note == y.Note && slices.Equal(x.Numbers, y.Numbers) && slices.Equal(x.Codes, y.Codes) && slices.Equal(x.Names, y.Names)
	}) && slices.Equal(a.Calls, b.Calls) && slices.Equal(a.Bridges, b.Bridges) && slices.Equal(a.ballots, b.ballots) && maps.Equal(a.calls, b.calls)
}
