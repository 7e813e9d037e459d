package centrality

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Loss says what a set of propositions must keep.
type Loss string

// The losses; agreement of a pair on a proposition is 1 - |a - b| / width, and
// its rate the mean over the propositions on which both spoke.
//
//	blocs    the chance that a pair from different blocs has a higher rate than
//	         a pair of one bloc (ties and pairs without a common proposition
//	         count half): 0 when the blocs can be told from the rates without
//	         fail, 0.5 when not at all. Rates are compared to four decimals.
//	network  1 - r^2, r the correlation over all pairs of the sums of
//	         (2 agreement - 1) with those of all propositions: the share of the
//	         differences between pairs that the set does not reproduce.
const (
	LossBlocs   Loss = "blocs"
	LossNetwork Loss = "network"
)

// Positions are the stances of actors on propositions.
type Positions struct {
	Actors, Propositions int
	// Stance has one entry per actor and proposition, actor by actor; NaN where
	// the actor is silent. Silence is never agreement and never conflict.
	Stance []float64
	// Width is the largest possible distance of two stances, 4 for -2 to 2.
	Width float64
	// Groups is the bloc of each actor, -1 for none. Needed by LossBlocs; then
	// only pairs of actors with a bloc count.
	Groups []int
}

// BackboneOptions set the search for a backbone.
type BackboneOptions struct {
	Size int // number of propositions, at least 1
	Loss Loss
	// Steps of annealing after the greedy choice; 0 for none.
	Steps int
	Seed  uint64
}

// Backbone is the set of propositions that was found.
type Backbone struct {
	// Propositions, ascending. The set has the loss given: when annealing ends
	// elsewhere, the best set it saw is returned.
	Propositions []int
	Loss         float64
	// Full is the loss of all propositions together, Rest that of all others: a
	// Rest near Full says that the backbone could be replaced. NaN when nothing is
	// left.
	Full, Rest float64
	// Greedy lists the propositions in the order of the greedy choice, Path the
	// loss after each.
	Greedy []int
	Path   []float64
	// Pairs is the number of pairs compared.
	Pairs int
}

// maxParts bounds the memory of the parts: 16 bytes each.
const maxParts = 40_000_000

// FindBackbone looks for the propositions that carry the structure: greedily,
// one by one, then by annealing with swaps. The set is chosen to look good, so
// its loss on new statements will be larger; it describes this corpus.
func FindBackbone(p Positions, o BackboneOptions) (Backbone, error) {
	b, err := newBones(p, o)
	if err != nil {
		return Backbone{}, err
	}
	r := Backbone{Pairs: b.pairs}
	for j := range p.Propositions {
		b.add(j, 1)
	}
	copy(b.whole, b.net()) // nothing to copy to under LossBlocs
	r.Full = b.loss()
	for j := range p.Propositions {
		b.add(j, -1)
	}
	b.reset()
	in := make([]bool, p.Propositions)
	for len(r.Greedy) < o.Size {
		best, least := -1, math.Inf(1)
		for j, used := range in {
			if used {
				continue
			}
			b.add(j, 1)
			if l := b.loss(); l < least-1e-12 {
				best, least = j, l
			}
			b.add(j, -1)
		}
		b.add(best, 1)
		in[best] = true
		r.Greedy, r.Path = append(r.Greedy, best), append(r.Path, least)
	}
	chosen := b.anneal(r.Greedy, in, o)
	slices.Sort(chosen)
	r.Propositions = chosen
	r.Loss = b.lossOf(chosen)
	r.Rest = math.NaN()
	if o.Size < p.Propositions {
		var rest []int
		for j := range p.Propositions {
			if !slices.Contains(chosen, j) {
				rest = append(rest, j)
			}
		}
		r.Rest = b.lossOf(rest)
	}
	return r, nil
}

// bones holds, per proposition, what it adds to each pair of actors, and the
// sums over the propositions of the present set.
type bones struct {
	kind   Loss
	pairs  int
	part   [][]bit
	agree  []float64
	common []float64
	within []bool    // pair of one bloc
	whole  []float64 // sums over all propositions, for LossNetwork
	inside []int32   // histogram of rates of pairs of one bloc
	across []int32
}

type bit struct {
	pair  int32
	agree float64
}

