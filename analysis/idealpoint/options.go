package idealpoint

import (
	"fmt"
	"math"
	"slices"
)

// Prior says what a state's point knows of the state's other sessions.
type Prior string

const (
	// Forward is the published prior: a session is drawn to the estimate of the
	// state's latest earlier session, and not to later ones; the first session
	// is drawn to the second. It is a filter, not a posterior of one model.
	Forward Prior = "bsv"
	// Smoother is a proper random walk, estimated forwards and backwards
	// (Kalman filter and Rauch-Tung-Striebel smoother); first session N(0,1).
	Smoother Prior = "smooth"
)

// Binary says whether abstentions keep their place between yes and no.
type Binary string

// The codings of the answers.
const (
	Ordinal        Binary = ""        // three ordered answers
	AbstainNo      Binary = "no"      // yes against the rest
	AbstainMissing Binary = "missing" // yes against no, abstentions left out
)

// Target says which resting point the sweeps look for.
type Target string

const (
	// EM is where the EM with standardised points rests, in agreement with the
	// published sampler: the growth that standardising takes back in each step is
	// taken from all points alike, which holds the points of states far from the
	// middle back where their votes say little.
	EM Target = "em"
	// Mode is where the bound itself is largest among standardised points. It
	// foretells held-out votes a little better and puts far blocs further out.
	Mode Target = "mode"
)

// Intervals chooses how the ends of the intervals are found.
type Intervals string

const (
	// Joint counts the votes' chance, what is not known of the items and of other
	// sessions, and, where Target is EM, the distance to Mode: the interval
	// spans both points and what lies around them.
	Joint Intervals = "joint"
	// Conditional takes the items as known and leaves the distance to Mode out.
	// Nearly free, and too narrow; by how much is in docs/methods/ideal-points.md.
	Conditional Intervals = "conditional"
	// NoIntervals leaves SD, Lo and Hi at zero.
	NoIntervals Intervals = "none"
)

// Options steer a fit; the zero value is the published model with its
// constants. An impossible value is an error, never replaced in silence.
type Options struct {
	Prior  Prior  // default Forward
	Binary Binary // default Ordinal; else Prior is Smoother with variance Walk

	Target Target // default EM

	Smooth float64 // s of v = s n/(n + n before), > 0; default 0.5
	Walk   float64 // binary: variance of one session's step, > 0; default 0.1

	MaxIter int     // sweeps; default 200
	Tol     float64 // largest |dx| of a plain sweep that counts as still; default 1e-4

	// Plus and Minus name states that start at the two ends and fix the sign;
	// Plus ends on the higher side. Defaults: USA, CAN, GBR, ISR and RUS, DDR.
	// Names that are not in the data are passed over; if one side has none, the
	// start is the leading axis of the votes and the sign follows the side that
	// is there, else the states that say yes least are on the higher side.
	Plus, Minus []string

	Intervals Intervals // default Joint
	Level     float64   // of Lo to Hi, between 0 and 1; default 0.95
	Draws     int       // of Joint; default 32
	Seed      uint64    // of Joint

	Workers  int // goroutines; default 1; does not change the result
	Progress func(iter int, delta float64)
}

// Defaults of Options.
const (
	DefaultSmooth  = 0.5
	DefaultWalk    = 0.1
	DefaultMaxIter = 200
	DefaultTol     = 1e-4
	DefaultLevel   = 0.95
	DefaultDraws   = 32
)

func (o Options) complete() (Options, error) {
	bad := func(name string, v any, want string) (Options, error) {
		return o, fmt.Errorf("idealpoint: option %s is %v; want %s", name, v, want)
	}
	switch o.Binary {
	case Ordinal, AbstainNo, AbstainMissing:
	default:
		return bad("Binary", o.Binary, `"", "no" or "missing"`)
	}
	switch {
	case o.Prior == "" && o.Binary == Ordinal:
		o.Prior = Forward
	case o.Prior == "":
		o.Prior = Smoother
	case o.Prior != Forward && o.Prior != Smoother:
		return bad("Prior", o.Prior, `"bsv" or "smooth"`)
	case o.Prior == Forward && o.Binary != Ordinal:
		return bad("Prior", o.Prior, `"smooth" or none: the binary model is smoothed`)
	}
	switch o.Target {
	case "":
		o.Target = EM
	case EM, Mode:
	default:
		return bad("Target", o.Target, `"em" or "mode"`)
	}
	switch o.Intervals {
	case "":
		o.Intervals = Joint
	case Conditional, Joint, NoIntervals:
	default:
		return bad("Intervals", o.Intervals, `"joint", "conditional" or "none"`)
	}
	for _, f := range []struct {
		name   string
		p      *float64
		preset float64
		below  float64
	}{
		{"Smooth", &o.Smooth, DefaultSmooth, math.MaxFloat64},
		{"Walk", &o.Walk, DefaultWalk, math.MaxFloat64},
		{"Tol", &o.Tol, DefaultTol, math.MaxFloat64},
		{"Level", &o.Level, DefaultLevel, 1},
	} {
		if *f.p == 0 {
			*f.p = f.preset
		}
		if !(*f.p > 0 && *f.p < f.below) {
			return bad(f.name, *f.p, "a number above 0 (Level: and below 1)")
		}
	}
	for _, n := range []struct {
		name   string
		p      *int
		preset int
	}{
		{"MaxIter", &o.MaxIter, DefaultMaxIter},
		{"Draws", &o.Draws, DefaultDraws},
		{"Workers", &o.Workers, 1},
	} {
		if *n.p == 0 {
			*n.p = n.preset
		}
		if *n.p < 0 {
			return bad(n.name, *n.p, "a number above 0")
		}
	}
	if o.Plus == nil {
		o.Plus = []string{"USA", "CAN", "GBR", "ISR"}
	}
	if o.Minus == nil {
		o.Minus = []string{"RUS", "DDR"}
	}
	for _, p := range o.Plus {
		if slices.Contains(o.Minus, p) {
			return bad("Plus", p, "a state that is not in Minus too")
		}
	}
	return o, nil
}
