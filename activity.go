package entente

// Project is a capacity-building, training or cooperation activity.
type Project struct {
	ID            string
	Title         string
	Kind          string
	Lead          ActorID
	Partners      []ActorID
	Beneficiaries string // in words, as the source has it
	Span          Span
	Pillars       []Pillar
	Status        string
	Source        SourceID
	Pinpoint      string
	Checked       bool
	Note          string
}

// ProjectKinds lists the kinds of project.
var ProjectKinds = []string{"training", "capacity-building", "cbm", "cbm-data", "exercise"}

// Incident is an event that somebody publicly attributed.
type Incident struct {
	ID      string
	Title   string
	Date    Date
	Targets []ActorID
	Note    string
}

// AttributionKinds lists the ways of taking part in a public attribution.
var AttributionKinds = []string{
	"attributed", "supported", "joint statement", "coordinated statement", "related sanctions", "claimed",
}

// Attribution is one actor's public act of naming who stood behind an incident.
type Attribution struct {
	ID           string
	Incident     string
	Actor        ActorID // who names
	AttributedTo ActorID // who is named
	Unit         ActorID // the unit that is named, if any
	Kind         string
	Date         Date
	Source       SourceID
	Pinpoint     string
	Checked      bool
	DateLevel    Level
	Note         string
}

// SuggestionStatuses lists what can become of a suggestion.
var SuggestionStatuses = []string{"open", "taken-up", "declined", "done"}

// SuggestionRecord is a suggestion that was made, and what became of it.
type SuggestionRecord struct {
	ID         string
	Rule       string // the rule of package suggest that makes the same suggestion, if any
	Actors     []ActorID
	Text       string
	Date       Date // when it was made
	Source     SourceID
	Pinpoint   string
	Status     string
	StatusDate Date
	Proof      SourceID // the source that shows the status
	ProofPin   string
	Note       string
}

// SourceFact is one fact told by an analysis and where the corpus records it: it
// lets a reader hold the corpus against a published study line by line.
type SourceFact struct {
	ID         string
	Actors     []ActorID
	Text       string
	Source     SourceID
	Pinpoint   string
	RecordedIn []string
}
