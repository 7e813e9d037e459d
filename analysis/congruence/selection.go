package congruence

import (
	"slices"
	"sort"
)

// selection is what a network is computed from: the events that count, in
// cells of equal actor, concept and level.
type selection struct {
	ev  *Events
	opt Options

	values []float64 // of the levels, ascending
	width  float64   // D

	rows, cols       []string // labels, by code point
	rowCode, colCode []int32  // their codes in ev

	event []int32 // kept events by concept, actor, level, then date, document, place
	cell  []int32 // where each cell starts in event, and the end
	actor []int32 // row of each cell
	level []int32 // level of each cell
	group []int32 // where each concept (column) starts among the cells, and the end

	counts Counts
}

// choose filters, orders, removes duplicates and forms the cells. needDate
// drops undated events.
func choose(ev *Events, o Options, needDate bool) (*selection, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	if err := ev.check(); err != nil {
		return nil, err
	}
	if err := o.fits(ev); err != nil {
		return nil, err
	}
	s := &selection{ev: ev, opt: o}
	list := complete(ev, &s.counts)
	list = within(ev, o.From, o.To, list, &s.counts)
	level, values, width, err := levels(ev, list)
	if err != nil {
		return nil, err
	}
	s.values, s.width = values, width
	if o.Kind == Combine && len(values) > 52 {
		return nil, bad("choose ignore or subtract", "combine codes sets of at most 52 levels exactly, and there are %d", len(values))
	}
	if needDate {
		list = slices.DeleteFunc(list, func(e int32) bool {
			_, _, dated := ev.span(e)
			if !dated {
				s.counts.Undated++
			}
			return !dated
		})
	}
	if list, err = sift(ev, o, list, &s.counts); err != nil {
		return nil, err
	}
	actorRank, conceptRank := ranks(ev.Actors), ranks(ev.Concepts)
	list = s.order(list, actorRank, conceptRank)
	list = s.unique(list, level)
	list = s.frequent(list)
	s.counts.Used = len(list)
	return s, s.form(list, level, actorRank, conceptRank)
}

// ranks gives per code the place of its name in the order of code points.
func ranks(names []string) []int32 {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(i, j int) bool { return names[order[i]] < names[order[j]] })
	rank := make([]int32, len(names))
	for r, i := range order {
		rank[i] = int32(r)
	}
	return rank
}

// order sorts by concept, actor, date, document and place in the list.
func (s *selection) order(list, actorRank, conceptRank []int32) []int32 {
	var by sorter
	ev := s.ev
	if ev.Document != nil {
		list = by.by(list, ev.Document)
	}
	if ev.Day != nil {
		last := ev.Day
		if ev.Precision != nil {
			last = make([]int32, ev.Len())
			for _, e := range list {
				// The last day of the span; undated events come first.
				if _, end, dated := ev.span(e); dated {
					last[e] = end
				} else {
					last[e] = -1 << 31
				}
			}
		}
		list = by.by(list, last)
	}
	key := make([]int32, ev.Len())
	for _, e := range list {
		key[e] = actorRank[ev.Actor[e]]
	}
	list = by.by(list, key)
	for _, e := range list {
		key[e] = conceptRank[ev.Concept[e]]
	}
	return by.by(list, key)
}

// run is the end of the run of equal concept and actor that starts at from.
func (s *selection) run(list []int32, from int) int {
	to := from + 1
	for to < len(list) && s.ev.Actor[list[to]] == s.ev.Actor[list[from]] && s.ev.Concept[list[to]] == s.ev.Concept[list[from]] {
		to++
	}
	return to
}

// unique removes duplicates by the rule and sorts every run by level.
func (s *selection) unique(list, level []int32) []int32 {
	var seen keys
	kept := list[:0]
	for from := 0; from < len(list); {
		to := s.run(list, from)
		start := len(kept)
		if s.opt.Duplicates == KeepAll || to == from+1 {
			kept = append(kept, list[from:to]...)
		} else {
			seen.reset(to - from)
			for _, e := range list[from:to] {
				period, known := s.period(e)
				key := uint64(uint32(period))
				if s.opt.Kind != Ignore {
					key |= uint64(level[e]) << 32
				}
				if known && !seen.add(key) {
					s.counts.Duplicates++
					continue
				}
				kept = append(kept, e)
			}
		}
		if run := kept[start:]; len(run) > 1 {
			slices.SortStableFunc(run, func(a, b int32) int { return int(level[a]) - int(level[b]) })
		}
		from = to
	}
	return kept
}

