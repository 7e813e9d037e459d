package idealpoint

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func mustFit(t testing.TB, d *Data, o Options) *Result {
	t.Helper()
	r, err := Fit(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// votesOf builds data from words: one string per state and session, one letter
// per item: y, a, n, or a dot for absent.
func votesOf(items int, rows ...string) *Data {
	d := new(Data)
	for j := range items {
		d.Items = append(d.Items, Item{ID: fmt.Sprintf("i%02d", j)})
	}
	for _, row := range rows {
		f := strings.Fields(row) // state session answers
		session := int(f[1][0] - '0')
		s, t := slices.Index(d.States, f[0]), slices.Index(d.Sessions, session)
		if s < 0 {
			s, d.States = len(d.States), append(d.States, f[0])
		}
		if t < 0 {
			t, d.Sessions = len(d.Sessions), append(d.Sessions, session)
		}
		for j, c := range f[2] {
			if y := strings.IndexRune(".yan", c); y > 0 {
				d.Votes = append(d.Votes, Vote{int32(s), int32(t), int32(j), uint8(y)})
			}
		}
	}
	return d
}

// Two states that answer two items in opposite ways. Standardising puts them at
// +1 and -1 whatever the items say. Both items are alike: by symmetry the
// closed cutpoints lie around 0, and the slope solves
// 2 m(b - 0.01) = b (1 + V1 + V2), with V = 1/(2(b^2 + vb) + 1) the variance of
// a point with prior N(0,1), and vb = 1/(1 + 2 + 2V). Solved here by bisection
// with math.Erfc.
func TestTwoStatesByHand(t *testing.T) {
	d := votesOf(2, "USA 1 nn", "RUS 1 yy")
	r := mustFit(t, d, Options{Target: Mode, Tol: 1e-10, Intervals: NoIntervals})
	if !near(r.Points[0].X, 1, 1e-12) || !near(r.Points[1].X, -1, 1e-12) {
		t.Errorf("points %+v, want 1 and -1", r.Points)
	}
	b := 1.0
	for range 500 {
		V, vb := 0.1, 0.1
		for range 200 {
			V = 1 / (2*(b*b+vb) + 1)
			vb = 1 / (3 + 2*V)
		}
		lo, hi := 0.0, 7.0
		for range 100 {
			mid := (lo + hi) / 2
			if 2*phi(mid-0.01)/cdf(mid-0.01) > mid*(1+2*V) {
				lo = mid
			} else {
				hi = mid
			}
		}
		b = 0.5*b + 0.5*lo
	}
	for _, f := range r.Items {
		if !near(f.B, b, 1e-6) || !near(f.G1, -0.01, 1e-6) || !near(f.G2, 0.01, 1e-6) {
			t.Errorf("item %+v, want b %v and cutpoints -0.01, 0.01", f, b)
		}
	}
}

// The gradient and the information of points and items against differences of
// the log likelihood.
func TestDerivatives(t *testing.T) {
	p := plant(plan{states: 12, sessions: 2, items: 8, bridged: 2, absent: 0.2, seed: 9})
	o, err := Options{}.complete()
	if err != nil {
		t.Fatal(err)
	}
	m := newModel(newLayout(p.data, recode(Ordinal)), o)
	m.start(p.data, o)
	for range 3 {
		m.movePoints()
		m.standardise(true)
		m.moveItems()
	}
	for j := range m.it {
		m.it[j].vb = 0
	}
	lik := func() float64 { l, _ := m.logLik(); return l }
	const h = 1e-4
	// differences gives the first and second derivative along *x.
	differences := func(x *float64) (first, second float64) {
		at, keep := lik(), *x
		*x = keep + h
		up := lik()
		*x = keep - h
		down := lik()
		*x = keep
		return (up - down) / (2 * h), (up - 2*at + down) / (h * h)
	}
	var sc scratch
	for q := range m.x {
		g, w, _, _, _ := m.slope(q, &sc)
		d1, d2 := differences(&m.x[q])
		if !near(g, d1, 1e-5) || !near(w, -d2, 1e-3) {
			t.Errorf("point %d: gradient %v, information %v; differences %v, %v", q, g, w, d1, -d2)
		}
	}
	for j := range m.it {
		f := m.tilt(j, &sc)
		if m.kind[j] == kindTied { // no difference across the closed gap
			continue
		}
		for _, c := range []struct {
			name string
			x    *float64
			g, w float64
		}{{"b", &m.it[j].b, f.gb, f.bb}, {"g1", &m.it[j].g1, f.g1, f.i11}, {"g2", &m.it[j].g2, f.g2, f.i22}} {
			d1, d2 := differences(c.x)
			if !near(c.g, d1, 1e-5) || !near(c.w, -d2, 1e-3) {
				t.Errorf("item %d, %s: gradient %v, information %v; differences %v, %v", j, c.name, c.g, c.w, d1, -d2)
			}
		}
	}
}

func TestPlantedPointsComeBack(t *testing.T) {
	p := plant(plan{states: 150, sessions: 6, items: 70, bridged: 10, absent: 0.1, seed: 11})
	for _, c := range []struct {
		name string
		o    Options
		r    float64 // least correlation with the truth
	}{
		{"published", Options{}, 0.96},
		{"published, mode", Options{Target: Mode}, 0.97},
		{"smoother", Options{Prior: Smoother}, 0.975},
		{"binary, abstain is no", Options{Binary: AbstainNo}, 0.96},
		{"binary, abstain is missing", Options{Binary: AbstainMissing}, 0.93},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Intervals = NoIntervals
			r := mustFit(t, p.data, c.o)
			x, truth := p.turned(r)
			got := pearson(x, truth)
			t.Logf("r %.4f after %d sweeps", got, r.Iterations)
			if !r.Converged || got < c.r {
				t.Errorf("r %.4f, want %.3f; converged %v", got, c.r, r.Converged)
			}
		})
	}
}

