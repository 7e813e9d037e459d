package entente

// Pillar is one of the six parts of the field.
type Pillar string

// The pillars: the four of the UN discussions, and what stands around them.
const (
	Law      Pillar = "law"
	Norms    Pillar = "norms"
	CBM      Pillar = "cbm"
	Capacity Pillar = "capacity"
	Threat   Pillar = "threat"
	Process  Pillar = "process"
)

// Pillars lists every pillar in the order in which it is shown.
var Pillars = []Pillar{Law, Norms, CBM, Capacity, Threat, Process}

// PropositionID names a proposition.
type PropositionID string

// Proposition is something one can affirm or reject.
type Proposition struct {
	ID        PropositionID
	Pillar    Pillar
	Issue     string
	Statement string
	Parent    PropositionID // a wider proposition that this one details, if any
	// Scope is a body: only its members have the chance to address the
	// proposition. Empty means everyone.
	Scope ActorID
	Note  string
}

// Polarity is the direction in which an act points.
type Polarity string

// The polarities.
const (
	Supports Polarity = "affirms"
	Opposes  Polarity = "rejects"
)

// Polarities lists both.
var Polarities = []Polarity{Supports, Opposes}

// Implication says that taking part in an instrument is evidence of a stance
// on a proposition: weaker than a statement, and labelled so wherever used.
type Implication struct {
	Instrument  InstrumentID
	Proposition PropositionID
	Polarity    Polarity
	// Acts are the roles that carry the implication; the word "voted-yes"
	// stands for a vote in favour.
	Acts []string
	// NoVote says that a vote against is evidence of the opposite stance.
	// An abstention or absence never is evidence of a stance.
	NoVote   bool
	Reason   string
	Source   SourceID
	Pinpoint string
	Checked  bool
}

// VotedYes is the word in [Implication.Acts] for a vote in favour.
const VotedYes = "voted-yes"
