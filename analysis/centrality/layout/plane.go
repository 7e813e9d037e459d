package layout

import (
	"math"
	"math/rand/v2"
	"sort"
)

// plane is the layout while it is made.
type plane struct {
	n    int
	d    []float64 // wanted distances
	x, y []float64
}

func median(list []float64) float64 {
	if len(list) == 0 {
		return 1
	}
	sort.Float64s(list)
	return list[len(list)/2]
}

// scatter starts from the two main axes of the wanted distances (classical
// scaling, by power iteration) with a little seeded noise, so that nodes with
// equal distances part.
func (p *plane) scatter(rng *rand.Rand) {
	n := p.n
	b, row, all := make([]float64, n*n), make([]float64, n), 0.0
	for i := range n {
		for j := range n {
			row[i] += p.d[i*n+j] * p.d[i*n+j] / float64(n)
		}
		all += row[i] / float64(n)
	}
	for i := range n {
		for j := range n {
			b[i*n+j] = (row[i] + row[j] - all - p.d[i*n+j]*p.d[i*n+j]) / 2
		}
	}
	for _, axis := range [][]float64{p.x, p.y} {
		v, next := make([]float64, n), make([]float64, n)
		for i := range v {
			v[i] = rng.Float64() - 0.5
		}
		value := 0.0
		for range 100 {
			value = 0
			for i := range n {
				next[i] = 0
				for j, w := range v {
					next[i] += b[i*n+j] * w
				}
				value += next[i] * next[i]
			}
			if value = math.Sqrt(value); value == 0 {
				break
			}
			for i := range v {
				v[i] = next[i] / value
			}
		}
		for i := range v {
			axis[i] = v[i]*math.Sqrt(value) + 0.01*(rng.Float64()-0.5)
		}
		for i := range n { // take the axis out, so that the next is another
			for j := range n {
				b[i*n+j] -= value * v[i] * v[j]
			}
		}
	}
}

// settle moves every node to where its wanted distances pull it, in turn, with
// weights of one over the squared distance; each move lowers the stress.
func (p *plane) settle(rounds int) int {
	n := p.n
	for r := range rounds {
		moved := 0.0
		for i := range n {
			var sx, sy, sw float64
			for j := range n {
				if j == i {
					continue
				}
				want := p.d[i*n+j]
				w := 1 / (want * want)
				dx, dy := p.x[i]-p.x[j], p.y[i]-p.y[j]
				f := 0.0
				if l := math.Sqrt(dx*dx + dy*dy); l > 1e-9 {
					f = want / l
				}
				sx += w * (p.x[j] + f*dx)
				sy += w * (p.y[j] + f*dy)
				sw += w
			}
			if sw == 0 {
				continue
			}
			moved = max(moved, math.Abs(sx/sw-p.x[i]), math.Abs(sy/sw-p.y[i]))
			p.x[i], p.y[i] = sx/sw, sy/sw
		}
		if moved < 1e-3 {
			return r + 1
		}
	}
	return rounds
}

// stress is the mean squared relative error of the distances.
func (p *plane) stress() float64 {
	var sum, a, b float64
	for i := range p.n {
		for j := range i {
			r := math.Hypot(p.x[i]-p.x[j], p.y[i]-p.y[j]) / p.d[i*p.n+j]
			a, b, sum = a+r, b+r*r, sum+1
		}
	}
	if sum == 0 || b == 0 {
		return 0
	}
	return max(0, 1-a*a/b/sum) // at the scale a/b, which makes it least
}

// turn lays the longest extent flat and mirrors so that the first node off the
// middle lies left and above.
func (p *plane) turn() {
	var mx, my, xx, yy, xy float64
	for i := range p.n {
		mx, my = mx+p.x[i]/float64(p.n), my+p.y[i]/float64(p.n)
	}
	for i := range p.n {
		p.x[i], p.y[i] = p.x[i]-mx, p.y[i]-my
		xx, yy, xy = xx+p.x[i]*p.x[i], yy+p.y[i]*p.y[i], xy+p.x[i]*p.y[i]
	}
	angle := math.Atan2(2*xy, xx-yy) / 2
	c, s := math.Cos(angle), math.Sin(angle)
	for i := range p.n {
		p.x[i], p.y[i] = c*p.x[i]+s*p.y[i], c*p.y[i]-s*p.x[i]
	}
	for _, axis := range [][]float64{p.x, p.y} {
		for _, v := range axis {
			if math.Abs(v) < 1e-6 {
				continue
			}
			if v > 0 {
				for i := range axis {
					axis[i] = -axis[i]
				}
			}
			break
		}
	}
}

// fit scales both axes alike into the unit square and centres them.
func (p *plane) fit() {
	span := 0.0
	bounds := func(axis []float64) (low, high float64) {
		low, high = axis[0], axis[0]
		for _, v := range axis {
			low, high = min(low, v), max(high, v)
		}
		return low, high
	}
	for _, axis := range [][]float64{p.x, p.y} {
		low, high := bounds(axis)
		span = max(span, high-low)
	}
	for _, axis := range [][]float64{p.x, p.y} {
		low, high := bounds(axis)
		for i, v := range axis {
			axis[i] = 0.5
			if span > 0 {
				axis[i] = min(1, max(0, 0.5+(v-(low+high)/2)/span))
			}
		}
	}
}

// apart pushes nodes that lie nearer than gap away from each other, a bounded
// number of times; in a crowd some may still touch.
func (p *plane) apart(gap float64) {
	clamp := func(v float64) float64 { return min(1, max(0, v)) }
	for range 100 {
		moved := false
		for i := range p.n {
			for j := range i {
				dx, dy := p.x[i]-p.x[j], p.y[i]-p.y[j]
				l := math.Hypot(dx, dy)
				if l >= gap*0.999 {
					continue
				}
				step := (gap - l) / 2
				if l < 1e-9 { // on one spot: part them in a direction of their own
					dx, dy, l = math.Cos(float64(i)), math.Sin(float64(i)), 1
				}
				p.x[i], p.y[i] = clamp(p.x[i]+dx/l*step), clamp(p.y[i]+dy/l*step)
				p.x[j], p.y[j] = clamp(p.x[j]-dx/l*step), clamp(p.y[j]-dy/l*step)
				moved = true
			}
		}
		if !moved {
			return
		}
	}
}
