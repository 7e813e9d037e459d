package congruence

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"entente"
)

func slicesOf(t *testing.T, ev *Events, o Options, w Window) []Slice {
	t.Helper()
	seq, err := Windows(ev, o, w)
	if err != nil {
		t.Fatal(err)
	}
	var list []Slice
	for s := range seq {
		list = append(list, s)
	}
	return list
}

func TestDays(t *testing.T) {
	for _, c := range [][3]int{{1970, 1, 1}, {2000, 2, 29}, {1900, 3, 1}, {2100, 12, 31}, {1600, 2, 29}} {
		at := time.Date(c[0], time.Month(c[1]), c[2], 0, 0, 0, 0, time.UTC)
		n := DayNumber(c[0], c[1], c[2])
		if int64(n) != at.Unix()/86400 && at.Unix() >= 0 {
			t.Errorf("%v is day %d, want %d", c, n, at.Unix()/86400)
		}
		if y, m, d := Civil(n); [3]int{y, m, d} != c {
			t.Errorf("%v came back as %d-%d-%d", c, y, m, d)
		}
	}
	for n := DayNumber(1999, 12, 1); n < DayNumber(2030, 1, 1); n++ {
		at := time.Unix(int64(n)*86400, 0).UTC()
		_, week := at.ISOWeek()
		if int(isoWeekOfYear(n)) != week || DayString(n) != at.Format("2006-01-02") {
			t.Fatalf("%s: week %d, want %d", at, isoWeekOfYear(n), week)
		}
	}
}

func TestShift(t *testing.T) {
	for _, c := range []struct {
		from  string
		unit  Unit
		count int
		want  string
	}{
		{"2021-01-31", Months, 1, "2021-02-28"},
		{"2021-03-31", Months, -1, "2021-02-28"},
		{"2020-02-29", Years, 1, "2021-02-28"},
		{"2021-01-15", Months, -1, "2020-12-15"},
		{"2021-01-15", Weeks, 2, "2021-01-29"},
		{"2021-01-01", Days, -1, "2020-12-31"},
	} {
		d, _ := entente.ParseDate(c.from)
		day, _ := DateOf(d)
		if got := DayString(shift(day, c.unit, c.count)); got != c.want {
			t.Errorf("%s and %d %s: %s, want %s", c.from, c.count, c.unit, got, c.want)
		}
	}
}

