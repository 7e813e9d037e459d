package community

// Quality is what a partition is judged by.
type Quality string

// The qualities, with w the weights, g the resolution:
//
//	modularity  1/(2m) sum_ij (w_ij - g k_i k_j / 2m) over pairs in one
//	            community; 2m is the sum of strengths k. In a signed network the
//	            same with k+ k+ / 2m+ - k- k- / 2m- and divided by 2m+ + 2m-.
//	            (Newman and Girvan 2004, DOI 10.1103/PhysRevE.69.026113; Gómez,
//	            Jensen and Arenas 2009.) It cannot see small groups in large
//	            networks, so look at more than one resolution.
//	cpm         sum over communities of (weight inside - g n(n-1)/2), the
//	            constant Potts model: g is the mean weight that a community must
//	            exceed (Traag, Van Dooren and Nesterov 2011, DOI
//	            10.1103/PhysRevE.84.016114). In the unit of the weights.
const (
	Modularity Quality = "modularity"
	CPM        Quality = "cpm"
)

// level is a network whose nodes are groups of nodes of the level below.
type level struct {
	start             []int32
	to                []int32
	weight            []float64
	plus, minus, size []float64
	inside            []float64 // net weight within the group, each pair once
}

func base(g *Graph) *level {
	n := g.Nodes()
	l := &level{
		start: g.start, to: g.to, weight: g.weight, plus: g.plus, minus: g.minus,
		size: make([]float64, n), inside: make([]float64, n),
	}
	for i := range l.size {
		l.size[i] = 1
	}
	return l
}

// judge holds what the quality needs beside a level.
type judge struct {
	quality    Quality
	resolution float64
	total      [2]float64 // sums of strengths in the two layers
}

// share is a product of strengths over the total, 0 in an empty layer.
func share(a, b, total float64) float64 {
	if total == 0 {
		return 0
	}
	return a * b / total
}

// penalty is what two disjoint groups together must exceed in weight.
func (j judge) penalty(plusA, plusB, minusA, minusB, sizeA, sizeB float64) float64 {
	if j.quality == CPM {
		return j.resolution * sizeA * sizeB
	}
	return j.resolution * (share(plusA, plusB, j.total[0]) - share(minusA, minusB, j.total[1]))
}

// scale brings gains to the unit of a modularity.
func (j judge) scale() float64 {
	if t := j.total[0] + j.total[1]; t > 0 {
		return 2 / t
	}
	return 1
}

// value is the quality of a partition of the graph's nodes.
func (j judge) value(g *Graph, of []int) float64 {
	groups := count(of)
	plus, minus, size := make([]float64, groups), make([]float64, groups), make([]float64, groups)
	sum := 0.0
	for v, c := range of {
		plus[c] += g.plus[v]
		minus[c] += g.minus[v]
		size[c]++
		for i := g.start[v]; i < g.start[v+1]; i++ {
			if u := g.to[i]; int(u) > v && of[u] == c {
				sum += g.weight[i]
			}
		}
	}
	for c := range groups {
		if j.quality == CPM {
			sum -= j.resolution * size[c] * (size[c] - 1) / 2
		} else {
			sum -= j.penalty(plus[c], plus[c], minus[c], minus[c], size[c], size[c]) / 2
		}
	}
	if j.quality == CPM {
		return sum
	}
	return sum * j.scale()
}

// Value judges a partition of the nodes by a quality at a resolution.
func Value(g *Graph, membership []int, q Quality, resolution float64) (float64, error) {
	if err := checkQuality(q, resolution); err != nil {
		return 0, err
	}
	if len(membership) != g.Nodes() {
		return 0, bad("give every node a community", "%d memberships for %d nodes", len(membership), g.Nodes())
	}
	return judge{q, resolution, g.total}.value(g, canonical(membership)), nil
}

// canonical numbers the groups in the order of their first member.
func canonical(of []int) []int {
	number := map[int]int{}
	out := make([]int, len(of))
	for v, c := range of {
		k, ok := number[c]
		if !ok {
			k = len(number)
			number[c] = k
		}
		out[v] = k
	}
	return out
}

// count is the number of groups of a canonical partition.
func count(of []int) int {
	n := 0
	for _, c := range of {
		n = max(n, c+1)
	}
	return n
}

// gather makes the level whose nodes are the groups of a partition.
func (l *level) gather(of []int) *level {
	groups := count(of)
	up := &level{
		start: make([]int32, groups+1), plus: make([]float64, groups), minus: make([]float64, groups),
		size: make([]float64, groups), inside: make([]float64, groups),
	}
	members := make([][]int, groups)
	for v, c := range of {
		members[c] = append(members[c], v)
		up.plus[c] += l.plus[v]
		up.minus[c] += l.minus[v]
		up.size[c] += l.size[v]
		up.inside[c] += l.inside[v]
	}
	sum := make([]float64, groups)
	seen := make([]bool, groups)
	var touched []int
	for c, list := range members {
		touched = touched[:0]
		for _, v := range list {
			for i := l.start[v]; i < l.start[v+1]; i++ {
				d := of[l.to[i]]
				if d == c {
					up.inside[c] += l.weight[i] / 2
					continue
				}
				if !seen[d] {
					seen[d] = true
					touched = append(touched, d)
				}
				sum[d] += l.weight[i]
			}
		}
		for _, d := range touched {
			up.to, up.weight = append(up.to, int32(d)), append(up.weight, sum[d])
			sum[d], seen[d] = 0, false
		}
		up.start[c+1] = int32(len(up.to))
	}
	return up
}
