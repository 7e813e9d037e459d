package community

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Poles are a congruence and a conflict network over the same nodes, prepared
// for questions about two camps.
//
// With s[i] = +1 or -1 the camp of node i, c and f the strengths in the two
// networks, C and F the sums of their upper triangles,
//
//	P(s) = sum_ij s[i] s[j] ( C[i,j] - c[i] c[j] / 2C - F[i,j] + f[i] f[j] / 2F ) / (2C + 2F)
//
// which is twice the signed modularity of the two camps. It compares the
// congruence inside and the conflict between camps with what the actors'
// activity alone would give. P is 1 only when there are two camps of equal
// strength, all congruence lies inside and all conflict between them; 0 when
// all are in one camp or the split means nothing; below 0 when a split goes
// across the camps. A few against many score low by construction: the question
// is whether there are two poles, not whether somebody dissents.
type Poles struct {
	n        int
	b        []float64 // the bracket above over 2C + 2F, with a zero diagonal
	diagonal float64   // the sum of its diagonal
	c, f     []float64
}

// NewPoles takes both networks as n by n matrices: symmetric, not negative, the
// diagonal is not looked at. At least one must have weight.
func NewPoles(n int, congruence, conflict []float64) (*Poles, error) {
	p := &Poles{n: n, b: make([]float64, n*n), c: congruence, f: conflict}
	for k, m := range [][]float64{congruence, conflict} {
		name := []string{"congruence", "conflict"}[k]
		if len(m) != n*n {
			return nil, bad("give n times n numbers", "the %s matrix has %d entries for %d nodes", name, len(m), n)
		}
		for i := range n {
			for j := range i {
				if v := m[i*n+j]; !(v >= 0) || math.IsInf(v, 0) || v != m[j*n+i] {
					return nil, bad("give a symmetric matrix of numbers of 0 or more", "the %s of %d and %d is %v and %v", name, i, j, v, m[j*n+i])
				}
			}
		}
	}
	c, allC := strengths(n, congruence)
	f, allF := strengths(n, conflict)
	if allC+allF == 0 {
		return nil, bad("polarisation is not defined", "neither network has weight")
	}
	for i := range n {
		for j := range n {
			v := share(f[i], f[j], allF) - share(c[i], c[j], allC)
			if i != j {
				v += congruence[i*n+j] - conflict[i*n+j]
			}
			v /= allC + allF
			if i == j {
				p.diagonal += v
			} else {
				p.b[i*n+j] = v
			}
		}
	}
	return p, nil
}

// strengths are the row sums without the diagonal, and their sum.
func strengths(n int, m []float64) (s []float64, all float64) {
	s = make([]float64, n)
	for i := range n {
		for j := range n {
			if i != j {
				s[i] += m[i*n+j]
			}
		}
		all += s[i]
	}
	return s, all
}

// Score is P for two camps, given as one of two labels per node.
func (p *Poles) Score(camps []int) (float64, error) {
	if len(camps) != p.n {
		return 0, bad("give every node a camp", "%d camps for %d nodes", len(camps), p.n)
	}
	of := canonical(camps)
	if k := count(of); k > 2 {
		return 0, bad("join some", "polarisation is about two camps, and there are %d", k)
	}
	return p.score(signs(of)), nil
}

func signs(of []int) []float64 {
	s := make([]float64, len(of))
	for i, c := range of {
		s[i] = float64(1 - 2*c)
	}
	return s
}

func (p *Poles) score(s []float64) float64 {
	sum := p.diagonal
	for i := range p.n {
		for j := range p.n {
			sum += s[i] * s[j] * p.b[i*p.n+j]
		}
	}
	return sum
}

// Polarised is the best split into two camps that was found.
type Polarised struct {
	Score float64
	Camps []int // 0 or 1; the first node is in camp 0
	Sizes [2]int
	// CongruenceInside and ConflictBetween are the shares of the weight of each
	// network; NaN when it has none.
	CongruenceInside, ConflictBetween float64
	Starts, Reached                   int // random starts, and those that ended with this score
}

// Search looks for the split with the highest score: from each random start it
// cools down slowly (simulated annealing), then moves single nodes and swaps
// pairs as long as that gains. The same seed gives the same result. starts is 1
// to 1,000; with 193 nodes one start takes some milliseconds.
func (p *Poles) Search(seed uint64, starts int) (Polarised, error) {
	if starts < 1 || starts > 1000 {
		return Polarised{}, bad("write 1 to 1000", "%d starts", starts)
	}
	var best []float64
	top := math.Inf(-1)
	scores := make([]float64, starts)
	for k := range scores {
		s := p.start(rand.New(rand.NewPCG(seed, uint64(k))))
		scores[k] = p.score(s)
		if scores[k] > top+tiny(top) || best == nil {
			best, top = s, scores[k]
		}
	}
	r := Polarised{Score: top, Camps: make([]int, p.n), Starts: starts}
	for _, v := range scores {
		if v >= top-tiny(top) {
			r.Reached++
		}
	}
	for i, s := range best {
		if s != best[0] {
			r.Camps[i] = 1
		}
		r.Sizes[r.Camps[i]]++
	}
	inside := func(m []float64) float64 {
		in, all := 0.0, 0.0
		for i := range p.n {
			for j := range i {
				all += m[i*p.n+j]
				if best[i] == best[j] {
					in += m[i*p.n+j]
				}
			}
		}
		return in / all // 0/0 is NaN, as promised
	}
	r.CongruenceInside, r.ConflictBetween = inside(p.c), 1-inside(p.f)
	return r, nil
}

// start is one annealed and then climbed split; what it returns is the best
// state it has seen, not the last.
func (p *Poles) start(rng *rand.Rand) []float64 {
	s, field := make([]float64, p.n), make([]float64, p.n)
	for i := range s {
		s[i] = float64(1 - 2*rng.IntN(2))
	}
	warm := 0.0
	for i := range p.n {
		for j := range p.n {
			field[i] += p.b[i*p.n+j] * s[j]
			warm = max(warm, math.Abs(p.b[i*p.n+j]))
		}
	}
	flip := func(i int) {
		s[i] = -s[i]
		for j := range p.n {
			field[j] += 2 * p.b[i*p.n+j] * s[i]
		}
	}
	gain := func(i int) float64 { return -4 * s[i] * field[i] }
	best, now, top := slices.Clone(s), 0.0, 0.0 // scores relative to the start
	const sweeps = 60
	for t := range sweeps {
		heat := warm * 4 * math.Pow(0.9, float64(t))
		for range p.n {
			i := rng.IntN(p.n)
			d := gain(i)
			if d >= 0 || rng.Float64() < math.Exp(d/heat) {
				flip(i)
				if now += d; now > top {
					top = now
					copy(best, s)
				}
			}
		}
	}
	// Climb from the best state.
	for i := range s {
		if s[i] != best[i] {
			flip(i)
		}
	}
	for p.climb(s, gain, flip) {
	}
	return s
}

// climb makes the single best move or swap; false when none gains.
func (p *Poles) climb(s []float64, gain func(int) float64, flip func(int)) bool {
	const least = 1e-12
	a, b, most := -1, -1, least
	for i := range p.n {
		d := gain(i)
		if d > most {
			a, b, most = i, -1, d
		}
		for j := range i {
			if s[i] == s[j] {
				continue
			}
			// Both flip: what they have with each other does not change.
			if e := d + gain(j) + 8*s[i]*s[j]*p.b[i*p.n+j]; e > most {
				a, b, most = i, j, e
			}
		}
	}
	if a < 0 {
		return false
	}
	flip(a)
	if b >= 0 {
		flip(b)
	}
	return true
}
