package entente

// InstrumentID names an instrument.
type InstrumentID string

// InstrumentKind says what sort of instrument it is.
type InstrumentKind string

// The kinds of instrument.
const (
	Resolution        InstrumentKind = "resolution"
	Treaty            InstrumentKind = "treaty"
	ReportInstrument  InstrumentKind = "report"
	JointStatement    InstrumentKind = "statement"
	StrategyPaper     InstrumentKind = "strategy"
	Memorandum        InstrumentKind = "memorandum"
	Initiative        InstrumentKind = "initiative"
	ViewsSubmitted    InstrumentKind = "submission"
	NationalPosition  InstrumentKind = "position-paper"
	Meeting           InstrumentKind = "meeting"
	CooperationFormat InstrumentKind = "cooperation"
)

// InstrumentKinds lists every kind.
var InstrumentKinds = []InstrumentKind{
	Resolution, Treaty, ReportInstrument, JointStatement, StrategyPaper, Memorandum, Initiative,
	ViewsSubmitted, NationalPosition, Meeting, CooperationFormat,
}

// Instrument is a text or event in which actors take part: a resolution,
// treaty, report, joint statement, strategy, memorandum, initiative,
// submission, position paper or meeting.
type Instrument struct {
	ID       InstrumentID
	Title    string
	Kind     InstrumentKind
	Body     ActorID // the body it belongs to or is deposited with, if any
	Date     Date
	Symbol   string
	URL      string
	Pillars  []Pillar
	Source   SourceID
	Pinpoint string
	Checked  bool
	Note     string
}

// Role is an actor's part in an instrument.
type Role string

// The roles, from the most to the least binding.
const (
	Party       Role = "party" // ratified, accepted, acceded
	Signatory   Role = "signatory"
	Sponsor     Role = "sponsor"
	Cosponsor   Role = "cosponsor"
	Author      Role = "author"
	Submitted   Role = "submitted"
	Organiser   Role = "organiser"
	Hosted      Role = "hosted"
	Contributor Role = "contributor"
	MemberOf    Role = "member"
	Observer    Role = "observer"
	Attended    Role = "attended"
)

// Roles lists every role, from the most to the least binding.
var Roles = []Role{
	Party, Signatory, Sponsor, Cosponsor, Author, Submitted, Organiser, Hosted, Contributor, MemberOf, Observer, Attended,
}

// Participation is an actor's part in an instrument, with date and source.
type Participation struct {
	Instrument InstrumentID
	Actor      ActorID
	Role       Role
	Date       Date
	Source     SourceID
	Pinpoint   string
	Checked    bool
	DateLevel  Level
	Note       string
}

// Ballot is what an actor did in a recorded vote. Absence is not abstention.
type Ballot string

// The ballots.
const (
	Yes     Ballot = "yes"
	No      Ballot = "no"
	Abstain Ballot = "abstain"
	Absent  Ballot = "absent"
)

// Ballots lists every ballot. An actor without a row was not a member, or the
// record does not name it.
var Ballots = []Ballot{Yes, No, Abstain, Absent}

// Cast reports whether the ballot counts as a vote that was cast.
func (b Ballot) Cast() bool { return b == Yes || b == No || b == Abstain }

// RollCall is a recorded vote on an instrument.
type RollCall struct {
	ID         string
	Instrument InstrumentID
	Date       Date
	Stage      string // "plenary" or "committee"
	// Complete says that every member's vote is on record; otherwise only the
	// actors that are named are known.
	Complete bool
	Source   SourceID
	Note     string
}

// Vote is one actor's ballot in a roll call.
type Vote struct {
	RollCall string
	Actor    ActorID
	Ballot   Ballot
	Source   SourceID
	Note     string
}
