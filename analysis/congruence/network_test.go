package congruence

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// table is a small list of events that can be worked out by hand:
//
//	       c1           c2
//	A   yes 2, no 1   yes 1     n = 4
//	B   yes 1         no 2      n = 3
//	C   no 1                    n = 1
func table() *Events {
	return &Events{
		Actors: []string{"B", "A", "C"}, Concepts: []string{"c2", "c1"}, Scale: Scale{Kind: Binary},
		Actor:     []int32{1, 1, 1, 1, 0, 0, 0, 2},
		Concept:   []int32{1, 1, 1, 0, 1, 0, 0, 1},
		Qualifier: []float64{1, 1, 0, 1, 1, 0, 0, 0},
		ID:        []string{"a1", "a2", "a3", "a4", "b1", "b2", "b3", "c1"},
	}
}

func options(mode Mode, kind Kind, norm Norm) Options {
	return Options{Mode: mode, Kind: kind, Norm: norm, Duplicates: KeepAll}
}

func must(t *testing.T, ev *Events, o Options) *Network {
	t.Helper()
	nw, err := New(ev, o)
	if err != nil {
		t.Fatal(err)
	}
	return nw
}

func TestOneModeByHand(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		norm       Norm
		compat     bool
		ab, ac, bc float64
	}{
		{Ignore, NoNorm, false, 3*1 + 1*2, 3 * 1, 1},
		{Congruence, NoNorm, false, 2*1 + 1*0, 1 * 1, 0},
		{Conflict, NoNorm, false, 1*1 + 1*2, 2 * 1, 1},
		{Subtract, NoNorm, false, 2 - 3, 1 - 2, 0 - 1},
		{Congruence, Average, false, 2 / 3.5, 1 / 2.5, 0},
		// cells of A and B: c1 yes 2 and 1 (product 2), c1 no 1 and 0, c2 yes 1
		// and 0, c2 no 0 and 2: z = 2 + 1 + 1 + 2. A and C: c1 no product 1, c1
		// yes 2, c2 yes 1: z = 4.
		{Congruence, Jaccard, false, 2.0 / 6, 1.0 / 4, 0},
		{Ignore, Jaccard, false, 5.0 / 6, 3.0 / 4, 1.0 / 4},
		// lengths: A sqrt(4+1+1), B sqrt(1+4), C 1
		{Congruence, Cosine, false, 2 / math.Sqrt(30), 1 / math.Sqrt(6), 0},
		// numbers per concept: A (3,1), B (1,2), C (1,0)
		{Ignore, Cosine, false, 5 / math.Sqrt(50), 3 / math.Sqrt(10), 1 / math.Sqrt(5)},
		{Conflict, Cosine, false, 3 / math.Sqrt(50), 2 / math.Sqrt(10), 1 / math.Sqrt(5)},
		// net stances: A (1,1), B (1,-2), C (-1,0)
		{Subtract, Cosine, false, -1 / math.Sqrt(10), -1 / math.Sqrt(2), -1 / math.Sqrt(5)},
		{Congruence, Cosine, true, 2.0 / 12, 1.0 / 4, 0},
	} {
		o := options(OneMode, c.kind, c.norm)
		o.Compat = c.compat
		nw := must(t, table(), o)
		if diff := cmp.Diff([]string{"A", "B", "C"}, nw.Rows); diff != "" {
			t.Fatal(diff)
		}
		for _, cell := range []struct {
			name string
			i, j int
			want float64
		}{{"A-B", 0, 1, c.ab}, {"A-C", 0, 2, c.ac}, {"B-C", 1, 2, c.bc}, {"A-A", 0, 0, 0}} {
			if got := nw.At(cell.i, cell.j); !near(got, cell.want) || nw.At(cell.j, cell.i) != got {
				t.Errorf("%s %s compat=%v: %s is %v, want %v", c.kind, c.norm, c.compat, cell.name, got, cell.want)
			}
		}
		if diff := cmp.Diff([]int32{0, 2, 1, 2, 0, 1, 1, 1, 0}, nw.Shared); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTwoModeByHand(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		norm Norm
		want []float64 // A c1, A c2, B c1, B c2, C c1, C c2
	}{
		{Ignore, NoNorm, []float64{3, 1, 1, 2, 1, 0}},
		{Subtract, NoNorm, []float64{1, 1, 1, -2, -1, 0}},
		{Combine, NoNorm, []float64{3, 1, 1, 2, 2, 0}},
		{Subtract, Activity, []float64{0.25, 0.25, 1.0 / 3, -2.0 / 3, -1, 0}},
		{Ignore, Prominence, []float64{3.0 / 5, 1.0 / 3, 1.0 / 5, 2.0 / 3, 1.0 / 5, 0}},
		// D12: this one must not fail on a table that is not square.
		{Combine, Prominence, []float64{3.0 / 5, 1.0 / 3, 1.0 / 5, 2.0 / 3, 2.0 / 5, 0}},
	} {
		nw := must(t, table(), options(TwoMode, c.kind, c.norm))
		for i, want := range c.want {
			if !near(nw.Weight[i], want) {
				t.Errorf("%s %s: cell %d is %v, want %v", c.kind, c.norm, i, nw.Weight[i], want)
			}
		}
	}
}

