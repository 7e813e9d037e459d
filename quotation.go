package entente

// Quotation is the passage of a source that a statement was read from: anchored
// by position and, so that a corrected text does not lose it, by its words with
// a little of what stands before and after.
type Quotation struct {
	Statement string // the statement that it carries
	Source    SourceID
	Document  string // SHA-256 of the extracted text that the positions count in
	Paragraph int    // number of the first paragraph, from 1; 0 when not known
	// Start and End are places in the text, in Unicode code points, End not
	// included.
	Start, End int
	Exact      string // the passage
	Prefix     string // what stands before it
	Suffix     string // what stands after it
}

// CodebookEntry tells coders what a proposition takes in and leaves out. Every
// version stays, so that a coding can be read by the rules that it was made
// under.
type CodebookEntry struct {
	Proposition PropositionID
	Version     int // 1, 2, …
	Definition  string
	Examples    string // what counts
	Rules       string // how to decide doubtful cases, what does not count
	Date        Date
	Note        string
}

// ChallengeStatus says what became of a challenge.
type ChallengeStatus string

// The statuses of a challenge.
const (
	ChallengeOpen      ChallengeStatus = "open"
	ChallengeAnswered  ChallengeStatus = "answered"
	ChallengeWithdrawn ChallengeStatus = "withdrawn"
)

// ChallengeStatuses lists them.
var ChallengeStatuses = []ChallengeStatus{ChallengeOpen, ChallengeAnswered, ChallengeWithdrawn}

// Challenge disputes a record. It is shown wherever a figure rests on that
// record, until it is answered or withdrawn.
type Challenge struct {
	ID     string
	Record string // "statements:ID": table and primary key
	Text   string
	By     string // a role or pseudonym, never a contact
	Date   Date
	Status ChallengeStatus
	Answer string
}

// Quotations gives the passages behind a statement, in their order in the
// source.
func (c *Corpus) Quotations(statement string) []*Quotation { return c.quotations[statement] }

// Codebook gives the latest codebook entry of a proposition, nil when there is
// none.
func (c *Corpus) Codebook(p PropositionID) *CodebookEntry {
	var latest *CodebookEntry
	for _, e := range c.codebook[p] {
		if latest == nil || e.Version > latest.Version {
			latest = e
		}
	}
	return latest
}

// ChallengesTo gives the open challenges to a record, named by table and
// primary key: "statements:st-1".
func (c *Corpus) ChallengesTo(record string) []*Challenge { return c.challenges[record] }

// openChallenges groups the challenges that still stand by their record.
func openChallenges(list []Challenge) map[string][]*Challenge {
	out := map[string][]*Challenge{}
	for i := range list {
		if ch := &list[i]; ch.Status == ChallengeOpen {
			out[ch.Record] = append(out[ch.Record], ch)
		}
	}
	return out
}
