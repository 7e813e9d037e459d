package centrality

import "math"

// Roles counts the open triads in which a node connects two others that are not
// connected themselves, by the groups of the three (Gould and Fernandez 1989,
// DOI 10.2307/270949), each pair of others once. Our networks have no
// direction, so gatekeeper and representative are one.
type Roles struct {
	Coordinator float64 // all three in one group
	Consultant  float64 // the two in one group, the broker in another
	Gatekeeper  float64 // the broker shares the group of exactly one
	Liaison     float64 // three groups
}

// Total is the number of open triads.
func (r Roles) Total() float64 { return r.Coordinator + r.Consultant + r.Gatekeeper + r.Liaison }

// Broker is how a node stands between groups.
type Broker struct {
	Roles
	// Expected are the mean counts when the group labels are dealt at random among
	// the nodes that have one, with the node's open triads as they are.
	Expected Roles
	// Participation is 1 - sum over groups of (strength to the group / strength)^2
	// (Guimerà and Amaral 2005, DOI 10.1038/nature03288): 0 when all edges go to
	// one group. NaN without an edge to a node with a group.
	Participation float64
}

// Brokers gives the roles of every node. Nodes with a group below 0 have none:
// they broker nothing, and triads with them are not counted.
//
// Every positive weight counts as a connection. In a dense network there are
// few open triads, so set a threshold first, and say which.
func (g *Graph) Brokers(groups []int) ([]Broker, error) {
	if len(groups) != g.n {
		return nil, bad("give every node a group, or -1", "%d groups for %d nodes", len(groups), g.n)
	}
	chance := dealt(groups)
	linked := make([]bool, g.n) // to the first of the two others
	list := make([]Broker, g.n)
	for v := range list {
		b := &list[v]
		b.Participation = g.participation(v, groups)
		if groups[v] < 0 {
			continue
		}
		near := g.to[g.start[v]:g.start[v+1]]
		for k, i := range near {
			if groups[i] < 0 {
				continue
			}
			others := g.to[g.start[i]:g.start[i+1]]
			for _, u := range others {
				linked[u] = true
			}
			for _, j := range near[k+1:] {
				if groups[j] < 0 || linked[j] {
					continue
				}
				switch a, m, z := groups[i], groups[v], groups[j]; {
				case a == z && a == m:
					b.Coordinator++
				case a == z:
					b.Consultant++
				case a == m || z == m:
					b.Gatekeeper++
				default:
					b.Liaison++
				}
			}
			for _, u := range others {
				linked[u] = false
			}
		}
		n := b.Total()
		b.Expected = Roles{n * chance.Coordinator, n * chance.Consultant, n * chance.Gatekeeper, n * chance.Liaison}
	}
	return list, nil
}

// dealt is the chance of each role when three labels are drawn without
// replacement from those there are.
func dealt(groups []int) (r Roles) {
	size := map[int]int{}
	n := 0
	for _, g := range groups {
		if g >= 0 {
			size[g]++
			n++
		}
	}
	if n < 3 {
		return r
	}
	same, two := 0, 0 // whole numbers: the order of the map does not matter
	for _, k := range size {
		same += k * (k - 1) * (k - 2)
		two += k * (k - 1) * (n - k)
	}
	all := float64(n) * float64(n-1) * float64(n-2)
	r.Coordinator, r.Consultant, r.Gatekeeper = float64(same)/all, float64(two)/all, float64(2*two)/all
	r.Liaison = max(0, 1-r.Coordinator-r.Consultant-r.Gatekeeper)
	return r
}

func (g *Graph) participation(v int, groups []int) float64 {
	to := map[int]float64{}
	var order []int
	all := 0.0
	for i := g.start[v]; i < g.start[v+1]; i++ {
		c := groups[g.to[i]]
		if c < 0 {
			continue
		}
		if _, ok := to[c]; !ok {
			order = append(order, c)
		}
		to[c] += g.weight[i]
		all += g.weight[i]
	}
	if all == 0 {
		return math.NaN()
	}
	p := 1.0
	for _, c := range order {
		p -= (to[c] / all) * (to[c] / all)
	}
	return max(0, p)
}
