package archive

import "entente"

// Ballot is what one seat did in one roll call; one byte.
type Ballot uint8

// The ballots. The zero value is "not a member": the seat did not exist, or was
// not held, when the vote was taken.
const (
	NotMember Ballot = iota
	Yes
	Abstain
	No
	Absent
	NoRecord // a member, but the source has no row for it
)

// ballots tells every ballot's letter in files and its word.
var ballots = [...]struct {
	letter byte
	word   string
}{
	NotMember: {'.', "not a member"}, Yes: {'y', "yes"}, Abstain: {'a', "abstain"}, No: {'n', "no"},
	Absent: {'x', "absent"}, NoRecord: {'?', "no record"},
}

// Ballots lists every ballot in the order in which it is shown.
var Ballots = []Ballot{Yes, Abstain, No, Absent, NoRecord, NotMember}

// Letter is the ballot's letter in files: y, a, n, x, "." or "?".
func (b Ballot) Letter() byte { return ballots[b].letter }

// String is the ballot's word.
func (b Ballot) String() string { return ballots[b].word }

// Cast reports whether a vote was cast: yes, abstain or no.
func (b Ballot) Cast() bool { return b == Yes || b == Abstain || b == No }

// Code is the ballot on the scale of the measures of agreement: 0 yes, 1
// abstain, 2 no, and -1 for whatever is no vote.
func (b Ballot) Code() int8 {
	if b.Cast() {
		return int8(b) - 1
	}
	return -1
}

// Corpus is the ballot as a corpus has it; empty for what a corpus has no row
// for.
func (b Ballot) Corpus() entente.Ballot {
	switch b {
	case Yes:
		return entente.Yes
	case Abstain:
		return entente.Abstain
	case No:
		return entente.No
	case Absent:
		return entente.Absent
	}
	return ""
}

// FromCorpus is the ballot that a corpus's word stands for; NoRecord for a word
// that is none.
func FromCorpus(b entente.Ballot) Ballot {
	switch b {
	case entente.Yes:
		return Yes
	case entente.Abstain:
		return Abstain
	case entente.No:
		return No
	case entente.Absent:
		return Absent
	}
	return NoRecord
}

// fromLetter maps a letter to its ballot, 255 for a letter that is none.
var fromLetter = func() (t [256]Ballot) {
	for i := range t {
		t[i] = 255
	}
	for b, x := range ballots {
		t[x.letter] = Ballot(b)
	}
	return t
}()

// Tally counts the ballots of one roll call. All six add up to the number of
// seats; the first four and NoRecord to the membership.
type Tally struct {
	Yes, Abstain, No, Absent, NoRecord, NotMember int
}

// Count counts ballots.
func Count(row []Ballot) Tally {
	var n [len(ballots)]int
	for _, b := range row {
		n[b]++
	}
	return Tally{Yes: n[Yes], Abstain: n[Abstain], No: n[No], Absent: n[Absent], NoRecord: n[NoRecord], NotMember: n[NotMember]}
}

// Of is the number of one ballot.
func (t Tally) Of(b Ballot) int {
	return [...]int{NotMember: t.NotMember, Yes: t.Yes, Abstain: t.Abstain, No: t.No, Absent: t.Absent, NoRecord: t.NoRecord}[b]
}

// Cast is the number of votes cast, abstentions included.
func (t Tally) Cast() int { return t.Yes + t.Abstain + t.No }

// Members is the number of members, present or not.
func (t Tally) Members() int { return t.Cast() + t.Absent + t.NoRecord }
