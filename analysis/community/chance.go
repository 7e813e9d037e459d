package community

import (
	"math/rand/v2"
)

// Chance sets the score of a searched split against networks without poles: the
// pairs of values (congruence and conflict of one pair of nodes) are dealt anew
// among all pairs, and the best split is searched in the same way. It is needed
// because a search finds some score above 0 in any network. The draws are those
// of the permutation; starts as in [Poles.Search].
func (p *Poles) Chance(found Polarised, o Permutation, starts int) (Test, error) {
	if err := o.check(); err != nil {
		return Test{}, err
	}
	n := p.n
	type pair struct{ c, f float64 }
	var pairs []pair
	for i := range n {
		for j := range i {
			pairs = append(pairs, pair{p.c[i*n+j], p.f[i*n+j]})
		}
	}
	rng := rand.New(rand.NewPCG(o.Seed, 19))
	t := Test{Value: found.Score}
	c, f := make([]float64, n*n), make([]float64, n*n)
	draws := make([]float64, o.Draws)
	larger := 0
	for d := range draws {
		rng.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		at := 0
		for i := range n {
			for j := range i {
				c[i*n+j], f[i*n+j] = pairs[at].c, pairs[at].f
				c[j*n+i], f[j*n+i] = c[i*n+j], f[i*n+j]
				at++
			}
		}
		dealt, err := NewPoles(n, c, f)
		if err != nil {
			return Test{}, err
		}
		best, err := dealt.Search(rng.Uint64(), starts)
		if err != nil {
			return Test{}, err
		}
		draws[d] = best.Score
		t.Expected += best.Score / float64(o.Draws)
		if best.Score >= found.Score-tiny(found.Score) {
			larger++
		}
	}
	t.P = float64(1+larger) / float64(1+o.Draws)
	t.Lo, t.Hi = quantile(draws, 0.025), quantile(draws, 0.975)
	return t, nil
}
