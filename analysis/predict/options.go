package predict

import "entente"

// Options choose what is fitted and how. The zero value is the default: as of
// the corpus's release, one dimension, seed 1.
type Options struct {
	entente.Settings
	// Ideal holds general ideal points as of the date, in any unit and of either
	// sign; who is missing is taken to be in the middle. Their date is the
	// caller's to mind: nothing here can tell a later estimate.
	Ideal map[entente.ActorID]float64
	// Mask hides cells: the fit does not see what these actors answered.
	Mask []Cell
	// Dimensions of the latent space: 1 (also for 0) or 2.
	Dimensions int
	// Implied lets the issues of the propositions that an instrument implies bear on
	// it. Off, since it made forecasts of held-out answers worse; for measuring that.
	Implied bool
	// Scales are the variances of the model; the zero value is DefaultScales.
	Scales     Scales
	Chains     int // 0 means 2
	Burn, Keep int // sweeps per chain dropped and kept; 0 means 500 and 1400
	Seed       uint64
}

func (o *Options) defaults() error {
	for _, p := range []struct {
		v   *int
		def int
	}{{&o.Dimensions, 1}, {&o.Chains, 2}, {&o.Burn, 500}, {&o.Keep, 1400}} {
		if *p.v == 0 {
			*p.v = p.def
		}
		if *p.v < 0 {
			return &entente.Error{
				Kind: entente.Invalid, Op: "predict", Msg: "a number of dimensions, chains or sweeps is below nought",
				Hint: "leave it at 0 for the default",
			}
		}
	}
	if o.Dimensions > 2 {
		return &entente.Error{
			Kind: entente.Invalid, Op: "predict", Msg: "more than two dimensions", Hint: "choose 1 or 2",
		}
	}
	if o.Scales == (Scales{}) {
		o.Scales = DefaultScales
	}
	if err := o.Scales.check(); err != nil {
		return err
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	return nil
}

// Scales are the variances of the model, in units of the noise of an answer.
type Scales struct {
	Point, Shift             float64 // of a point about what ideal point and blocs say; of a bloc's shift of points
	Line, Issue              float64 // of an actor's leaning about that of its blocs
	BlocLine, BlocIssue      float64 // of a bloc's leaning
	Intercept, Slope         float64 // of items about their class
	WalkIntercept, WalkSlope float64 // per year, from one item of a line to the next
	// Tail is the degrees of freedom of a step: the fewer, the rarer and larger
	// are jumps beside ordinary steps.
	Tail float64
}

// DefaultScales were chosen on answers dated before 2022 only, among choices
// that cross-validation could hardly tell apart; docs/methods/predict.md tells
// how, and how the others do.
var DefaultScales = Scales{
	Point: 0.5, Shift: 0.15, Line: 1, Issue: 0.25, BlocLine: 0.25, BlocIssue: 0.4,
	Intercept: 1.2, Slope: 0.6, WalkIntercept: 0.4, WalkSlope: 0.4, Tail: 4,
}

func (s *Scales) check() error {
	for _, v := range []float64{s.Point, s.Shift, s.Line, s.Issue, s.BlocLine, s.BlocIssue, s.Intercept, s.Slope, s.WalkIntercept, s.WalkSlope, s.Tail} {
		if !(v > 1e-6 && v < 1e6) {
			return &entente.Error{
				Kind: entente.Invalid, Op: "predict", Msg: "a variance of the model is not a number between 1e-6 and 1e6",
				Hint: "set all of Scales, or none",
			}
		}
	}
	return nil
}