// straight computes the one-mode matrix from the formulas, cell by cell over
// actors, concepts and pairs of levels: slow, and nothing shared with the code.
func straight(ev *Events, o Options) (names []string, w [][]float64) {
	type key struct {
		a, c int32
		q    float64
	}
	x := map[key]float64{}
	var values []float64
	lo, hi := math.Inf(1), math.Inf(-1)
	n := map[int32]float64{}
	for e := range ev.Actor {
		q := ev.Qualifier[e]
		x[key{ev.Actor[e], ev.Concept[e], q}]++
		n[ev.Actor[e]]++
		if !slices.Contains(values, q) {
			values = append(values, q)
		}
		lo, hi = min(lo, q), max(hi, q)
	}
	if ev.Scale.Kind == Ordinal || ev.Scale.Kind == Integer && ev.Scale.Max != 0 {
		lo, hi = ev.Scale.Min, ev.Scale.Max
	}
	share := func(k, l float64) (congruent float64) {
		if ev.Scale.Kind == Nominal {
			if k == l {
				return 1
			}
			return 0
		}
		return 1 - math.Abs(k-l)/(hi-lo)
	}
	weigh := func(kind Kind, a, b int32) (sum float64) {
		for c := range ev.Concepts {
			for _, k := range values {
				for _, l := range values {
					s := share(k, l)
					f := map[Kind]float64{Ignore: 1, Congruence: s, Conflict: 1 - s, Subtract: 2*s - 1}[kind]
					sum += f * x[key{a, int32(c), k}] * x[key{b, int32(c), l}]
				}
			}
		}
		return sum
	}
	names = slices.Clone(ev.Actors)
	slices.Sort(names)
	for _, name := range names {
		a := int32(slices.Index(ev.Actors, name))
		var row []float64
		for _, other := range names {
			b := int32(slices.Index(ev.Actors, other))
			if a == b {
				row = append(row, 0)
				continue
			}
			z := 1.0
			switch o.Norm {
			case Average:
				z = (n[a] + n[b]) / 2
			case Jaccard:
				z = 0
				for c := range ev.Concepts {
					for _, k := range values {
						xa, xb := x[key{a, int32(c), k}], x[key{b, int32(c), k}]
						if xb == 0 {
							z += xa
						}
						if xa == 0 {
							z += xb
						}
						z += xa * xb
					}
				}
			case Cosine:
				own := o.Kind
				if own == Conflict || own == Subtract && ev.Scale.Kind == Nominal {
					own = Ignore
				}
				z = math.Sqrt(weigh(own, a, a) * weigh(own, b, b))
			}
			v := 0.0
			if z != 0 {
				v = weigh(o.Kind, a, b) / z
			}
			row = append(row, v)
		}
		w = append(w, row)
	}
	return names, w
}

func TestOneModeAgainstTheFormulas(t *testing.T) {
	for _, scale := range scales {
		ev := synthetic(7, 300, 7, 9, scale)
		for _, kind := range kinds[OneMode] {
			for _, norm := range norms[OneMode] {
				o := options(OneMode, kind, norm)
				names, want := straight(ev, o)
				nw := must(t, ev, o)
				if diff := cmp.Diff(names, nw.Rows); diff != "" {
					t.Fatal(diff)
				}
				for i := range want {
					for j := range want[i] {
						if got := nw.At(i, j); !near(got, want[i][j]) {
							t.Errorf("%s %s %s: cell %d,%d is %v, want %v", scale.Kind, kind, norm, i, j, got, want[i][j])
						}
					}
				}
			}
		}
	}
}

