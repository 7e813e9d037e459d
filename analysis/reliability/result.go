package reliability

import "encoding/json"

// Undefined says why a figure has no value; it is empty when the figure has one.
type Undefined string

// The reasons.
const (
	// NoPairs: no unit was judged by two coders.
	NoPairs Undefined = "no-pairs"
	// NoVariation: all judgments that can be paired are the same word, so there is
	// no disagreement by chance to compare with. The coders did agree; whether
	// they can tell one word from another was not tested.
	NoVariation Undefined = "no-variation"
)

// Undefineds lists every reason.
var Undefineds = []Undefined{NoPairs, NoVariation}

// Method says how an interval was made.
type Method string

// The methods of intervals.
const (
	// NoInterval: none was asked for, or the figure has no value.
	NoInterval Method = ""
	// Bootstrap: percentiles of the figure over samples of units.
	Bootstrap Method = "bootstrap"
	// Wilson (1927), with units as trials.
	Wilson Method = "wilson"
)

// Interval bounds a figure; both ends are in the unit of the figure. They say
// nothing when Method is NoInterval.
type Interval struct {
	Lo, Hi float64
	Method Method
}

// Estimate is a figure with its interval. Value and Interval say nothing when
// Undefined is not empty.
type Estimate struct {
	Value     float64
	Undefined Undefined
	Interval  Interval
}

// Defined tells whether the figure has a value.
func (e Estimate) Defined() bool { return e.Undefined == "" }

// MarshalJSON writes null for what has no value, so that no reader takes it for
// a nought.
func (e Estimate) MarshalJSON() ([]byte, error) {
	var out struct {
		Value     *float64  `json:"value"`
		Undefined Undefined `json:"undefined,omitempty"`
		Lo        *float64  `json:"lo"`
		Hi        *float64  `json:"hi"`
		Method    Method    `json:"method,omitempty"`
	}
	out.Undefined = e.Undefined
	if e.Defined() {
		out.Value = &e.Value
		if e.Interval.Method != NoInterval {
			out.Lo, out.Hi, out.Method = &e.Interval.Lo, &e.Interval.Hi, e.Interval.Method
		}
	}
	return json.Marshal(out)
}

// Share is percent agreement: of the pairs of judgments of one unit, how many
// are the same word. It is a share from 0 to 1 and takes no account of chance.
type Share struct {
	Agreeing int      `json:"agreeing"` // pairs of the same word
	Pairs    int      `json:"pairs"`    // all pairs within units: the denominator
	Share    Estimate `json:"share"`
}

// ValueCount is how often a word was chosen among the judgments that can be
// paired.
type ValueCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// Confusion counts the pairs within units in which one coder chose A and the
// other B.
type Confusion struct {
	A     string `json:"a"`
	B     string `json:"b"`
	Pairs int    `json:"pairs"`
}

// Result is the agreement of coders over a list of ratings.
type Result struct {
	Level   Level `json:"level"`
	Ratings int   `json:"ratings"` // all judgments, also those that pair with none
	Coders  int   `json:"coders"`
	Units   int   `json:"units"` // judged by at least one coder
	// PairableUnits are judged by at least two coders, PairableValues are their
	// judgments: every figure below is about these alone.
	PairableUnits  int `json:"pairable_units"`
	PairableValues int `json:"pairable_values"`
	// Alpha is 1 - Observed/Expected: 1 is perfect agreement, 0 what chance would
	// give, below 0 systematic disagreement; never below -1.
	Alpha Estimate `json:"alpha"`
	// Observed and Expected are the mean squared differences of two judgments of
	// one unit, and of any two judgments: shares from 0 to 1 for nominal values;
	// for ordinal ones squared numbers of judgments, which compare with nothing
	// but each other. Both are 0 when Alpha is undefined.
	Observed  float64 `json:"observed"`
	Expected  float64 `json:"expected"`
	Agreement Share   `json:"agreement"`
	// LostDraws are bootstrap samples without variation, which have no alpha.
	LostDraws int `json:"lost_draws"`
	// Values lists the words in the order of the scale (all of them), or by name
	// (those that were chosen).
	Values []ValueCount `json:"values"`
	// Confusions lists the pairs of different words, the most frequent first.
	Confusions []Confusion `json:"confusions"`
}
