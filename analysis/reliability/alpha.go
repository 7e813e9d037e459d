package reliability

import (
	"cmp"
	"slices"
)

// figures are the sums behind alpha and percent agreement.
type figures struct {
	judgments          int64
	observed, expected float64
	agreeing, pairs    int64
}

func (f *figures) alpha() (float64, bool) {
	if f.expected == 0 {
		return 0, false
	}
	return 1 - f.observed/f.expected, true
}

func (f *figures) share() float64 { return float64(f.agreeing) / float64(f.pairs) }

// scratch is memory that the draws share.
type scratch struct {
	chosen []int64   // judgments per word: the margins n_c
	cells  []float64 // coincidences of words c < k, row by row; ordinal only
	delta  []float64 // squared differences, as cells
}

func (s *sample) scratch() *scratch {
	k := len(s.values)
	w := &scratch{chosen: make([]int64, k)}
	if s.level == Ordinal {
		w.cells, w.delta = make([]float64, k*k), make([]float64, k*k)
	}
	return w
}

// figures computes the sums when pattern p stands times[p] times in the sample.
//
// In the coincidence matrix each unit of m judgments adds 1/(m-1) for each
// ordered pair of its judgments, so that its cells add up to m. With n_c the
// margins and n their sum,
//
//	observed = 1/n        sum over c, k of o_ck   delta2(c, k)
//	expected = 1/(n(n-1)) sum over c, k of n_c n_k delta2(c, k)
//
// (Krippendorff 2011, section D). Differences are summed, not one minus the
// agreements, so that perfect agreement is exactly 0.
func (s *sample) figures(times []int64, w *scratch) figures {
	var f figures
	clear(w.chosen)
	differ := 0.0
	for i, t := range times {
		if t == 0 {
			continue
		}
		p := &s.patterns[i]
		f.judgments += t * p.judged
		f.agreeing += t * p.agreeing
		f.pairs += t * p.pairs
		differ += float64(t) * p.differ
		for _, c := range p.choices {
			w.chosen[c.value] += t * c.times
		}
	}
	n := float64(f.judgments)
	if f.judgments < 2 {
		return f
	}
	if s.level == Nominal {
		same := int64(0)
		for _, c := range w.chosen {
			same += c * c
		}
		f.observed = differ / n
		f.expected = float64(f.judgments*f.judgments-same) / (n * (n - 1))
		return f
	}
	s.coincidences(times, w)
	w.ordinal()
	k := len(w.chosen)
	for c := range k {
		for d := c + 1; d < k; d++ {
			at := c*k + d
			f.observed += 2 * w.cells[at] * w.delta[at] / n
			f.expected += 2 * float64(w.chosen[c]) * float64(w.chosen[d]) * w.delta[at] / (n * (n - 1))
		}
	}
	return f
}

// coincidences fills the cells above the diagonal.
func (s *sample) coincidences(times []int64, w *scratch) {
	clear(w.cells)
	k := len(s.values)
	for i, t := range times {
		p := &s.patterns[i]
		if t == 0 || len(p.choices) < 2 {
			continue
		}
		weight := float64(t) / float64(p.judged-1)
		for a, c := range p.choices {
			for _, d := range p.choices[a+1:] {
				w.cells[int(c.value)*k+int(d.value)] += weight * float64(c.times*d.times)
			}
		}
	}
}

// ordinal fills delta with the squared difference of two words of a scale: the
// number of judgments from the one to the other, those of the ends by half
// (Krippendorff 2011, section E). It rests on the margins, so a step that few
// judgments cross is a small one.
func (w *scratch) ordinal() {
	k := len(w.chosen)
	for c := range k {
		between := float64(w.chosen[c]) / 2
		for d := c + 1; d < k; d++ {
			half := float64(w.chosen[d]) / 2
			step := between + half
			w.delta[c*k+d] = step * step
			between += 2 * half
		}
	}
}