func newBones(p Positions, o BackboneOptions) (*bones, error) {
	switch {
	case len(p.Stance) != p.Actors*p.Propositions:
		return nil, bad("give one entry per actor and proposition", "%d stances of %d actors on %d propositions", len(p.Stance), p.Actors, p.Propositions)
	case !(p.Width > 0) || math.IsInf(p.Width, 0):
		return nil, bad("write 4 for stances from -2 to 2", "a width of %v", p.Width)
	case o.Size < 1 || o.Size > p.Propositions:
		return nil, bad("write 1 to the number of propositions", "a backbone of %d of %d propositions", o.Size, p.Propositions)
	case o.Loss != LossBlocs && o.Loss != LossNetwork:
		return nil, bad("write blocs or network", "the loss cannot be %q", o.Loss)
	case o.Steps < 0:
		return nil, bad("write 0 or more", "%d steps of annealing", o.Steps)
	case o.Loss == LossBlocs && len(p.Groups) != p.Actors:
		return nil, bad("give every actor a bloc, or -1", "%d blocs for %d actors", len(p.Groups), p.Actors)
	}
	b := &bones{kind: o.Loss, part: make([][]bit, p.Propositions)}
	number := make([]int32, p.Actors*p.Actors) // pair + 1
	parts := 0
	for j := range p.Propositions {
		var who []int
		for a := range p.Actors {
			s := p.Stance[a*p.Propositions+j]
			if math.IsNaN(s) || o.Loss == LossBlocs && p.Groups[a] < 0 {
				continue
			}
			who = append(who, a)
		}
		for i, a := range who {
			for _, c := range who[i+1:] {
				d := math.Abs(p.Stance[a*p.Propositions+j]-p.Stance[c*p.Propositions+j]) / p.Width
				if !(d <= 1) {
					return nil, bad("give the distance of the two ends of the scale", "the actors %d and %d differ by more than the width on proposition %d", a, c, j)
				}
				k := &number[a*p.Actors+c]
				if *k == 0 {
					b.pairs++
					*k = int32(b.pairs)
					b.within = append(b.within, o.Loss == LossBlocs && p.Groups[a] == p.Groups[c])
				}
				b.part[j] = append(b.part[j], bit{*k - 1, 1 - d})
			}
		}
		if parts += len(b.part[j]); parts > maxParts {
			return nil, bad("leave out actors or propositions", "too many pairs of actors on %d propositions", p.Propositions)
		}
	}
	b.agree, b.common = make([]float64, b.pairs), make([]float64, b.pairs)
	if o.Loss == LossNetwork {
		b.whole = make([]float64, b.pairs)
		if b.pairs < 2 {
			return nil, bad("add stances", "only %d pairs of actors share a proposition", b.pairs)
		}
		return b, nil
	}
	b.inside, b.across = make([]int32, bins+1), make([]int32, bins+1)
	if !slices.Contains(b.within, true) || !slices.Contains(b.within, false) {
		return nil, bad("name more blocs or add stances", "there are no pairs to compare: it takes one in a bloc and one across")
	}
	return b, nil
}

func (b *bones) add(j int, f float64) {
	for _, x := range b.part[j] {
		b.agree[x.pair] += f * x.agree
		b.common[x.pair] += f
	}
}

// reset clears what rounding has left.
func (b *bones) reset() {
	clear(b.agree)
	clear(b.common)
}

func (b *bones) lossOf(set []int) float64 {
	b.reset()
	for _, j := range set {
		b.add(j, 1)
	}
	return b.loss()
}

// net is the sum of 2 agreement - 1 of each pair.
func (b *bones) net() []float64 {
	w := make([]float64, b.pairs)
	for i := range w {
		w[i] = 2*b.agree[i] - b.common[i]
	}
	return w
}

// bins is the number of steps to which rates are compared.
const bins = 10_000

func (b *bones) loss() float64 {
	if b.kind == LossNetwork {
		var n, sx, sy, xx, yy, xy float64
		for i, y := range b.whole {
			x := 2*b.agree[i] - b.common[i]
			n, sx, sy, xx, yy, xy = n+1, sx+x, sy+y, xx+x*x, yy+y*y, xy+x*y
		}
		cov, vx, vy := xy-sx*sy/n, xx-sx*sx/n, yy-sy*sy/n
		if cov <= 0 || vx <= 1e-9 || vy <= 1e-9 {
			return 1
		}
		return max(0, 1-cov/vx*cov/vy)
	}
	clear(b.inside)
	clear(b.across)
	var silent, known [2]float64 // pairs within 0, across 1
	for i, n := range b.common {
		side, histogram := 0, b.inside
		if !b.within[i] {
			side, histogram = 1, b.across
		}
		if n < 0.5 {
			silent[side]++
			continue
		}
		known[side]++
		histogram[int(b.agree[i]/n*bins+0.5)]++
	}
	// Pairs of pairs in which the one across has the higher rate.
	worse := (silent[0]*(silent[1]+known[1]) + silent[1]*known[0]) / 2
	lower := 0.0
	for k := range b.inside {
		in, out := float64(b.inside[k]), float64(b.across[k])
		worse += out * (lower + in/2)
		lower += in
	}
	return worse / ((silent[0] + known[0]) * (silent[1] + known[1]))
}

// anneal swaps propositions in and out and returns the best set seen.
func (b *bones) anneal(start []int, in []bool, o BackboneOptions) []int {
	best := slices.Clone(start)
	if o.Steps == 0 || o.Size == len(in) {
		return best
	}
	rng := rand.New(rand.NewPCG(o.Seed, 11))
	now := slices.Clone(start)
	var out []int
	for j, used := range in {
		if !used {
			out = append(out, j)
		}
	}
	value := b.lossOf(now)
	least, warm := value, max(0.1*value, 0.002)
	for t := range o.Steps {
		i, k := rng.IntN(len(now)), rng.IntN(len(out))
		b.add(now[i], -1)
		b.add(out[k], 1)
		next := b.loss()
		heat := warm * math.Exp(-6*float64(t)/float64(o.Steps))
		if next > value && rng.Float64() >= math.Exp((value-next)/heat) {
			b.add(out[k], -1)
			b.add(now[i], 1)
			continue
		}
		now[i], out[k], value = out[k], now[i], next
		if value < least-1e-12 {
			least = value
			copy(best, now)
		}
	}
	return best
}
