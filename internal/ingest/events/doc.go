// Package events reads a coded event list (CSV: who, on what, with which
// qualifier, when, in which document) into the plain arrays of package
// congruence, so that a list that was coded elsewhere can be analysed without a
// corpus.
//
// Nothing is guessed silently: which column was read as what, the separator and
// the scale stand in the report, rows without actor, concept or qualifier are
// kept as "not known" (package congruence leaves them out and counts them), and
// what cannot be read is an error with file, line and column.
package events

// The bounds of a file. They are far above any honest one.
const (
	MaxRows     = 5_000_000
	MaxActors   = 10_000 // the bound of package congruence
	MaxConcepts = 500_000
	maxColumns  = 1000
	maxField    = 4096     // bytes in one of the fields that are read
	maxRecord   = 4 << 20  // bytes in one row
	maxBytes    = 1 << 30  // bytes in the file
	maxFaults   = 100      // listed before reading stops
	maxLevels   = 2000     // different values of a scale
	headerPeek  = 64 << 10 // looked at to find the separator
)

// Columns names the columns of a file. Empty means the word itself ("actor",
// "concept", "qualifier", "date", "document"): actor and concept must then be
// there; of the others a column that is not there is simply not read. A name
// that is given must be there. Case and surrounding blanks do not matter.
type Columns struct {
	Actor, Concept, Qualifier, Date, Document string
}

// The scales that can be asked for.
const (
	Auto    = "auto"
	Binary  = "binary"
	Stances = "stances"
	Integer = "integer"
	Nominal = "nominal"
)

// Scales lists what Options.Scale may be, beside "MIN:MAX" for an ordinal scale
// of whole numbers.
var Scales = []string{Auto, Binary, Stances, Integer, Nominal}

// Options say how a file is read.
type Options struct {
	Columns
	// Scale says what the qualifier means: binary (0 and 1, no and yes, false and
	// true), stances (the five words of Entente, or -2 to 2), integer (any
	// numbers), nominal (categories without order) or "MIN:MAX". Auto takes the
	// first of binary, stances (words only), integer and nominal that fits every
	// value; empty is auto.
	Scale string
	// Separator is ',', ';' or tab; 0 takes the one that the first line has most.
	Separator rune
}

// Report says how a file was read.
type Report struct {
	File      string  `json:"file"`
	Rows      int     `json:"rows"`
	Separator string  `json:"separator"` // comma, semicolon or tab
	Columns   Columns `json:"columns"`   // as they stand in the file; empty when not read
	Scale     string  `json:"scale"`     // as it was taken
	FromData  bool    `json:"scale_from_data"`
	NoActor   int     `json:"rows_without_actor"`
	NoConcept int     `json:"rows_without_concept"`
	NoValue   int     `json:"rows_without_qualifier"`
	NoDate    int     `json:"rows_without_date"`
	NoText    int     `json:"rows_without_document"`
}
