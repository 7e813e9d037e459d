package congruence

import (
	"iter"
	"math"
	"slices"
)

// Unit is the step of a moving window.
type Unit string

// The units. OnEvents moves from event to event instead of through time.
const (
	Days     Unit = "day"
	Weeks    Unit = "week"
	Months   Unit = "month"
	Years    Unit = "year"
	OnEvents Unit = "event"
)

// Kernel weighs events by their distance from the middle of the window. With
// delta = 2 d / width, d the distance in whole units, the weight zeta is
//
//	uniform       1/2                            for delta <= 1
//	triangular    1 - delta                      for delta <= 1
//	epanechnikov  3/4 (1 - delta^2)              for delta <= 1
//	gaussian      exp(-delta^2 / 2) / sqrt(2 pi) everywhere
//
// Two events of weights y and z count sqrt(y z) together, one alone counts its
// weight; so every normalisation is one within the window, and the uniform
// kernel, normalised, gives what the plain window gives.
type Kernel string

// The kernels.
const (
	NoKernel     Kernel = "none"
	Uniform      Kernel = "uniform"
	Triangular   Kernel = "triangular"
	Epanechnikov Kernel = "epanechnikov"
	Gaussian     Kernel = "gaussian"
)

// Window says how a window moves. Its middle t runs from the first day of the
// range by Step units; the window is [t - a, t + a], both ends inclusive, with
// a = Width/2 rounded down: a width of 12 or 13 months reaches six months to
// either side, a width of 1 is one day. The end rule: only windows wholly inside
// the range are given, also with a kernel. The range is From to To of the
// options or, where one is open, the first or last day of the events.
//
// An event counts in a window when the whole span of its date lies inside; with
// the Gaussian kernel, when its span is no longer than the window. Its place is
// the middle of its span. Duplicates are removed before the window moves.
//
// With OnEvents the middle runs over the events in order of date, document and
// place in the list, and Width/2 events to either side belong to the window; it
// needs no lot to part events of one day.
type Window struct {
	Unit   Unit
	Width  int // at least 1; with a kernel an even number
	Step   int // at least 1
	Kernel Kernel
}

// Slice is the network of one position of the window.
type Slice struct {
	Mid, From, To int32 // day numbers; From and To inclusive
	// Events is the number of events in the window.
	Events  int
	Network *Network
}

// maxSlices bounds the number of positions of a window.
const maxSlices = 50_000

// check reports the first setting that is not allowed.
func (w Window) check(o Options) error {
	if err := oneOf("unit of a window", w.Unit, []Unit{Days, Weeks, Months, Years, OnEvents}); err != nil {
		return err
	}
	if err := oneOf("kernel", w.Kernel, []Kernel{NoKernel, Uniform, Triangular, Epanechnikov, Gaussian}); err != nil {
		return err
	}
	smooth := w.Kernel != NoKernel
	switch {
	case w.Width < 1 || w.Step < 1:
		return bad("write 1 or more", "a window of width %d and step %d", w.Width, w.Step)
	case smooth && w.Unit == OnEvents:
		return bad("use day, week, month or year", "a kernel needs time, and the window moves from event to event")
	case smooth && w.Width%2 == 1:
		return bad("write the next even number", "with a kernel the width is even, and it is %d", w.Width)
	case smooth && o.Kind == Combine:
		return bad("choose ignore or subtract", "a set of levels cannot be weighed by a kernel")
	case smooth && o.Compat && o.Norm == Cosine:
		return bad("choose another normalisation", "the compatible cosine is not defined with a kernel")
	}
	return nil
}

// zeta is the weight of an event d whole units from the middle.
func (w Window) zeta(d int) float64 {
	delta := 2 * float64(d) / float64(w.Width)
	switch {
	case w.Kernel == NoKernel:
		return 1
	case w.Kernel == Gaussian:
		return math.Exp(-delta*delta/2) / math.Sqrt(2*math.Pi)
	case delta > 1:
		return 0
	case w.Kernel == Uniform:
		return 0.5
	case w.Kernel == Triangular:
		return 1 - delta
	}
	return 0.75 * (1 - delta*delta)
}