// shuffled gives the same data in another order, and the maps back.
func shuffled(d *Data, seed uint64) (out *Data, states, sessions, items []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	states, sessions, items = r.Perm(len(d.States)), r.Perm(len(d.Sessions)), r.Perm(len(d.Items))
	out = &Data{States: make([]string, len(states)), Sessions: make([]int, len(sessions)), Items: make([]Item, len(items))}
	for i, p := range states {
		out.States[p] = d.States[i]
	}
	for i, p := range sessions {
		out.Sessions[p] = d.Sessions[i]
	}
	for i, p := range items {
		out.Items[p] = d.Items[i]
	}
	for _, i := range r.Perm(len(d.Votes)) {
		v := d.Votes[i]
		out.Votes = append(out.Votes, Vote{int32(states[v.State]), int32(sessions[v.Session]), int32(items[v.Item]), v.Y})
	}
	return out, states, sessions, items
}

func TestOrderOfListsChangesNothing(t *testing.T) {
	d := plant(plan{states: 30, sessions: 4, items: 20, bridged: 4, absent: 0.2, seed: 12}).data
	for _, o := range []Options{{Draws: 16}, {Prior: Smoother, Draws: 8}, {Binary: AbstainNo, Draws: 8}, {Plus: []string{"S004"}, Minus: []string{"S005"}, Draws: 8}} {
		want := mustFit(t, d, o)
		other, states, sessions, items := shuffled(d, 7)
		got := mustFit(t, other, o)
		at := map[[2]int32]Point{}
		for _, p := range got.Points {
			at[[2]int32{p.State, p.Session}] = p
		}
		for _, p := range want.Points {
			q := at[[2]int32{int32(states[p.State]), int32(sessions[p.Session])}]
			q.State, q.Session = p.State, p.Session
			if q != p {
				t.Fatalf("%+v in another order is %+v", p, q)
			}
		}
		byItem := map[int32]ItemFit{}
		for _, f := range got.Items {
			byItem[f.Item] = f
		}
		for _, f := range want.Items {
			g := byItem[int32(items[f.Item])]
			g.Item = f.Item
			if g != f {
				t.Fatalf("%+v in another order is %+v", f, g)
			}
		}
	}
}

func TestWorkersChangeNothing(t *testing.T) {
	d := plant(plan{states: 40, sessions: 5, items: 25, bridged: 4, absent: 0.2, seed: 13}).data
	for _, o := range []Options{{Draws: 24}, {Prior: Smoother, Draws: 24, Seed: 5}, {Binary: AbstainMissing, Draws: 24}} {
		o.Workers = 1
		want := mustFit(t, d, o)
		for _, w := range []int{2, 4, 64} {
			o.Workers = w
			if diff := cmp.Diff(want, mustFit(t, d, o)); diff != "" { // floats compare bit by bit
				t.Errorf("%d workers (-1 +%d):\n%s", w, w, diff)
			}
		}
	}
}

