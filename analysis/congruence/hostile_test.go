package congruence

import (
	"math"
	"math/rand/v2"
	"testing"

	"entente"
)

// TestHostileInput draws synthetic events with everything that can be missing
// and all settings: never a panic, never a number that is none, no event lost
// from the counts, weights within the bounds of their normalisation.
func TestHostileInput(t *testing.T) {
	rng := rand.New(rand.NewPCG(77, 1))
	pick := func(n int) int { return rng.IntN(n) }
	tried := 0
	for range 3000 {
		scale := scales[pick(len(scales))]
		if scale.Kind == Integer && pick(2) == 0 {
			scale = Scale{Kind: Integer} // bounds from the data
		}
		ev := synthetic(uint64(pick(1000)), pick(60), 1+pick(6), 1+pick(5), Scale{Kind: scale.Kind, Min: -3, Max: 4, Categories: scale.Categories})
		if scale.Kind == Ordinal {
			scale.Min, scale.Max = -3, 4
		}
		ev.Scale = scale
		ev.Precision = make([]Precision, ev.Len())
		for e := range ev.Actor {
			ev.Precision[e] = Precision(pick(4))
			switch pick(12) {
			case 0:
				ev.Actor[e] = -1
			case 1:
				ev.Concept[e] = -1
			case 2:
				ev.Qualifier[e] = math.NaN()
			case 3:
				ev.Document[e] = -1
			}
		}
		mode := []Mode{OneMode, TwoMode}[pick(2)]
		o := options(mode, kinds[mode][pick(len(kinds[mode]))], norms[mode][pick(len(norms[mode]))])
		o.Duplicates = duplicates[pick(len(duplicates))]
		o.Isolates, o.Compat = pick(2) == 0, pick(3) == 0
		o.MinActor, o.MinWeight = pick(3), float64(pick(2))/4
		if pick(3) == 0 {
			o.From, o.To = entente.Day(2003, 1, 1), entente.Day(2015, 6, 1)
		}
		if o.fits(ev) != nil {
			continue
		}
		tried++
		nw, err := New(ev, o)
		if err != nil {
			t.Fatalf("%+v: %v", o, err)
		}
		sane(t, nw)
		w := Window{
			Unit: []Unit{Days, Weeks, Months, Years}[pick(4)], Width: 2 * (1 + pick(3)), Step: 1 + pick(200),
			Kernel: []Kernel{NoKernel, Uniform, Triangular, Epanechnikov, Gaussian}[pick(5)],
		}
		if seq, err := Windows(ev, o, w); err == nil {
			seen := 0
			for s := range seq {
				sane(t, s.Network)
				if seen++; seen > 20 {
					break
				}
			}
		}
	}
	if tried < 2000 {
		t.Errorf("only %d of 3000 settings were tried", tried)
	}
}

func sane(t *testing.T, nw *Network) {
	t.Helper()
	c := nw.Counts
	if c.Read != c.Incomplete+c.Undated+c.Outside+c.Filtered+c.Duplicates+c.Infrequent+c.Used {
		t.Fatalf("counts do not add up: %+v", c)
	}
	o := nw.Options
	for i, v := range nw.Weight {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			t.Fatalf("%+v: a weight of %v", o, v)
		case o.Mode == OneMode && i%(len(nw.Rows)+1) == 0 && v != 0:
			t.Fatalf("%+v: the diagonal holds %v", o, v)
		case o.Norm == Cosine && !o.Compat && math.Abs(v) > 1+1e-9:
			t.Fatalf("%+v: a cosine of %v", o, v)
		case nw.Options.Kind != Subtract && v < 0:
			t.Fatalf("%+v: a negative weight %v", o, v)
		case v != 0 && nw.Shared != nil && nw.Shared[i] == 0 && !o.Compat:
			t.Fatalf("%+v: an edge of %v without a shared concept", o, v)
		}
	}
	for _, e := range nw.Edges() {
		if len(nw.EventIDs(e.A, e.B)) == 0 && !o.Compat && !(o.Kind == Subtract) {
			t.Fatalf("%+v: nothing behind the edge %+v", o, e)
		}
	}
}
