package candidates

import (
	"fmt"
	"math"
	"testing"
)

// Newcombe 1998 (DOI 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E),
// table I, method 3.
func TestRateAgainstPublishedIntervals(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0, 0.1611},
		{1, 29, 0.0061, 0.1718},
	} {
		r := rate(c.k, c.n)
		if math.Abs(r.Lo-c.lo) > 5e-5 || math.Abs(r.Hi-c.hi) > 5e-5 {
			t.Errorf("%d of %d: %.4f to %.4f, published %.4f to %.4f", c.k, c.n, r.Lo, r.Hi, c.lo, c.hi)
		}
	}
	if r := rate(0, 0); r.Lo != 0 || r.Hi != 1 || r.Share() != 0 {
		t.Errorf("%+v", r)
	}
}

// A source is never both learned from and tested on: each source here has a
// password of its own that gives its proposition away, and nothing else does.
func TestSourcesAreHeldOutWhole(t *testing.T) {
	var examples []Example
	for s := range 20 {
		for i := range 5 {
			examples = append(examples, Example{fmt.Sprintf("password%s filler%d", letters(s), i), name(s), fmt.Sprint("source", s)})
		}
	}
	// Passwords must differ within the six letters that count.
	for i := range examples {
		examples[i].Text = examples[i].Text[len("password"):]
	}
	r, err := CrossValidate(examples, nil, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	if h := r.Measures[0].Hit5; h.K != 0 || h.N != 100 {
		t.Errorf("%d of %d found, which only the source itself can tell", h.K, h.N)
	}
	if r.Sources != 20 || r.Coded != 100 {
		t.Errorf("%+v", r)
	}
}

func TestFoldsAreWholeAndEven(t *testing.T) {
	var examples []Example
	for s := range 23 {
		for i := range 1 + s%7 {
			examples = append(examples, Example{fmt.Sprintf("text %d", i), "p", fmt.Sprint("source", s)})
		}
	}
	d, err := encode("test", examples, nil)
	if err != nil {
		t.Fatal(err)
	}
	part := d.folds(5, 42)
	size, of := make([]int, 5), map[string]int{}
	for i, p := range part {
		size[p]++
		if j, ok := of[d.passages[i].source]; ok && j != p {
			t.Errorf("%s is in two folds", d.passages[i].source)
		}
		of[d.passages[i].source] = p
	}
	for _, n := range size {
		if n < len(part)/5-3 || n > len(part)/5+3 {
			t.Errorf("folds of %v passages", size)
		}
	}
}

// Counted by hand: three passages in three sources, two folds of sources or
// more; with folds = sources, "alpha" is found from the other "alpha", "beta"
// from nothing.
func TestMeasuresByHand(t *testing.T) {
	examples := []Example{{"alpha", "a", "1"}, {"alpha", "a", "2"}, {"beta", "b", "3"}}
	r, err := CrossValidate(examples, []Definition{{"b", "gamma"}}, 3, 1)
	if err != nil {
		t.Fatal(err)
	}
	m := r.Measures[0]
	if m.Hit1.K != 2 || m.Hit1.N != 3 || m.Hit5.K != 2 || math.Abs(m.MRR-2.0/3) > 1e-9 {
		t.Errorf("model: %+v", m)
	}
	// Most frequent: held out 1 or 2: a and b have one each, a is named first;
	// held out 3: only a was coded, b is not ranked.
	m = r.Measures[1]
	if m.Name != ByFrequency || m.Hit1.K != 2 || m.Hit3.K != 2 || math.Abs(m.MRR-2.0/3) > 1e-9 {
		t.Errorf("most frequent: %+v", m)
	}
	if m = r.Measures[2]; m.Name != ByDefinitions || m.Hit5.K != 0 || m.MRR != 0 {
		t.Errorf("definitions only: %+v", m)
	}
	if r.Repeated != 2 || r.Fresh[0].Hit1.N != 1 || r.Fresh[0].Hit1.K != 0 {
		t.Errorf("repeated %d, fresh %+v", r.Repeated, r.Fresh[0])
	}
}
