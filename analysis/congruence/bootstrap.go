package congruence

import (
	"math"
	"math/rand/v2"
	"sort"
)

// Resample says what is drawn with replacement.
type Resample string

// The units of resampling.
const (
	// Document draws whole documents, so that events that stand or fall together
	// stay together; an event without document is one of its own.
	Document Resample = "document"
	// Statement draws single events.
	Statement Resample = "statement"
)

// Bootstrap sets the interval on every edge. Nothing is assumed: each field
// must be set.
type Bootstrap struct {
	Unit  Resample
	Draws int     // 20 to 10,000
	Level float64 // for example 0.95
	Seed  uint64
	// Tick, when set, is called after every draw; an error ends the work.
	Tick func(done, of int) error
}

// maxDraws bounds draws times cells: 2 GB.
const maxDraws = 250_000_000

// NewWithInterval is [New] with a percentile interval on every cell in Lo and
// Hi (Efron 1979, DOI 10.1214/aos/1176344552): the network is computed anew for
// each draw of as many documents or statements as there are, after duplicates
// have been removed. Thresholds act on the estimate, not on the draws.
//
// What the interval covers is the accident of which documents were found; not
// the coder's errors, and not documents of a kind that nobody collected. An
// edge whose documents can be counted on one hand has an interval that is too
// narrow. Two events in one document enter and leave together, so with Document
// an edge that rests on joint documents is drawn towards larger weights.
func NewWithInterval(ev *Events, o Options, b Bootstrap) (*Network, error) {
	if err := oneOf("unit of the bootstrap", b.Unit, []Resample{Document, Statement}); err != nil {
		return nil, err
	}
	switch {
	case b.Draws < 20 || b.Draws > 10_000:
		return nil, bad("write 20 to 10000", "%d draws", b.Draws)
	case !(b.Level > 0 && b.Level < 1):
		return nil, bad("write a share, for example 0.95", "an interval of level %v", b.Level)
	case b.Unit == Document && ev.Document == nil:
		return nil, bad("name the documents, or draw statements", "documents are to be drawn, but the events have none")
	}
	s, err := choose(ev, o, false)
	if err != nil {
		return nil, err
	}
	x := s.sums(nil)
	nw := s.network(nil, x, x)
	cells := s.intervalCells()
	if len(cells)*b.Draws > maxDraws {
		return nil, bad("lower the draws, or filter", "%d draws of %d cells are too many", b.Draws, len(cells))
	}
	unit, units := s.units(b.Unit)
	draws := make([]float64, len(cells)*b.Draws)
	times, weight := make([]float64, units), make([]float64, len(s.event))
	for d := range b.Draws {
		rng := rand.New(rand.NewPCG(b.Seed, uint64(d)))
		clear(times)
		for range units {
			times[rng.IntN(units)]++
		}
		for i := range weight {
			weight[i] = times[unit[i]]
		}
		x := s.sums(weight)
		m := s.matrix(x, x)
		for c, at := range cells {
			draws[c*b.Draws+d] = m[at]
		}
		if b.Tick != nil {
			if err := b.Tick(d+1, b.Draws); err != nil {
				return nil, err
			}
		}
	}
	nw.Lo, nw.Hi = make([]float64, len(nw.Weight)), make([]float64, len(nw.Weight))
	for c, at := range cells {
		list := draws[c*b.Draws : (c+1)*b.Draws]
		sort.Float64s(list)
		nw.Lo[at], nw.Hi[at] = quantile(list, (1-b.Level)/2), quantile(list, (1+b.Level)/2)
		if o.Mode == OneMode {
			n := len(nw.Rows)
			mirror := at%n*n + at/n
			nw.Lo[mirror], nw.Hi[mirror] = nw.Lo[at], nw.Hi[at]
		}
	}
	return nw, nil
}

// intervalCells lists the cells to bound: the upper triangle, or all.
func (s *selection) intervalCells() []int {
	var list []int
	n, width := len(s.rows), len(s.cols)
	if s.opt.Mode == OneMode {
		width = n
	}
	for i := range n {
		from := 0
		if s.opt.Mode == OneMode {
			from = i + 1
		}
		for j := from; j < width; j++ {
			list = append(list, i*width+j)
		}
	}
	return list
}

// units numbers the unit of resampling of each kept event, in order of first
// appearance by document number or place in the list.
func (s *selection) units(r Resample) (unit []int32, count int) {
	unit = make([]int32, len(s.event))
	if r == Statement {
		for i := range unit {
			unit[i] = int32(i)
		}
		return unit, len(unit)
	}
	number := map[int32]int32{}
	for i, e := range s.event {
		d := s.ev.Document[e]
		u, seen := number[d]
		if !seen || d < 0 {
			u = int32(count)
			count++
			if d >= 0 {
				number[d] = u
			}
		}
		unit[i] = u
	}
	return unit, count
}

// quantile of a sorted list, by the nearest rank.
func quantile(sorted []float64, q float64) float64 {
	return sorted[int(math.Round(q*float64(len(sorted)-1)))]
}
