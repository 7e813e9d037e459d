package view

import (
	"cmp"
	"math"
	"slices"

	"entente"
	"entente/analysis/centrality"
	"entente/analysis/community"
	"entente/analysis/compare"
	"entente/analysis/congruence"
)

// knownBlocs are the groups of states that camps are set against; of several an
// actor counts in the joint comparison under the first.
var knownBlocs = []entente.ActorID{"csto", "sco", "eu", "nato", "asean", "au", "g7"}

// The sizes of the searches.
const (
	campRuns      = 20
	blocDraws     = 999
	poleStarts    = 10
	poleDraws     = 99
	poleNodes     = 250 // actors above which polarisation is not searched
	backboneSize  = 5
	backboneSteps = 500
)

// structure reads camps, blocs, polarisation, brokers and the backbone off a
// one-mode network.
func (v *Network) structure(b Builder, n *netAsk, src *netSource, nw *congruence.Network, o compare.Options) error {
	switch {
	case nw.Options.Mode == congruence.TwoMode:
		v.note("camps-two-mode", "camps are sought among actors: use mode one")
		return nil
	case len(nw.Rows) > networkCampNodes:
		v.note("camps-many", "%d actors: camps are sought among %d at most", len(nw.Rows), networkCampNodes)
		return nil
	}
	labels := v.blocsOf(b, o)
	if nw.Options.Kind == congruence.Conflict {
		v.note("camps-conflict", "camps gather agreement, and a conflict network has none: use congruence or subtract")
	} else if err := v.camps(b, n, nw, labels, o); err != nil {
		return err
	}
	if err := v.poles(n, src); err != nil {
		return err
	}
	return v.backbone(n, src, labels)
}

// blocsOf gives each actor its known blocs, and the label of the first.
func (v *Network) blocsOf(b Builder, o compare.Options) []int {
	labels := make([]int, len(v.Nodes))
	for i := range labels {
		labels[i] = community.NoBloc
	}
	if b.Corpus == nil {
		return labels
	}
	asOf := b.Corpus.AsOf(o.Settings)
	for k, bloc := range knownBlocs {
		for _, m := range b.Corpus.MembersAt(bloc, asOf.Last(), o.Unverified) {
			if i := v.row(string(m), false); i >= 0 {
				v.Nodes[i].Blocs = append(v.Nodes[i].Blocs, string(bloc))
				if labels[i] == community.NoBloc {
					labels[i] = k
				}
			}
		}
		// The group's own voice stands with its members.
		if i := v.row(string(bloc), false); i >= 0 && labels[i] == community.NoBloc {
			labels[i] = k
		}
	}
	return labels
}

func (v *Network) graph() (*community.Graph, string, error) {
	edges := make([]community.Edge, 0, len(v.Edges))
	for _, e := range v.Edges {
		edges = append(edges, community.Edge{A: e.a, B: e.b, Weight: e.Weight})
	}
	if v.Size.Negative > 0 {
		g, err := community.NewSigned(len(v.Nodes), edges)
		return g, "positive and negative", err
	}
	g, err := community.New(len(v.Nodes), edges)
	return g, "positive", err
}

func (v *Network) camps(b Builder, n *netAsk, nw *congruence.Network, labels []int, o compare.Options) error {
	if v.Size.Edges == 0 {
		v.note("camps-none", "there is no edge, so there are no camps")
		return nil
	}
	g, layers, err := v.graph()
	if err != nil {
		return err
	}
	opt := community.Default()
	opt.Seed, opt.Runs = n.seed, campRuns
	p, err := community.Leiden(g, opt)
	if err != nil {
		return err
	}
	seeds := make([]uint64, campRuns)
	for i := range seeds {
		seeds[i] = n.seed + uint64(i) //nolint:gosec // a small count
	}
	stab, err := community.Stabilities(g, community.Modularity, []float64{opt.Resolution}, seeds)
	if err != nil {
		return err
	}
	others, err := community.Stabilities(g, community.Modularity, []float64{0.75, 1.25}, seeds[:campRuns/2])
	if err != nil {
		return err
	}
	v.Camps = &NetworkCamps{
		Method: "Leiden, modularity", Layers: layers, Resolution: opt.Resolution, Quality: p.Quality, Runs: p.Runs, Reached: p.Reached, Distinct: p.Distinct,
		Seeds: []NetworkStability{}, Methods: []NetworkAgreement{},
	}
	for _, s := range slices.Concat(stab, others) {
		v.Camps.Seeds = append(v.Camps.Seeds, NetworkStability{s.Resolution, s.Runs, s.Fewest, s.Most, s.Mean.ARI, s.Least.ARI})
	}
	opt.Runs = campRuns / 2
	methods, err := community.Methods(g, opt)
	if err != nil {
		return err
	}
	pairs, err := community.Between(methods)
	if err != nil {
		return err
	}
	for _, x := range pairs {
		v.Camps.Methods = append(v.Camps.Methods, NetworkAgreement{x.A, x.B, x.ARI, x.NMI})
	}
	camp := v.letter(p.Membership, stab[0].Together)
	if err := v.brokers(camp); err != nil {
		return err
	}
	if b.Corpus == nil {
		return nil
	}
	return v.blocs(b, n, g, camp, labels, o)
}