// TestWindowWidths checks the published behaviour: 12 months reach six months to
// either side, 11 months five, 1 day is an instant; windows lie inside the range.
func TestWindowWidths(t *testing.T) {
	o := options(OneMode, Ignore, NoNorm)
	o.From, o.To = entente.Day(2020, 1, 1), entente.Day(2021, 12, 31)
	ev := one("2020-01-01", "2021-12-31")
	for _, c := range []struct {
		unit           Unit
		width, windows int
		from, to       string
	}{
		{Months, 12, 12, "2020-01-01", "2021-01-01"}, // mids July 2020 to June 2021
		{Months, 11, 14, "2020-01-01", "2020-11-01"},
		{Days, 1, 731, "2020-01-01", "2020-01-01"},
		{Years, 2, 0, "", ""},
	} {
		seq, err := Windows(ev, o, Window{Unit: c.unit, Width: c.width, Step: 1, Kernel: NoKernel})
		if c.windows == 0 {
			if err == nil {
				t.Errorf("%d %s: no error, though no window fits", c.width, c.unit)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var list []Slice
		for s := range seq {
			list = append(list, s)
		}
		if len(list) != c.windows || DayString(list[0].From) != c.from || DayString(list[0].To) != c.to {
			t.Errorf("%d %s: %d windows, the first from %s to %s; want %d from %s to %s",
				c.width, c.unit, len(list), DayString(list[0].From), DayString(list[0].To), c.windows, c.from, c.to)
		}
	}
}

func TestAWindowIsTheNetworkOfItsDates(t *testing.T) {
	ev := synthetic(21, 600, 8, 6, Stances())
	for _, norm := range norms[OneMode] {
		o := options(OneMode, Subtract, norm)
		o.Isolates = true
		for _, s := range slicesOf(t, ev, o, Window{Unit: Months, Width: 18, Step: 17, Kernel: NoKernel}) {
			inside := o
			inside.From, inside.To = dateOf(s.From), dateOf(s.To)
			want := must(t, ev, inside)
			if s.Events != want.Counts.Used {
				t.Errorf("%d events, want %d", s.Events, want.Counts.Used)
			}
			for c := range want.Weight {
				if !near(s.Network.Weight[c], want.Weight[c]) {
					t.Fatalf("%s: %v, want %v", norm, s.Network.Weight[c], want.Weight[c])
				}
			}
		}
	}
}

func dateOf(n int32) entente.Date { y, m, d := Civil(n); return entente.Day(y, m, d) }

// TestD9NormalisedWithinTheWindow: the uniform kernel gives every event in the
// window the same weight, so after normalisation it is the plain window.
func TestD9NormalisedWithinTheWindow(t *testing.T) {
	ev := synthetic(22, 500, 7, 6, Stances())
	for _, mode := range []Mode{OneMode, TwoMode} {
		for _, norm := range norms[mode][1:] {
			o := options(mode, Subtract, norm)
			plain := slicesOf(t, ev, o, Window{Unit: Days, Width: 800, Step: 300, Kernel: NoKernel})
			smooth := slicesOf(t, ev, o, Window{Unit: Days, Width: 800, Step: 300, Kernel: Uniform})
			for i := range plain {
				for c, want := range plain[i].Network.Weight {
					if got := smooth[i].Network.Weight[c]; !near(got, want) {
						t.Fatalf("%s %s slice %d: %v, want %v", mode, norm, i, got, want)
					}
				}
			}
		}
	}
}

// TestD6D8Kernels works a pair out by hand: A on the middle day, B d days away,
// both affirming: the weight is sqrt(zeta(0) zeta(d)).
func TestD6D8Kernels(t *testing.T) {
	for _, c := range []struct {
		kernel Kernel
		days   int
		want   float64
	}{
		{Uniform, 3, 0.5},
		{Triangular, 0, 1},
		{Triangular, 3, math.Sqrt(1 - 0.6)},
		{Epanechnikov, 3, math.Sqrt(0.75 * 0.75 * (1 - 0.36))},
		{Gaussian, 3, math.Exp(-0.36/4) / math.Sqrt(2*math.Pi)},
	} {
		for _, side := range []int{-1, 1} {
			ev := &Events{
				Actors: []string{"A", "B"}, Concepts: []string{"c"}, Scale: Scale{Kind: Nominal, Categories: []string{"x", "y"}},
				Actor: []int32{0, 1}, Concept: []int32{0, 0}, Qualifier: []float64{0, 0},
				Day: []int32{5, int32(5 + side*c.days)},
			}
			o := options(OneMode, Congruence, NoNorm)
			o.From, o.To = dateOf(0), dateOf(10)
			list := slicesOf(t, ev, o, Window{Unit: Days, Width: 10, Step: 1, Kernel: c.kernel})
			if len(list) != 1 || !near(list[0].Network.At(0, 1), c.want) || list[0].Network.At(0, 0) != 0 {
				t.Errorf("%s, %d days: %v, want %v and a zero diagonal", c.kernel, side*c.days, list[0].Network.Weight, c.want)
			}
			ev.Qualifier[1] = 1 // another category is conflict, not congruence
			other := slicesOf(t, ev, o, Window{Unit: Days, Width: 10, Step: 1, Kernel: c.kernel})
			if other[0].Network.At(0, 1) != 0 {
				t.Errorf("%s: different categories are congruent", c.kernel)
			}
			o.Kind = Conflict
			if got := slicesOf(t, ev, o, Window{Unit: Days, Width: 10, Step: 1, Kernel: c.kernel})[0].Network.At(0, 1); !near(got, c.want) {
				t.Errorf("%s: conflict %v, want %v", c.kernel, got, c.want)
			}
		}
	}
}

// TestD7LevelsAreOrderedByValue: on the levels -2 to 2 the distance of -1 and 2
// is 3 of 4, not a distance of places in an order of text.
func TestD7LevelsAreOrderedByValue(t *testing.T) {
	ev := &Events{
		Actors: []string{"A", "B", "C"}, Concepts: []string{"c", "d"}, Scale: Scale{Kind: Integer},
		Actor: []int32{0, 1, 2, 2, 2}, Concept: []int32{0, 0, 1, 1, 1}, Qualifier: []float64{-1, 2, -2, 0, 1},
		Day: []int32{5, 5, 5, 5, 5},
	}
	o := options(OneMode, Conflict, NoNorm)
	o.From, o.To = dateOf(0), dateOf(10)
	w := Window{Unit: Days, Width: 10, Step: 1, Kernel: Triangular}
	if got := slicesOf(t, ev, o, w)[0].Network.At(0, 1); !near(got, 0.75) {
		t.Errorf("conflict of -1 and 2: %v, want 3/4", got)
	}
	o.Mode, o.Kind = TwoMode, Subtract
	nw := slicesOf(t, ev, o, w)[0].Network
	if nw.At(0, 0) != -1 || nw.At(1, 0) != 2 || nw.At(2, 1) != -1 {
		t.Errorf("two-mode sums of values: %v", nw.Weight)
	}
}

// TestD1bCongruenceAndConflictDiffer: with a window they are two networks.
func TestD1bCongruenceAndConflictDiffer(t *testing.T) {
	ev := synthetic(23, 400, 6, 4, Scale{Kind: Binary})
	w := Window{Unit: Years, Width: 4, Step: 1, Kernel: NoKernel}
	cg, cf := slicesOf(t, ev, options(OneMode, Congruence, NoNorm), w), slicesOf(t, ev, options(OneMode, Conflict, NoNorm), w)
	for i := range cg {
		if cmp.Equal(cg[i].Network.Weight, cf[i].Network.Weight) {
			t.Errorf("slice %d: congruence and conflict are the same network", i)
		}
	}
}

// TestD15EventWindowsNeedNoLot: many events share a day; every run is the same.
func TestD15EventWindowsNeedNoLot(t *testing.T) {
	ev := synthetic(24, 300, 6, 4, Scale{Kind: Binary})
	for e := range ev.Day {
		ev.Day[e] /= 700
	}
	sums := func() (list []float64) {
		for _, s := range slicesOf(t, ev, options(OneMode, Congruence, NoNorm), Window{Unit: OnEvents, Width: 40, Step: 1, Kernel: NoKernel}) {
			sum := 0.0
			for _, v := range s.Network.Weight {
				sum += v
			}
			list = append(list, sum)
			if s.Events != 41 {
				t.Fatalf("%d events in a window of 40 around one", s.Events)
			}
		}
		return list
	}
	first := sums()
	if len(first) != 300-40 {
		t.Errorf("%d windows, want 260: only whole ones", len(first))
	}
	if diff := cmp.Diff(first, sums()); diff != "" {
		t.Error(diff)
	}
}

func TestAPartialDateCountsWhereItsWholeSpanLies(t *testing.T) {
	ev := one("2019-06", "2019", "2019-06-15")
	o := options(TwoMode, Ignore, NoNorm)
	o.From, o.To = entente.Day(2018, 1, 1), entente.Day(2021, 1, 1)
	at := func(w Window) (events int) {
		for _, s := range slicesOf(t, ev, o, w) {
			if s.Mid == DayNumber(2019, 6, 15) {
				return s.Events
			}
		}
		t.Fatal("no such window")
		return 0
	}
	for _, c := range []struct {
		width  int
		kernel Kernel
		want   int
	}{
		{20, NoKernel, 1},
		{40, NoKernel, 2},
		{420, NoKernel, 3},
		{20, Gaussian, 1},
		{40, Gaussian, 2},
		{420, Gaussian, 3},
	} {
		if got := at(Window{Unit: Days, Width: c.width, Step: 1, Kernel: c.kernel}); got != c.want {
			t.Errorf("%d days, %s: %d events, want %d", c.width, c.kernel, got, c.want)
		}
	}
}

func TestEvidenceOfASlice(t *testing.T) {
	ev := synthetic(25, 400, 5, 4, Stances())
	o := options(OneMode, Congruence, NoNorm)
	for _, kernel := range []Kernel{NoKernel, Epanechnikov, Gaussian} {
		for _, s := range slicesOf(t, ev, o, Window{Unit: Months, Width: 36, Step: 24, Kernel: kernel}) {
			sum := 0.0
			for _, e := range s.Network.Evidence(0, 1) {
				sum += e.Weight
			}
			if !near(sum, s.Network.At(0, 1)) {
				t.Errorf("%s: the evidence adds up to %v, the edge is %v", kernel, sum, s.Network.At(0, 1))
			}
		}
	}
}