func TestProperties(t *testing.T) {
	for _, scale := range scales {
		ev := synthetic(11, 800, 12, 15, scale)
		get := func(kind Kind, norm Norm) *Network { return must(t, ev, options(OneMode, kind, norm)) }
		for _, norm := range norms[OneMode] {
			ig, cg, cf, su := get(Ignore, norm), get(Congruence, norm), get(Conflict, norm), get(Subtract, norm)
			for c := range ig.Weight {
				if norm != Cosine {
					if !near(cg.Weight[c]+cf.Weight[c], ig.Weight[c]) {
						t.Fatalf("%s %s: congruence + conflict is not ignore", scale.Kind, norm)
					}
					if !near(cg.Weight[c]-cf.Weight[c], su.Weight[c]) {
						t.Fatalf("%s %s: congruence - conflict is not subtract", scale.Kind, norm)
					}
				}
				if norm == Cosine {
					for _, nw := range []*Network{ig, cg, cf} {
						if nw.Weight[c] < 0 || nw.Weight[c] > 1+1e-12 {
							t.Fatalf("%s %s: a cosine of %v", scale.Kind, nw.Options.Kind, nw.Weight[c])
						}
					}
					if math.Abs(su.Weight[c]) > 1+1e-12 {
						t.Fatalf("%s: a signed cosine of %v", scale.Kind, su.Weight[c])
					}
				}
			}
		}
	}
}

func TestPermutingTheInputChangesNothing(t *testing.T) {
	for _, scale := range scales {
		ev := synthetic(3, 500, 9, 11, scale)
		rng := rand.New(rand.NewPCG(5, 5))
		pa, pc, pe := rng.Perm(9), rng.Perm(11), rng.Perm(500)
		other := &Events{Scale: scale, Actors: make([]string, 9), Concepts: make([]string, 11)}
		for i, p := range pa {
			other.Actors[p] = ev.Actors[i]
		}
		for i, p := range pc {
			other.Concepts[p] = ev.Concepts[i]
		}
		for _, e := range pe {
			other.Actor = append(other.Actor, int32(pa[ev.Actor[e]]))
			other.Concept = append(other.Concept, int32(pc[ev.Concept[e]]))
			other.Qualifier = append(other.Qualifier, ev.Qualifier[e])
			other.Document = append(other.Document, ev.Document[e])
			other.Day = append(other.Day, ev.Day[e])
		}
		for _, rule := range duplicates {
			for _, norm := range norms[OneMode] {
				o := options(OneMode, Congruence, norm)
				o.Duplicates = rule
				a, b := must(t, ev, o), must(t, other, o)
				if diff := cmp.Diff(a.Weight, b.Weight); diff != "" {
					t.Fatalf("%s %s %s: %s", scale.Kind, rule, norm, diff)
				}
				if diff := cmp.Diff(a.Counts, b.Counts); diff != "" {
					t.Fatal(diff)
				}
			}
		}
	}
}

func TestDoublingEveryEventFourfoldsAWeight(t *testing.T) {
	ev := synthetic(3, 200, 6, 5, Stances())
	twice := *ev
	twice.Actor = append(slices.Clone(ev.Actor), ev.Actor...)
	twice.Concept = append(slices.Clone(ev.Concept), ev.Concept...)
	twice.Qualifier = append(slices.Clone(ev.Qualifier), ev.Qualifier...)
	twice.Document, twice.Day = nil, nil
	for norm, factor := range map[Norm]float64{NoNorm: 4, Average: 2, Cosine: 1} {
		a, b := must(t, ev, options(OneMode, Congruence, norm)), must(t, &twice, options(OneMode, Congruence, norm))
		for c := range a.Weight {
			if !near(a.Weight[c]*factor, b.Weight[c]) {
				t.Fatalf("%s: %v became %v", norm, a.Weight[c], b.Weight[c])
			}
		}
	}
}

