package alignment

import (
	"math"
	"slices"
)

// Cohesion is how far a bloc votes as one, averaged over roll calls. RollCalls
// counts those in which at least two members cast a vote; a measure that is not
// defined on some of them is averaged over the rest, and its own base says over
// how many. With Y, A and N votes of members:
//
//	AgreementIndex = (M - (Y+A+N-M)/2) / (Y+A+N), M the largest of the three
//	                 (Hix, Noury and Roland 2005): 1 one voice, 0 equal thirds
//	Rice           = |Y-N| / (Y+N), abstentions left out (Rice 1928)
//	PairAgreement  = (Y(Y-1) + N(N-1)) / ((Y+N)(Y+N-1)), the chance that two
//	                 members drawn at random agree: unlike Rice it does not rise
//	                 as the bloc gets smaller (Desposato 2005)
//
// Intervals are percentiles of a bootstrap that draws texts; where all draws
// are the same, Wilson's with the texts as trials.
type Cohesion struct {
	RollCalls                           int
	Texts                               int
	MinCast, MaxCast                    int  // members that cast a vote: the least and the most in one roll call
	Thin                                bool // fewer than [Thin] texts
	AgreementIndex, Rice, PairAgreement Estimate
	RiceBase, PairBase                  int // roll calls with a yes or no at all; with two of them
}

// Split counts the votes of a bloc in one roll call.
type Split struct{ Yes, Abstain, No int }

// Count counts votes.
func Count(votes []int8) (s Split) {
	for _, v := range votes {
		switch v {
		case VoteYes:
			s.Yes++
		case VoteAbstain:
			s.Abstain++
		case VoteNo:
			s.No++
		}
	}
	return s
}

// Cast is the number of votes.
func (s Split) Cast() int { return s.Yes + s.Abstain + s.No }

// AgreementIndex is the index of one roll call; NaN without votes.
func (s Split) AgreementIndex() float64 {
	n, m := s.Cast(), max(s.Yes, s.Abstain, s.No)
	if n == 0 {
		return math.NaN()
	}
	return (float64(m) - float64(n-m)/2) / float64(n)
}

// Rice is the index of one roll call; NaN without a yes or no.
func (s Split) Rice() float64 {
	if s.Yes+s.No == 0 {
		return math.NaN()
	}
	return math.Abs(float64(s.Yes-s.No)) / float64(s.Yes+s.No)
}

// PairAgreement is the index of one roll call; NaN with fewer than two of yes
// and no.
func (s Split) PairAgreement() float64 {
	n := float64(s.Yes + s.No)
	if n < 2 {
		return math.NaN()
	}
	y, x := float64(s.Yes), float64(s.No)
	return (y*(y-1) + x*(x-1)) / (n * (n - 1))
}

// Majority is the side, yes or no, that most members who took one took; -1 for
// a tie or none.
func (s Split) Majority() int8 {
	switch {
	case s.Yes > s.No:
		return VoteYes
	case s.No > s.Yes:
		return VoteNo
	}
	return -1
}

// Plurality is the ballot that most members cast; -1 for a tie or none.
func (s Split) Plurality() int8 {
	switch {
	case s.Yes > s.Abstain && s.Yes > s.No:
		return VoteYes
	case s.Abstain > s.Yes && s.Abstain > s.No:
		return VoteAbstain
	case s.No > s.Yes && s.No > s.Abstain:
		return VoteNo
	}
	return -1
}

// Bloc measures the cohesion of a bloc over roll calls: splits[i] are the votes
// of those who were members at roll call i, texts as in [Votes].
func Bloc(splits []Split, texts []int, o Options) Cohesion {
	if texts != nil && len(texts) != len(splits) {
		panic("alignment: lists of different length")
	}
	var c Cohesion
	var points [3][]point
	seen := map[int]bool{}
	for i, s := range splits {
		n := s.Cast()
		if n < 2 {
			continue
		}
		text := i
		if texts != nil {
			text = texts[i]
		}
		if c.RollCalls == 0 || n < c.MinCast {
			c.MinCast = n
		}
		c.MaxCast = max(c.MaxCast, n)
		c.RollCalls++
		seen[text] = true
		for m, v := range [3]float64{s.AgreementIndex(), s.Rice(), s.PairAgreement()} {
			if !math.IsNaN(v) {
				points[m] = append(points[m], point{text, v})
			}
		}
	}
	c.Texts, c.Thin = len(seen), len(seen) < Thin
	c.RiceBase, c.PairBase = len(points[1]), len(points[2])
	c.AgreementIndex, c.Rice, c.PairAgreement = mean(points[0], o), mean(points[1], o), mean(points[2], o)
	return c
}

// point is a value between 0 and 1 that belongs to a text.
type point struct {
	text  int
	value float64
}

// sum is what one text adds to a mean.
type sum struct{ total, n float64 }

// mean averages values between 0 and 1, with an interval from drawing texts.
func mean(points []point, o Options) (e Estimate) {
	if len(points) == 0 {
		return e
	}
	// Sorted, so that the order of the roll calls cannot change a sum.
	slices.SortFunc(points, func(a, b point) int {
		if a.text != b.text {
			return a.text - b.text
		}
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	var sums []sum
	for i, p := range points {
		if i == 0 || p.text != points[i-1].text {
			sums = append(sums, sum{})
		}
		last := &sums[len(sums)-1]
		last.total += p.value
		last.n++
	}
	slices.SortFunc(sums, func(a, b sum) int {
		switch {
		case a.n != b.n:
			return int(a.n - b.n)
		case a.total < b.total:
			return -1
		case a.total > b.total:
			return 1
		}
		return 0
	})
	var all sum
	for _, s := range sums {
		all.total += s.total
		all.n += s.n
	}
	e.Value, e.Defined = all.total/all.n, true
	if o.Draws <= 0 {
		return e
	}
	rng := source(o.Seed, len(sums))
	draws := make([]float64, o.Draws)
	for d := range draws {
		var one sum
		for range sums {
			s := sums[rng.IntN(len(sums))]
			one.total += s.total
			one.n += s.n
		}
		draws[d] = one.total / one.n
	}
	if e.Interval = percentiles(draws); e.Hi-e.Lo < 1e-12 {
		e.Interval = wilson(min(max(e.Value, 0), 1), float64(len(sums)))
	}
	return e
}
