package rollcall

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"entente"
	"entente/internal/archive"
)

// maxCalls bounds the roll calls of one file.
const maxCalls = 200_000

// Layout tells how one kind of file is read. The columns that it names are
// found by any of their names, in any case and order.
type Layout struct {
	Kind string
	Info archive.Info
	// Columns maps a role to the names its column may have, best first.
	Columns map[string][]string
	// Required are lists of roles of which one must be there.
	Required [][]string
	// Ballot reads a vote; ok is false for what is none.
	Ballot func(field []byte) (b archive.Ballot, ok bool)
	// Seat finds a state; -1 when there is none.
	Seat func(n *archive.Names, r *Row, session int) int
	// Call makes a roll call of the first row that names it; stated is the tally
	// that the row states, yes, abstain, no, with -1 where it states none.
	Call func(r *Row) (c archive.Call, stated [3]int, err error)
	// Finish may look over all calls; what it returns goes into the notes.
	Finish func(calls []archive.Call) []string
}

// Row is a row by roles.
type Row struct {
	fields [][]byte
	column map[string]int
}

// Get gives the field of a role, trimmed; empty when the file has no such
// column.
func (r *Row) Get(role string) string {
	if i, ok := r.column[role]; ok {
		return strings.TrimSpace(strings.ToValidUTF8(string(r.fields[i]), "\uFFFD"))
	}
	return ""
}

// Bytes is the field of a role as it is; nil when the file has no such column.
func (r *Row) Bytes(role string) []byte {
	if i, ok := r.column[role]; ok {
		return r.fields[i]
	}
	return nil
}

// Int reads a whole number, also one written as 120.0; ok is false for anything
// else.
func (r *Row) Int(role string) (n int, ok bool) {
	return Int(r.Get(role))
}

// Int reads a whole number, also one written as 120.0.
func Int(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, n >= 0 && n < 1<<30
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int(f)) || f < 0 || f > 1<<30 {
		return 0, false
	}
	return int(f), true
}

// Import reads a file into an archive. registry gives the seats that states are
// matched to. Faults of the file's form are errors with file, line and column;
// rows that cannot be used are skipped and reported.
func Import(name string, in io.Reader, l Layout, registry []archive.Seat) (*archive.Archive, *Report, error) {
	b := &builder{
		layout: l, scan: NewScanner(name, in), names: archive.NewNames(registry), seats: registry, calls: map[string]int{},
		gathered: gathered{map[string]*Skip{}, map[string]*Unmatched{}}, report: &Report{Kind: l.Kind, File: name, Tallies: []TallyFault{}, Notes: []string{}},
	}
	if err := b.header(); err != nil {
		return nil, nil, err
	}
	for {
		fields, err := b.scan.Row()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		b.row.fields = fields
		b.report.Rows++
		if err := b.vote(); err != nil {
			return nil, nil, err
		}
	}
	return b.finish()
}

type builder struct {
	layout Layout
	scan   *Scanner
	names  *archive.Names
	seats  []archive.Seat
	row    Row

	calls  map[string]int
	list   []archive.Call
	rows   [][]archive.Ballot
	stated []stated
	last   struct { // the call of the row before
		key  string
		call int
	}
	gathered
	report *Report
}

type stated struct {
	line  int
	tally [3]int
}

