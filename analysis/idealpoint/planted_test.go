package idealpoint

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// plan says how to make synthetic votes from the model itself.
type plan struct {
	states, sessions, items int // items per session
	bridged                 int // of these, from the session before
	absent                  float64
	tail                    int // the last states are absent nine times out of ten
	seed                    uint64
	start                   float64 // sd of the first session; 0: 1
}

// planted is synthetic: points that walk as the prior says, standardised, and
// votes drawn from them. x[state][session].
type planted struct {
	data *Data
	x    [][]float64
}

func plant(p plan) *planted {
	r := rand.New(rand.NewPCG(p.seed, 17))
	out := &planted{data: new(Data)}
	for i := range p.states {
		out.data.States = append(out.data.States, fmt.Sprintf("S%03d", i))
		first := p.start
		if first == 0 {
			first = 1
		}
		x := []float64{first * r.NormFloat64()}
		for t := 1; t < p.sessions; t++ {
			x = append(x, x[t-1]+0.5*r.NormFloat64()) // v = 0.5 n/(2n)
		}
		out.x = append(out.x, x)
	}
	var mean, ss float64
	n := float64(p.states * p.sessions)
	for _, x := range out.x {
		for _, v := range x {
			mean += v / n
		}
	}
	for _, x := range out.x {
		for _, v := range x {
			ss += (v - mean) * (v - mean) / n
		}
	}
	for _, x := range out.x {
		for t := range x {
			x[t] = (x[t] - mean) / math.Sqrt(ss)
		}
	}
	type truth struct{ b, g1, g2 float64 }
	var items []truth
	for t := range p.sessions {
		out.data.Sessions = append(out.data.Sessions, t+1)
		first := len(items)
		for range p.items {
			g := r.NormFloat64() + 0.7
			items = append(items, truth{r.NormFloat64() * 1.3, g, g + 0.2 + 0.6*r.Float64()})
			out.data.Items = append(out.data.Items, Item{ID: fmt.Sprintf("%05d", len(items))})
		}
		list := []int{}
		for j := max(0, first-p.bridged); j < len(items); j++ {
			list = append(list, j)
		}
		for i := range p.states {
			gone := p.absent
			if i >= p.states-p.tail {
				gone = 0.9
			}
			for _, j := range list {
				if r.Float64() < gone {
					continue
				}
				z := items[j].b*out.x[i][t] + r.NormFloat64()
				y := Yes
				if z > items[j].g2 {
					y = No
				} else if z > items[j].g1 {
					y = Abstain
				}
				out.data.Votes = append(out.data.Votes, Vote{State: int32(i), Session: int32(t), Item: int32(j), Y: y})
			}
		}
	}
	return out
}

// turned gives the truth with the sign of the estimate.
func (p *planted) turned(r *Result) (x, truth []float64) {
	for _, q := range r.Points {
		x = append(x, q.X)
		truth = append(truth, p.x[q.State][q.Session])
	}
	if pearson(x, truth) < 0 {
		for i := range truth {
			truth[i] = -truth[i]
		}
	}
	return x, truth
}