// The question put the other way round: yes and no change places. Points stay,
// slopes turn, cutpoints mirror.
func TestAskingTheOppositeChangesTheItemsOnly(t *testing.T) {
	d := plant(plan{states: 40, sessions: 3, items: 25, bridged: 4, seed: 14}).data
	o := Options{Tol: 1e-9, Intervals: NoIntervals, Plus: []string{"S001"}, Minus: []string{"S002"}}
	want := mustFit(t, d, o)
	other := *d
	other.Votes = slices.Clone(d.Votes)
	for i := range other.Votes {
		other.Votes[i].Y = 4 - other.Votes[i].Y
	}
	got := mustFit(t, &other, o)
	for i, p := range want.Points {
		if !near(got.Points[i].X, p.X, 1e-6) {
			t.Errorf("point %d: %v, turned %v", i, p.X, got.Points[i].X)
		}
	}
	for i, f := range want.Items {
		g := got.Items[i]
		if !near(g.B, -f.B, 1e-5) || !near(g.G1, -f.G2, 1e-5) {
			t.Errorf("item %d: %+v, turned %+v", i, f, g)
		}
	}
}

func TestAnchorsSetTheSign(t *testing.T) {
	d := plant(plan{states: 40, sessions: 3, items: 25, bridged: 4, seed: 15}).data
	o := Options{Tol: 1e-9, Intervals: NoIntervals}
	o.Plus, o.Minus = []string{"S001"}, []string{"S002"}
	a := mustFit(t, d, o)
	o.Plus, o.Minus = o.Minus, o.Plus
	b := mustFit(t, d, o)
	o.Plus, o.Minus = []string{"nobody"}, []string{"S002"}
	c := mustFit(t, d, o)
	for i, p := range a.Points {
		if !near(b.Points[i].X, -p.X, 1e-6) {
			t.Errorf("point %d: %v, with the anchors changed over %v", i, p.X, b.Points[i].X)
		}
		if abs(abs(c.Points[i].X)-abs(p.X)) > 1e-6 {
			t.Errorf("point %d: %v, from the leading axis %v", i, p.X, c.Points[i].X)
		}
	}
	if !a.Anchored || c.Anchored {
		t.Errorf("anchored %v and %v, want true and false", a.Anchored, c.Anchored)
	}
	mean := 0.0
	for _, p := range c.Points {
		if d.States[p.State] == "S002" {
			mean += p.X
		}
	}
	if mean > 0 {
		t.Errorf("the one anchor there is, on the minus side, lies at %v", mean/3)
	}
}

