package alignment

import (
	"math"
	"slices"
)

// Ballots on the scale of the measures of votes. Any other number is no vote
// (absent, not a member, no record) and leaves the roll call out.
const (
	VoteYes     int8 = 0
	VoteAbstain int8 = 1
	VoteNo      int8 = 2
)

// Options choose how intervals are drawn. The zero value draws none: then every
// Interval is the zero Interval.
type Options struct {
	Draws int    // bootstrap samples
	Seed  uint64 // the same seed gives the same interval everywhere
}

// Standard are the options with which every face draws.
var Standard = Options{Draws: Draws, Seed: Seed}

// Pair is how far two actors vote alike over N roll calls in which both cast a
// vote. Every estimate is undefined when N is 0; kappa and pi also where both
// always voted the same single way, for then there is no chance to correct for.
//
// With y = 0 yes, 1 abstain, 2 no and d the distance of two votes in [0, 1],
// nominal (1 when they differ), absolute |a-b|/2 or squared ((a-b)/2)^2, D is
// the mean distance observed and E the mean distance by chance:
//
//	Simple   = 1 - D nominal       share of identical votes
//	Lijphart = 1 - D absolute      Lijphart (1963): an abstention is half
//	S        = 1 - 2 D             Signorino and Ritter (1999), equal weights
//	Kappa    = 1 - D/E             E from each actor's own shares (Cohen 1960)
//	Pi       = 1 - D/E             E from the shares of both together (Scott
//	                               1955); for votes see Haege (2011)
//
// The interval of Simple is Wilson's; those of the others are percentiles of a
// bootstrap that draws texts, since roll calls on parts of one text move
// together. Where all draws are the same (a single text, or no disagreement at
// all) the bootstrap knows nothing of the spread: there the interval is
// Wilson's for the mean distance with the texts as trials, E held fixed.
type Pair struct {
	N     int // roll calls in which both cast a vote
	Texts int // texts these are about
	Same  int // identical votes
	// Table counts the roll calls by the votes of the first and the second.
	Table                       [3][3]int
	Thin                        bool // fewer than [Thin] texts
	Simple, Lijphart            Estimate
	SAbs, SSq                   Estimate
	KappaNom, KappaAbs, KappaSq Estimate
	PiNom, PiAbs, PiSq          Estimate
}

// Measures lists the measures in the order of [Pair.Estimates].
var Measures = []string{"simple", "lijphart", "s_abs", "s_sq", "kappa_nom", "kappa_abs", "kappa_sq", "pi_nom", "pi_abs", "pi_sq"}

// Estimates gives the estimates in the order of [Measures].
func (p *Pair) Estimates() []*Estimate {
	return []*Estimate{&p.Simple, &p.Lijphart, &p.SAbs, &p.SSq, &p.KappaNom, &p.KappaAbs, &p.KappaSq, &p.PiNom, &p.PiAbs, &p.PiSq}
}

// Votes compares the votes of two actors, roll call by roll call; texts numbers
// the text of each, and nil takes every roll call for a text of its own. The
// order of the roll calls and which actor comes first change nothing. It panics
// if the lengths differ, which is a fault of the caller.
func Votes(a, b []int8, texts []int, o Options) Pair {
	if len(a) != len(b) || texts != nil && len(texts) != len(a) {
		panic("alignment: lists of different length")
	}
	var p Pair
	byText := map[int]*joint{}
	var order []int
	for i := range a {
		if !vote(a[i]) || !vote(b[i]) {
			continue
		}
		text := i
		if texts != nil {
			text = texts[i]
		}
		if byText[text] == nil {
			byText[text] = &joint{}
			order = append(order, text)
		}
		byText[text][3*a[i]+b[i]]++
		p.Table[a[i]][b[i]]++
		p.N++
		if a[i] == b[i] {
			p.Same++
		}
	}
	p.Texts, p.Thin = len(order), len(order) < Thin
	if p.N == 0 {
		return p
	}
	list := make([]joint, len(order))
	var all joint
	for i, text := range order {
		list[i] = *byText[text]
		all.add(&list[i], 1)
	}
	p.estimate(&all, canonicalTexts(list), o)
	return p
}

func vote(v int8) bool { return v >= VoteYes && v <= VoteNo }

// joint counts roll calls by the votes of two actors: cell 3a+b.
type joint [9]int32

func (j *joint) add(o *joint, times int32) {
	for c := range j {
		j[c] += times * o[c]
	}
}

