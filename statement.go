package entente

import "strings"

// Stance is what an actor says of a proposition.
type Stance string

// The five stances. Reserved means that the actor says it has not decided.
const (
	Affirms               Stance = "affirms"
	AffirmsWithConditions Stance = "affirms-with-conditions"
	Reserved              Stance = "reserved"
	Doubts                Stance = "doubts"
	Rejects               Stance = "rejects"
)

// Stances lists every stance, from the one end to the other.
var Stances = []Stance{Affirms, AffirmsWithConditions, Reserved, Doubts, Rejects}

var stanceScore = map[Stance]int{Affirms: 2, AffirmsWithConditions: 1, Reserved: 0, Doubts: -1, Rejects: -2}

// Score is the stance's place on the scale from +2 (affirms) to -2 (rejects);
// 0 for reserved and for none.
func (s Stance) Score() int { return stanceScore[s] }

// Sign is +1, 0 or -1: the side the stance is on.
func (s Stance) Sign() int { return sign(s.Score()) }

// DateBasis says what a record's date means.
type DateBasis string

// The date bases.
const (
	ActDate      DateBasis = ""               // the day of the act
	NotLaterThan DateBasis = "not-later-than" // known only through a later digest
)

// DateBases lists both.
var DateBases = []DateBasis{ActDate, NotLaterThan}

// Statement is one coded piece of evidence: an actor's stance on a proposition,
// at a date, in a source. (The word of discourse network analysis.)
type Statement struct {
	ID          string
	Actor       ActorID
	Proposition PropositionID
	Stance      Stance
	Conditions  string // in words, when the stance is conditional
	Date        Date
	DateBasis   DateBasis
	Instrument  InstrumentID // the instrument it was made in, if any
	Source      SourceID
	Pinpoint    string
	Coder       string
	Checked     bool
	DateLevel   Level
	Note        string
}

// Specificity ranks a pinpoint: paragraph, page, footnote or line (3) before
// section, annex or heading (2) before a list (1) before nothing (0). The most
// specific of several records of one day decides.
func Specificity(pinpoint string) int {
	p := " " + strings.ToLower(pinpoint) + " "
	for _, r := range specificity {
		for _, w := range r.words {
			if strings.Contains(p, w) {
				return r.rank
			}
		}
	}
	if strings.TrimSpace(p) == "" {
		return 0
	}
	return 2 // a named topic or part of the text
}

// A list comes first: "definition, list of States that confirm, p. 3" is still
// a list. Then the places in a running text.
var specificity = []struct {
	rank  int
	words []string
}{
	{1, []string{" list of", " listed", " table of", "list of states"}},
	{3, []string{" para", " p. ", " pp. ", " page", " footnote", " fn", " line ", " article ", " art. ", " bullet", " sentence", " recital", " item "}},
	{2, []string{" section", " annex", " heading", " part ", " chapter", " summary", " introduction"}},
}

// Finding is what a reading or a search of a source brought.
type Finding string

// The findings of a coverage record.
const (
	FoundStance  Finding = "stance"      // a stance, coded as a statement
	FoundNothing Finding = "nothing"     // read, and the subject is not addressed
	FoundOpen    Finding = "named-open"  // the source names the subject as open
	FoundNoText  Finding = "no-document" // searched, and no document of the actor exists or could be found
	FoundActs    Finding = "acts"        // read for acts: participation, membership, votes
	NotSeen      Finding = "not-seen"    // looked for, but the text or the place could not be opened
)

// Findings lists every finding.
var Findings = []Finding{FoundStance, FoundNothing, FoundOpen, FoundNoText, FoundActs, NotSeen}

// Coverage records who read which source for what, when, and what was found,
// including what was not: the evidence on which silence is told from ignorance.
type Coverage struct {
	ID     string
	Actor  ActorID // [AnyActor] when the source lists everyone
	Source SourceID
	// Subjects are typed references: "proposition:law-ihl", "instrument:…",
	// "body:un-gge-2009", "kind:submission", "kind:vote", or "topic:…" for
	// what no proposition stands for.
	Subjects []string
	Finding  Finding
	Date     Date // of the text that was read
	Coder    string
	Checked  bool
	Note     string
}
