package archive

// Open marks a cell that no row of a source has filled, while an archive is
// being built; see [Settle]. An archive never holds it.
const Open Ballot = 255

// OpenRow is a row of open cells.
func OpenRow(seats int) []Ballot {
	row := make([]Ballot, seats)
	for i := range row {
		row[i] = Open
	}
	return row
}

// notSeated are the sessions in which a state that has rows before and after
// could not take its seat: resolutions 47/1 of September 1992 and 55/12 of
// November 2000 for the Federal Republic of Yugoslavia.
var notSeated = map[string][2]int{"YUG": {47, 55}}

// Settle fills the open cells and sets the seats' first and last sessions. A
// seat without a row was a member whose row the source lacks ([NoRecord]) when
// it has rows in other roll calls of the session and the session is neither its
// first nor its last, within which it may have joined or left; else it was not
// a member. The last session of all is no seat's last: who has rows in it is
// taken to have stayed.
func Settle(seats []Seat, calls []Call, rows [][]Ballot) {
	last := 0
	for i := range calls {
		last = max(last, calls[i].Session)
	}
	has := make([][]bool, len(seats)) // by seat and session
	for j := range seats {
		has[j] = make([]bool, last+1)
		seats[j].First, seats[j].Last = 0, 0
	}
	for i, row := range rows {
		t := calls[i].Session
		for j, b := range row {
			if b == Open || b == NotMember {
				continue
			}
			has[j][t] = true
			if s := &seats[j]; s.First == 0 || t < s.First {
				s.First = t
			}
			seats[j].Last = max(seats[j].Last, t)
		}
	}
	for i, row := range rows {
		t := calls[i].Session
		for j, b := range row {
			if b != Open {
				continue
			}
			row[j] = NotMember
			out, s := notSeated[seats[j].Code], &seats[j]
			if t > s.First && (t < s.Last || t == last) && has[j][t] && (t < out[0] || t > out[1]) {
				row[j] = NoRecord
			}
		}
	}
}