func (j *joint) transposed() joint {
	return joint{j[0], j[3], j[6], j[1], j[4], j[7], j[2], j[5], j[8]}
}

// canonicalTexts puts the texts in an order that depends on neither the order of
// the roll calls nor on which actor comes first.
func canonicalTexts(list []joint) []joint {
	turned := make([]joint, len(list))
	for i := range list {
		turned[i] = list[i].transposed()
	}
	compare := func(x, y joint) int { return slices.Compare(x[:], y[:]) }
	slices.SortFunc(list, compare)
	slices.SortFunc(turned, compare)
	if slices.CompareFunc(turned, list, compare) < 0 {
		return turned
	}
	return list
}

// distances are the three distances of two votes, by cell.
var distances = [3][9]float64{
	{0, 1, 1, 1, 0, 1, 1, 1, 0},         // nominal
	{0, .5, 1, .5, 0, .5, 1, .5, 0},     // absolute
	{0, .25, 1, .25, 0, .25, 1, .25, 0}, // squared
}

// spread is what every measure is made from: the mean distances observed, by
// chance of each actor's own shares, and by chance of the shares of both.
type spread struct{ seen, own, both [3]float64 }

func (j *joint) spread() spread {
	var n float64
	var pa, pb [3]float64
	for c, x := range j {
		n += float64(x)
		pa[c/3] += float64(x)
		pb[c%3] += float64(x)
	}
	var s spread
	for c, x := range j {
		k, l := c/3, c%3
		own := pa[k] * pb[l] / (n * n)
		both := (pa[k] + pb[k]) * (pa[l] + pb[l]) / (4 * n * n)
		for d := range distances {
			s.seen[d] += distances[d][c] * float64(x) / n
			s.own[d] += distances[d][c] * own
			s.both[d] += distances[d][c] * both
		}
	}
	return s
}

// values gives every measure in the order of [Measures]; NaN where undefined.
// over replaces the distances observed, for bounds.
func (s *spread) values(seen [3]float64) [10]float64 {
	corrected := func(d, e float64) float64 {
		if e < 1e-12 {
			return math.NaN()
		}
		return 1 - d/e
	}
	return [10]float64{
		1 - seen[0], 1 - seen[1], 1 - 2*seen[1], 1 - 2*seen[2],
		corrected(seen[0], s.own[0]), corrected(seen[1], s.own[1]), corrected(seen[2], s.own[2]),
		corrected(seen[0], s.both[0]), corrected(seen[1], s.both[1]), corrected(seen[2], s.both[2]),
	}
}

func (p *Pair) estimate(all *joint, texts []joint, o Options) {
	s := all.spread()
	values := s.values(s.seen)
	draws := resample(texts, o)
	var least, most [3]float64
	for d := range s.seen {
		w := wilson(s.seen[d], float64(len(texts)))
		least[d], most[d] = w.Lo, w.Hi
	}
	upper, lower := s.values(least), s.values(most)
	for m, e := range p.Estimates() {
		if math.IsNaN(values[m]) {
			continue
		}
		e.Value, e.Defined = values[m], true
		switch {
		case o.Draws <= 0:
		case m == 0:
			e.Interval = Wilson(p.Same, p.N)
		default:
			e.Interval = percentiles(draws[m])
			if e.Hi-e.Lo < 1e-12 {
				e.Interval = Interval{max(lower[m], -1), upper[m]}
			}
		}
	}
}

// resample draws texts with repetition and gives every measure of every draw
// that is defined there.
func resample(texts []joint, o Options) (draws [10][]float64) {
	// Equal texts are drawn as one kind: only their number matters.
	kinds, kind := texts[:0:0], make([]int32, len(texts))
	for i := range texts {
		if i == 0 || texts[i] != texts[i-1] {
			kinds = append(kinds, texts[i])
		}
		kind[i] = int32(len(kinds) - 1)
	}
	times := make([]int32, len(kinds))
	rng := source(o.Seed, len(texts))
	for range o.Draws {
		clear(times)
		for range texts {
			times[kind[rng.IntN(len(kind))]]++
		}
		var j joint
		for k := range kinds {
			if times[k] > 0 {
				j.add(&kinds[k], times[k])
			}
		}
		s := j.spread()
		for m, v := range s.values(s.seen) {
			if !math.IsNaN(v) {
				draws[m] = append(draws[m], v)
			}
		}
	}
	return draws
}