// letter names the camps A, B, C by size and gives each node its camp, -1 for a
// node without an edge.
func (v *Network) letter(membership []int, together []float64) []int {
	groups := map[int][]int{}
	for i, m := range membership {
		if v.Nodes[i].Degree > 0 {
			groups[m] = append(groups[m], i)
		}
	}
	list := make([][]int, 0, len(groups))
	for _, g := range groups {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b []int) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a[0], b[0])) })
	camp := make([]int, len(membership))
	for i := range camp {
		camp[i] = -1
	}
	size := len(membership)
	for k, g := range list {
		c := NetworkCamp{Camp: campName(k), Members: []string{}}
		sum, pairs := 0.0, 0
		for _, i := range g {
			camp[i] = k
			v.Nodes[i].Camp = c.Camp
			c.Members = append(c.Members, v.Nodes[i].ID)
			own := 0.0
			for _, j := range g {
				if j != i {
					own += together[i*size+j]
				}
			}
			if len(g) > 1 {
				firm := math.Round(own/float64(len(g)-1)*1e4) / 1e4
				v.Nodes[i].Firm = &firm
			}
			sum, pairs = sum+own, pairs+len(g)-1
		}
		if pairs > 0 {
			firm := math.Round(sum/float64(pairs)*1e4) / 1e4
			c.Firm = &firm
		}
		v.Camps.Camps = append(v.Camps.Camps, c)
	}
	return camp
}

// campName is A to Z, then A2 and so on.
func campName(k int) string {
	s := string(rune('A' + k%26))
	if k >= 26 {
		s += itoa(k/26 + 1)
	}
	return s
}

func (v *Network) brokers(camp []int) error {
	g, err := centrality.New(len(v.Nodes), v.positive())
	if err != nil {
		return err
	}
	list, err := g.Brokers(camp)
	if err != nil {
		return err
	}
	open := 0.0
	for i := range list {
		r, e := list[i].Roles, list[i].Expected
		open += r.Total()
		if camp[i] < 0 {
			continue
		}
		v.Nodes[i].Broker = &NetworkBroker{
			r.Coordinator, r.Consultant, r.Gatekeeper, r.Liaison, r.Consultant + r.Gatekeeper + r.Liaison, e.Consultant + e.Gatekeeper + e.Liaison, finite(list[i].Participation),
		}
	}
	if open == 0 {
		v.note("brokers-none", "every pair with a common neighbour is joined itself, so nobody brokers: set a threshold")
	}
	return nil
}

func testOf(t community.Test) *NetworkTest {
	return &NetworkTest{t.Value, t.Expected, t.Lo, t.Hi, t.P}
}