func (b *builder) header() error {
	fields, err := b.scan.Row()
	if errors.Is(err, io.EOF) {
		return b.scan.Fault(1, "the file is empty")
	}
	if err != nil {
		return err
	}
	at := map[string]int{}
	var names []string
	for i, f := range fields {
		name := strings.ToLower(strings.TrimSpace(string(f)))
		names = append(names, name)
		if _, ok := at[name]; !ok {
			at[name] = i
		}
	}
	b.row.column = map[string]int{}
	for role, list := range b.layout.Columns {
		for _, name := range list {
			if i, ok := at[name]; ok {
				b.row.column[role] = i
				break
			}
		}
	}
	for _, any := range b.layout.Required {
		found := false
		var wanted []string
		for _, role := range any {
			_, ok := b.row.column[role]
			found = found || ok
			wanted = append(wanted, b.layout.Columns[role][0])
		}
		if !found {
			e := &entente.Error{Kind: entente.Invalid, Op: "import votes", Place: b.scan.name + ":1:1", Hint: "is this the file, and is --kind right?"}
			e.Msg = fmt.Sprintf("there is no column %s; the columns are %s", strings.Join(wanted, " or "), clip(strings.Join(names, ", "), 300))
			return e
		}
	}
	return nil
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// vote takes one row in.
func (b *builder) vote() error {
	line := b.scan.line
	id := b.row.Bytes("id")
	if len(id) == 0 {
		b.skip(line, "no number of the roll call")
		return nil
	}
	ballot, ok := b.layout.Ballot(b.row.Bytes("vote"))
	if !ok {
		b.skip(line, fmt.Sprintf("no vote: %q", clip(b.row.Get("vote"), 20)))
		return nil
	}
	call := b.last.call
	if string(id) != b.last.key || len(b.list) == 0 {
		if call, ok = b.calls[string(id)]; !ok {
			c, tally, err := b.layout.Call(&b.row)
			if err != nil {
				b.skip(line, err.Error())
				return nil
			}
			if len(b.list) == maxCalls {
				return b.scan.Fault(1, "more than %d roll calls", maxCalls)
			}
			call = len(b.list)
			key := string(id)
			b.calls[key] = call
			c.ID = strings.TrimSpace(key)
			b.list, b.rows, b.stated = append(b.list, c), append(b.rows, archive.OpenRow(len(b.seats))), append(b.stated, stated{line, tally})
		}
		b.last.key, b.last.call = string(id), call
	}
	seat := b.layout.Seat(b.names, &b.row, b.list[call].Session)
	if seat < 0 {
		if ballot == archive.NotMember {
			b.report.NonMember++
			return nil
		}
		state := clip(strings.Trim(b.row.Get("code")+" "+b.row.Get("number")+" "+b.row.Get("name"), " "), 80)
		b.unknown(line, state)
		b.skip(line, "no seat for the state")
		return nil
	}
	switch at := &b.rows[call][seat]; {
	case *at != archive.Open && *at != ballot:
		b.skip(line, "a second, different vote of the state in the roll call")
	case *at != archive.Open:
		b.skip(line, "the same vote again")
	case ballot == archive.NotMember:
		*at = ballot
		b.report.NonMember++
	default:
		*at = ballot
		b.report.Used++
	}
	return nil
}

func (b *builder) finish() (*archive.Archive, *Report, error) {
	r := b.report
	b.into(r)
	if r.Used == 0 {
		e := &entente.Error{Kind: entente.Invalid, Op: "import votes", Place: b.scan.name, Msg: fmt.Sprintf("no vote could be used of %d rows", r.Rows), Hint: "is this the file, and is --kind right?"}
		if len(r.Skipped) > 0 {
			e.Hint = "the first reason: " + r.Skipped[0].Reason
		}
		return nil, nil, e
	}
	if b.layout.Finish != nil {
		r.Notes = append(r.Notes, b.layout.Finish(b.list)...)
	}
	seats := make([]archive.Seat, len(b.seats))
	copy(seats, b.seats)
	archive.Settle(seats, b.list, b.rows)
	seats, rows := seated(seats, b.rows)
	for i := range b.list {
		t := archive.Count(rows[i])
		r.NoRecord += t.NoRecord
		counted := [3]int{t.Yes, t.Abstain, t.No}
		for k, n := range b.stated[i].tally {
			if n >= 0 && n != counted[k] {
				if len(r.Tallies) == shownTallies {
					r.TalliesMore++
				} else {
					r.Tallies = append(r.Tallies, TallyFault{b.list[i].ID, b.list[i].Resolution, b.stated[i].line, b.stated[i].tally, counted})
				}
				break
			}
		}
	}
	a, err := archive.New(b.layout.Info, seats, b.list, rows, nil)
	if err != nil {
		return nil, nil, err
	}
	r.RollCalls, r.Seats = len(a.Calls), len(a.Seats)
	r.FirstSession, r.LastSession = a.Sessions()
	return a, r, nil
}

// seated leaves out the seats that never had a row.
func seated(seats []archive.Seat, rows [][]archive.Ballot) ([]archive.Seat, [][]archive.Ballot) {
	var keep []int
	var out []archive.Seat
	for j := range seats {
		if seats[j].Last > 0 || seats[j].First > 0 {
			keep, out = append(keep, j), append(out, seats[j])
		}
	}
	for i, row := range rows {
		short := make([]archive.Ballot, len(keep))
		for k, j := range keep {
			short[k] = row[j]
		}
		rows[i] = short
	}
	// A successor that is not here cannot be named.
	here := map[string]bool{}
	for i := range out {
		here[out[i].Code] = true
	}
	for i := range out {
		if !here[out[i].Successor] {
			out[i].Successor = ""
		}
	}
	return out, rows
}