func TestEvidence(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		want string
	}{
		{Ignore, "a3 a1 a2 b1 a4 b2 b3"}, // c1, then c2; by level
		{Congruence, "a1 a2 b1"},
		{Conflict, "a3 b1 a4 b2 b3"},
		{Subtract, "a3 a1 a2 b1 a4 b2 b3"},
	} {
		nw := must(t, table(), options(OneMode, c.kind, NoNorm))
		if got := strings.Join(nw.EventIDs(0, 1), " "); got != c.want {
			t.Errorf("%s: events behind A-B %q, want %q", c.kind, got, c.want)
		}
	}
	nw := must(t, table(), options(TwoMode, Subtract, Activity))
	if got := strings.Join(nw.EventIDs(0, 0), " "); got != "a3 a1 a2" {
		t.Errorf("events behind A on c1: %q", got)
	}
	for _, scale := range scales {
		ev := synthetic(9, 300, 6, 7, scale)
		for _, kind := range kinds[OneMode] {
			nw := must(t, ev, options(OneMode, kind, NoNorm))
			for i := range nw.Rows {
				for j := range nw.Rows {
					sum := 0.0
					for _, e := range nw.Evidence(i, j) {
						sum += e.Weight
					}
					if !near(sum, nw.At(i, j)) {
						t.Fatalf("%s %s: the evidence adds up to %v, the edge is %v", scale.Kind, kind, sum, nw.At(i, j))
					}
				}
			}
		}
	}
}

func TestThresholdsAndEdges(t *testing.T) {
	o := options(OneMode, Subtract, NoNorm)
	o.MinShared = 2
	if got := must(t, table(), o).Edges(); len(got) != 1 || got[0].A != 0 || got[0].B != 1 || got[0].Weight != -1 || got[0].Shared != 2 {
		t.Errorf("edges with two shared concepts: %+v", got)
	}
	o = options(OneMode, Conflict, NoNorm)
	o.MinWeight = 2
	if got := len(must(t, table(), o).Edges()); got != 2 {
		t.Errorf("%d edges of 2 or more, want 2 (A-B with 3, A-C with 2)", got)
	}
	o = options(OneMode, Conflict, NoNorm)
	o.MinActor = 2
	if nw := must(t, table(), o); len(nw.Rows) != 2 || nw.Counts.Infrequent != 1 {
		t.Errorf("actors with two events: %v, %+v", nw.Rows, nw.Counts)
	}
	o.Isolates = true
	if nw := must(t, table(), o); len(nw.Rows) != 3 {
		t.Errorf("with isolates: %v", nw.Rows)
	}
}

func TestFilters(t *testing.T) {
	for _, c := range []struct {
		name             string
		include, exclude Filter
		used             int
	}{
		{"nothing", Filter{}, Filter{}, 8},
		{"one actor", Filter{Actors: []string{"A"}}, Filter{}, 4},
		{"actor and concept must both be listed", Filter{Actors: []string{"A"}, Concepts: []string{"c1"}}, Filter{}, 3},
		{"either listed value drops", Filter{}, Filter{Actors: []string{"A"}, Concepts: []string{"c1"}}, 2},
		{"levels", Filter{Levels: []float64{1}}, Filter{}, 4},
		{"both", Filter{Actors: []string{"A", "B"}}, Filter{Levels: []float64{0}}, 4},
	} {
		o := options(OneMode, Ignore, NoNorm)
		o.Include, o.Exclude = c.include, c.exclude
		nw := must(t, table(), o)
		if nw.Counts.Used != c.used || nw.Counts.Filtered != 8-c.used {
			t.Errorf("%s: %+v, want %d used", c.name, nw.Counts, c.used)
		}
	}
}

func TestMissingValuesAreCountedNeverGuessed(t *testing.T) {
	ev := table()
	ev.Actor[0], ev.Concept[1], ev.Qualifier[2] = -1, -1, math.NaN()
	for _, kind := range kinds[OneMode] {
		nw := must(t, ev, options(OneMode, kind, NoNorm))
		if nw.Counts.Incomplete != 3 || nw.Counts.Used != 5 || nw.Counts.Read != 8 {
			t.Errorf("%s: %+v", kind, nw.Counts)
		}
	}
}

func TestNoEvents(t *testing.T) {
	for _, mode := range []Mode{OneMode, TwoMode} {
		nw := must(t, &Events{Scale: Stances()}, options(mode, Subtract, NoNorm))
		if len(nw.Rows) != 0 || len(nw.Edges()) != 0 {
			t.Errorf("a network of nothing: %+v", nw)
		}
	}
}