// blocs sets the camps against the known blocs.
func (v *Network) blocs(b Builder, n *netAsk, g *community.Graph, camp, labels []int, o compare.Options) error {
	perm := community.Permutation{Draws: blocDraws, Seed: n.seed}
	v.Blocs = &NetworkBlocs{Draws: blocDraws, Order: wordsOf(knownBlocs), Rows: []NetworkBlocRow{}}
	placed := slices.Clone(labels)
	kinds := map[int]bool{}
	known := 0
	for i, c := range camp {
		if c < 0 {
			placed[i] = community.NoBloc
		}
		if placed[i] >= 0 {
			kinds[placed[i]] = true
			known++
		}
	}
	shown := make([]int, len(camp)) // AgainstBlocs wants a camp for everybody
	for i, c := range camp {
		shown[i] = max(c, 0)
	}
	if len(kinds) < 2 || known < 4 {
		v.note("blocs-few", "the network has members of %d known blocs: too few to compare camps with blocs", len(kinds))
	} else {
		r, err := community.AgainstBlocs(shown, placed, perm)
		if err != nil {
			return err
		}
		v.Blocs.Joint = &NetworkBlocJoint{r.Nodes, *testOf(r.ARITest), r.NMI}
	}
	asOf := b.Corpus.AsOf(o.Settings).Last()
	for _, id := range knownBlocs {
		a := b.Corpus.Actor(id)
		if a == nil {
			continue
		}
		row := NetworkBlocRow{Bloc: actorOf(a), InNetwork: []string{}}
		list := b.Corpus.MembersAt(id, asOf, o.Unverified)
		row.Members = len(list)
		var in []int
		for _, m := range list {
			if i := v.row(string(m), false); i >= 0 {
				in = append(in, i)
				row.InNetwork = append(row.InNetwork, string(m))
			}
		}
		if err := v.bloc(&row, g, in, camp, shown, perm); err != nil {
			return err
		}
		v.Blocs.Rows = append(v.Blocs.Rows, row)
	}
	return nil
}

func (v *Network) bloc(row *NetworkBlocRow, g *community.Graph, in, camp, shown []int, perm community.Permutation) error {
	counts := map[int]int{}
	for _, i := range in {
		if camp[i] >= 0 {
			counts[camp[i]]++
			row.Placed++
		}
	}
	best := -1
	for k := range v.Camps.Camps {
		if counts[k] > row.InCamp {
			best, row.InCamp = k, counts[k]
		}
	}
	if best >= 0 {
		row.Camp = campName(best)
	}
	if len(in) < 2 || len(in) >= len(camp) {
		return nil
	}
	r, err := community.Cohesion(g, in, perm)
	if err != nil {
		return err
	}
	row.Inside, row.Outside, row.Difference = &r.Inside, &r.Outside, testOf(r.Difference)
	member := make([]int, len(camp))
	inside, outside := 0, 0
	for i, c := range camp {
		switch {
		case c < 0:
			member[i] = community.NoBloc
		case slices.Contains(in, i):
			member[i] = 1
			inside++
		default:
			outside++
		}
	}
	if inside < 1 || outside < 1 {
		return nil
	}
	a, err := community.AgainstBlocs(shown, member, perm)
	if err != nil {
		return err
	}
	row.ARI = testOf(a.ARITest)
	return nil
}

// poles searches two camps in the congruence and the conflict network.
func (v *Network) poles(n *netAsk, src *netSource) error {
	o := n.options
	o.MinWeight, o.MinShared = 0, 0 // the score wants all weights
	o.Kind = congruence.Congruence
	pro, err := congruence.New(src.ev, o)
	if err != nil {
		return err
	}
	o.Kind = congruence.Conflict
	con, err := congruence.New(src.ev, o)
	if err != nil {
		return err
	}
	sum := func(w []float64) (s float64) {
		for _, x := range w {
			s += x
		}
		return s
	}
	size := len(pro.Rows)
	switch {
	case !slices.Equal(pro.Rows, con.Rows) || size < 4 || size > poleNodes:
		v.note("polarisation-size", "polarisation is asked of 4 to %d actors, and there are %d", poleNodes, size)
		return nil
	case sum(con.Weight) == 0 || sum(pro.Weight) == 0:
		v.note("polarisation-one-sided", "polarisation needs agreement and conflict, and one of them does not occur in these events")
		return nil
	}
	p, err := community.NewPoles(size, pro.Weight, con.Weight)
	if err != nil {
		return err
	}
	found, err := p.Search(n.seed, poleStarts)
	if err != nil {
		return err
	}
	test, err := p.Chance(found, community.Permutation{Draws: poleDraws, Seed: n.seed}, 1)
	if err != nil {
		return err
	}
	out := &NetworkPoles{
		Score: found.Score, Chance: *testOf(test), Draws: poleDraws, Starts: found.Starts, Reached: found.Reached, First: []string{}, Second: []string{},
		CongruenceInside: finite(found.CongruenceInside), ConflictBetween: finite(found.ConflictBetween),
	}
	for i, c := range found.Camps {
		if c == 0 {
			out.First = append(out.First, pro.Rows[i])
		} else {
			out.Second = append(out.Second, pro.Rows[i])
		}
	}
	if len(out.Second) > len(out.First) {
		out.First, out.Second = out.Second, out.First
	}
	v.Polarisation = out
	return nil
}