// Alpha measures the agreement of all coders over all units: Krippendorff's
// alpha (2011; 2019, chapter 12) in its coincidence form, in which a missing
// judgment is just not there, and percent agreement beside it. The errors are
// those of the options, a rating without unit, coder or value, a value that is
// not on the scale, and two ratings of a unit by one coder (Conflict).
//
// The interval is a percentile bootstrap over units: as many units as there are
// are drawn with replacement, each with all its judgments, and margins, expected
// disagreement and alpha are computed anew. Judgments of one unit stand or fall
// together, so drawing single pairs, with the expected disagreement held fixed,
// claims more evidence than there is (Zapf et al. 2016). Where the draws cannot
// show the spread (all give the same, or more of them lack variation than lie
// beyond one end of the interval) it is Wilson's for the mean difference with
// units as trials, the expected disagreement held fixed; it is wide.
func Alpha(ratings []Rating, o Options) (Result, error) {
	t, s, err := prepare(ratings, o)
	if err != nil {
		return Result{}, err
	}
	r := s.result(o)
	r.Ratings, r.Coders, r.Units = len(t.rows), len(t.coders), len(t.units)
	return r, nil
}

// PercentAgreement is the share of agreeing pairs within units, over all coders;
// the same as Agreement of [Alpha]. Where each unit has exactly one pair the
// interval is Wilson's (1927); else pairs of one unit hang together, and it is
// the bootstrap of Alpha.
func PercentAgreement(ratings []Rating, o Options) (Share, error) {
	r, err := Alpha(ratings, o)
	return r.Agreement, err
}

// prepare checks options and ratings.
func prepare(ratings []Rating, o Options) (*table, *sample, error) {
	if err := o.check(); err != nil {
		return nil, nil, err
	}
	t, err := compile(ratings, o)
	if err != nil {
		return nil, nil, err
	}
	var units [][]int32
	t.each(func(rows []rated) { units = append(units, valuesOf(rows)) })
	s := newSample(units, t.values, o.Level)
	return t, s, affordable(o, s.cost())
}

func valuesOf(rows []rated) []int32 {
	list := make([]int32, len(rows))
	for i, r := range rows {
		list[i] = r.value
	}
	return list
}

// maxSteps bounds a call: some ten seconds of work.
const maxSteps = 2_000_000_000

func affordable(o Options, steps int) error {
	if o.Draws > 0 && steps > maxSteps/o.Draws {
		return bad("draws", "take fewer draws, or fewer ratings", "%d draws of this many units are too much work", o.Draws)
	}
	return nil
}

// result measures a sample; the counts that need the table are left to the
// caller.
func (s *sample) result(o Options) Result {
	w := s.scratch()
	times := s.once()
	f := s.figures(times, w)
	r := Result{
		Level: o.Level, PairableUnits: len(s.of), PairableValues: int(f.judgments),
		Agreement: Share{Agreeing: int(f.agreeing), Pairs: int(f.pairs)},
	}
	for v, n := range w.chosen {
		r.Values = append(r.Values, ValueCount{s.values[v], int(n)})
	}
	r.Confusions = s.confusions(times)
	if len(s.of) == 0 {
		r.Alpha.Undefined, r.Agreement.Share.Undefined = NoPairs, NoPairs
		return r
	}
	r.Agreement.Share.Value = f.share()
	if a, ok := f.alpha(); ok {
		r.Alpha.Value, r.Observed, r.Expected = a, f.observed, f.expected
	} else {
		r.Alpha.Undefined = NoVariation
	}
	s.intervals(&r, f, slices.Max(append(w.delta, 0)), w, o)
	return r
}

// confusions counts the unordered pairs of different words within units.
func (s *sample) confusions(times []int64) []Confusion {
	pairs := map[[2]int32]int64{}
	var keys [][2]int32
	for i, t := range times {
		choices := s.patterns[i].choices
		for a, c := range choices {
			for _, d := range choices[a+1:] {
				key := [2]int32{c.value, d.value}
				if pairs[key] == 0 {
					keys = append(keys, key)
				}
				pairs[key] += t * c.times * d.times
			}
		}
	}
	slices.SortFunc(keys, func(x, y [2]int32) int {
		return cmp.Or(cmp.Compare(pairs[y], pairs[x]), cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1]))
	})
	var list []Confusion
	for _, k := range keys {
		list = append(list, Confusion{s.values[k[0]], s.values[k[1]], int(pairs[k])})
	}
	return list
}
