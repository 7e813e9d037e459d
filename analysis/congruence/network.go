package congruence

import (
	"math"
	"strconv"
)

// Network is a weighted network with what it was made from.
type Network struct {
	Options Options
	// Rows and Cols are the labels by code point; in a one-mode network Cols is
	// Rows.
	Rows, Cols []string
	// Weight is row by row, len(Rows) times len(Cols); one-mode: symmetric with a
	// zero diagonal. At reads one cell.
	Weight []float64
	// Lo and Hi are the ends of the interval of every cell; nil without Bootstrap.
	Lo, Hi []float64
	// RowEvents and ColEvents are the numbers of events behind a row and column
	// (with a kernel: the sums of their weights). ColEvents is RowEvents in a
	// one-mode network.
	RowEvents, ColEvents []float64
	// Shared is, in a one-mode network, the number of concepts on which both
	// actors have an event: the denominator to show beside a weight.
	Shared []int32
	// Levels are the values of the scale's levels, ascending.
	Levels []float64
	// Width is D, the width of the scale; 0 when all events have one level.
	Width  float64
	Counts Counts

	sel *selection
	in  []float64 // weight of each kept event; nil means all count 1
}

// New computes a network. Time and memory grow with the number of events and,
// for one-mode, with the square of the number of actors.
func New(ev *Events, o Options) (*Network, error) {
	s, err := choose(ev, o, false)
	if err != nil {
		return nil, err
	}
	x := s.sums(nil)
	return s.network(nil, x, x), nil
}

// matrix is the normalised matrix before thresholds.
func (s *selection) matrix(x, lone []float64) []float64 {
	if s.opt.Mode == TwoMode {
		return s.twoMode(lone)
	}
	return s.oneMode(x, lone)
}

// network dresses the matrix of the events weighted by in.
func (s *selection) network(in, x, lone []float64) *Network {
	nw := &Network{
		Options: s.opt, Rows: s.rows, Cols: s.rows, Levels: s.values, Width: s.width, Counts: s.counts,
		RowEvents: s.totals(lone), Weight: s.matrix(x, lone), sel: s, in: in,
	}
	nw.ColEvents = nw.RowEvents
	if s.opt.Mode == TwoMode {
		nw.Cols, nw.ColEvents = s.cols, s.columnTotals(lone)
	} else {
		nw.Shared = s.shared(x)
	}
	for c, w := range nw.Weight {
		if math.Abs(w) < s.opt.MinWeight || nw.Shared != nil && int(nw.Shared[c]) < s.opt.MinShared {
			nw.Weight[c] = 0
		}
	}
	return nw
}

// At is the weight of row i and column j.
func (nw *Network) At(i, j int) float64 { return nw.Weight[i*len(nw.Cols)+j] }

// Edge is a cell that is not zero.
type Edge struct {
	A, B   int     // row and column
	Weight float64 // normalised
	Lo, Hi float64 // NaN without Bootstrap
	Shared int     // concepts both addressed; 0 in a two-mode network
}

// Edges lists the cells that are not zero, row by row; in a one-mode network
// each pair once, A < B.
func (nw *Network) Edges() []Edge {
	var list []Edge
	for i := range nw.Rows {
		from := 0
		if nw.Options.Mode == OneMode {
			from = i + 1
		}
		for j := from; j < len(nw.Cols); j++ {
			c := i*len(nw.Cols) + j
			if nw.Weight[c] == 0 {
				continue
			}
			e := Edge{A: i, B: j, Weight: nw.Weight[c], Lo: math.NaN(), Hi: math.NaN()}
			if nw.Lo != nil {
				e.Lo, e.Hi = nw.Lo[c], nw.Hi[c]
			}
			if nw.Shared != nil {
				e.Shared = int(nw.Shared[c])
			}
			list = append(list, e)
		}
	}
	return list
}

// Evidence is what stands behind an edge on one concept.
type Evidence struct {
	Concept string
	// A and B are positions in Events, by level, then date: the events of the row
	// and, in a one-mode network, of the column that add to the edge.
	A, B []int
	// Weight is what the concept adds before normalisation.
	Weight float64
}

// Evidence lists what stands behind the cell of row i and column j, concept by
// concept: the events whose part in the sum is not zero. It is computed when
// asked for. In Compat mode the rule about silence is left out, since nothing
// stands behind it.
func (nw *Network) Evidence(i, j int) []Evidence {
	s := nw.sel
	if nw.Options.Mode == TwoMode {
		return s.behindCell(nw.in, i, j)
	}
	if i == j {
		return nil
	}
	m := newMeasure(s.opt.Kind, s.ev.Scale.Kind, s.values, s.width)
	var list []Evidence
	for c := range s.cols {
		a, b := s.parts(nw.in, c, i), s.parts(nw.in, c, j)
		e := Evidence{Concept: s.cols[c]}
		inB := make([]bool, len(b))
		for _, k := range a {
			inA := false
			for at, l := range b {
				v := m.unit
				if !m.flat {
					v = m.table[int(k.level)*m.size+int(l.level)]
				}
				if v != 0 {
					e.Weight += v / m.unit * k.x * l.x
					inA, inB[at] = true, true
				}
			}
			if inA {
				e.A = append(e.A, k.events...)
			}
		}
		for at, l := range b {
			if inB[at] {
				e.B = append(e.B, l.events...)
			}
		}
		if len(e.A) > 0 {
			list = append(list, e)
		}
	}
	return list
}

// EventIDs names the events behind the cell of row i and column j, in the order
// of Evidence, those of the row before those of the column.
func (nw *Network) EventIDs(i, j int) []string {
	var ids []string
	for _, e := range nw.Evidence(i, j) {
		for _, list := range [][]int{e.A, e.B} {
			for _, at := range list {
				if nw.sel.ev.ID == nil {
					ids = append(ids, strconv.Itoa(at))
				} else {
					ids = append(ids, nw.sel.ev.ID[at])
				}
			}
		}
	}
	return ids
}