// backbone looks for the concepts that carry the structure, on the mean level of
// all events of each actor on each concept.
func (v *Network) backbone(n *netAsk, src *netSource, labels []int) error {
	if src.ev.Scale.Kind == congruence.Nominal {
		v.note("backbone-nominal", "a backbone needs a scale with an order")
		return nil
	}
	o := n.options
	o.Mode, o.Norm, o.MinWeight, o.MinShared, o.Compat = congruence.TwoMode, congruence.NoNorm, 0, 0, false
	o.Kind = congruence.Ignore
	o.Duplicates = congruence.KeepAll // the duplicate rule of ignore is another than that of subtract
	all, err := congruence.New(src.ev, o)
	if err != nil {
		return err
	}
	o.Kind = congruence.Subtract
	net, err := congruence.New(src.ev, o)
	if err != nil {
		return err
	}
	rows, cols := len(all.Rows), len(all.Cols)
	same := slices.Equal(all.Rows, net.Rows) && slices.Equal(all.Cols, net.Cols)
	if !same || cols <= backboneSize || rows < 3 || rows > 400 || net.Width == 0 {
		v.note("backbone-small", "a backbone of %d is asked of 3 to 400 actors on more %s than that, on more than one level", backboneSize, v.Data.Concepts)
		return nil
	}
	pos := centrality.Positions{Actors: rows, Propositions: cols, Stance: make([]float64, rows*cols), Width: net.Width, Groups: make([]int, rows)}
	binary := src.ev.Scale.Kind == congruence.Binary
	varied := false
	for k := range pos.Stance {
		pos.Stance[k] = math.NaN()
		if all.Weight[k] > 0 {
			pos.Stance[k] = net.Weight[k] / all.Weight[k]
			if binary { // yes less no, from -1 to 1
				pos.Stance[k] = (pos.Stance[k] + 1) / 2
			}
			varied = varied || pos.Stance[k] != pos.Stance[firstKnown(pos.Stance[:k+1])]
		}
	}
	if !varied {
		v.note("backbone-one-level", "all events have one level, so the %s cannot tell actors apart", v.Data.Concepts)
		return nil
	}
	sizes := map[int]int{}
	for i, name := range all.Rows {
		pos.Groups[i] = community.NoBloc
		if k := v.row(name, false); k >= 0 {
			pos.Groups[i] = labels[k]
			sizes[labels[k]]++
		}
	}
	loss := centrality.LossBlocs
	delete(sizes, community.NoBloc)
	if len(sizes) < 2 {
		loss = centrality.LossNetwork
	}
	bb, err := centrality.FindBackbone(pos, centrality.BackboneOptions{Size: backboneSize, Loss: loss, Steps: backboneSteps, Seed: n.seed})
	if entente.KindOf(err) == entente.Invalid {
		v.note("backbone-none", "no backbone: %v", err)
		return nil
	}
	if err != nil {
		return err
	}
	v.Backbone = &NetworkBackbone{Loss: string(loss), Size: backboneSize, Value: bb.Loss, Full: finite(bb.Full), Rest: finite(bb.Rest), Pairs: bb.Pairs, List: []NetworkItem{}}
	order := slices.Clone(bb.Propositions)
	rank := func(p int) int {
		if k := slices.Index(bb.Greedy, p); k >= 0 {
			return k
		}
		return cols
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	for _, j := range order {
		v.Backbone.List = append(v.Backbone.List, src.concept(all.Cols[j]))
	}
	return nil
}

func firstKnown(list []float64) int {
	return slices.IndexFunc(list, func(f float64) bool { return !math.IsNaN(f) })
}
