package predict

import (
	"math"
	"slices"
	"sort"

	"entente"
)

// design is the data of a fit as arrays. Only actors and items with an answer
// are in it: what nobody answered cannot move the fit.
type design struct {
	actors []actor
	items  []Item
	lines  *lines
	cells  []cell
	ofItem [][]int32 // cells of each item
	ofWho  [][]int32 // cells of each actor
	prev   []int32   // the item before in the line, or -1
	next   []int32
	class  []int32 // of each item
	// Pairs are the leanings w_ig that some answer bears on.
	pairs   []pair
	pairOf  map[[2]int32]int32 // actor, group
	groups  []string
	groupOf map[string]int32
	classes []string
	blocs   []string // bodies, then "region:…"
	blocOf  map[string]int32
	scale   scaling
	members [][]int32 // actors of each bloc
	inGroup [][]int32 // pairs of each group
	pairsOf [][]int32 // pairs of each bloc and group
}

// actor is what is known of an actor before its answers.
type actor struct {
	id    entente.ActorID
	ideal float64 // standardised; 0 when not known
	known bool
	blocs []int32
}

type cell struct {
	who, item int32
	y         int8
	loads     []load
}

// load is the weight of a pair in a cell.
type load struct {
	pair int32
	w    float64
}

// pair is one actor's leaning on one group, with the answers that bear on it.
type pair struct {
	who, group int32
	cells      []load // pair is here the index of the cell
	kind       int8   // 0 line, 1 issue
}

// scaling brings ideal points to mean 0, deviation 1 and one orientation, so
// that neither their unit nor their sign matters.
type scaling struct{ mean, mult float64 }

func scalingOf(ideal map[entente.ActorID]float64) scaling {
	ids := make([]entente.ActorID, 0, len(ideal))
	for id, v := range ideal {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if len(ids) < 2 {
		return scaling{}
	}
	var m, v, far float64
	for _, id := range ids {
		m += ideal[id] / float64(len(ids))
	}
	for _, id := range ids {
		d := ideal[id] - m
		v += d * d / float64(len(ids))
		if math.Abs(d) > math.Abs(far)*(1+1e-9) {
			far = d
		}
	}
	if v < 1e-12 {
		return scaling{}
	}
	return scaling{m, math.Copysign(1/math.Sqrt(v), far)}
}

func (s scaling) of(v float64, ok bool) (float64, bool) {
	if !ok || math.IsNaN(v) || math.IsInf(v, 0) || s.mult == 0 {
		return 0, false
	}
	return (v - s.mean) * s.mult, true
}

// blocsAt lists the bodies that count as blocs on a day: blocs and
// organisations with a roster of 3 to 100 full members. Bodies open to all and
// groups of experts are meetings, not camps.
func blocsAt(c *entente.Corpus, s entente.Settings) map[entente.ActorID][]string {
	t, out := c.AsOf(s), map[entente.ActorID][]string{}
	for i := range c.Actors {
		b := &c.Actors[i]
		if b.Kind == entente.State && b.Subregion != "" {
			out[b.ID] = append(out[b.ID], "region:"+b.Subregion)
		}
		if b.Open || b.Kind != entente.Bloc && b.Kind != entente.Organisation {
			continue
		}
		members := c.MembersAt(b.ID, t, s.Unverified)
		if len(members) < 3 || len(members) > 100 {
			continue
		}
		for _, m := range members {
			out[m] = append(out[m], string(b.ID))
		}
		// The body speaks as one of its own, and shares what most members share.
		out[b.ID] = append(out[b.ID], string(b.ID))
	}
	for i := range c.Actors {
		b := &c.Actors[i]
		own := out[b.ID]
		if b.Kind == entente.State || len(own) == 0 || own[0] != string(b.ID) && len(own) == 1 {
			continue
		}
		members, shared := c.MembersAt(b.ID, t, s.Unverified), map[string]int{}
		for _, m := range members {
			for _, x := range out[m] {
				shared[x]++
			}
		}
		for x, n := range shared {
			if 2*n > len(members) && x != string(b.ID) {
				own = append(own, x)
			}
		}
		out[b.ID] = own
	}
	for id := range out {
		sort.Strings(out[id])
	}
	return out
}

// prior is what the model knows of an actor before its answers; of a body the
// mean ideal point of its members.
func (d *design) prior(c *entente.Corpus, id entente.ActorID, o *Options, blocs map[entente.ActorID][]string) actor {
	a := actor{id: id}
	v, ok := o.Ideal[id]
	if a.ideal, a.known = d.scale.of(v, ok); !a.known {
		var sum float64
		n := 0
		for _, m := range c.MembersAt(id, c.AsOf(o.Settings), o.Unverified) {
			v, ok := o.Ideal[m]
			if x, ok := d.scale.of(v, ok); ok {
				sum += x
				n++
			}
		}
		if n > 0 {
			a.ideal, a.known = sum/float64(n), true
		}
	}
	for _, b := range blocs[id] {
		if k, ok := d.blocOf[b]; ok {
			a.blocs = append(a.blocs, k)
		}
	}
	return a
}

func newDesign(c *entente.Corpus, o *Options, answers []Answer) *design {
	d := &design{
		lines: &lines{}, pairOf: map[[2]int32]int32{}, groupOf: map[string]int32{}, blocOf: map[string]int32{},
		scale: scalingOf(o.Ideal),
	}
	who, what := map[entente.ActorID]int32{}, map[ItemID]int32{}
	var votes []*Item
	byID := map[ItemID]*Item{}
	for _, a := range answers {
		if byID[a.Item] != nil {
			continue
		}
		it, ok := describe(c, a.Item, o.Implied)
		if !ok {
			continue
		}
		byID[a.Item] = &it
		if it.Kind == Voted {
			votes = append(votes, &it)
		}
	}
	d.lines.join(votes)
	// Items of a line in order of time, and the rest by id.
	ids := make([]ItemID, 0, len(byID))
	for id := range byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		what[id] = int32(len(d.items))
		d.items = append(d.items, *byID[id])
	}
	last := map[string]int32{}
	d.prev, d.next, d.class = fill(len(ids), -1), fill(len(ids), -1), fill(len(ids), 0)
	classOf := map[string]int32{}
	for i := range d.items {
		d.class[i] = number(classOf, &d.classes, d.items[i].class)
		for _, g := range d.items[i].Groups {
			number(d.groupOf, &d.groups, g.Group)
		}
	}
	for _, it := range votes {
		i := what[it.ID]
		if p, ok := last[it.line()]; ok {
			d.prev[i], d.next[p] = p, i
		}
		last[it.line()] = i
	}
	blocs := blocsAt(c, o.Settings)
	var names []entente.ActorID
	for _, a := range answers {
		if _, ok := who[a.Actor]; !ok && byID[a.Item] != nil {
			who[a.Actor] = 0
			names = append(names, a.Actor)
		}
	}
	slices.Sort(names)
	for _, id := range names {
		for _, b := range blocs[id] {
			number(d.blocOf, &d.blocs, b)
		}
	}
	for i, id := range names {
		who[id] = int32(i)
		d.actors = append(d.actors, d.prior(c, id, o, blocs))
	}
	d.fill(answers, who, what)
	return d
}

