package entente

import "slices"

// SourceID names a source.
type SourceID string

// SourceKind says what sort of document a source is.
type SourceKind string

// The kinds of source.
const (
	Chapter          SourceKind = "chapter"
	Report           SourceKind = "report"
	StrategyText     SourceKind = "strategy"
	StatementText    SourceKind = "statement"
	PositionPaper    SourceKind = "position-paper"
	Submission       SourceKind = "submission"
	ResolutionText   SourceKind = "resolution"
	TreatyText       SourceKind = "treaty"
	TreatyStatus     SourceKind = "treaty-status"
	PressRelease     SourceKind = "press-release"
	Webpage          SourceKind = "webpage"
	Website          SourceKind = "website"
	Lecture          SourceKind = "lecture"
	Scholarship      SourceKind = "scholarship"
	Reference        SourceKind = "reference"
	News             SourceKind = "news"
	Index            SourceKind = "index"
	Dataset          SourceKind = "dataset"
	GeneralKnowledge SourceKind = "general-knowledge"
)

// SourceKinds lists every kind.
var SourceKinds = []SourceKind{
	Chapter, Report, StrategyText, StatementText, PositionPaper, Submission, ResolutionText, TreatyText,
	TreatyStatus, PressRelease, Webpage, Website, Lecture, Scholarship, Reference, News, Index, Dataset, GeneralKnowledge,
}

// TextStatus says whose wording the copy carries.
type TextStatus string

// The statuses of a text.
const (
	Official   TextStatus = "official"
	Unofficial TextStatus = "unofficial"
	Machine    TextStatus = "machine"
)

// TextStatuses lists every status.
var TextStatuses = []TextStatus{Official, Unofficial, Machine}

// Source is a citable document. It maps one to one to CSL JSON.
type Source struct {
	ID     SourceID
	Title  string
	Author string // author or body, as printed
	Date   Date
	Symbol string // UN symbol or other document number
	URL    string
	Kind   SourceKind
	Lang   string // BCP 47 language of the copy that was read
	Status TextStatus
	// TextOf names the actors whose own text the document is; empty for
	// reference works, news and scholarship. It decides what is primary.
	TextOf []ActorID
	SHA256 string // hash of the archived copy, if one is kept
	Note   string
}

// IsTextOf reports whether the source is the actor's own text.
func (s *Source) IsTextOf(a ActorID) bool {
	return slices.Contains(s.TextOf, a)
}

// Level says how well a record is verified.
type Level string

// The levels of verification, best first.
const (
	Primary    Level = "primary"    // read in the actor's own text (for an act: or in the record of the body it was done in)
	Secondary  Level = "secondary"  // an analysis, a list or a report says so
	Unverified Level = "unverified" // not checked at a source that can be cited
)

// Levels lists every level, best first.
var Levels = []Level{Primary, Secondary, Unverified}

// LevelOf derives the level of a record that cites s and speaks of the given
// actors: it follows from whose text the source is, never from a label.
// Secondary kinds stay secondary even where somebody filled in TextOf.
func LevelOf(s *Source, checked bool, voices ...ActorID) Level {
	if s == nil || !checked || s.Kind == GeneralKnowledge {
		return Unverified
	}
	switch s.Kind {
	case Reference, News, Scholarship:
		return Secondary
	}
	for _, v := range voices {
		if v != "" && s.IsTextOf(v) {
			return Primary
		}
	}
	return Secondary
}