// period names the document or the stretch of time within which an equal event
// is a duplicate; known is false when the event's own is not known.
func (s *selection) period(e int32) (period int32, known bool) {
	ev := s.ev
	switch s.opt.Duplicates {
	case PerDocument:
		return ev.Document[e], ev.Document[e] >= 0
	case PerRange:
		return 0, true
	}
	p := ExactDay
	if ev.Precision != nil {
		p = ev.Precision[e]
	}
	year, month, _ := Civil(ev.Day[e])
	switch rule := s.opt.Duplicates; {
	case rule == PerWeek && s.opt.Compat:
		return isoWeekOfYear(ev.Day[e]), p == ExactDay
	case rule == PerWeek:
		return isoWeek(ev.Day[e]), p == ExactDay
	case rule == PerMonth && s.opt.Compat:
		return int32(month), p <= MonthOnly
	case rule == PerMonth:
		return int32(year*12 + month), p <= MonthOnly
	}
	return int32(year), p <= YearOnly
}

// frequent drops rare actors and concepts, both judged on the same list.
func (s *selection) frequent(list []int32) []int32 {
	if s.opt.MinActor <= 1 && s.opt.MinConcept <= 1 {
		return list
	}
	actors, concepts := make([]int, len(s.ev.Actors)), make([]int, len(s.ev.Concepts))
	for _, e := range list {
		actors[s.ev.Actor[e]]++
		concepts[s.ev.Concept[e]]++
	}
	before := len(list)
	list = slices.DeleteFunc(list, func(e int32) bool {
		return actors[s.ev.Actor[e]] < s.opt.MinActor || concepts[s.ev.Concept[e]] < s.opt.MinConcept
	})
	s.counts.Infrequent = before - len(list)
	return list
}

// maxCells bounds the matrix: 10,000 actors, or 800 MB.
const maxCells = 100_000_000

// form gives rows and columns their labels and cuts the events into cells.
func (s *selection) form(list, level, actorRank, conceptRank []int32) error {
	ev := s.ev
	s.event = list
	haveA, haveC := make([]bool, len(ev.Actors)), make([]bool, len(ev.Concepts))
	for _, e := range list {
		haveA[ev.Actor[e]], haveC[ev.Concept[e]] = true, true
	}
	var rowOf, colOf []int32
	s.rows, s.rowCode, rowOf = labels(ev.Actors, actorRank, haveA, s.opt.Isolates)
	s.cols, s.colCode, colOf = labels(ev.Concepts, conceptRank, haveC, s.opt.Isolates)
	width := len(s.rows)
	if s.opt.Mode == TwoMode {
		width = len(s.cols)
	}
	if len(s.rows)*width > maxCells {
		return bad("filter the actors, or raise MinActor", "a matrix of %d by %d is too large", len(s.rows), width)
	}
	s.group = make([]int32, 1, len(s.cols)+1)
	col := int32(0)
	for i, e := range list {
		c, r, l := colOf[ev.Concept[e]], rowOf[ev.Actor[e]], level[e]
		for col < c {
			s.group = append(s.group, int32(len(s.actor)))
			col++
		}
		if k := len(s.actor) - 1; k >= 0 && int32(k) >= s.group[col] && s.actor[k] == r && s.level[k] == l {
			continue
		}
		s.cell = append(s.cell, int32(i))
		s.actor = append(s.actor, r)
		s.level = append(s.level, l)
	}
	for len(s.group) <= len(s.cols) {
		s.group = append(s.group, int32(len(s.actor)))
	}
	s.cell = append(s.cell, int32(len(list)))
	return nil
}

// labels lists the names to show, ordered, with their codes, and the place of
// each code.
func labels(names []string, rank []int32, have []bool, all bool) (shown []string, code, place []int32) {
	ordered := make([]int32, len(names))
	for c, r := range rank {
		ordered[r] = int32(c)
	}
	place = make([]int32, len(names))
	for _, c := range ordered {
		if all || have[c] {
			place[c] = int32(len(shown))
			shown = append(shown, names[c])
			code = append(code, c)
		}
	}
	return shown, code, place
}

// sums adds a weight per kept event up to one number per cell; nil weights
// count each event once.
func (s *selection) sums(weight []float64) []float64 {
	x := make([]float64, len(s.actor))
	for c := range x {
		if weight == nil {
			x[c] = float64(s.cell[c+1] - s.cell[c])
			continue
		}
		for _, w := range weight[s.cell[c]:s.cell[c+1]] {
			x[c] += w
		}
	}
	return x
}