// fill lists the cells by item and by actor, and the pairs.
func (d *design) fill(answers []Answer, who map[entente.ActorID]int32, what map[ItemID]int32) {
	d.ofItem, d.ofWho = make([][]int32, len(d.items)), make([][]int32, len(d.actors))
	for _, a := range answers {
		j, ok := what[a.Item]
		if !ok {
			continue
		}
		c := cell{who: who[a.Actor], item: j, y: int8(a.Y)}
		n := int32(len(d.cells))
		for _, g := range d.items[j].Groups {
			k := [2]int32{c.who, d.groupOf[g.Group]}
			p, ok := d.pairOf[k]
			if !ok {
				p = int32(len(d.pairs))
				d.pairOf[k] = p
				d.pairs = append(d.pairs, pair{who: k[0], group: k[1], kind: groupKind(g.Group)})
			}
			c.loads = append(c.loads, load{p, g.Weight})
			d.pairs[p].cells = append(d.pairs[p].cells, load{n, g.Weight})
		}
		d.cells = append(d.cells, c)
		d.ofItem[j] = append(d.ofItem[j], n)
		d.ofWho[c.who] = append(d.ofWho[c.who], n)
	}
	d.members, d.inGroup = make([][]int32, len(d.blocs)), make([][]int32, len(d.groups))
	d.pairsOf = make([][]int32, len(d.blocs)*len(d.groups))
	for i := range d.actors {
		for _, b := range d.actors[i].blocs {
			d.members[b] = append(d.members[b], int32(i))
		}
	}
	for p := range d.pairs {
		g := d.pairs[p].group
		d.inGroup[g] = append(d.inGroup[g], int32(p))
		for _, b := range d.actors[d.pairs[p].who].blocs {
			k := int(b)*len(d.groups) + int(g)
			d.pairsOf[k] = append(d.pairsOf[k], int32(p))
		}
	}
}

func groupKind(g string) int8 {
	if len(g) > 5 && g[:5] == "line:" {
		return 0
	}
	return 1
}

func number(index map[string]int32, list *[]string, name string) int32 {
	k, ok := index[name]
	if !ok {
		k = int32(len(*list))
		index[name] = k
		*list = append(*list, name)
	}
	return k
}

func fill(n int, v int32) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = v
	}
	return out
}