// Windows gives the networks of a moving window, one at a time and in order;
// undated events are left out and counted. A network stays valid after the
// next one is made. Stop early by breaking the loop.
func Windows(ev *Events, o Options, w Window) (iter.Seq[Slice], error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := w.check(o); err != nil {
		return nil, err
	}
	if ev.Day == nil {
		return nil, bad("give dates", "a moving window, but the events have no dates")
	}
	s, err := choose(ev, o, true)
	if err != nil {
		return nil, err
	}
	if w.Unit == OnEvents {
		return s.byEvent(w)
	}
	return s.byTime(w)
}

func (s *selection) byTime(w Window) (iter.Seq[Slice], error) {
	n := len(s.event)
	first, last := make([]int32, n), make([]int32, n)
	start, stop := int32(math.MaxInt32), int32(math.MinInt32)
	for i, e := range s.event {
		first[i], last[i], _ = s.ev.span(e)
		start, stop = min(start, first[i]), max(stop, last[i])
	}
	if !s.opt.From.IsZero() {
		start, _ = DateOf(s.opt.From.First())
	}
	if !s.opt.To.IsZero() {
		stop, _ = DateOf(s.opt.To.Last())
	}
	half := w.Width / 2
	var mids []int32
	for k := 0; start <= stop; k++ {
		t := shift(start, w.Unit, k*w.Step)
		if t > stop {
			break
		}
		if shift(t, w.Unit, -half) >= start && shift(t, w.Unit, half) <= stop {
			mids = append(mids, t)
		}
		if len(mids) > maxSlices {
			return nil, bad("raise the step", "the window has more than %d positions", maxSlices)
		}
	}
	if len(mids) == 0 && n > 0 {
		return nil, bad("choose a narrower window or a longer range", "no window of %d (%s) fits between %s and %s", w.Width, w.Unit, DayString(start), DayString(stop))
	}
	return func(yield func(Slice) bool) {
		for _, t := range mids {
			slice := Slice{Mid: t, From: shift(t, w.Unit, -half), To: shift(t, w.Unit, half)}
			in := make([]float64, n)
			for i := range in {
				inside := first[i] >= slice.From && last[i] <= slice.To
				if w.Kernel == Gaussian {
					inside = last[i]-first[i] <= slice.To-slice.From
				}
				if inside {
					in[i] = w.zeta(wholeUnits(t, first[i]+(last[i]-first[i])/2, w.Unit))
				}
			}
			if !yield(s.slice(slice, in)) {
				return
			}
		}
	}, nil
}

func (s *selection) byEvent(w Window) (iter.Seq[Slice], error) {
	n := len(s.event)
	order := make([]int32, n) // places among the kept events, by date
	for i := range order {
		order[i] = int32(i)
	}
	day := make([]int32, n)
	for i, e := range s.event {
		_, day[i], _ = s.ev.span(e)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := day[a] - day[b]; c != 0 {
			return int(c)
		}
		x, y := s.event[a], s.event[b]
		if d := s.ev.Document; d != nil && d[x] != d[y] {
			return int(d[x]) - int(d[y])
		}
		return int(x) - int(y)
	})
	half := w.Width / 2
	switch {
	case n > 0 && n < 2*half+1:
		return nil, bad("choose a narrower window", "a window of %d events, but there are %d", 2*half+1, n)
	case (n-2*half)/w.Step > maxSlices:
		return nil, bad("raise the step", "the window has more than %d positions", maxSlices)
	}
	return func(yield func(Slice) bool) {
		for m := half; m < n-half; m += w.Step {
			in := make([]float64, n)
			for _, i := range order[m-half : m+half+1] {
				in[i] = 1
			}
			slice := Slice{Mid: day[order[m]], From: day[order[m-half]], To: day[order[m+half]]}
			if !yield(s.slice(slice, in)) {
				return
			}
		}
	}, nil
}

// slice completes a slice from the weights of the kept events.
func (s *selection) slice(slice Slice, in []float64) Slice {
	roots := make([]float64, len(in))
	for i, v := range in {
		if v > 0 {
			slice.Events++
			roots[i] = root(v)
		}
	}
	slice.Network = s.network(in, s.sums(roots), s.sums(in))
	return slice
}

// root is the square root; whole windows have weights of 1 only.
func root(v float64) float64 {
	if v == 1 {
		return 1
	}
	return math.Sqrt(v)
}