func TestCutShortIsNotConverged(t *testing.T) {
	d := plant(plan{states: 40, sessions: 3, items: 25, seed: 16}).data
	for _, n := range []int{1, 5, 9} {
		calls := 0
		r := mustFit(t, d, Options{MaxIter: n, Tol: 1e-9, Intervals: NoIntervals, Progress: func(int, float64) { calls++ }})
		if r.Converged || r.Iterations != n || calls != n || r.MaxDelta < 1e-9 {
			t.Errorf("MaxIter %d: converged %v after %d, %d calls, last move %v", n, r.Converged, r.Iterations, calls, r.MaxDelta)
		}
	}
	if r := mustFit(t, d, Options{Tol: 1e-9, Intervals: NoIntervals}); !r.Converged || r.MaxDelta >= 1e-9 {
		t.Errorf("converged %v, last move %v", r.Converged, r.MaxDelta)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		d    *Data
		o    Options
		want string // part of the message
	}{
		{"no votes", new(Data), Options{}, "no votes"},
		{"all answers equal", votesOf(3, "USA 1 yyy", "RUS 1 yyy"), Options{}, "all answers are equal"},
		{"one state", votesOf(3, "USA 1 yan", "USA 2 ayn"), Options{}, "two states"},
		{"one item with two answers", votesOf(3, "USA 1 yyn", "RUS 1 yyy"), Options{}, "two items"},
		{"two parts", votesOf(4, "USA 1 yn..", "RUS 1 ny..", "FRA 2 ..yn", "GBR 2 ..ny"), Options{}, "2 parts"},
		{"abstentions only, as missing", votesOf(2, "USA 1 aa", "RUS 1 yy"), Options{Binary: AbstainMissing}, "all answers are equal"},
		{"a fourth answer", &Data{States: []string{"USA"}, Sessions: []int{1}, Items: []Item{{ID: "1"}}, Votes: []Vote{{Y: 4}}}, Options{}, "answer 4"},
		{"a state that is not there", &Data{Sessions: []int{1}, Items: []Item{{ID: "1"}}, Votes: []Vote{{Y: 1}}}, Options{}, "state index 0"},
		{"a state twice", &Data{States: []string{"USA", "USA"}}, Options{}, "listed twice"},
		{"an unknown prior", votesOf(2, "USA 1 yn", "RUS 1 ny"), Options{Prior: "wild"}, "Prior"},
		{"a level above one", votesOf(2, "USA 1 yn", "RUS 1 ny"), Options{Level: 95}, "Level"},
		{"a negative tolerance", votesOf(2, "USA 1 yn", "RUS 1 ny"), Options{Tol: -1}, "Tol"},
		{"not a number", votesOf(2, "USA 1 yn", "RUS 1 ny"), Options{Smooth: math.NaN()}, "Smooth"},
		{"forward and binary", votesOf(2, "USA 1 yn", "RUS 1 ny"), Options{Prior: Forward, Binary: AbstainNo}, "Prior"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Fit(c.d, c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v; want an error with %q", r, err, c.want)
			}
			if err != nil && errors.Unwrap(err) != nil {
				t.Errorf("unexpected wrapping: %v", err)
			}
		})
	}
}

// Small and awkward data: an answer without a number that is not finite.
func TestAwkwardData(t *testing.T) {
	for _, c := range []struct {
		name string
		d    *Data
	}{
		{"perfect line", votesOf(4, "A 1 yyyy", "B 1 yyyn", "C 1 yynn", "D 1 ynnn", "E 1 nnnn")},
		{"no pattern", votesOf(4, "A 1 yyny", "B 1 nynn", "C 1 ynyn", "D 1 nnyy")},
		{"only abstentions and noes", votesOf(2, "A 1 aa", "B 1 nn", "C 1 an")},
		{"only yes and abstain", votesOf(2, "A 1 aa", "B 1 yy", "C 1 ay")},
		{"one vote each session", votesOf(3, "A 1 y..", "A 2 .n.", "A 3 ..y", "B 1 n..", "B 2 .y.", "B 3 ..a", "C 3 ..y", "C 9 y..")},
		{"a unanimous item beside", votesOf(3, "A 1 yyn", "B 1 yny", "C 1 ynn")},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, o := range []Options{{}, {Target: Mode}, {Prior: Smoother}, {Binary: AbstainNo}, {Intervals: Conditional}} {
				r, err := Fit(c.d, o)
				if err != nil {
					t.Logf("%s %s: %v", o.Prior, o.Binary, err)
					continue
				}
				checkFinite(t, r)
				for _, p := range r.Points {
					if p.Votes < Few && p.Flags&FewVotes == 0 {
						t.Errorf("%d votes and no flag", p.Votes)
					}
				}
			}
		})
	}
}

func checkFinite(t *testing.T, r *Result) {
	t.Helper()
	for _, p := range r.Points {
		for _, v := range []float64{p.X, p.SD, p.Lo, p.Hi, p.Mode} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("point %+v", p)
			}
		}
		if r.Intervals != NoIntervals && (p.Lo > p.X || p.Hi < p.X || p.SD <= 0) {
			t.Fatalf("point outside its interval: %+v", p)
		}
	}
	for _, f := range r.Items {
		y, a, n := f.Probabilities(0.5)
		if math.IsNaN(f.B+f.G1+f.G2) || !near(y+a+n, 1, 1e-12) || f.G1 > f.G2 {
			t.Fatalf("item %+v, probabilities %v %v %v", f, y, a, n)
		}
	}
	if math.IsNaN(r.LogLik+r.Objective) || math.IsInf(r.LogLik+r.Objective, 0) {
		t.Fatalf("log likelihood %v, objective %v", r.LogLik, r.Objective)
	}
}
