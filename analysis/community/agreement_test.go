package community

import (
	"math"
	"testing"
)

func TestCompareByHand(t *testing.T) {
	ln := math.Log
	for _, c := range []struct {
		name string
		a, b []int
		want Agreement
	}{
		{"equal but for names", []int{0, 0, 1, 1}, []int{5, 5, 2, 2}, Agreement{1, 1, 0}},
		// Crossed: every cell of the table is 1. Pairs together in both: 0; expected
		// 2*2/6; mean 2: ARI = -(2/3)/(2-2/3) = -1/2. Both entropies ln 2, joint ln 4.
		{"crossed", []int{0, 0, 1, 1}, []int{0, 1, 0, 1}, Agreement{0, -0.5, 2 * ln(2)}},
		// Table 2 0 / 1 1... a: {0,1,2},{3}; b: {0,1},{2,3}: pairs 1, of a 3, of b 2,
		// expected 1: ARI 0/(2.5-1) = 0.
		{"one moved", []int{0, 0, 0, 1}, []int{0, 0, 1, 1}, Agreement{
			NMI: 2 * ((-0.75*ln(0.75) - 0.25*ln(0.25)) + ln(2) - (-0.5*ln(0.5) - 0.5*ln(0.25))) / ((-0.75*ln(0.75) - 0.25*ln(0.25)) + ln(2)),
			ARI: 0,
			VI:  2*(-0.5*ln(0.5)-0.5*ln(0.25)) - (-0.75*ln(0.75) - 0.25*ln(0.25)) - ln(2),
		}},
		{"all together", []int{0, 0, 0}, []int{1, 1, 1}, Agreement{1, 1, 0}},
		{"all alone", []int{0, 1, 2}, []int{2, 1, 0}, Agreement{1, 1, 0}},
		{"together against alone", []int{0, 0, 0}, []int{0, 1, 2}, Agreement{0, 0, ln(3)}},
	} {
		got, err := Compare(c.a, c.b)
		if err != nil || !near(got.NMI, c.want.NMI) || !near(got.ARI, c.want.ARI) || !near(got.VI, c.want.VI) {
			t.Errorf("%s: %+v, want %+v (%v)", c.name, got, c.want, err)
		}
	}
	if _, err := Compare([]int{1}, []int{1, 2}); err == nil {
		t.Error("partitions of different length: no error")
	}
}

func TestStability(t *testing.T) {
	firm, _ := planted(5, 3, 12, 0.05, false)
	g := graph(t, 36, firm)
	seeds := []uint64{1, 2, 3, 4, 5, 6, 7, 8}
	list, err := Stabilities(g, Modularity, []float64{1, 30}, seeds)
	if err != nil {
		t.Fatal(err)
	}
	if s := list[0]; s.Mean.ARI != 1 || s.Least.ARI != 1 || s.Mean.VI > 1e-9 || s.Fewest != 3 || s.Most != 3 || s.Best.Reached != 8 || s.Best.Distinct != 1 {
		t.Errorf("planted camps: %+v", s)
	}
	for i, share := range list[0].Together {
		if want := float64(boolInt(i/36%3 == i%36%3)); share != want {
			t.Fatalf("nodes %d and %d together in %v of the runs, want %v", i/36, i%36, share, want)
		}
	}
	if list[1].Fewest < 30 {
		t.Errorf("at resolution 30: %d communities, want nearly every node alone", list[1].Fewest)
	}
	var loose []Edge // a ring has no camps: the seed decides
	for v := range 40 {
		loose = append(loose, Edge{v, (v + 1) % 40, 1})
	}
	list, err = Stabilities(graph(t, 40, loose), Modularity, []float64{1}, seeds)
	if err != nil || list[0].Mean.ARI > 0.95 || list[0].Best.Distinct < 2 {
		t.Errorf("a ring: %+v, want unstable communities (%v)", list[0].Mean, err)
	}
}

func TestMethodsAgreeOnPlantedCamps(t *testing.T) {
	edges, _ := planted(5, 3, 12, 0.05, false)
	list, err := Methods(graph(t, 36, edges), Default())
	if err != nil || len(list) != 3 {
		t.Fatalf("%v %v", list, err)
	}
	pairs, err := Between(list)
	if err != nil || len(pairs) != 3 {
		t.Fatalf("%v %v", pairs, err)
	}
	for _, p := range pairs {
		if p.ARI != 1 {
			t.Errorf("%s and %s: %+v", p.A, p.B, p.Agreement)
		}
	}
}

func TestAgainstBlocs(t *testing.T) {
	edges, truth := planted(5, 2, 15, 0.05, true)
	g := graph(t, 30, edges)
	p, err := Leiden(g, Default())
	if err != nil {
		t.Fatal(err)
	}
	blocs := make([]int, 30)
	for v := range blocs {
		blocs[v] = 10 * truth[v]
	}
	blocs[0], blocs[1] = NoBloc, NoBloc
	blocs[2] = 10 // a member of bloc 0's camp that belongs to bloc 10
	r, err := AgainstBlocs(p.Membership, blocs, Permutation{Draws: 999, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if r.Nodes != 28 || r.ARI < 0.8 || r.ARITest.P != 0.001 || r.ARITest.Hi > 0.3 || math.Abs(r.ARITest.Expected) > 0.02 {
		t.Errorf("%+v", r)
	}
	want := []BlocRow{{10, 15, 1, 14}, {0, 13, 0, 13}}
	for i, row := range r.Blocs {
		if row != want[i] {
			t.Errorf("bloc row %+v, want %+v", row, want[i])
		}
	}
	w, err := Within(g, blocs, Permutation{Draws: 999, Seed: 1})
	if err != nil || w.P != 0.001 || w.Value < 0.7 || w.Expected > 0.5 {
		t.Errorf("within: %+v %v", w, err)
	}
	c, err := Cohesion(g, []int{0, 2, 4, 6, 8, 10, 12, 14}, Permutation{Draws: 999, Seed: 1})
	if err != nil || c.Difference.P > 0.02 || c.Inside <= c.Outside {
		t.Errorf("cohesion: %+v %v", c, err)
	}
}

// TestPermutationKeepsItsLevel: when blocs have nothing to do with the network a
// p of 0.1 or less comes up in about one of ten trials (binomial, n = 300:
// three standard errors are 5 points).
func TestPermutationKeepsItsLevel(t *testing.T) {
	low := 0
	for seed := range uint64(300) {
		edges, truth := planted(seed, 2, 8, 0.5, false)
		w, err := Within(graph(t, 16, edges), truth, Permutation{Draws: 99, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		low += boolInt(w.P <= 0.1)
	}
	if share := float64(low) / 300; math.Abs(share-0.1) > 0.052 {
		t.Errorf("p is 0.1 or less in %.3f of the trials, want about 0.1", share)
	}
}
